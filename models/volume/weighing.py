"""The opening conditions: an excess, of people, that is negative, with a share that really rose."""

from math import log
from typing import NamedTuple

from models.volume.counting import WINDOW
from models.volume.evidence import SCALES, SHORT, divergence, surprise
from models.volume.expectation import Expectation
from models.volume.novice import Footing
from models.volume.settings import DetectionSettings
from models.volume.surroundings import Surroundings
from models.volume.tally import Tally

MANY = tuple(max(0.0, log(30.0 / minutes)) for minutes in SCALES)
"""How many more short windows there are in a time, in nats (after Duembgen and Spokoiny 2001)."""


class Scale(NamedTuple):
    """One time scale: what was counted, what was expected, and how surprising that is."""

    minutes: int
    negative: float
    negative_expected: float
    people: float
    people_expected: float
    strong: float
    evidence: float
    voices: tuple[float, float] | None = None
    """Negative people and people with words of their own, others counting little; all of them where None."""
    usual: tuple[float, float] | None = None
    """Negative people and people expected without the events of the calendar, where there may be any."""
    copied: float = 0.0
    """Negative people who only say again what others say, or what floods the topic."""


class Weighing(NamedTuple):
    """All scales of one instant."""

    scales: tuple[Scale, ...]
    usual: float
    threshold: float
    strange: bool = False
    """Whether nobody has seen the topic before, so that ``usual`` is the most that is believed of any."""
    learning: bool = False
    """Whether the level is known too little to judge by it alone."""

    @property
    def evidence(self) -> float:
        """Return G over all scales."""
        return max(scale.evidence for scale in self.scales)

    @property
    def burning(self) -> float:
        """Return G over the scales of at most 20 minutes."""
        return max(scale.evidence for scale in self.scales[:SHORT])

    def deciding(
        self, settings: DetectionSettings, authors: int, *, part: float = 1.0, short: bool = False
    ) -> Scale | None:
        """Return the most surprising scale on which all conditions hold, at *part* of the threshold."""
        least = self.threshold * part
        found = None
        for scale in self.scales[:SHORT] if short else self.scales:
            if scale.evidence < least or (found is not None and scale.evidence <= found.evidence):
                continue
            if self.holds(scale, settings, authors, part) and self._crowd_agrees(scale, settings):
                found = scale
        return found

    def holds(self, scale: Scale, settings: DetectionSettings, authors: int, part: float = 1.0) -> bool:
        """Tell whether enough people are negative, and the negative part is what grew."""
        own = scale.negative - scale.copied
        ratio = settings.cold_ratio if self.learning else settings.min_ratio
        if scale.strong < authors or own < ratio * scale.negative_expected:
            return False
        # An event may hold an opening back, never cause one: what is in excess of the usual must be negative.
        negative, people = scale.usual or (scale.negative_expected, scale.people_expected)
        excess = scale.negative - negative + 0.5
        if excess / (max(scale.people - people, 0.0) + 1.5) < settings.min_negative_excess:
            return False
        share = (scale.negative + 10.0 * self.usual) / (scale.people + 10.0)
        if share < self.usual + settings.min_share_rise:
            return False
        # A clump of five in a busy minute is chance, and so is one misread text that many repeat.
        negative, people = scale.voices or (scale.negative, scale.people)
        if negative < (settings.cold_voices if self.learning else settings.min_voices):
            return False
        return share_evidence(negative, people, self.usual) >= self._sure(scale, settings, part)

    def _crowd_agrees(self, scale: Scale, settings: DetectionSettings) -> bool:
        """Tell whether the crowd around a short window is unhappier than usual, too.

        Among hundreds who come for something else, a dozen unhappy ones in a row are chance.
        """
        least = self.usual + settings.min_share_rise
        for wider in self.scales:
            if not scale.minutes < wider.minutes <= settings.crowd_span * scale.minutes:
                continue
            negative, people = wider.usual or (wider.negative_expected, wider.people_expected)
            crowd = wider.people - people
            if crowd < settings.buzz_authors or wider.people < settings.crowd_ratio * people:
                continue
            if wider.negative - negative < least * crowd:
                return False
        return True

    def _sure(self, scale: Scale, settings: DetectionSettings, part: float) -> float:
        """Return how surprising (nats) the share must be: the more, the less the counts say by themselves.

        While learning less is asked on a day of fire that is the first one.
        """
        if self.learning:
            rush = scale.negative * 60.0 >= settings.first_rush * scale.minutes
            rush = rush and scale.strong >= settings.first_authors
            return settings.first_share_evidence if self.strange and rush else settings.cold_share_evidence
        lacking = (self.threshold + settings.joint_evidence) * part - scale.evidence
        return max(lacking, settings.min_share_evidence)


def _heard(voices: float, people: float, settings: DetectionSettings) -> float:
    """Return how many readings are worth counting: who only passes on what others say adds little."""
    return voices + settings.repost_voice * max(people - voices, 0.0)


def share_evidence(negative: float, people: float, usual: float) -> float:
    """Return how surprising (nats) it is that so many of the *people* are negative: n KL (Hoeffding 1963)."""
    return people * divergence(min(negative / max(people, negative, 1e-9), 1.0), usual)


def _unhappier(negative: float, people: float, usual: float, alike: float) -> float:
    """Return how surprising (nats) the share of those who were heard is.

    Of as many people as their mood, *alike* as it is within a stretch, leaves independent of each other:
    n / (1 + n rho). Levels drift, and rhythms may be unknown: a share has neither.
    """
    return share_evidence(negative, people, usual) / (1.0 + alike * people)


