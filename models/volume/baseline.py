"""What is normal for a topic: level, season and usual share of negative."""

from math import sqrt
from typing import Self

import msgspec

from models.volume.calendar import Calendar
from models.volume.settings import DetectionSettings

SHARE_WEIGHT = 10.0
"""What the prior of the share is worth, in people: Beta(1.5, 8.5)."""
LEAST = 1e-3
"""Posts that are never forgotten."""
LEVEL_WEIGHT = 0.5
"""What the prior of the level is worth, in posts."""


class Baseline(msgspec.Struct):
    """A Gamma-Poisson level per hour, a shrunk season and a Beta share, all discounted."""

    posts: float
    exposure: float
    share_prior: float
    day_posts: list[float] = msgspec.field(default_factory=lambda: [0.0] * 24)
    day_expected: list[float] = msgspec.field(default_factory=lambda: [0.0] * 24)
    week_posts: list[float] = msgspec.field(default_factory=lambda: [0.0] * 168)
    week_expected: list[float] = msgspec.field(default_factory=lambda: [0.0] * 168)
    negative: float = 0.0
    other: float = 0.0
    hours: float = 0.0

    @classmethod
    def fresh(cls, level: float, share: float, worth: float = LEVEL_WEIGHT) -> Self:
        """Return the baseline of a topic of which only the *level* and *share* of its kind are known.

        *worth* is how many posts that level weighs.
        """
        return cls(worth, worth / max(level, 0.01), min(max(share, 0.01), 0.9))

    @property
    def level(self) -> float:
        """Return people per hour, the season taken out."""
        return self.posts / self.exposure

    @property
    def share(self) -> float:
        """Return the usual share of negative."""
        return (self.negative + self.share_prior * SHARE_WEIGHT) / (self.negative + self.other + SHARE_WEIGHT)

    @property
    def doubt(self) -> float:
        """Return what not knowing the level exactly adds to the inverse k."""
        return 1.0 / (self.posts + 0.5)

    @property
    def share_doubt(self) -> float:
        """Return what not knowing the share exactly adds to the inverse k of the negatives."""
        return 1.0 / (self.negative + self.share_prior * SHARE_WEIGHT + 0.5)

    @property
    def held(self) -> float:
        """Return the people whose weight holds the season of an hour at that of the hours around it."""
        return 2.0 * self.level + 20.0

    def factor(self, slot: int) -> float:
        """Return the season of an hour of the week, shrunk to its hour of the day, shrunk to 1."""
        shrink = self.held
        by_day = self._by_day(slot % 24, shrink)
        return (self.week_posts[slot] + shrink * by_day) / (self.week_expected[slot] + shrink)

    def surety(self, slot: int) -> float:
        """Return how much of the season of an hour of the day is its own, squared as its errors are.

        What is compared with a guessed season says little of wildness.
        """
        seen = self.day_expected[slot % 24]
        return (seen / (seen + self.held)) ** 2

    def _by_day(self, hour: int, shrink: float) -> float:
        return (self.day_posts[hour] + shrink) / (self.day_expected[hour] + shrink)

    def _balance(self) -> None:
        """Move what all hours of the day have in common from the season to the level.

        Level and season only show as a product: without this a level that was learned fast leaves
        its growth in the season for weeks.
        """
        shrink = self.held
        common = sum(self._by_day(hour, shrink) for hour in range(24)) / 24.0
        self.exposure /= common
        self.day_expected = [expected * common for expected in self.day_expected]
        self.week_expected = [expected * common for expected in self.week_expected]

    def rates(self, hour: int, calendar: Calendar, parts: int = 60) -> list[float]:
        """Return the people expected in each of the *parts* of an hour, between hour centres."""
        before, this, after = (self.factor(calendar.slot(hour + step)) for step in (-1, 0, 1))
        scale = self.level / parts
        rates = []
        for part in range(parts):
            off = (part + 0.5) / parts - 0.5
            slope = (this - before) if off < 0 else (after - this)
            rates.append(max(scale * (this + slope * off), 1e-9))
        return rates

    def cap(self, expected: float, inverse_k: float) -> float:
        """Return the most that an hour may teach: an outbreak must not become the norm."""
        return expected + 3.0 * sqrt(expected + expected * expected * inverse_k) + 1.0

    def learn(
        self, slot: int, count: float, expected: float, part: float, settings: DetectionSettings
    ) -> None:
        """Learn a *count*, already capped, of an hour of which a *part* was watched, or of several hours."""
        level = self.level
        season = expected / level
        keep = 0.5 ** (max(part, 1.0) / (24 * settings.level_half_life_days))
        # After months of silence the level would be nought, and nothing is a multiple of that.
        self.posts = max(self.posts * keep + count, LEAST)
        self.exposure = self.exposure * keep + season
        keep = 0.5 ** (1 / settings.season_half_life_days)
        day = slot % 24
        self.day_posts[day] = self.day_posts[day] * keep + count
        self.day_expected[day] = self.day_expected[day] * keep + level * part
        keep **= 7
        self.week_posts[slot] = self.week_posts[slot] * keep + count
        self.week_expected[slot] = self.week_expected[slot] * keep + level * part
        self.hours += part
        self._balance()

    def learn_share(self, negative: float, people: float, settings: DetectionSettings) -> None:
        """Learn how many of an hour's scored *people* were negative."""
        keep = 0.5 ** (1 / (24 * settings.share_half_life_days))
        self.negative = self.negative * keep + negative
        self.other = self.other * keep + max(people - negative, 0.0)
