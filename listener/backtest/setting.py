"""`--setting KEY=VALUE`: one key of the configuration, changed for a trial."""

import json
import re
import tomllib
from typing import Any

import msgspec

from config import decode
from config.decode import SettingsError
from config.settings import Settings
from listener import assembly

INFLUENCE = ("detection", "brand", "matching", "time_zone", "alerting.merge_minutes")
"""What decides on a match or on a page; the rest of the file would change nothing here."""
_KEY = re.compile(r"[\w-]+(\.[\w-]+)*")
_LINE = re.compile(r", line \d+")


def adjusted(settings: Settings, given: str) -> Settings:
    """Return *settings* with *given* ("detection.threshold=12") in force; raises SettingsError."""
    key, equals, value = (part.strip() for part in given.partition("="))
    said = f"--setting {given}"
    if not equals or not _KEY.fullmatch(key):
        raise SettingsError(f"{said}: write KEY=VALUE, as in detection.threshold=12")
    if not any(f"{key}.".startswith(f"{known}.") for known in INFLUENCE):
        raise SettingsError(f"{said}: {key} decides neither matches nor pages; {', '.join(INFLUENCE)} do")
    text = f"{key} = {_toml(value)}\nschema = 1\n"
    try:
        tried = decode.settings(text, said, assembly.TABLES)
    except SettingsError as error:
        raise SettingsError(_LINE.sub("", str(error), count=1)) from None
    changed: Settings = _grafted(settings, tried, key.split("."))
    return changed


def _toml(value: str) -> str:
    """Return *value* as TOML: a bare word, which a shell leaves of a text in quotes, is a text."""
    try:
        tomllib.loads(f"value = {value}")
    except tomllib.TOMLDecodeError:
        return json.dumps(value, ensure_ascii=False)
    return value


def _grafted(onto: Any, source: Any, path: list[str]) -> Any:
    """Return *onto* with the one value at *path* taken from *source*."""
    if not path:
        return source
    first, *rest = path
    if isinstance(onto, dict):
        return onto | {first: _grafted(onto.get(first, source[first]), source[first], rest)}
    if not isinstance(onto, msgspec.Struct):
        return source
    inner = _grafted(getattr(onto, first), getattr(source, first), rest)
    return msgspec.structs.replace(onto, **{first: inner})
