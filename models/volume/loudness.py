"""How loud a series is by habit, and whether what it says is news."""

import msgspec

DAY = 86400.0
PEAK_HALF_LIFE = 43200.0
"""Seconds after which half of the loudest evidence is forgotten."""
LOUDER = 2.0
"""How many times the evidence last said makes news: the same fire is not news twice."""
STALE = 0.1
"""What evidence counts that is no news."""
QUIET = 0.5
"""The most that evidence counts that is no news, in bars: never an alarm of its own."""
HABIT_DAYS = 14.0
"""Days after which half of the usual daily maximum is forgotten."""


class Loudness(msgspec.Struct):
    """How loud a series usually gets in a day, and how loud it was lately."""

    peak: float = 0.0
    last: float = 0.0
    day: int = 0
    highest: float = 0.0
    days: float = 0.0
    total: float = 0.0

    def bar(self, threshold: float) -> float:
        """Return the threshold, raised for a series that is loud every day."""
        return max(threshold, self.total / self.days if self.days else 0.0)

    def hear(self, at: float, evidence: float, bar: float) -> float:
        """Return what of the *evidence* is news, and remember it."""
        faded = self.peak * 0.5 ** (max(at - self.last, 0.0) / PEAK_HALF_LIFE)
        news = evidence >= LOUDER * faded
        self.peak, self.last = evidence if news else faded, at
        day = int(at // DAY)
        if day != self.day:
            keep = 0.5 ** (1 / HABIT_DAYS)
            self.total, self.days = self.total * keep + self.highest, self.days * keep + 1.0
            self.day, self.highest = day, 0.0
        self.highest = max(self.highest, evidence)
        return evidence if news else min(STALE * evidence, QUIET * bar)
