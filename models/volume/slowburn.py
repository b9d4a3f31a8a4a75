"""Slow burns: no spike, but hour after hour more of what is said in people's own words is negative."""

import msgspec

from models.flareup import Reason
from models.volume.evidence import divergence
from models.volume.settings import DetectionSettings
from models.volume.steadiness import Steadiness
from models.volume.weighing import Weighing

HOURS = 24
SPANS = (1, 2, 3, 4, 6, 8, 10, 12, 16, 24)
"""Hours over which the share is tested."""
LONGEST_EXCESS = 10
"""The excess must have come within so many hours."""
MIN_PEOPLE = 10


class Hour(msgspec.Struct):
    """Scored people, negative people and expected negative people of one hour.

    ``voices`` and ``angry`` are the first two again with reposts and copies counted for little.
    """

    people: float
    negative: float
    expected: float
    voices: float = 0.0
    angry: float = 0.0


class SlowBurn(msgspec.Struct):
    """The last 24 hours of one topic, tested for a risen share of negative."""

    hours: list[Hour] = []
    spoke: int = -(1 << 40)

    def add(self, weighing: Weighing) -> None:
        """Remember the hour that has just ended."""
        last = weighing.scales[6]
        angry, voices = last.voices or (last.negative, last.people)
        self.hours.append(Hour(last.people, float(last.negative), last.negative_expected, voices, angry))
        del self.hours[:-HOURS]

    def skip(self, hours: int) -> None:
        """Remember *hours* in which nothing was said."""
        self.hours.extend(Hour(0.0, 0.0, 0.0) for _ in range(min(hours, HOURS)))
        del self.hours[:-HOURS]

    def burns(self, usual: float, steadiness: Steadiness, doubt: float, settings: DetectionSettings) -> int:
        """Return over how many hours the share has burned, 0 for none.

        n KL(p || p0) (Hoeffding's exponent of a binomial share) of n / (1 + n rho) people: rho says how
        *steadiness* the share usually is over such a time, and *doubt* how well it is known.
        """
        for span in SPANS:
            if span > len(self.hours):
                break
            people = sum(hour.voices for hour in self.hours[-span:])
            angry = sum(hour.angry for hour in self.hours[-span:])
            share = min(angry / people, 1.0) if people >= MIN_PEOPLE else 0.0
            if share < settings.slow_burn_ratio * usual:
                continue
            heard = people / (1.0 + people * (steadiness.alike(span) + usual * doubt))
            if heard * divergence(share, usual) >= settings.slow_burn_evidence and self._heavy(settings):
                return span
        return 0

    @property
    def reason(self) -> Reason:
        """Return what was counted in the hours that must hold the excess; the signal names their number."""
        part = self.hours[-LONGEST_EXCESS:]
        negative, expected = sum(hour.negative for hour in part), sum(hour.expected for hour in part)
        return Reason(signal=f"slow_burn:{len(part)}h", value=negative, expected=expected)

    def _heavy(self, settings: DetectionSettings) -> bool:
        part = self.hours[-LONGEST_EXCESS:]
        return sum(hour.negative - hour.expected for hour in part) >= settings.slow_burn_excess
