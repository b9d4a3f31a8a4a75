"""Slow burns: no spike, but hour after hour more of what is said is negative than usual."""

import msgspec

from models.flareup import Reason
from models.volume.evidence import divergence
from models.volume.settings import DetectionSettings
from models.volume.weighing import Weighing

HOURS = 24
SPANS = (1, 2, 3, 4, 6, 8, 10, 12, 16, 24)
"""Hours over which the share is tested."""
LONGEST_EXCESS = 10
"""The excess must have come within so many hours."""
MIN_PEOPLE = 10


class Hour(msgspec.Struct):
    """Scored people, negative people and expected negative people of one hour."""

    people: float
    negative: float
    expected: float


class SlowBurn(msgspec.Struct):
    """The last 24 hours of one topic, tested for a risen share of negative."""

    hours: list[Hour] = []
    spoke: int = -(1 << 40)

    def add(self, weighing: Weighing) -> None:
        """Remember the hour that has just ended."""
        last = weighing.scales[6]
        self.hours.append(Hour(last.people, float(last.negative), last.negative_expected))
        del self.hours[:-HOURS]

    def skip(self, hours: int) -> None:
        """Remember *hours* in which nothing was said."""
        self.hours.extend(Hour(0.0, 0.0, 0.0) for _ in range(min(hours, HOURS)))
        del self.hours[:-HOURS]

    def burns(self, usual: float, inverse_k: float, settings: DetectionSettings) -> int:
        """Return over how many hours the share has burned, 0 for none.

        n KL(p || p0) / phi (Hoeffding's exponent of a binomial share), phi the variance inflation of
        the negatives.
        """
        for span in SPANS:
            if span > len(self.hours):
                break
            part = self.hours[-span:]
            people = sum(hour.people for hour in part)
            negative = sum(hour.negative for hour in part)
            expected = sum(hour.expected for hour in part)
            share = min(negative / people, 1.0) if people >= MIN_PEOPLE else 0.0
            if share < settings.slow_burn_ratio * usual:
                continue
            inflation = 1.0 + expected * inverse_k / span
            if people * divergence(share, usual) / inflation >= settings.threshold_quiet and self._heavy(
                settings
            ):
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
