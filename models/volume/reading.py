"""What a topic looks like at one instant, and which signals speak."""

from datetime import UTC, datetime, timedelta

from models.event import Event
from models.flareup import Reading, Reason, State
from models.keyword import TopicKey
from models.volume.episode import Episode, hundredth_in
from models.volume.evidence import SCALES, SHORT, upper, wilson
from models.volume.expectation import Expectation
from models.volume.means import Means
from models.volume.tally import Tally
from models.volume.weighing import Weighing

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WIDEST = 4.0
"""The inverse k of the widest band that is drawn: what is not known at all has no edge."""
LATELY = SCALES.index(10)
"""Growth is told of so many minutes: the next scale is twice as long."""


def instant(at: float) -> datetime:
    """Return the aware instant *at* seconds since the epoch."""
    return EPOCH + timedelta(seconds=at)


def read(  # noqa: PLR0913, PLR0917  a reading is made of everything there is
    key: TopicKey,
    at: float,
    state: State,
    tally: Tally,
    expectation: Expectation,
    weighing: Weighing,
    means: Means,
    episode: Episode | None,
    learning_since: datetime | None,
    planned: tuple[Event, ...] = (),
) -> Reading:
    """Describe a topic over the trailing 30 minutes."""
    half = weighing.scales[SHORT]
    everyone = tally.people.ring.total(half.minutes)
    negative = tally.negative.ring.totals()
    expected = means.planned(half.minutes)
    low, high = wilson(half.negative, max(half.people, half.negative))
    so_far = excess = 0.0
    if episode is not None and episode.open:
        so_far = episode.people(negative, tally.head)
        people = tally.people.ring.totals()
        excess = max(0.0, so_far - episode.expected(means, people, tally.head, weighing.usual))
    return Reading(
        key=key,
        at=instant(at),
        state=state,
        volume=2.0 * everyone,
        expected=2.0 * expected,
        upper=2.0 * upper(expected, min(expectation.inverse_total(SHORT, means.footing), WIDEST)),
        negative=float(half.negative),
        negative_expected=half.negative_expected,
        share=half.negative / max(half.people, half.negative, 1e-9),
        share_low=low,
        share_high=high,
        share_usual=weighing.usual,
        evidence=weighing.evidence,
        threshold=weighing.threshold,
        episode_excess=excess,
        hundredth_in=hundredth_in(so_far, negative) if so_far else None,
        risks=tally.risky,
        sources=tally.spread(),
        learning_since=learning_since,
        planned=planned,
    )


def reasons(reading: Reading, weighing: Weighing, expectation: Expectation) -> tuple[Reason, ...]:
    """Return the signals that spoke, the loudest first, each with what is usual and where news begins."""
    bound = upper(reading.negative_expected, expectation.inverse_negative(SHORT))
    found = [
        _counted("negative_people", reading.negative, reading.negative_expected, bound),
        Reason(
            signal="share",
            value=reading.share,
            expected=reading.share_usual,
            low=reading.share_low,
            high=reading.share_high,
        ),
        _counted("people", reading.volume, reading.expected, reading.upper),
        _counted("evidence", weighing.evidence, 0.0, weighing.threshold),
        growth(weighing),
    ]
    if reading.risks:
        found.insert(
            0, Reason(signal="risk", value=float(max(reading.risks.values())), expected=0.0, low=0.0)
        )
    if len(reading.sources) > 1:
        found.append(_counted("spread", float(len(reading.sources)), 1.0, 1.0))
    return tuple(found)


def growth(weighing: Weighing) -> Reason:
    """Return the negative people of the last ten minutes beside those of the ten before them.

    From ``low`` to ``high`` it neither grows nor shrinks: the 90 % range of a Poisson count beside another
    of the same mean (Przyborowski and Wilenski 1940), whose difference varies by their sum.
    """
    last, both = weighing.scales[LATELY], weighing.scales[LATELY + 1]
    before = float(both.negative - last.negative)
    half = 1.645 * max(float(both.negative), 1.0) ** 0.5
    low, high = max(0.0, before - half), before + half
    return Reason(signal="growth", value=float(last.negative), expected=before, low=low, high=high)


def _counted(signal: str, value: float, expected: float, high: float) -> Reason:
    return Reason(signal=signal, value=value, expected=expected, low=0.0, high=high)
