"""What msgspec says about a wrong value, in the words of somebody who edits TOML."""

import difflib
import re
import types
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Union, get_args, get_origin

import msgspec

Decode = Callable[[type[Any], Any], Any]

_AT = re.compile(r"(?P<what>.+?) - at `(?P<path>\$.*?)`$", re.DOTALL)
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<field>.+)`$", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(?P<field>.+)`$")
_EXPECTED = re.compile(r"Expected `(?P<kinds>[^`]+)`(?P<limit>.*?)(?:, got .*)?$", re.DOTALL)
_STEP = re.compile(r"\.(?P<name>[^.\[]+)|\[(?P<index>\d+)\]|(?P<any>\[\.\.\.\])")
_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "a text in quotes",
    "Path": "a path in quotes",
    "bool": "true or false",
    "array": 'a list, like ["one", "two"]',
    "object": "a table",
    "datetime": "a date and time, like 2026-11-20T02:10:00+09:00",
}
_LIMITS = (
    ("of length >=", ", of {} or more"),
    ("of length <=", ", of {} or fewer"),
    ("of length", ", of {}"),
    (">=", ", at least {}"),
    ("<=", ", at most {}"),
    (">", ", more than {}"),
    ("<", ", less than {}"),
)
_SHOWN = 40  # characters of a wrong text; the file has the rest


def explain(message: str, value: Any, kind: Any, *, decoded: Decode) -> tuple[str, str]:
    """Return the path (below *value*, a *kind*) and the reason of msgspec's *message* about it."""
    placed = _AT.match(message)
    what, path = (placed["what"], placed["path"][1:]) if placed else (message, "")
    before, anywhere, _ = path.partition("[...]")
    if anywhere:
        found = _entry(_value_at(value, before), _kind_at(kind, before), decoded)
        if found:
            return _joined(before, found[0]), found[1]
    kind, given = _kind_at(kind, path), _value_at(value, path)
    if unknown := _UNKNOWN.match(what):
        return _joined(path, unknown["field"]), _unknown_key(unknown["field"], kind)
    if missing := _MISSING.match(what):
        return _joined(path, ""), f"`{missing['field']}` is missing"
    if what.startswith("Invalid enum value"):
        return _joined(path, ""), none_of(given, get_args(kind))
    if expected := _EXPECTED.match(what):
        return _joined(path, ""), f"expected {_wanted(expected)}, got {_got(expected, given)}"
    return _joined(path, ""), what[0].lower() + what[1:]


def none_of(given: Any, known: Iterable[Any]) -> str:
    """Say that *given* is none of the *known* values, and which was perhaps meant."""
    names = [str(name) for name in known]
    if len(names) == 1:
        return f"must be {names[0]}, got {spoken(given)}"
    close = difflib.get_close_matches(str(given), names, n=1)
    close = close or [name for name in names if name.lower() == str(given).lower()]
    hint = f"; did you mean {spoken(close[0])}?" if close else ""
    return f"{spoken(given)} is none of {', '.join(names)}{hint}"


def spoken(value: Any) -> str:
    """Return *value* as it may stand in a sentence: short, and as TOML writes it."""
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case str():
            shown = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"
            return '"' + "".join(each if each.isprintable() else "·" for each in shown) + '"'
        case Mapping():
            return "a table"
        case list() | tuple():
            return "a list"
    return str(value)


def _wanted(expected: re.Match[str]) -> str:
    words = " or ".join(_WORDS.get(kind, kind) for kind in expected["kinds"].split(" | ") if kind != "null")
    limit = expected["limit"].strip()
    for sign, said in _LIMITS:
        if limit.startswith(f"{sign} "):
            return words + said.format(limit.removeprefix(sign).strip())
    return words


def _got(expected: re.Match[str], given: Any) -> str:
    if "of length" in expected["limit"] and isinstance(given, list):
        return str(len(given))
    plain = {"int", "float", "bool"}.intersection(expected["kinds"].split(" | "))
    if plain and isinstance(given, str) and re.fullmatch(r"-?\d+(\.\d+)?|true|false", given):
        return f"{spoken(given)}; write it without quotes"
    return spoken(given)


def _unknown_key(field: str, kind: Any) -> str:
    fields = msgspec.structs.fields(kind) if _is_struct(kind) else ()
    known = sorted(each.encode_name for each in fields)
    if close := difflib.get_close_matches(field, known, n=1):
        return f"unknown key; did you mean `{close[0]}`?"
    return f"unknown key; known here: {', '.join(known) or 'none'}"


def _entry(table: Any, kind: Any, decoded: Decode) -> tuple[str, str] | None:
    """Find the entry that is wrong: msgspec names no key of a table with free names."""
    if isinstance(kind, types.UnionType):  # a text, or a table of texts
        kind = next((each for each in get_args(kind) if get_origin(each) is dict), kind)
    if not isinstance(table, Mapping) or get_origin(kind) is not dict:
        return None
    inner = get_args(kind)[1]
    for key, value in table.items():
        try:
            msgspec.convert(value, inner, strict=True, dec_hook=decoded)
        except msgspec.ValidationError as error:
            path, why = explain(str(error), value, inner, decoded=decoded)
            return _joined(f".{key}", path), why
    return None


def _joined(path: str, inner: str) -> str:
    return ".".join(part for part in (path.lstrip("."), inner) if part)


def _value_at(value: Any, path: str) -> Any:
    for step in _STEP.finditer(path):
        if isinstance(value, Mapping) and step["name"]:
            value = value.get(step["name"])
        elif isinstance(value, list) and step["index"]:
            value = value[int(step["index"])]
        else:
            return None
    return value


def _kind_at(kind: Any, path: str) -> Any:
    for step in _STEP.finditer(path):
        kind = _inside(_plain(kind), step)
    return _plain(kind)


def _inside(kind: Any, step: re.Match[str]) -> Any:
    if step["name"] and _is_struct(kind):
        fields = msgspec.structs.fields(kind)
        return next((field.type for field in fields if field.encode_name == step["name"]), Any)
    arguments = get_args(kind)
    if step["any"]:
        return arguments[-1] if arguments else Any
    return arguments[0] if arguments else Any


def _plain(kind: Any) -> Any:
    """Take `Annotated` and `| None` off a type."""
    if hasattr(kind, "__metadata__"):
        return _plain(kind.__origin__)
    if isinstance(kind, types.UnionType) or get_origin(kind) is Union:
        choices = [each for each in get_args(kind) if each is not types.NoneType]
        structs = [each for each in choices if _is_struct(_plain(each))]
        return _plain((structs or choices)[0]) if len(choices) == 1 or structs else kind
    return kind


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)