def _alike(
    expectation: Expectation, usual: float, footing: Footing | None, settings: DetectionSettings
) -> float:
    """Return rho: how alike the moods of a stretch are, and how little its usual share is known."""
    if footing is not None:
        return settings.share_wander + usual * footing.share_doubt
    return expectation.steadiness.hourly.alike + usual * expectation.baseline.share_doubt


def weigh(tally: Tally, expectation: Expectation, around: Surroundings) -> Weighing:
    """Compare the last two hours with the expectation on every scale.

    Where only a share q of the posts was scored, the baseline of the negatives is thinned by q and
    the totals beside them are scored people; the running minute is compared with its whole expectation.
    """
    people, negative, weak = (crowd.ring.totals() for crowd in (tally.people, tally.negative, tally.weak))
    posts, scored = tally.posts.totals(), tally.scored.totals()
    voices, angry = tally.voices.ring.totals(), tally.angry.ring.totals()
    means = expectation.means(tally.head, around, tally)
    settings, usual = around.settings, means.share
    alike = _alike(expectation, usual, means.footing, settings)
    scales = []
    for index, minutes in enumerate(SCALES):
        last = minutes - 1
        judged = min(1.0, scored[last] / posts[last]) if posts[last] else 1.0
        whole = means.usual(minutes)
        normal = whole * judged
        # Most topics have no event near, and this is the hottest line of the detector.
        blamed = (means.blamed(minutes, people[last], usual) if means.raised else whole * usual) * judged
        evidence = surprise(negative[last], blamed, expectation.inverse_negative(index, means.footing))
        heard = (
            _heard(angry[last], negative[last], settings),
            _heard(voices[last], people[last], settings) * judged,
        )
        if negative[last] >= settings.min_authors:
            if means.footing is not None:
                many = surprise(
                    people[last] * judged, normal, expectation.inverse_total(index, means.footing)
                )
                evidence = max(evidence, many + _unhappier(*heard, usual, alike) - settings.second_look)
            elif means.raised is None and negative[last] > blamed:
                evidence = max(evidence, _unhappier(*heard, usual, alike) - settings.share_alone)
        scales.append(
            Scale(
                minutes=minutes,
                negative=negative[last],
                negative_expected=blamed,
                people=people[last] * judged,
                people_expected=means.planned(minutes) * judged if means.raised else normal,
                strong=negative[last] - weak[last],
                evidence=max(0.0, evidence - settings.scale_penalty * MANY[index]),
                voices=heard,
                usual=(normal * usual, normal),
            )
        )
    weighing = _weighing(tuple(scales), usual, expectation, means.footing, settings)
    if weighing.evidence < settings.ember_share * weighing.threshold:
        return weighing
    return weighing._replace(scales=_sifted(weighing.scales, tally))


def _weighing(
    scales: tuple[Scale, ...],
    usual: float,
    expectation: Expectation,
    footing: Footing | None,
    settings: DetectionSettings,
) -> Weighing:
    """Put the *scales* beside the threshold that goes for the topic."""
    quiet = expectation.baseline.level < settings.quiet_level
    threshold = settings.threshold_quiet if quiet else settings.threshold
    if footing is None:
        return Weighing(scales, usual, threshold)
    return Weighing(scales, usual, min(threshold, settings.threshold_cold), footing.strange, learning=True)


def _sifted(scales: tuple[Scale, ...], tally: Tally) -> tuple[Scale, ...]:
    """Tell those who only copy from the others; asked only where something may be said of it."""
    copied, faint = tally.copied()
    if not copied[-1]:
        return scales
    return tuple(
        scale._replace(
            strong=scale.strong - max(copied[scale.minutes - 1] - faint[scale.minutes - 1], 0),
            copied=copied[scale.minutes - 1],
        )
        for scale in scales
    )


def suspect(weighing: Weighing, tally: Tally, expectation: Expectation, around: Surroundings) -> None:
    """Let half a fire of a topic that is learning not say what share is usual.

    Only where the usual is known better than by the guess: of two hours at least before the fire, and
    of more people than came since. What most people do is usual, however it began.
    """
    settings = around.settings
    if not weighing.learning or not weighing.deciding(
        settings, settings.min_authors, part=settings.ember_share
    ):
        return
    began = beginning(tally, expectation, around)
    minutes = tally.head - began + 1
    before = expectation.means(tally.head, around, tally).before
    if before is None:
        return
    baseline = expectation.baseline
    known = baseline.negative + baseline.other + before.window(minutes)[0]
    watched = baseline.hours * 60 + before.length(minutes)
    if watched >= WINDOW and known >= tally.people.ring.total(minutes):
        expectation.suspicion.note(tally.head, began, settings)


def beginning(tally: Tally, expectation: Expectation, around: Surroundings) -> int:
    """Return the minute in which the excess of negatives most likely began.

    The maximum-likelihood change point: of all starts with a negative post, the one whose stretch up
    to now has the largest G.
    """
    negative, people = tally.negative.ring.totals(), tally.people.ring.totals()
    means = expectation.means(tally.head, around, tally)
    share = means.share
    best, began = -1.0, tally.head
    scale = 0
    for age in range(1, WINDOW + 1):
        while SCALES[scale] < age:
            scale += 1
        if tally.negative.ring.values[-age] == 0:
            continue
        blamed = means.blamed(age, people[age - 1], share)
        found = surprise(negative[age - 1], blamed, expectation.inverse_negative(scale, means.footing))
        if found >= best:
            best, began = found, tally.head - age + 1
    return began
