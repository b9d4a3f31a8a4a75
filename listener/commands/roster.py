"""How `hinoban rota` prints: tables in local time for people, JSON lines in UTC for programs."""

import itertools
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, NamedTuple, TextIO

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text

from alerts.rota.rota import Gap, Rota, Shift
from alerts.rota.shift import OVERRIDE
from alerts.routing import NameOf, as_known
from listener.rota.reading import Read
from listener.terminal import Language, spoken

LONGEST = 366
"""Days that can be asked for."""
AROUND = timedelta(days=60)
"""How far the beginning and the end of a shift are looked for."""
NARROW = 88

Span = tuple[datetime, datetime]

WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "weekdays": "Mon Tue Wed Thu Fri Sat Sun", "time": "{day} {at:%d %b %H:%M}",
        "from": "from", "to": "to", "for": "for", "places": "first second third", "nobody": "nobody",
        "fallback": "the fallback is paged",
        "until": "until {at}", "then": "then", "days": "{d} d", "hours": "{h} h", "minutes": "{m} min",
        "covered": "somebody is always on call until {at}", "instead": "override",
    },
    "ja": {
        "weekdays": "月 火 水 木 金 土 日", "time": "{at:%m/%d}({day}) {at:%H:%M}",
        "from": "開始", "to": "終了", "for": "長さ", "places": "第一 第二 第三", "nobody": "不在",
        "fallback": "予備の受信先を呼び出します",
        "until": "{at}まで", "then": "以降", "days": "{d}日", "hours": "{h}時間", "minutes": "{m}分",
        "covered": "{at}まで空白はありません", "instead": "交代",
    },
}  # fmt: skip


class Stretch(NamedTuple):
    """A time in which the same people are on call."""

    since: datetime
    until: datetime
    people: tuple[str, ...]


class Sheet:
    """Prints times in a language, on a rota's clock."""

    def __init__(self, out: TextIO, zone: tzinfo, name_of: NameOf = as_known) -> None:
        width = None if out.isatty() else NARROW
        self._console = Console(file=out, width=width, highlight=False)
        self._language = spoken()
        self._words = WORDS[self._language]
        self._name_of = name_of
        self._zone = zone

    def word(self, name: str, **filled: Any) -> str:
        """Return a word of the sheet's language."""
        return self._words[name].format(**filled)

    def person(self, who: str) -> str:
        """Return how people see somebody."""
        return self._name_of(who, self._language)

    def time(self, at: datetime) -> str:
        """Return an instant as people read it."""
        local = at.astimezone(self._zone)
        return self.word("time", at=local, day=self._words["weekdays"].split()[local.weekday()])

    def length(self, span: timedelta) -> str:
        """Return a length of time in its two largest units."""
        minutes = round(span.total_seconds() / 60)
        days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
        units = (("days", "d", days), ("hours", "h", hours), ("minutes", "m", rest))
        return " ".join(self.word(name, **{key: count}) for name, key, count in units if count)

    def head(self, name: str, at: datetime) -> None:
        """Print which rota follows, and on which clock."""
        self._console.print(Text.assemble((name, "bold"), f"  {self.time(at)}  ", (str(self._zone), "dim")))

    def print(self, *lines: Text | Table | str) -> None:
        """Print lines or a table."""
        for line in lines:
            self._console.print(line)

    def table(self, *columns: str) -> Table:
        """Return an empty table with headings."""
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
        table.add_column("", width=1)
        for column in columns:
            table.add_column(column, no_wrap=True)
        return table

    def place(self, number: int) -> str:
        """Return what the person in a place is called."""
        known = self._words["places"].split()
        return known[number] if number < len(known) else str(number + 1)


def who(name: str, read: Read, at: datetime, out: TextIO, *, table: bool, name_of: NameOf = as_known) -> None:
    """Print who is on call at an instant, and who would be next."""
    found = [one for one in read.rota.shifts(at - AROUND, at + AROUND) if one.since <= at < one.until]
    found.sort(key=lambda one: one.place)
    edges = (at - AROUND, at + AROUND)
    later = [person for person in read.rota.line(at) if person not in read.rota.on_call(at)]
    if table:
        gap = next(iter(read.rota.gaps(at, at + AROUND)), None)
        _print_who(Sheet(out, read.zone, name_of), name, at, found, later, gap)
        return
    for one in found:
        unseen = {key: None for key in ("since", "until") if getattr(one, key) in edges}
        _line(out, name, {"at": _plain(at)} | _shift(one) | unseen)
    if not found:
        _line(out, name, {"at": _plain(at), "who": None, "place": 1})


