"""What is expected in the windows of one instant."""

from typing import NamedTuple

from models.volume.calendar import met
from models.volume.drift import Before, Drift
from models.volume.novice import Footing

PLEASED = 0.2
"""At most this share of those whom an event brings is expected to be unhappy.

Else nothing could burn during an event of a topic that is half unhappy anyway.
"""


class Means(NamedTuple):
    """People expected in the last 1, 2, ... minutes: usually, and with all that is planned.

    What came before each window corrects both: by the ``drift``, or by the ``footing`` while little is known.
    """

    base: list[float]
    raised: list[float] | None
    share: float
    footing: Footing | None = None
    before: Before | None = None
    drift: Drift | None = None

    def usual(self, minutes: int) -> float:
        """Return the people usual in the last *minutes*."""
        return self._footed(self.base[minutes - 1], minutes)

    def planned(self, minutes: int) -> float:
        """Return the people expected in the last *minutes* if everything that is planned is heeded."""
        return self._footed((self.raised or self.base)[minutes - 1], minutes)

    def met(self, minutes: int, people: float) -> float:
        """Return how many were to be expected where so many *people* came in the last *minutes*."""
        return met(people, self.usual(minutes), self.planned(minutes))

    def blamed(self, minutes: int, people: float, share: float) -> float:
        """Return how many negative people were to be expected, at the usual *share* of negative.

        Never growing faster than *people* do, so that one more negative person is always more evidence.
        """
        usual = self.usual(minutes)
        if self.raised is None:
            return usual * share
        return usual * share + (self.met(minutes, people) - usual) * min(share, PLEASED)

    def _footed(self, people: float, minutes: int) -> float:
        if self.footing is not None:
            return people * self.footing.factor(minutes)
        if self.before is None or self.drift is None:
            return people
        return people * self.drift.factor(*self.before.window(minutes))
