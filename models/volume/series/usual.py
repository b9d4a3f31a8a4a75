"""What a series is expected to bring: level and season, and how far it lately stands from them."""

from collections import deque
from datetime import UTC
from math import inf, sqrt
from typing import NamedTuple

from models.volume.calendar import Calendar
from models.volume.series.rhythm import Rhythm
from models.volume.series.spread import Spread
from models.volume.settings import DetectionSettings

HOUR, DAY = 3600.0, 86400.0
WINDOW = 7200.0
"""Seconds for which a row is not learned yet."""
LATELY = 10.0
"""Hours, or rows where they are longer, after which half of the recent level is forgotten."""
HELD = 12
"""Hours for which a recent level must have stood before it is expected."""
SLUGGISH = 3.0
"""So many hours (or rows) at the expected level, and ten counts, speak against a change of level."""
WILDEST = 0.2
"""The most that 1/k counts: the bar knows heavier tails, and a storm must be less than a greater one."""
QUIETEST = 0.5
"""Less than so much of the level is not expected, when it comes to evidence: ten in a dead hour are ten."""


class Row(NamedTuple):
    """A row in counts, with what season and level, and then the recent level, expected of it."""

    at: float
    brought: float
    negative: float
    base: float
    expected: float


class Days:
    """What each hour of the last seven days brought."""

    def __init__(self) -> None:
        self._hours: list[dict[int, float]] = [{} for _ in range(24)]

    def twice(self, at: float, count: float) -> tuple[float, float]:
        """Return the least and the most that came at this hour at least twice, and remember *count*."""
        day, hour = int(at // DAY), int(at % DAY // HOUR)
        week = {when: seen for when, seen in self._hours[hour].items() if when > day - 7}
        week[day] = count
        self._hours[hour] = week
        order = sorted(week.values())
        return (order[1], order[-2]) if len(order) > 1 else (inf, 0.0)


class Usual:
    """Learns rows two hours after they came, by whole hours, and says what to expect of the next."""

    def __init__(self, seconds: float, level: float, widths: list[int], settings: DetectionSettings) -> None:
        self._seconds = seconds
        self._settings = settings
        self._widths = widths
        self._calendar = Calendar(UTC)
        self.base = Rhythm.fresh(level * HOUR / seconds, settings.share_prior)
        self.base.visit = max(1.0, seconds / HOUR)
        self.spread = Spread(settings.dispersion_prior, len(widths))
        self.negatives = Spread(settings.dispersion_prior, len(widths))
        self._waiting: deque[Row] = deque()
        self._hour: list[Row] = []
        self._blocks: list[list[Row]] = [[] for _ in widths]
        self._hourly = self._nearest(HOUR / seconds)
        self._unsure = 0.0
        self._rates: tuple[int, list[float]] = (-1, [])
        self._parts = max(1, round(HOUR / seconds))
        self._lately = self._lately_base = 0.0
        self._stood: deque[float] = deque(maxlen=max(1, round(HELD / max(1.0, seconds / HOUR))))
        self._shift = 1.0
        self._days = Days()

    def expect(self, at: float) -> tuple[float, float]:
        """Return what season and level expect of a row, and what is expected of it as things stand."""
        while self._waiting and self._waiting[0].at <= at - WINDOW:
            self._leave(self._waiting.popleft())
        hour = int(at // HOUR)
        if self._rates[0] != hour:
            self._rates = (hour, self.base.rates(hour, self._calendar, self._parts))
            self._unsure = self.base.unsure(self._calendar.slot(hour))
        part = min(int(at % HOUR / HOUR * self._parts), self._parts - 1)
        base = self._rates[1][part] * max(1.0, self._seconds / HOUR)
        return base, base * self._shift

    def beside(self, window: int, expected: float) -> tuple[float, float]:
        """Return what is added to the count and the expectation of a window, and their inverse k.

        In the hours that bring next to nothing the spread is no smaller share of it, but a greater one.
        """
        level = self.base.level * self._seconds / HOUR * self._widths[window]
        pad = max(0.0, QUIETEST * level - expected)
        known = expected / (expected + pad)
        inverse = min(self.spread.inverse[window], WILDEST)
        return pad, inverse + (self.base.doubt + self._unsure) * known * known

    def add(self, row: Row) -> None:
        """Keep a row to be learned."""
        self._waiting.append(row)

    def _leave(self, row: Row) -> None:
        if self._hour and self._hour[0].at // HOUR != row.at // HOUR:
            self._learn(self._hour)
            self._hour = []
        self._hour.append(row)

    def _learn(self, rows: list[Row]) -> None:
        part = len(rows) * self._seconds / HOUR
        days = max(part, 1.0) / 24.0
        for spread in (self.spread, self.negatives):
            spread.forget(0.5 ** (days / self._settings.dispersion_half_life_days))
        for row in rows:
            self._learn_windows(row)
        count = sum(row.brought for row in rows)
        expected = sum(row.expected for row in rows)
        base = sum(row.base for row in rows)
        low, high = self._habit(rows[0].at, count / len(rows))
        twice = (low * len(rows), high * len(rows))
        self._follow(self._cut(count, expected, len(rows), twice), base, part)
        cut = self._cut(count, base, len(rows), twice)
        self.base.noise = self.spread.inverse[self._hourly]
        self.base.learn(self._calendar.slot(int(rows[0].at // HOUR)), cut, base, part, self._settings)
        self.base.gauge()
        scale = cut / count if count else 1.0
        self.base.learn_share(sum(row.negative for row in rows) * scale, cut, self._settings)

    def _habit(self, at: float, count: float) -> tuple[float, float]:
        """Return between what there is no outbreak, for this time of day often brings it.

        A row of a whole day has no time of day: an outbreak of two days would be a habit.
        """
        return (inf, 0.0) if self._seconds >= DAY else self._days.twice(at, count)

    def _cut(self, count: float, expected: float, rows: int, twice: tuple[float, float]) -> float:
        """Return what so many rows may teach: neither an outbreak nor an outage becomes the norm at once.

        What came *twice* in a week at this hour does.
        """
        pad, inverse = self.beside(self._nearest(rows), expected)
        room = 3.0 * sqrt(expected + (expected + pad) ** 2 * inverse) + 1.0
        low, high = min(expected - room, twice[0]), max(expected + room, twice[1])
        return max(0.0, low, min(count, high))

    def _nearest(self, rows: float) -> int:
        """Return the window that is about so many rows long."""
        return min(range(len(self._widths)), key=lambda index: abs(self._widths[index] - rows))

    def _follow(self, count: float, base: float, part: float) -> None:
        """Move the recent level: a lasting change becomes normal within a day, a storm of hours does not."""
        keep = 0.5 ** (part / (LATELY * max(1.0, self._seconds / HOUR)))
        self._lately = self._lately * keep + count
        self._lately_base = self._lately_base * keep + base
        held = SLUGGISH * base * max(1.0, part) / part + 10.0
        self._stood.append((self._lately + held) / (self._lately_base + held))
        self._shift = max(min(self._stood), min(max(self._stood), 1.0))

    def _learn_windows(self, row: Row) -> None:
        for index, width in enumerate(self._widths):
            block = self._blocks[index]
            block.append(row)
            if len(block) >= width:
                expected = sum(one.expected for one in block)
                pad = self.beside(index, expected)[0]
                self.spread.learn(index, sum(one.brought for one in block), expected, pad)
                self.negatives.learn(index, sum(one.negative for one in block), expected * self.base.share)
                block.clear()