def shifts(
    name: str, read: Read, span: Span, out: TextIO, *, table: bool, name_of: NameOf = as_known
) -> None:
    """Print the shifts from one instant to another."""
    if table:
        _print_shifts(Sheet(out, read.zone, name_of), name, span, list(stretches(read.rota, span)))
        return
    found: list[Shift | Gap] = [*read.rota.shifts(*span), *read.rota.gaps(*span)]
    for one in sorted(found, key=lambda one: one.since):
        told = _shift(one) if isinstance(one, Shift) else {"who": None, "place": 1} | _times(one)
        _line(out, name, told)


def gaps(name: str, read: Read, span: Span, out: TextIO, *, table: bool) -> int:
    """Print the gaps from one instant to another, and return how many there are."""
    found = read.rota.gaps(*span)
    if not table:
        for gap in found:
            _line(out, name, {"who": None, **_times(gap)})
        return len(found)
    sheet = Sheet(out, read.zone)
    sheet.head(name, span[0])
    if not found:
        sheet.print(f"  {sheet.word('covered', at=sheet.time(span[1]))}")
        return 0
    lines = sheet.table(*map(sheet.word, ("from", "to", "for")))
    for gap in found:
        lines.add_row("", sheet.time(gap.since), sheet.time(gap.until), sheet.length(gap.until - gap.since))
    sheet.print(lines)
    return len(found)


def stretches(rota: Rota, span: Span) -> Iterator[Stretch]:
    """Yield the times in which the same people are on call, gaps too."""
    found: list[Shift | Gap] = [*rota.shifts(*span), *rota.gaps(*span)]
    edges = sorted({at for one in found for at in (one.since, one.until)})
    last: Stretch | None = None
    for since, until in itertools.pairwise(edges):
        people = rota.on_call(since)
        if last and last.people != people:
            yield last
            last = None
        last = Stretch(last.since if last else since, until, people)
    if last:
        yield last


def _print_who(
    sheet: Sheet, name: str, at: datetime, found: list[Shift], later: list[str], gap: Gap | None
) -> None:
    sheet.head(name, at)
    lines = sheet.table("", "", "", "")
    lines.show_header = False
    for one in found:
        until = sheet.word("until", at=sheet.time(one.until)) if one.until < at + AROUND else ""
        bold = Text(sheet.person(one.who), style="bold" if one.place == 0 else "")
        layer = sheet.word("instead") if one.layer == OVERRIDE else one.layer
        lines.add_row("", sheet.place(one.place), bold, until, Text(layer, style="dim"))
    if not lines.row_count and gap:
        until = sheet.word("until", at=sheet.time(gap.until))
        so = sheet.word("fallback")
        sheet.print(Text.assemble("   ", (sheet.word("nobody"), "bold red"), f"  {until}  ", (so, "dim")))
        return
    sheet.print(lines)
    if later:
        width = max(cell_len(sheet.place(one.place)) for one in found)
        then = set_cell_size(sheet.word("then"), max(width, cell_len(sheet.word("then"))))
        sheet.print(Text(f"   {then}  {', '.join(map(sheet.person, later))}", style="dim"))


def _print_shifts(sheet: Sheet, name: str, span: Span, found: list[Stretch]) -> None:
    sheet.head(name, span[0])
    places = max((len(one.people) for one in found), default=1) or 1
    heads = ("from", "to", "for")
    lines = sheet.table(*map(sheet.word, heads))
    for place in map(sheet.place, range(places)):
        # A long name takes two rows where there is no room: times are never cut.
        lines.add_column(place, overflow="fold")
    for one in found:
        people = tuple(map(sheet.person, one.people)) or (Text(sheet.word("nobody"), style="bold red"),)
        times = (sheet.time(one.since), sheet.time(one.until), sheet.length(one.until - one.since))
        lines.add_row("", *times, *people)
    sheet.print(lines)


def _shift(one: Shift) -> dict[str, Any]:
    return {"who": one.who, "place": one.place + 1, "layer": one.layer, **_times(one)}


def _times(one: Shift | Gap) -> dict[str, str]:
    return {"since": _plain(one.since), "until": _plain(one.until)}


def _plain(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _line(out: TextIO, name: str, told: dict[str, Any]) -> None:
    print(json.dumps({"rota": name, **told}, ensure_ascii=False), file=out)
