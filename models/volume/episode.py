"""A flare-up while it lasts: what it has cost so far, and where it is heading."""

import msgspec

from models.flareup import Mood, Transition
from models.volume.counting import WINDOW
from models.volume.evidence import SHORT
from models.volume.means import Means
from models.volume.settings import DetectionSettings
from models.volume.weighing import Scale, Weighing

HUNDRED = 100
"""The critical post before which somebody must be awake."""
STEP = 15
"""Minutes over which the slope is taken."""
SIGHT = 240
"""Minutes that the forecast looks ahead."""
FEW = 3.0
"""People whom both quarters are given, or one more among a handful would be taken for a doubling."""

HANDFUL = 3
"""Fewer people in half an hour foretell nothing: a slow burn is not urgent by two more."""


class Episode(msgspec.Struct):
    """One flare-up or buzz of a topic; minutes count since the epoch."""

    started: int
    opened: int
    mood: Mood = "negative"
    announced: float = 0.0
    updated: int = 0
    easy: int = 0
    easing: bool = False
    closed: int | None = None
    slow: bool = False
    gone: float = 0.0
    """Negative people of minutes that have left the window."""
    gone_expected: float = 0.0

    @property
    def open(self) -> bool:
        """Tell whether it still burns or eases."""
        return self.closed is None

    def recent(self, head: int, minutes: int) -> bool:
        """Tell whether it closed within the last *minutes*."""
        return self.closed is not None and head - self.closed <= minutes

    def leave(self, minute: int, negative: int, expected: float) -> None:
        """Remember what *minute* brought, as it leaves the window."""
        if self.open and minute >= self.started:
            self.gone += negative
            self.gone_expected += expected

    def people(self, totals: list[int], head: int) -> float:
        """Return the negative people since the start."""
        return self.gone + totals[self._minutes(head) - 1]

    def expected(self, means: Means, people: list[int], head: int, usual: float) -> float:
        """Return the negative people that would have come since the start anyway."""
        minutes = self._minutes(head)
        return self.gone_expected + means.blamed(minutes, people[minutes - 1], usual)

    def _minutes(self, head: int) -> int:
        """Return how many minutes of the window are its own; one where the clock was set back before it."""
        return min(max(head - self.started + 1, 1), WINDOW)

    def calm(self, weighing: Weighing, settings: DetectionSettings) -> bool:
        """Tell whether this minute was easy."""
        if weighing.burning >= settings.easing_share * weighing.threshold:
            return False
        hour = weighing.scales[SHORT + 1]
        return not self.slow or hour.negative <= settings.slow_burn_ratio * hour.negative_expected

    def rest(self, *, calm: bool) -> None:
        """Count one more minute."""
        self.easy = self.easy + 1 if calm else 0

    def change(self, head: int, weighing: Weighing, settings: DetectionSettings) -> Transition | None:
        """Return what an open flare-up has become, if there is anything to say."""
        if self.easy >= settings.closing_minutes:
            return "closed"
        if not self.easing and self.easy >= settings.easing_minutes:
            self.easing = True
            return "eased"
        now = size(weighing)
        if not self.easing and now >= settings.growth_factor * max(self.announced, 1.0):
            self.announced = now
            return "grown"
        return "updated" if head > self.updated else None


def size(weighing: Weighing) -> float:
    """Return negative people per hour, over the last 30 minutes."""
    return 2.0 * weighing.scales[SHORT].negative


def hundredth_in(so_far: float, totals: list[int]) -> float | None:
    """Return the minutes until the hundredth negative person, or None when not in sight.

    The last quarter of an hour goes on, growing or shrinking as it did against the one before; where one
    or two came in both, nobody can tell.
    """
    left = HUNDRED - so_far
    if left <= 0:
        return 0.0
    if totals[2 * STEP - 1] < HANDFUL:
        return None
    rate = float(totals[STEP - 1])
    before = totals[2 * STEP - 1] - rate
    slope = min(max((rate + FEW) / (before + FEW), 0.5), 2.0)
    for waited in range(0, SIGHT, STEP):
        # Growth is believed for an hour; nothing doubles for ever.
        rate *= slope if waited < 4 * STEP else 1.0
        if rate >= left:
            return round(waited + STEP * left / rate, 1)
        left -= rate
    return None


def mood(scale: Scale) -> Mood:
    """Return how a flare-up feels: mixed when the most of its excess is not negative."""
    excess = max(scale.people - scale.people_expected, 1.0)
    return "negative" if (scale.negative - scale.negative_expected) / excess >= 0.5 else "mixed"  # noqa: PLR2004  a half
