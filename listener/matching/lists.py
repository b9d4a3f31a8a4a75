"""Load keyword lists from TOML; a mistake is one sentence: file, line, what is wrong, what is right."""

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final, get_args

import msgspec

from listener.matching.normalise import cleaned
from models.keyword import Keyword, KeywordList, Near, RiskClass, Topic

_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9_-]*")
_UNKNOWN: Final = re.compile(r"unknown field `(?P<field>[^`]*)`")
_PATH: Final = re.compile(r" - at `\$(?P<path>[^`]*)`$")
_TABLE: Final = re.compile(r"\.(?P<name>keyword|topic)\[(?P<index>\d+)\](?:\.(?P<key>[a-z_]+))?")
_CHOICES: Final = {
    "mode": ("auto", "word", "substring", "exact"),
    "kana": ("auto", "fold", "keep"),
    "risk": tuple(get_args(RiskClass)),
}
_RIGHT: Final = {
    "schema": "write schema = 1",
    "brand": 'give an ASCII slug, as in brand = "sakura"',
    "name": "write the name in quotes",
    "topic": "begin each topic with a line [[topic]]",
    "topic.name": 'give a name for each language, as in name = { ja = "さくらプリン" }',
    "topic.slug": 'give an ASCII slug, as in slug = "pudding"',
    "keyword": "begin each keyword with a line [[keyword]]",
    "keyword.topic": 'name the topic it counts to, as in topic = "pudding"',
    "any": 'write a list of spellings, as in any = ["さくらプリン", "sakura pudding"]',
    "none": 'write a list of exclusions, as in none = ["さくらプリンセス"]',
    "all": 'write a list of words, as in all = ["新発売"]',
    "terms": 'write near = { terms = ["虫"], within = 20 }',
    "within": 'write near = { terms = ["虫"], within = 20 }',
    "near": 'write near = { terms = ["虫"], within = 20 }',
    "expires": "write a date, a time and a zone, as in 2026-12-31T23:59:59+09:00",
    "starts": "write a date, a time and a zone, as in 2026-12-01T00:00:00+09:00",
    "obfuscation": "write true or false, without quotes",
}


class ListError(Exception):
    """A keyword list cannot be used; the message is one sentence for the people who wrote it."""


def load(paths: Iterable[Path]) -> list[KeywordList]:
    """Load every list named by *paths* (files, or folders of ``*.toml``), in order of name."""
    lists: dict[str, tuple[Path, KeywordList]] = {}
    for file in files(paths):
        one = load_file(file)
        if one.slug in lists and lists[one.slug][0] != file:
            other = lists[one.slug][0]
            raise ListError(f"{file}: {other} is a list called {one.slug!r} too; rename one of the files")
        lists[one.slug] = file, one
    return [one for _, one in lists.values()]


def load_file(file: Path) -> KeywordList:
    """Load the list in *file*; its slug is the file's stem."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ListError(f"{file}: byte {error.start + 1} is not UTF-8; save the file as UTF-8") from error
    except OSError as error:
        raise ListError(
            f"{file}: cannot be read ({error.strerror}); check the name and the permissions"
        ) from error
    return parse(text, file)


def parse(text: str, file: Path) -> KeywordList:
    """Decode the *text* of a list; *file* gives its slug and names it in errors."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        what = _lower(str(error)).replace("at end of document", f"at line {text.count(chr(10)) + 1}, the end")
        raise ListError(
            f"{file}: {what}; check quotes, commas and brackets there and in the line before"
        ) from error
    try:
        decoded = msgspec.convert(document, KeywordList)
    except msgspec.ValidationError as error:
        raise ListError(_Place(file, text, document).sentence(str(error))) from error
    for path, wrong in _mistakes(decoded):
        raise ListError(_Place(file, text, document).at(path, wrong))
    return msgspec.structs.replace(decoded, slug=file.stem)


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]


def files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files that *paths* name; raises ListError for a folder without any."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        files = sorted(path.glob("*.toml"))
        if not files:
            raise ListError(f"{path}: this folder has no keyword lists; put files that end in .toml into it")
        yield from files


