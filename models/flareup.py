"""What the detector says: readings of a topic, and the transitions of its flare-ups."""

from datetime import datetime
from typing import Literal

import msgspec

from models.event import Event
from models.keyword import TopicKey

Mood = Literal["negative", "mixed", "positive", "buzz"]
Transition = Literal["ember", "opened", "reignited", "grown", "eased", "closed", "updated"]
State = Literal["learning", "calm", "ember", "burning", "easing"]


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One signal that spoke: its value, what was expected, and the interval that was usual."""

    signal: str
    value: float
    expected: float | None = None
    low: float | None = None
    high: float | None = None


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one topic at one instant.

    Volumes are distinct people per hour over the trailing 30 minutes of event time; shares are of
    scored people over the same window, with a 90 % interval; ``evidence`` is the generalised
    log-likelihood ratio G (nats) that opens at ``threshold``. ``negative`` and ``negative_expected``
    are people in the trailing 30 minutes; ``episode_excess`` is negative people above the expected
    since the flare-up began (0 when none). ``hundredth_in`` is the forecast in minutes until the
    hundredth negative post of the episode, None when it is not in sight. ``planned`` are the events of
    the calendar within the trailing two hours.
    """

    key: TopicKey
    at: datetime
    state: State
    volume: float
    expected: float
    upper: float
    negative: float
    negative_expected: float
    share: float
    share_low: float
    share_high: float
    share_usual: float
    evidence: float
    threshold: float
    episode_excess: float = 0.0
    hundredth_in: float | None = None
    risks: dict[str, int] = {}
    sources: tuple[str, ...] = ()
    learning_since: datetime | None = None
    planned: tuple[Event, ...] = ()


class FlareUp(msgspec.Struct, frozen=True, kw_only=True):
    """A transition of one topic's flare-up, with the reading that caused it.

    ``started_at`` is the event time of the first minute of the excess and names the flare-up together
    with its topic; ``size`` is negative people per hour; ``found_late`` is true when the deciding posts
    were older than usual on arrival.
    """

    key: TopicKey
    transition: Transition
    at: datetime
    started_at: datetime
    mood: Mood
    reading: Reading
    size: float = 0.0
    found_late: bool = False
    reasons: tuple[Reason, ...] = ()
