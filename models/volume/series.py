"""The same judgement for a plain series of counts, one row at a time."""

from collections import deque
from datetime import UTC
from math import ceil, inf
from typing import NamedTuple

import msgspec

from models.flareup import State
from models.volume.baseline import Baseline, Calendar
from models.volume.dispersion import Dispersion
from models.volume.evidence import SCALES, SHORT, surprise, upper
from models.volume.loudness import Loudness
from models.volume.settings import DetectionSettings
from models.volume.weighing import Scale, Weighing

HOUR = 3600.0
WINDOW = 7200.0
"""Seconds for which a row may still be compared, and is not learned yet."""


class Judgement(NamedTuple):
    """What is said of one row."""

    expected: float
    upper: float
    score: float
    state: State


class Row(msgspec.Struct, frozen=True):
    """A row that is still compared, with what was expected of it when it came."""

    at: float
    count: float
    people: float
    negative: float
    expected: float


class Series:
    """Judges rows of a fixed interval online: by the negatives where they are given, else by the totals.

    Times are seconds of the file's own wall clock, and the season is that clock's.
    """

    def __init__(self, minutes: float, settings: DetectionSettings, *, negatives: bool = False) -> None:
        self._seconds = minutes * 60.0
        self._settings = settings
        self._by_negative = negatives
        # The shortest window is the row itself, also where rows are shorter than a minute.
        self._widths = [1, *sorted({ceil(scale / minutes) for scale in SCALES[1:]} - {1})]
        self._short = max(1, sum(width * minutes <= SCALES[SHORT - 1] for width in self._widths))
        self._calendar = Calendar(UTC)
        self._base: Baseline | None = None
        self._totals = Dispersion(settings.dispersion_prior)
        self._negatives = Dispersion(settings.dispersion_prior)
        self._recent: deque[Row] = deque()
        self._hour: list[Row] = []
        self._blocks: list[list[Row]] = [[] for _ in self._widths]
        self._rates: tuple[int, list[float]] = (-1, [])
        self._loudness = Loudness()
        self._opened = False
        self._closed = -inf
        self._calm_since: float | None = None

    def tell(
        self, at: float, count: float, negative: float | None = None, authors: float | None = None
    ) -> Judgement:
        """Judge one row by itself and the rows before it; *authors* are the people behind the posts."""
        base = self._base
        if base is None:
            level = max(count, 0.5) * HOUR / self._seconds
            base = self._base = Baseline.fresh(level, self._settings.share_prior)
        self._forget(at, base)
        people = count if authors is None else min(authors, count)
        blamed = min(negative or 0.0, count) * (people / count if count else 1.0)
        expected = self._expected(at, base)
        self._recent.append(Row(at, count, people, blamed, expected))
        bar = self._loudness.bar(self._settings.threshold)
        weighing = self._weigh(base, bar)
        news = self._loudness.hear(at, weighing.evidence, bar)
        bound = upper(expected, self._totals.inverse(0) + base.doubt)
        return Judgement(expected, bound, news / (news + bar), self._state(at, weighing, base))

    def _expected(self, at: float, base: Baseline) -> float:
        hour = int(at // HOUR)
        parts = max(1, round(HOUR / self._seconds))
        if self._rates[0] != hour:
            self._rates = (hour, base.rates(hour, self._calendar, parts))
        part = min(int(at % HOUR / HOUR * parts), parts - 1)
        return self._rates[1][part] * max(1.0, self._seconds / HOUR)

    def _forget(self, at: float, base: Baseline) -> None:
        """Learn rows as they leave the window, by whole hours."""
        while self._recent and self._recent[0].at <= at - WINDOW:
            row = self._recent.popleft()
            if self._hour and self._hour[0].at // HOUR != row.at // HOUR:
                self._learn(self._hour, base)
                self._hour = []
            self._hour.append(row)

    def _learn(self, rows: list[Row], base: Baseline) -> None:
        part = len(rows) * self._seconds / HOUR
        keep = 0.5 ** (max(part, 1.0) / (24 * self._settings.dispersion_half_life_days))
        self._totals.forget(keep)
        self._negatives.forget(keep)
        for row in rows:
            self._learn_windows(row, base)
        count = sum(row.people for row in rows)
        expected = sum(row.expected for row in rows)
        longest = len(self._widths) - 1
        capped = min(count, base.cap(expected, self._totals.inverse(longest) + base.doubt))
        slot = self._calendar.slot(int(rows[0].at // HOUR))
        base.learn(slot, capped, expected, part, self._settings)
        if self._by_negative:
            scale = capped / count if count else 1.0
            base.learn_share(sum(row.negative for row in rows) * scale, capped, self._settings)

    def _learn_windows(self, row: Row, base: Baseline) -> None:
        for scale, width in enumerate(self._widths):
            block = self._blocks[scale]
            block.append(row)
            if len(block) < width:
                continue
            expected = sum(one.expected for one in block)
            self._totals.learn(scale, sum(one.people for one in block), expected)
            self._negatives.learn(scale, sum(one.negative for one in block), expected * base.share)
            block.clear()

    def _weigh(self, base: Baseline, bar: float) -> Weighing:
        scales: list[Scale] = []
        people = negative = expected = 0.0
        rows = reversed(self._recent)
        taken = 0
        for scale, width in enumerate(self._widths):
            # After a hole in the file the longer windows wait until they are full again.
            if width > len(self._recent):
                break
            while taken < width:
                row = next(rows)
                people, negative = people + row.people, negative + row.negative
                expected, taken = expected + row.expected, taken + 1
            minutes = round(width * self._seconds / 60)
            scales.append(self._scale(scale, minutes, people, negative, expected, base))
        return Weighing(tuple(scales), base.share, bar)

    def _scale(
        self, scale: int, minutes: int, people: float, negative: float, expected: float, base: Baseline
    ) -> Scale:
        if self._by_negative:
            inverse = self._negatives.inverse(scale) + base.doubt + base.share_doubt
            blamed = expected * base.share
            evidence = surprise(negative, blamed, inverse)
            return Scale(minutes, negative, blamed, people, expected, negative, evidence)
        evidence = surprise(people, expected, self._totals.inverse(scale) + base.doubt)
        return Scale(minutes, people, expected, people, expected, people, evidence)

    def _state(self, at: float, weighing: Weighing, base: Baseline) -> State:
        settings = self._settings
        cold = base.hours < settings.cold_hours
        authors = settings.cold_authors if cold else settings.min_authors
        if not self._opened:
            recent = at - self._closed <= settings.reopen_minutes * 60.0
            looked = weighing._replace(scales=weighing.scales[: self._short]) if recent else weighing
            if self._decides(looked, authors, 1.0):
                self._opened, self._calm_since = True, None
                return "burning"
            if self._decides(looked, settings.min_authors, settings.ember_share):
                return "ember"
            return "learning" if cold else "calm"
        return self._follow(at, weighing)

    def _follow(self, at: float, weighing: Weighing) -> State:
        settings = self._settings
        short = max(scale.evidence for scale in weighing.scales[: self._short])
        if short >= settings.easing_share * weighing.threshold:
            self._calm_since = None
        elif self._calm_since is None:
            self._calm_since = at
        easy = at - self._calm_since + self._seconds if self._calm_since is not None else -inf
        if easy >= settings.closing_minutes * 60.0:
            self._opened, self._closed = False, at
            return "calm"
        return "easing" if easy >= settings.easing_minutes * 60.0 else "burning"

    def _decides(self, weighing: Weighing, authors: int, part: float) -> bool:
        """Tell whether the opening conditions hold; for totals those of the share cannot."""
        if self._by_negative:
            return weighing.deciding(self._settings, authors, part=part) is not None
        return any(
            scale.evidence >= part * weighing.threshold
            and scale.people >= max(authors, self._settings.min_ratio * scale.people_expected)
            for scale in weighing.scales
        )
