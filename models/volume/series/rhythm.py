"""The baseline of a series: its season is believed as fast as its noise allows, and doubted until seen."""

from models.volume.baseline import Baseline

OWN = 0.05
"""What an hour of the week differs from that of other days by: a variance, in squares of the level."""
STEADIEST, WILDEST = 0.01, 1.0
"""Bounds of the noise of an hour."""
GUESSED, GUESS_HOURS = 0.25, 6.0
"""The variance of a season before anything was seen, and the hours that this is worth."""


class Rhythm(Baseline):
    """A baseline that is told how noisy its hours are, and how many of them a row takes."""

    visit: float = 1.0
    noise: float = 0.1
    season: float = GUESSED

    @property
    def held(self) -> float:
        """Return the noise of one visit over the season's own variance, in counts (empirical Bayes).

        At a noise of 0.1 (k = 10) and rows of an hour that is two hours and twenty, as for topics.
        """
        noise = min(max(self.noise, STEADIEST), WILDEST)
        return (self.level * self.visit * noise + 1.0) / OWN

    def gauge(self) -> None:
        """Learn how much of a season there is at all: what has none need not be seen in every hour."""
        held = self.held
        seen = [slot for slot, expected in enumerate(self.day_expected) if expected]
        square = sum((self._by_day(slot, held) - 1.0) ** 2 for slot in seen) / max(len(seen), 1)
        self.season = (GUESS_HOURS * GUESSED + self.hours * square) / (GUESS_HOURS + self.hours)

    def unsure(self, slot: int) -> float:
        """Return what not having seen the season of an hour of the day adds to the inverse k.

        Squared as the error of a shrunk season is.
        """
        held = self.held
        return self.season * (held / (self.day_expected[slot % 24] + held)) ** 2
