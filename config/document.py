"""A TOML document that knows where its keys stand, so that every mistake is told with file, line and key."""

import math
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from config import mistakes

_NAME = r"""[\w-]+|"[^"]*"|'[^']*'"""
_KEY = rf"(?:{_NAME})(?:\s*\.\s*(?:{_NAME}))*"
_HEADER = re.compile(rf"\s*(?P<open>\[\[?)\s*(?P<key>{_KEY})\s*\]")
_ASSIGNED = re.compile(rf"\s*(?P<key>{_KEY})\s*=")
_PLACE = re.compile(r"(?P<why>.+?) \((?:at line (?P<line>\d+), column \d+|at end of document)\)$", re.DOTALL)


class SettingsError(Exception):
    """The configuration cannot be used: one sentence for the person who edits it."""


class Document:
    """A parsed document; ``table`` is what it says, ``fail`` makes the sentence about one of its keys."""

    def __init__(self, text: str, file: str) -> None:
        self._file = file
        self._lines = _lines_of_keys(text)
        self.table = self._parsed(text)
        for path, value in _numbers(self.table, ""):
            if not math.isfinite(value):
                raise self.fail(path, f"{value} is no number to work with; write an ordinary one")

    def fail(self, path: str, why: str) -> SettingsError:
        """Return the error that says *why* the key at *path* cannot be used."""
        line = self.line_of(path)
        where = f"{self._file}, line {line}" if line else self._file
        return SettingsError(f"{where}: {path}: {why}" if path else f"{where}: {why}")

    def convert(self, value: Any, kind: type[Any], path: str) -> Any:
        """Return *value*, which stands at *path*, as a *kind*; raises SettingsError."""
        try:
            return msgspec.convert(value, kind, strict=True, dec_hook=_decoded)
        except msgspec.ValidationError as error:
            inner, why = mistakes.explain(str(error), value, kind, decoded=_decoded)
            raise self.fail(f"{path}.{inner}".strip("."), why) from None

    def line_of(self, path: str) -> int | None:
        """Return the line of the key at *path*, else of the nearest table around it."""
        parts = path.split(".")
        while parts and parts != [""]:
            plain = (*parts[:-1], re.sub(r"\[\d+\]$", "", parts[-1]))
            if line := self._lines.get(tuple(parts)) or self._lines.get(plain):
                return line
            parts.pop()
        return None

    def _parsed(self, text: str) -> dict[str, Any]:
        try:
            return tomllib.loads(text + "\n")
        except tomllib.TOMLDecodeError as error:
            place = _PLACE.match(str(error))
            line = place["line"] if place else None
            why = place["why"] if place else str(error)
            if why == r"Illegal character '\n'":
                why = "a text in quotes does not end"
            at = f", line {line}" if line else ""
            raise SettingsError(f"{self._file}{at}: not valid TOML: {why[0].lower()}{why[1:]}") from None


def read_text(path: Path) -> str:
    """Return the text of a file that people edit; raises SettingsError."""
    try:
        raw = path.read_bytes()
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise SettingsError(f"{path}, line {line}: not UTF-8 text; save the file as UTF-8") from None
    except FileNotFoundError:
        raise SettingsError(f"{path}: there is no such file") from None
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror or error}") from None


def _decoded(kind: type[Any], value: Any) -> Any:
    """Turn a text into a path: the one type of a setting that TOML has no word for."""
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise TypeError(f"Expected `{kind.__name__}`, got `{type(value).__name__}`")


def _numbers(value: Any, path: str) -> Iterator[tuple[str, float]]:
    if isinstance(value, float):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _numbers(inner, f"{path}.{key}".strip("."))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _numbers(inner, f"{path}[{number}]")


def _lines_of_keys(text: str) -> dict[tuple[str, ...], int]:
    """Return the line of every key, as its path; keys inside inline tables have none."""
    lines: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    seen: Counter[tuple[str, ...]] = Counter()
    inside = ""
    for number, line in enumerate(text.splitlines(), 1):
        if inside:
            inside = "" if inside in line else inside
        elif header := _HEADER.match(line):
            table = _path(header["key"])
            if header["open"] == "[[":
                seen[table] += 1
                lines.setdefault(table, number)
                table = (*table[:-1], f"{table[-1]}[{seen[table] - 1}]")
            lines.setdefault(table, number)
        elif assigned := _ASSIGNED.match(line):
            lines.setdefault((*table, *_path(assigned["key"])), number)
            inside = next((mark for mark in ('"""', "'''") if line.count(mark) == 1), "")
    return lines


def _path(key: str) -> tuple[str, ...]:
    return tuple(name.strip("\"'") for name in re.findall(_NAME, key))