class _Place:
    """Where in a file a mistake is: the file, the line of the table or key, and what the table is."""

    def __init__(self, file: Path, text: str, document: dict[str, Any]) -> None:
        self._file = file
        self._lines = text.splitlines()
        self._document = document

    def sentence(self, message: str) -> str:
        """Turn a decoder's *message* into a sentence that says what would be right."""
        path = found["path"] if (found := _PATH.search(message)) else ""
        what = _PATH.sub("", message)
        if unknown := _UNKNOWN.search(what):
            return self.at(f"{path}.{unknown['field']}", _unknown(unknown["field"], path))
        if missing := re.search(r"missing required field `([^`]*)`", what):
            return self.at(path, f"{missing[1]} is missing; {_right(f'{path}.{missing[1]}', 'add it')}")
        key = _plain(path).rpartition(".")[2]
        what = what.replace("`", "")
        if key in _CHOICES:
            wanted = " or ".join(f'"{choice}"' for choice in _CHOICES[key])
            return self.at(path, f"{key} has a value it does not know; write {wanted}")
        return self.at(path, f"{key}: {_lower(what)}; {_right(path, 'see docs/keyword-lists.md')}")

    def at(self, path: str, wrong: str) -> str:
        """Return *wrong* with the file, the line and the table that *path* leads to."""
        line, table = self._line(path)
        where = f"{self._file}, line {line}" if line else f"{self._file}"
        return f"{where}: {table}{wrong}"

    def _line(self, path: str) -> tuple[int, str]:
        found = _TABLE.match(path)
        start, table, key = 0, "", path.lstrip(".").split(".")[0].split("[")[0]
        if found:
            start = self._header(found["name"], int(found["index"]))
            key = found["key"] or ""
            table = f"{found['name']} {int(found['index']) + 1}{self._called(found)}: "
        return self._key(key, start) or start, table

    def _header(self, name: str, index: int) -> int:
        headers = [n for n, line in enumerate(self._lines, 1) if re.match(rf"\s*\[\[\s*{name}\s*\]\]", line)]
        return headers[index] if index < len(headers) else 0

    def _key(self, key: str, start: int) -> int:
        for number, line in enumerate(self._lines[start:], start + 1):
            if re.match(r"\s*\[\[", line):
                break
            if key and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[.=]", line):
                return number
        return 0

    def _called(self, found: re.Match[str]) -> str:
        entry = self._document[found["name"]][int(found["index"])]
        spellings = entry.get("any") if isinstance(entry, dict) else None
        return f" ({spellings[0]})" if isinstance(spellings, list) and spellings else ""


def _plain(path: str) -> str:
    """Return *path* without the numbers of its entries: ``.topic[0].name`` is ``topic.name``."""
    return re.sub(r"\[[^\]]*\]", "", path).lstrip(".")


def _right(path: str, otherwise: str) -> str:
    """Say what would be right at *path*: of keys that several tables have, each has its own answer."""
    plain = _plain(path)
    return _RIGHT.get(plain) or _RIGHT.get(plain.rpartition(".")[2], otherwise)


def _unknown(field: str, path: str) -> str:
    tables: dict[str, type[msgspec.Struct]] = {"keyword": Keyword, "topic": Topic}
    owner = Near if ".near" in path else tables.get(path[1:].split("[", 1)[0], KeywordList)
    known = [
        one.encode_name
        for one in msgspec.structs.fields(owner)
        if one.encode_name != "slug" or owner is Topic
    ]
    close = difflib.get_close_matches(field, known, n=1)
    meant = f"did you mean {close[0]}?" if close else "there are " + ", ".join(known)
    return f"there is no key {field}; {meant}"


def _mistakes(one: KeywordList) -> Iterator[tuple[str, str]]:
    """Yield the mistakes that types cannot see: the path of each, and the sentence."""
    if not _SLUG.fullmatch(one.brand):
        yield ".brand", f"brand {one.brand!r} is not a slug; use small ASCII letters, digits, - and _ only"
    slugs = [topic.slug for topic in one.topics]
    for index, slug in enumerate(slugs):
        if not _SLUG.fullmatch(slug):
            yield (
                f".topic[{index}].slug",
                f"slug {slug!r} is not a slug; use small ASCII letters, digits, - and _ only",
            )
        if slug in slugs[:index]:
            yield f".topic[{index}].slug", f"the topic {slug!r} is there twice; keep one of the two"
    for index, keyword in enumerate(one.keywords):
        for key, wrong in _keyword_mistakes(keyword):
            yield f".keyword[{index}].{key}", wrong


def _keyword_mistakes(keyword: Keyword) -> Iterator[tuple[str, str]]:
    if not _SLUG.fullmatch(keyword.topic):
        yield "topic", f"topic {keyword.topic!r} is not a slug; use small ASCII letters, digits, - and _ only"
    if not keyword.any:
        yield "any", f"any is empty, so nothing can match; {_RIGHT['any']}"
    near = keyword.near.terms if keyword.near else ("-",)
    for key, terms in (("any", keyword.any), ("all", keyword.all), ("none", keyword.none), ("near", near)):
        for term in terms:
            if not cleaned(term).strip():
                yield key, f"{key} has an empty spelling {term!r}; delete it or write what you look for"
    if keyword.near and (keyword.near.within < 0 or not keyword.near.terms):
        yield "near", f"near needs terms and a distance of 0 or more; {_RIGHT['near']}"
    for key, instant in (("starts", keyword.starts), ("expires", keyword.expires)):
        if isinstance(instant, datetime) and instant.tzinfo is None:
            yield key, f"{key} has no time zone; {_RIGHT[key]}"
    dated = keyword.starts and keyword.expires and keyword.starts.tzinfo and keyword.expires.tzinfo
    if dated and keyword.starts and keyword.expires and keyword.starts >= keyword.expires:
        yield "expires", "it expires before it starts; change one of the two"
