"""The monthly report as people read it: at most 88 columns."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TextIO
from zoneinfo import ZoneInfo

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from alerts.defuse import defuse
from alerts.digest.monthly import VOICES, Monthly, Responded, Share
from alerts.digest.monthly_wording import WORDS, Words
from alerts.wording import WORDS as PAGE_WORDS
from alerts.wording import Language

WIDTH = 88
_HOURS = 120  # minutes from which on hours are easier to read


class Reader(NamedTuple):
    """Who reads it: language and clock, and what the settings say that the figures do not."""

    language: Language
    zone: ZoneInfo
    blind: tuple[str, ...] = ()
    kept_days: int = 90

    @property
    def words(self) -> Words:
        """Return the words of the language."""
        return WORDS[self.language]


def notes(report: Monthly, reader: Reader) -> Iterator[str]:
    """Yield a sentence for everything that the figures do not say."""
    unjudged = sum(one.fires for one in report.judged if one.verdict is None)
    values = {
        "unjudged": unjudged,
        "real": report.responded.fires,
        "unheard": report.responded.fires - report.responded.answered,
        "watched": report.watched_days,
        "days": reader.kept_days,
        "share": int(report.watched.share * 100),
        "blind": PAGE_WORDS[reader.language].comma.join(reader.blind),
    }
    for code in report.unknown:
        if code != "blind" or reader.blind:
            yield reader.words.unknown[code].format(**values)


def write(report: Monthly, reader: Reader, out: TextIO) -> None:
    """Print *report*."""
    _Writer(report, reader, out).write()


class _Writer:
    def __init__(self, report: Monthly, reader: Reader, out: TextIO) -> None:
        self._report = report
        self._reader = reader
        self._words = reader.words
        self._console = Console(file=out, highlight=False, width=WIDTH)

    def write(self) -> None:
        self._say(self._title(), "bold")
        if not self._report.fires:
            self._say(self._words.nothing)
        self._table([("", "left"), ("", "left")], list(self._figures()), head=False)
        if self._report.fires:
            self._verdicts()
            self._people()
        if any(one.calls or one.mentions for one in self._report.hours):
            self._say(self._words.by_hour, "bold")
            self._hours()
        self._say(self._words.cannot, "bold")
        for note in notes(self._report, self._reader):
            self._say(f"- {note}")

    def _title(self) -> str:
        start, end = (self._local(at) for at in self._report.period)
        month = f"{start.year}年{start.month}月" if self._reader.language == "ja" else f"{start:%B %Y}"
        return self._words.title.format(
            month=month, start=f"{start:%m/%d %H:%M}", end=f"{end:%m/%d %H:%M}", zone=self._reader.zone
        )

    def _figures(self) -> Iterator[tuple[str, str]]:
        report, words = self._report, self._words
        yield words.figures["fires"], str(report.fires)
        for severity, calls in report.calls.items():
            yield words.calls[severity], str(calls)
        yield words.figures["false"], self._share(report.false_share)
        yield words.figures["answered"], self._answered()
        yield words.figures["median"], self._minutes(report.median_seconds)
        yield words.figures["p90"], self._minutes(report.p90_seconds)
        yield from self._responses()
        yield words.figures["reopened"], str(report.reopened)
        silent = sum(
            (report.period.overlap(one.start, one.end) for one in report.watched.silent), timedelta()
        )
        away = sum((report.period.overlap(one.start, one.end) for one in report.watched.away), timedelta())
        yield words.figures["away"], self._minutes(away.total_seconds())
        yield words.figures["silent"], self._minutes(silent.total_seconds())

    def _responses(self) -> Iterator[tuple[str, str]]:
        """Yield how the brand answered the real fires in public, those of the night beside all."""
        figures, every, night = self._words.figures, self._report.responded, self._report.responded_night
        yield figures["response"], self._beside(self._answered_fires(every), self._answered_fires(night))
        for name, one, other in (
            ("response_median", every.median_seconds, night.median_seconds),
            ("response_p90", every.p90_seconds, night.p90_seconds),
        ):
            yield figures[name], self._beside(self._minutes(one), self._minutes(other))

    def _beside(self, every: str, night: str) -> str:
        if not self._report.responded_night.fires:
            return every
        return self._words.beside_night.format(all=every, night=night)

    def _answered_fires(self, one: Responded) -> str:
        if not one.fires:
            return self._words.none
        share = f"{100 * one.answered / one.fires:.0f}"
        return self._words.of_fires.format(share=share, n=one.answered, of=one.fires)

    def _share(self, share: Share | None) -> str:
        if share is None:
            return self._words.none
        value, low, high = (f"{part * 100:.0f}" for part in share[:3])
        return self._words.share.format(value=value, low=low, high=high, of=share.of)

    def _answered(self) -> str:
        n, rounds = self._report.answered, self._report.answered + self._report.unanswered
        share = f"{100 * n / rounds:.0f}" if rounds else ""
        return self._words.of_rounds.format(share=share, n=n, of=rounds) if rounds else self._words.none

    def _minutes(self, seconds: float | None) -> str:
        if seconds is None:
            return self._words.none
        minutes = seconds / 60
        if minutes >= _HOURS:
            return self._words.hours.format(h=f"{minutes / 60:,.1f}")
        return self._words.minutes.format(m=f"{minutes:.1f}" if minutes < 10 else f"{minutes:.0f}")  # noqa: PLR2004 - two digits say enough

    def _verdicts(self) -> None:
        words, spoken = self._words, PAGE_WORDS[self._reader.language].verdict
        rows = [
            (spoken[one.verdict] if one.verdict else words.not_yet, str(one.fires), str(one.calls))
            for one in self._report.judged
        ]
        self._table([(words.verdict, "left"), (words.fires, "right"), (words.rang, "right")], rows)

    def _people(self) -> None:
        words = self._words
        headings = (words.rang, words.at_night, words.wrongly, words.unjudged)
        rows = [
            (defuse(one.name), *map(str, (one.calls, one.night, one.wrong_night, one.unjudged_night)))
            for one in self._report.people
        ]
        self._table([(words.person, "left"), *((heading, "right") for heading in headings)], rows)

    def _hours(self) -> None:
        words = self._words
        headings = (words.hour, words.rang, words.mentions, words.negative)
        voices = tuple(words.voices[voice] for voice in VOICES)
        rows = [
            (
                f"{one.hour:02}",
                str(one.calls or ""),
                _mean(one.mentions),
                _mean(one.negative),
                *(_mean(one.voices.get(voice, 0.0)) for voice in VOICES),
            )
            for one in self._report.hours
        ]
        self._table([(heading, "right") for heading in (*headings, *voices)], rows)

    def _table(
        self, columns: Sequence[tuple[str, Any]], rows: Sequence[tuple[str, ...]], *, head: bool = True
    ) -> None:
        table = Table(box=SIMPLE_HEAD if head else None, padding=(0, 1, 0, 0), show_header=head)
        for heading, side in columns:
            table.add_column(heading, justify=side, overflow="fold")
        for row in rows:
            table.add_row(*map(escape, row))
        self._console.print(table)

    def _say(self, text: str, style: str = "") -> None:
        self._console.print(escape(text), style=style)

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self._reader.zone)


def _mean(value: float) -> str:
    """Spell a mean per day; nothing where there is nothing."""
    return f"{value:,.1f}" if value else ""
