"""Events out of an iCalendar file: those whose title, category or description says what kind they are."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import datetime, tzinfo
from pathlib import Path
from typing import NamedTuple

from config.mistakes import none_of, spoken
from listener.agenda import entries
from listener.agenda.entries import Entry, Occurrence
from models.event import EXPECTED, Event, EventKind

LEAST, LARGEST = 1.0, 100.0

KINDS: dict[str, EventKind] = {
    "campaign": "campaign", "キャンペーン": "campaign", "企画": "campaign",
    "broadcast": "broadcast", "放送": "broadcast", "番組": "broadcast",
    "launch": "launch", "発売": "launch", "新発売": "launch",
    "sale": "sale", "セール": "sale",
    "announcement": "announcement", "発表": "announcement",
    "other": "other", "その他": "other",
}  # fmt: skip
"""How people name the kinds."""
NAMES = {"kind": "kind", "種類": "kind", "topics": "topics", "topic": "topics", "話題": "topics",
         "expected": "expected", "倍率": "expected"}  # fmt: skip
"""What a line of a description may set."""
_TITLE = re.compile(r"\s*[\[【［](?P<kind>[^\]】］]+)[\]】］]\s*(?P<rest>.*)", re.DOTALL)
_LINE = re.compile(r"\s*(?P<name>\w+)\s*[:=]\s*(?P<value>.+?)\s*$")
_BREAK = re.compile(r"<br\s*/?>|</p>|\n", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


class Found(NamedTuple):
    """The events of a file within a stretch of time, and the titles of the entries without a kind."""

    events: list[Event]
    left_out: list[str]


class Said(NamedTuple):
    """What an entry says of itself."""

    kind: EventKind
    topics: tuple[str, ...]
    expected: float
    note: str


def parse(
    text: str, file: Path, zone: tzinfo, topics: Collection[str], between: tuple[datetime, datetime]
) -> Found:
    """Return the events of an iCalendar file that lie *between* two instants; raises SettingsError.

    An entry that names no kind is somebody's meeting, and is left out.
    """
    found = entries.read(text, file)
    said: dict[str, Said] = {}
    for entry in found:
        kind = _kind(entry)
        if kind is not None:
            said[entries.uid(entry)] = _said(entry, kind, file, topics)
            entries.refuse_impossible(entry, file, no_end="say until when people will talk of it")
    ours = [entry for entry in found if entries.uid(entry) in said]
    left_out = [entries.title(entry) for entry in found if entries.uid(entry) not in said]
    return Found([_event(one, said) for one in entries.occurrences(ours, file, zone, between)], left_out)


def _event(one: Occurrence, said: Mapping[str, Said]) -> Event:
    told = said[one.uid]
    return Event(
        kind=told.kind,
        start=one.start,
        end=one.end,
        expected=told.expected,
        topics=told.topics,
        note=told.note,
    )


def _kind(entry: Entry) -> EventKind | None:
    """Return the kind that an entry names: in brackets before its title, as a category, or in a line."""
    title = _TITLE.match(entries.title(entry))
    given = entry.get("CATEGORIES")
    lists = given if isinstance(given, list) else [given] if given is not None else []
    categories = [str(category) for one in lists for category in one.cats]
    names = [title["kind"] if title else "", *categories, _lines(entry).get("kind", "")]
    return next((KINDS[word] for name in names if (word := _plain(name)) in KINDS), None)


def _lines(entry: Entry) -> dict[str, str]:
    """Return what the description sets, line by line; web calendars send it as HTML."""
    found = {}
    for line in _BREAK.split(str(entry.get("DESCRIPTION") or "")):
        match = _LINE.match(unicodedata.normalize("NFKC", _TAG.sub("", line)))
        if match and (name := NAMES.get(match["name"].lower())):
            found[name] = match["value"]
    return found


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().lower()


def _said(entry: Entry, kind: EventKind, file: Path, topics: Collection[str]) -> Said:
    lines = _lines(entry)
    named = tuple(filter(None, re.split(r"[,、\s]+", lines.get("topics", ""))))
    for topic in named:
        if topic not in topics:
            raise entries.fail(file, entry, f"unknown topic: {none_of(topic, sorted(topics))}")
    title = _TITLE.match(entries.title(entry))
    note = title["rest"] if title and _plain(title["kind"]) in KINDS else entries.title(entry)
    return Said(kind, named, _expected(entry, lines.get("expected"), kind, file), note.strip())


def _expected(entry: Entry, given: str | None, kind: EventKind, file: Path) -> float:
    if given is None:
        return EXPECTED[kind]
    number = re.fullmatch(r"[x×]?\s*(\d+(?:\.\d+)?)\s*[x×倍]?", given)
    if number is None or not LEAST <= float(number[1]) <= LARGEST:
        raise entries.fail(
            file, entry, f"expected: {spoken(given)} is no multiple; write a number from 1 to 100"
        )
    return float(number[1])
