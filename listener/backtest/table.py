"""A backtest as people read it."""

from collections import Counter
from datetime import datetime
from typing import TextIO
from zoneinfo import ZoneInfo

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from alerts.defuse import clip, defuse
from listener.backtest.report import Comparison, Estimate, Example, FireFigures, Report
from listener.backtest.wording import WORDS, Words
from listener.terminal import Language

CLOCK = "%m-%d %H:%M"
LONGEST = 60
"""Half-width cells of a post that are shown."""
BEFORE = 12
"""Letters that are shown before the word that matched."""
NARROWEST = 100
SWOLLEN = 2.0
"""How many times as many mentions are worth a word in the summary: so broad a word seldom means the brand."""
CHANGES: tuple[Comparison, ...] = ("missing", "later", "earlier", "new")
FIRST = 2
"""What is always in the summary: mentions, and pages."""


class Writer:
    """Writes one report in one language."""

    def __init__(self, report: Report, zone: ZoneInfo, language: Language, out: TextIO) -> None:
        self._report = report
        self._zone = zone
        self._language = language
        self._words: Words = WORDS[language]
        self._names = {
            (one.brand, one.topic): one.names.get(language) or next(iter(one.names.values()), one.topic)
            for one in report.topics
        }
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
        self._examples(words.newly_title, words.newly_none, report.newly_matched, newly)
        self._examples(words.dropped_title, words.dropped_none, report.no_longer_matched, dropped)
        self._notes()

    def _say(self, text: str = "", style: str = "") -> None:
        self._console.print(escape(text), style=style, soft_wrap=True)

    def _wrap(self, text: str, style: str = "", *, mark: str = "") -> None:
        """Write a sentence that may be longer than a line; it goes on under its beginning."""
        if self._language == "ja":  # breaks anywhere, which the terminal does by itself
            self._say(mark + text, style)
            return
        grid = Table.grid()
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        grid.add_row(mark, Text(text, style=style))
        self._console.print(grid)

    def _heading(self) -> None:
        words, period = self._words, self._report.period
        start, end = (f"{at.astimezone(self._zone):%Y-%m-%d %H:%M}" for at in (period.start, period.end))
        self._say(words.title.format(days=period.days, start=start, end=end, zone=self._zone), "bold")
        for one in self._report.tried:
            self._say(words.tried[one.kind].format(what=one.what, instead=one.instead))
        if not self._report.tried:
            self._say(words.nothing_tried)
        self._say(words.learned.format(days=period.learned_days))
        self._wrap(self._summary(), "bold")

    def _summary(self) -> str:
        """Return what it comes to in one sentence."""
        words = self._words.short
        parts = [self._mentions_in_short(), self._pages_in_short()]
        found = Counter(fire.comparison for fire in self._report.fires)
        parts += [words[what].format(n=found[what]) for what in CHANGES if found[what]]
        if found and len(parts) == FIRST:
            parts.append(words["fires_same"])
        between = "、" if self._language == "ja" else "; "
        return between.join(parts) + self._words.stop

    def _mentions_in_short(self) -> str:
        topics = self._report.topics
        newly = self._all([topic.newly_matched for topic in topics])
        gone = self._all([topic.no_longer_matched for topic in topics])
        nothing = newly == gone == "0"
        said = self._words.short["same_mentions" if nothing else "mentions"].format(newly=newly, gone=gone)
        swollen = [one for one in topics if one.changed.value >= SWOLLEN * one.current.value > 0]
        for one in swollen:
            times = one.changed.value / one.current.value
            said += self._words.short["times"].format(topic=self._name(one.brand, one.topic), n=times)
        return said

    def _pages_in_short(self) -> str:
        report = self._report
        before, after = (f"{side.pages_per_30_days:.1f}" for side in (report.current, report.changed))
        full = "same_pages" if before == after else "pages"
        said = {"full": full, "at_least": "least", "cannot_tell": "unknown"}[report.certainty]
        return self._words.short[said].format(before=before, after=after)

    def _all(self, found: list[Estimate]) -> str:
        value = f"{round(sum(one.value for one in found)):,}"
        return self._words.roughly.format(n=value) if any(one.sampled for one in found) else value

    def _table(self, *headings: str) -> Table:
        table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
        for place, heading in enumerate(headings):
            first = place == 0
            table.add_column(
                heading, overflow="fold", justify="left" if first else "right", no_wrap=not first
            )
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
            table.add_row(
                escape(f"{self._names[topic.brand, topic.topic]} ({topic.brand}:{topic.topic})"),
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
                escape("、".join(self._name(fire.brand, topic) for topic in fire.topics)),
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

    def _examples(self, title: str, none: str, shown: tuple[Example, ...], found: list[Estimate]) -> None:
        words, total = self._words, self._all(found)
        self._say(title.format(shown=len(shown), all=total) if total != "0" else none, "bold")
        if not shown:
            return
        table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
        for heading in (words.when, words.topic, words.words, words.post):
            table.add_column(heading, overflow="fold")
        for one in shown:
            note = words.reasons[one.why].format(word=one.word) if one.why else ""
            more = "\n" + words.stands_for.format(n=f"{one.stands_for:.0f}") if one.stands_for > 1 else ""
            topic = self._name(one.brand, one.topic)
            cells = (self._clock(one.at), topic, "、".join(one.words), _excerpt(one) + more)
            table.add_row(*map(escape, cells))
            if note:
                table.add_row("", "", "", escape(f"→ {note}"))
        self._console.print(table)

    def _name(self, brand: str, topic: str) -> str:
        """Return what people call a topic; of several brands, which one's."""
        name = self._names.get((brand, topic), topic)
        return name if len(self._report.brands) == 1 else f"{brand}: {name}"

    def _notes(self) -> None:
        if self._report.notes:
            self._say(self._words.notes_title, "bold")
        for note in self._report.notes:
            self._wrap(note.text, mark="- ")


def _excerpt(one: Example) -> str:
    """Return a piece of the post in which the word stands that made the difference."""
    said = defuse(one.text)
    places = [said.find(word) for word in (one.word, *one.words) if word]
    at = next((place for place in places if place >= 0), 0)
    start = max(0, at - BEFORE)
    return ("…" if start else "") + clip(said[start:], LONGEST)
