"""What one topic is expected to do, minute by minute, and how it learns that from complete hours."""

from itertools import accumulate
from math import inf

import msgspec

from models.volume.baseline import Baseline
from models.volume.calendar import Calendar, without_event
from models.volume.counting import HISTORY, WINDOW
from models.volume.dispersion import Dispersion
from models.volume.drift import Before, Drift
from models.volume.evidence import SCALES
from models.volume.kinship import Prior
from models.volume.means import Means
from models.volume.novice import Footing, footing
from models.volume.outages import Outages
from models.volume.settings import DetectionSettings
from models.volume.steadiness import Steadiness
from models.volume.surroundings import Surroundings
from models.volume.suspicion import Suspicion
from models.volume.tally import Tally

HOUR = SCALES.index(60)
"""The scale on which hours are capped."""
ENDLESS = 1 << 62
LEAST_WILD = 0.1
"""The least inverse k by which an hour is cut: a topic however tame may double for good, and is followed."""
KNOWN = 24.0
"""Hours of history after which its share is more than a guess."""
WILD_GUESS = 0.5
"""The most that the inverse k counts of a topic that knows little: it took its own rhythm for wildness."""


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
    lit: int | None = None
    """The first minute of the fire that is open."""
    doused: int = 0
    """The last minute of the last fire: what it brought says nothing of the usual, also when it is over."""
    renewed: bool = False
    """Whether another keyword list counts than the one by which it was learned."""
    drift: Drift = msgspec.field(default_factory=Drift)
    steadiness: Steadiness = msgspec.field(default_factory=Steadiness)
    suspicion: Suspicion = msgspec.field(default_factory=Suspicion)
    rated: float = 0.0
    """The hours that were learned when the rates were last made anew."""

    @classmethod
    def fresh(cls, born: int, kind: Prior, settings: DetectionSettings) -> "Expectation":
        """Return what is expected of a topic of a *kind* that nobody has watched before the minute *born*."""
        prior = settings.dispersion_prior
        return cls(born, Baseline.fresh(*kind), Dispersion(prior), Dispersion(prior))

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

    def enter(self, hour: int, calendar: Calendar) -> None:
        """Expect the hour that begins, and append the rate of its first minute."""
        self.hour_rates = self.baseline.rates(hour, calendar)
        self.rates.append(self.hour_rates[0])
        del self.rates[:-WINDOW]

    def means(self, head: int, around: Surroundings, tally: Tally) -> Means:
        """Return the people expected in the window, dead sources taken out and events put in."""
        if self.rated != self.baseline.hours < around.settings.cold_hours:
            # A guess that was given up must not stand beside what replaced it.
            self.begin(head, around.calendar)
            self.rated = self.baseline.hours
        outages, rates = around.outages, self.rates[::-1]
        if outages.touches(head):
            shares = tally.shares()
            rates = [rate * outages.alive(head - age, shares) for age, rate in enumerate(rates)]
        usual = list(accumulate(rates))
        cold = self.baseline.hours < around.settings.cold_hours
        before = self._before(usual, tally, self.born if cold else max(self.born, self.doused + 1))
        known = None
        if cold:
            aside, lit = self.suspicion.minutes(tally.head), self.lit is not None
            known = footing(self.baseline, tally, before, aside, burning=lit, renewed=self.renewed)
        share = known.share if known else self.baseline.share
        multiples = around.agenda.multiples(head - len(rates) + 1, head)
        if not multiples:
            return Means(usual, None, share, known, before, self.drift)
        planned = (rate * multiple for rate, multiple in zip(rates, reversed(multiples), strict=True))
        # A crowd that an event brought says nothing of the level.
        return Means(usual, list(accumulate(planned)), share, known)

    def _before(self, usual: list[float], tally: Tally, since: int) -> Before:
        seen = min(HISTORY, max(tally.head - since + 1, 0))
        least = 0 if self.lit is None else min(max(tally.head - self.lit + 1, 0), seen)
        people = [0, *accumulate(tally.people.ring.values[::-1])]
        return Before(people, [0.0, *usual], self.rates[0], seen, least)

    def leaving(self, minute: int, people: int, around: Surroundings) -> float:
        """Return the negative people to be expected in the oldest *minute*, where so many *people* came."""
        rate, multiples = self.rates[0], around.agenda.multiples(minute, minute)
        share = self.baseline.share
        means = Means([rate], [rate * multiple for multiple in multiples or (1.0,)], share)
        return means.blamed(1, people, share)

    def inverse_total(self, scale: int, known: Footing | None = None) -> float:
        """Return the inverse k of the people on a scale, doubt included."""
        if known is None:
            return self.totals.inverse(scale) + self.baseline.doubt
        return min(self.totals.inverse(scale), WILD_GUESS) + known.doubt(SCALES[scale])

    def inverse_negative(self, scale: int, known: Footing | None = None) -> float:
        """Return the inverse k of the negative people on a scale, doubt included."""
        if known is None:
            return self.negatives.inverse(scale) + self.baseline.doubt + self.baseline.share_doubt
        doubt = known.doubt(SCALES[scale]) + known.share_doubt
        return min(self.negatives.inverse(scale), WILD_GUESS) + doubt

    def blank(self, first: int, last: int = ENDLESS) -> None:
        """Never learn the minutes from *first* to *last*."""
        if self.blanks and self.blanks[-1][0] <= first <= self.blanks[-1][1] + 1:
            first, before = self.blanks.pop()
            last = max(last, before)
        self.blanks.append((first, last))

    def unfreeze(self, last: int) -> None:
        """Learn again after the minute *last*."""
        self.blanks = [(first, min(end, last)) for first, end in self.blanks]

    def set_to(self, minute: int, calendar: Calendar) -> None:
        """Go on at *minute* after the clock was set: nothing of the time before it is learned."""
        self.begin(minute, calendar)
        self.born = minute
        self.lit = None if self.lit is None else min(self.lit, minute)
        self.doused, self.suspicion = min(self.doused, minute), Suspicion()
        self.lost = {lost for lost in self.lost if lost < minute}
        self.blanks = [(min(first, minute), last) for first, last in self.blanks if last >= minute]

    def note_outages(self, minute: int, outages: Outages, tally: Tally, settings: DetectionSettings) -> None:
        """Remember, as *minute* leaves the window, whether it may be learned."""
        if outages.touches(minute) and outages.alive(minute, tally.shares()) < 1 - settings.hole_share:
            self.lost.add(minute)

    def watched(self, minute: int) -> bool:
        """Tell whether *minute* may be learned."""
        if minute < self.born or minute in self.lost:
            return False
        return not any(first <= minute <= last for first, last in self.blanks)

    def learn_hour(self, hour: int, tally: Tally, around: Surroundings) -> None:
        """Learn the minutes of an hour that has left the window."""
        start = hour * 60
        watched = [minute for minute in range(start, start + 60) if self.watched(minute)]
        self._tidy(start + 60)
        if not watched:
            return
        rates = self.baseline.rates(hour, around.calendar)
        ages = [tally.head - minute + 1 for minute in watched]
        people = [tally.people.ring.values[-age] for age in ages]
        negative = [tally.negative.ring.values[-age] for age in ages]
        scored = sum(tally.scored.values[-age] for age in ages)
        posts = sum(tally.posts.values[-age] for age in ages)
        judged = min(1.0, scored / posts) if posts else 1.0
        means = [rates[minute - start] for minute in watched]
        slot, settings = around.calendar.slot(hour), around.settings
        multiples = around.agenda.multiples(start, start + 59)
        if multiples:
            planned = sum(rates[minute - start] * multiples[minute - start] for minute in watched)
            part = len(watched) / 60
            self._learn_event(slot, sum(people), sum(negative), (sum(means), planned), part, settings)
        else:
            self._learn(hour, slot, people, negative, means, judged, settings)

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
        course, surety = self.drift.course(hour), self.baseline.surety(slot)
        thinned = [mean * thin for mean in means]
        keep = 0.5 ** (1 / (24 * settings.dispersion_half_life_days))
        caps = self._caps(sum(means), sum(thinned))
        for dispersion, counts, expected in (
            (self.totals, people, means),
            (self.negatives, negative, thinned),
        ):
            dispersion.forget(keep)
            if len(counts) == 60:  # noqa: PLR2004  minutes of an hour: broken hours have no windows
                dispersion.learn_hour(hour, counts, [mean * course for mean in expected], surety)
        if len(people) == 60:  # noqa: PLR2004
            self.drift.learn(hour, sum(people), sum(means), keep, surety)
            self._steady(sum(people) * judged, sum(negative), keep)
        self._learn_level(
            slot, sum(people), sum(negative), sum(means), len(means) / 60, judged, caps, settings
        )

    def _steady(self, people: float, negative: float, keep: float) -> None:
        # Beside a guessed share every hour would be unsteady.
        if self.baseline.hours >= KNOWN:
            self.steadiness.learn(people, negative, self.baseline.share, keep)

    def _caps(self, expected: float, expected_negative: float) -> tuple[float, float]:
        if self.baseline.hours < 1.0:
            # Against a mere guess there is no outbreak: capped, a busy topic would be underrated for a day.
            return inf, inf
        return (
            self.baseline.cap(expected, max(self.inverse_total(HOUR), LEAST_WILD)),
            self.baseline.cap(expected_negative, max(self.inverse_negative(HOUR), LEAST_WILD)),
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

    def _learn_event(
        self,
        slot: int,
        people: float,
        negative: float,
        means: tuple[float, float],
        part: float,
        settings: DetectionSettings,
    ) -> None:
        """Learn an hour of an event as if there had been none: the usual level, neither share nor wildness.

        Whom an event brings is another crowd; only a topic of which nothing is known learns its share.
        """
        usual, planned = means
        count = min(without_event(people, usual, planned), self._caps(usual, 0.0)[0])
        self.baseline.learn(slot, count, usual, part, settings)
        if self.baseline.hours <= settings.cold_hours and people:
            self.baseline.learn_share(negative * count / people, count, settings)

    def import_hour(self, hour: int, people: float, negative: float, around: Surroundings) -> None:
        """Learn an hour of history that was counted elsewhere."""
        slot, settings = around.calendar.slot(hour), around.settings
        rates = self.baseline.rates(hour, around.calendar)
        expected = sum(rates)
        multiples = around.agenda.multiples(hour * 60, hour * 60 + 59)
        if multiples:
            planned = sum(rate * multiple for rate, multiple in zip(rates, multiples, strict=True))
            self._learn_event(slot, people, negative, (expected, planned), 1.0, settings)
            return
        thinned = expected * self.baseline.share
        caps = self._caps(expected, thinned)
        keep = 0.5 ** (1 / (24 * settings.dispersion_half_life_days))
        course, surety = self.drift.course(hour), self.baseline.surety(slot)
        for dispersion, count, mean in (
            (self.totals, people, expected * course),
            (self.negatives, negative, thinned * course),
        ):
            dispersion.forget(keep)
            dispersion.learn(HOUR, count, mean, surety)
            dispersion.suppose(mean, surety)
            dispersion.learn_pair(hour, count, mean, surety)
        self.drift.learn(hour, people, expected, keep, surety)
        self._steady(people, negative, keep)
        self._learn_level(slot, people, negative, expected, 1.0, 1.0, caps, settings)
