"""A backtest as people read it."""

from datetime import datetime
from typing import TextIO
from zoneinfo import ZoneInfo

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from alerts.defuse import clip, defuse
from listener.backtest.report import Estimate, Example, FireFigures, Report
from listener.backtest.wording import WORDS, Words
from listener.terminal import Language

CLOCK = "%m-%d %H:%M"
LONGEST = 60
"""Half-width cells of a post that are shown."""
NARROWEST = 100


class Writer:
    """Writes one report in one language."""

    def __init__(self, report: Report, zone: ZoneInfo, language: Language, out: TextIO) -> None:
        self._report = report
        self._zone = zone
        self._language = language
        self._words: Words = WORDS[language]
        self._console = Console(file=out, highlight=False, soft_wrap=False)
        if not self._console.is_terminal:
            self._console.width = NARROWEST

    def write(self) -> None:
        """Write everything."""
        self._heading()
        self._volumes()
        self._pages()
        self._fires()
        words, report = self._words, self._report
        newly = [topic.newly_matched for topic in report.topics]
        dropped = [topic.no_longer_matched for topic in report.topics]
        self._examples(words.newly_title, report.newly_matched, newly)
        self._examples(words.dropped_title, report.no_longer_matched, dropped)
        self._notes()

    def _say(self, text: str = "", style: str = "") -> None:
        self._console.print(escape(text), style=style, soft_wrap=True)

    def _heading(self) -> None:
        words, period = self._words, self._report.period
        start, end = (f"{at.astimezone(self._zone):%Y-%m-%d %H:%M}" for at in (period.start, period.end))
        self._say(words.title.format(days=period.days, start=start, end=end, zone=self._zone), "bold")
        for one in self._report.tried:
            self._say(words.tried[one.kind].format(what=one.what, instead=one.instead))
        if not self._report.tried:
            self._say(words.nothing_tried)
        self._say(words.learned.format(days=period.learned_days))

    def _table(self, *headings: str) -> Table:
        table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
        for place, heading in enumerate(headings):
            table.add_column(heading, overflow="fold", justify="left" if place == 0 else "right")
        return table

    def _volumes(self) -> None:
        words = self._words
        table = self._table(
            f"{words.mentions}: {words.topic}",
            words.now,
            words.changed,
            words.newly,
            words.dropped,
            words.trust,
        )
        for topic in self._report.topics:
            name = topic.names.get(self._language) or next(iter(topic.names.values()), topic.topic)
            table.add_row(
                escape(f"{name} ({topic.brand}:{topic.topic})"),
                self._number(topic.current),
                self._number(topic.changed),
                self._number(topic.newly_matched),
                self._number(topic.no_longer_matched),
                words.short_certainty[topic.certainty],
            )
        self._console.print(table)

    def _number(self, estimate: Estimate) -> str:
        words = self._words
        value, low, high = (f"{round(n):,}" for n in (estimate.value, estimate.low, estimate.high))
        if estimate.sampled:
            return words.about.format(n=value, low=low, high=high)
        return value if estimate.high == estimate.value else words.at_most.format(n=value, high=high)

    def _pages(self) -> None:
        words, report = self._words, self._report
        now, changed, less = report.current, report.changed, report.difference
        table = self._table("", words.now, words.changed, words.difference)

        def row(name: str, values: tuple[float, float, float], digits: int) -> None:
            before, after, difference = values
            said = words.certainty[report.certainty].format(n=f"{after:.{digits}f}")
            apart = words.unsure[report.certainty].format(n=f"{difference:+.{digits}f}")
            table.add_row(name, f"{before:.{digits}f}", said, apart)

        row(words.pages, (now.pages, changed.pages, less.pages), 0)
        row(words.nights, (now.night_pages, changed.night_pages, less.night_pages), 0)
        monthly = (now.pages_per_30_days, changed.pages_per_30_days, less.pages_per_30_days)
        row(words.per_month, monthly, 1)
        monthly = (
            now.night_pages_per_30_days,
            changed.night_pages_per_30_days,
            less.night_pages_per_30_days,
        )
        row(words.nights, monthly, 1)
        self._console.print(table)

    def _fires(self) -> None:
        words = self._words
        self._say(words.fires if self._report.fires else words.no_fires, "bold")
        if not self._report.fires:
            return
        table = self._table(words.fire, words.topic, words.now, words.changed, words.difference)
        for fire in self._report.fires:
            table.add_row(
                self._clock(fire.started_at),
                escape(f"{fire.brand}: {', '.join(fire.topics)}"),
                self._clock(fire.current),
                self._clock(fire.changed),
                self._apart(fire),
            )
        self._console.print(table)

    def _apart(self, fire: FireFigures) -> str:
        words = self._words
        minutes = f"{abs(fire.minutes or 0):.0f}"
        said = words.comparison[fire.comparison].format(minutes=minutes)
        return said + (words.glows[fire.comparison] if fire.glows else "")

    def _clock(self, at: datetime | None) -> str:
        return f"{at.astimezone(self._zone):{CLOCK}}" if at else self._words.never

    def _examples(self, title: str, shown: tuple[Example, ...], found: list[Estimate]) -> None:
        words = self._words
        value = sum(one.value for one in found)
        about = "≈" if any(one.sampled for one in found) else ""
        self._say(title.format(shown=len(shown), all=f"{about}{round(value):,}"), "bold")
        if not shown:
            return
        table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
        for heading in (words.when, words.topic, words.words, words.post):
            table.add_column(heading, overflow="fold")
        for one in shown:
            said = clip(defuse(one.text), LONGEST)
            note = words.reasons[one.why].format(word=one.word) if one.why else ""
            more = words.stands_for.format(n=f"{one.stands_for:.0f}") if one.stands_for > 1 else ""
            cells = (self._clock(one.at), one.topic, "、".join(one.words), said + more)
            table.add_row(*map(escape, cells))
            if note:
                table.add_row("", "", "", escape(f"→ {note}"))
        self._console.print(table)

    def _notes(self) -> None:
        if self._report.notes:
            self._say(self._words.notes_title, "bold")
        for note in self._report.notes:
            self._say(f"- {note.text}")
