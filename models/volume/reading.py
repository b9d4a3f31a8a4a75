"""What a topic looks like at one instant, and which signals speak."""

from datetime import UTC, datetime, timedelta

from models.flareup import Reading, Reason, State
from models.keyword import TopicKey
from models.volume.counting import WINDOW
from models.volume.episode import Episode, hundredth_in
from models.volume.evidence import SHORT, upper, wilson
from models.volume.expectation import Expectation
from models.volume.tally import Tally
from models.volume.weighing import Weighing

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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
    means: list[float],
    episode: Episode | None,
    learning_since: datetime | None,
) -> Reading:
    """Describe a topic over the trailing 30 minutes."""
    half = weighing.scales[SHORT]
    everyone = tally.people.ring.total(half.minutes)
    negative = tally.negative.ring.totals()
    low, high = wilson(half.negative, max(half.people, half.negative))
    so_far = excess = 0.0
    if episode is not None and episode.open:
        so_far = episode.people(negative, tally.head)
        excess = max(0.0, so_far - episode.expected(means, tally.head, weighing.usual))
    return Reading(
        key=key,
        at=instant(at),
        state=state,
        volume=2.0 * everyone,
        expected=2.0 * means[half.minutes - 1],
        upper=2.0 * upper(means[half.minutes - 1], expectation.inverse_total(SHORT)),
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
        risks={
            risk: total for risk, crowd in sorted(tally.risks.items()) if (total := crowd.ring.total(WINDOW))
        },
        sources=tally.spread(),
        learning_since=learning_since,
    )


def reasons(reading: Reading, weighing: Weighing, expectation: Expectation) -> tuple[Reason, ...]:
    """Return the signals that spoke, the loudest first."""
    bound = upper(reading.negative_expected, expectation.inverse_negative(SHORT))
    found = [
        Reason(
            signal="negative_people",
            value=reading.negative,
            expected=reading.negative_expected,
            low=0.0,
            high=bound,
        ),
        Reason(
            signal="share",
            value=reading.share,
            expected=reading.share_usual,
            low=reading.share_low,
            high=reading.share_high,
        ),
        Reason(signal="people", value=reading.volume, expected=reading.expected, low=0.0, high=reading.upper),
        Reason(signal="evidence", value=weighing.evidence, expected=weighing.threshold),
    ]
    if reading.risks:
        found.insert(0, Reason(signal="risk", value=float(max(reading.risks.values())), expected=0.0))
    if len(reading.sources) > 1:
        found.append(Reason(signal="spread", value=float(len(reading.sources)), expected=1.0))
    return tuple(found)
