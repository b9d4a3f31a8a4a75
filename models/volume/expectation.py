"""What one topic is expected to do, minute by minute, and how it learns that from complete hours."""

from itertools import accumulate

import msgspec

from models.volume.baseline import Baseline, Calendar
from models.volume.counting import WINDOW
from models.volume.dispersion import Dispersion
from models.volume.evidence import SCALES
from models.volume.outages import Outages
from models.volume.settings import DetectionSettings
from models.volume.tally import Tally

HOUR = SCALES.index(60)
"""The scale on which hours are capped."""
ENDLESS = 1 << 62


class Expectation(msgspec.Struct):
    """Baseline and dispersions of one topic, and the rates of its last two hours.

    ``blanks`` are stretches of minutes that must never be learned: what led up to a fire, and the fire.
    """

    born: int
    baseline: Baseline
    totals: Dispersion
    negatives: Dispersion
    rates: list[float] = []
    hour_rates: list[float] = []
    blanks: list[tuple[int, int]] = []
    lost: set[int] = set()
    """Minutes in which too many of the topic's sources were dead."""

    @classmethod
    def fresh(cls, born: int, level: float, share: float, settings: DetectionSettings) -> "Expectation":
        """Return what is expected of a topic that nobody has watched before the minute *born*."""
        prior = settings.dispersion_prior
        return cls(born, Baseline.fresh(level, share), Dispersion(prior), Dispersion(prior))

    def begin(self, head: int, calendar: Calendar) -> None:
        """Fill the rates of the two hours up to *head* as if they had been watched."""
        self.hour_rates = self.baseline.rates(head // 60, calendar)
        self.rates = []
        for hour in range(head // 60 - 2, head // 60 + 1):
            self.rates += self.baseline.rates(hour, calendar)
        self.rates = self.rates[: len(self.rates) - 59 + head % 60][-WINDOW:]

    def advance(self, head: int, minute: int) -> None:
        """Append the rates after *head* up to *minute*, within one hour."""
        first = minute % 60 - (minute - head) + 1
        self.rates.extend(self.hour_rates[first : minute % 60 + 1])
        del self.rates[:-WINDOW]

    def means(self, head: int, outages: Outages, tally: Tally) -> list[float]:
        """Return the people expected in the last 1, 2, ... WINDOW minutes, dead sources taken out."""
        rates = self.rates[::-1]
        if outages.touches(head):
            shares = tally.shares()
            rates = [rate * outages.alive(head - age, shares) for age, rate in enumerate(rates)]
        return list(accumulate(rates))

    def inverse_total(self, scale: int) -> float:
        """Return the inverse k of the people on a scale, doubt included."""
        return self.totals.inverse(scale) + self.baseline.doubt

    def inverse_negative(self, scale: int) -> float:
        """Return the inverse k of the negative people on a scale, doubt included."""
        return self.negatives.inverse(scale) + self.baseline.doubt + self.baseline.share_doubt

    def blank(self, first: int, last: int = ENDLESS) -> None:
        """Never learn the minutes from *first* to *last*."""
        if self.blanks and self.blanks[-1][0] <= first <= self.blanks[-1][1] + 1:
            first, before = self.blanks.pop()
            last = max(last, before)
        self.blanks.append((first, last))

    def unfreeze(self, last: int) -> None:
        """Learn again after the minute *last*."""
        self.blanks = [(first, min(end, last)) for first, end in self.blanks]

    def note_outages(self, minute: int, outages: Outages, tally: Tally, settings: DetectionSettings) -> None:
        """Remember, as *minute* leaves the window, whether it may be learned."""
        if outages.touches(minute) and outages.alive(minute, tally.shares()) < 1 - settings.hole_share:
            self.lost.add(minute)

    def watched(self, minute: int) -> bool:
        """Tell whether *minute* may be learned."""
        if minute < self.born or minute in self.lost:
            return False
        return not any(first <= minute <= last for first, last in self.blanks)

    def learn_hour(self, hour: int, tally: Tally, calendar: Calendar, settings: DetectionSettings) -> None:
        """Learn the minutes of an hour that has left the window."""
        start = hour * 60
        watched = [minute for minute in range(start, start + 60) if self.watched(minute)]
        self._tidy(start + 60)
        if not watched:
            return
        rates = self.baseline.rates(hour, calendar)
        ages = [tally.head - minute + 1 for minute in watched]
        people = [tally.people.ring.values[-age] for age in ages]
        negative = [tally.negative.ring.values[-age] for age in ages]
        scored = sum(tally.scored.values[-age] for age in ages)
        posts = sum(tally.posts.values[-age] for age in ages)
        judged = min(1.0, scored / posts) if posts else 1.0
        means = [rates[minute - start] for minute in watched]
        self._learn(hour, calendar.slot(hour), people, negative, means, judged, settings)

    def _tidy(self, minute: int) -> None:
        self.blanks = [(first, last) for first, last in self.blanks if last >= minute]
        self.lost = {lost for lost in self.lost if lost >= minute}

    def _learn(
        self,
        hour: int,
        slot: int,
        people: list[int],
        negative: list[int],
        means: list[float],
        judged: float,
        settings: DetectionSettings,
    ) -> None:
        thin = self.baseline.share * judged
        thinned = [mean * thin for mean in means]
        keep = 0.5 ** (1 / (24 * settings.dispersion_half_life_days))
        caps = self._caps(sum(means), sum(thinned))
        for dispersion, counts, expected in (
            (self.totals, people, means),
            (self.negatives, negative, thinned),
        ):
            dispersion.forget(keep)
            if len(counts) == 60:  # noqa: PLR2004  minutes of an hour: broken hours have no windows
                dispersion.learn_hour(hour, counts, expected)
        self._learn_level(
            slot, sum(people), sum(negative), sum(means), len(means) / 60, judged, caps, settings
        )

    def _caps(self, expected: float, expected_negative: float) -> tuple[float, float]:
        return (
            self.baseline.cap(expected, self.inverse_total(HOUR)),
            self.baseline.cap(expected_negative, self.inverse_negative(HOUR)),
        )

    def _learn_level(  # noqa: PLR0913, PLR0917  one hour's figures, called twice below each other
        self,
        slot: int,
        people: float,
        negative: float,
        expected: float,
        part: float,
        judged: float,
        caps: tuple[float, float],
        settings: DetectionSettings,
    ) -> None:
        count = min(float(people), caps[0])
        self.baseline.learn(slot, count, expected, part, settings)
        scale = count / people if people else 1.0
        self.baseline.learn_share(min(negative * scale, caps[1]), count * judged, settings)

    def import_hour(
        self, hour: int, people: int, negative: int, calendar: Calendar, settings: DetectionSettings
    ) -> None:
        """Learn an hour of history that was counted elsewhere."""
        slot = calendar.slot(hour)
        expected = sum(self.baseline.rates(hour, calendar))
        thinned = expected * self.baseline.share
        caps = self._caps(expected, thinned)
        keep = 0.5 ** (1 / (24 * settings.dispersion_half_life_days))
        for dispersion, count, mean in ((self.totals, people, expected), (self.negatives, negative, thinned)):
            dispersion.forget(keep)
            dispersion.learn(HOUR, count, mean)
            dispersion.learn_pair(hour, count, mean)
        self._learn_level(slot, people, negative, expected, 1.0, 1.0, caps, settings)
