"""When a topic's keyword list changes: the old usual is doubted at once, and restated from stored posts."""

from collections.abc import Sequence
from math import inf, sqrt
from typing import NamedTuple

import msgspec

from models.volume.baseline import LEVEL_WEIGHT, SHARE_WEIGHT
from models.volume.detection import Topic
from models.volume.episode import size
from models.volume.expectation import ENDLESS, HOUR, Expectation
from models.volume.surroundings import Surroundings

FEWEST = 20.0
"""People that the old list must have led to expect before the new one is compared with it."""
ROUNDS = 3
"""How often the multiple is found anew with outbreaks cut by the last one."""
OPEN_WORTH = 5.0
"""Posts that the old level is worth while a fire is open."""
LAG = 3
"""Hours that are still to be learned, as they leave the window."""


class Hour(NamedTuple):
    """An hour since the epoch, its people and its negative people, who may be estimates."""

    hour: int
    people: float
    negative: float


class Lesson(NamedTuple):
    """What the present list would have counted in the past.

    *worth* is how many posts the counts are worth: a sample stands for many and tells as much as it has.
    *told* is false where there was no telling what the list newly matches: the hours are a lower bound.
    """

    hours: Sequence[Hour]
    worth: float
    told: bool = True


def shelve(topic: Topic, since: int) -> None:
    """Doubt what is usual, because from the minute *since* on another list counts.

    The old baseline is kept for the restating; meanwhile it is worth one post, and the topic is learning.
    """
    if topic.expectation.born == ENDLESS:
        return
    if topic.shelved is None:
        topic.shelved = _copy(topic.expectation)
    expectation, base = topic.expectation, topic.expectation.baseline
    # What burns is still measured by the old level, or a change of words would put it out.
    _trust(expectation, OPEN_WORTH if topic.open else LEVEL_WEIGHT)
    whole = base.negative + base.other
    keep = min(1.0, SHARE_WEIGHT / whole) if whole else 1.0
    base.negative, base.other, base.hours = base.negative * keep, base.other * keep, 0.0
    expectation.born, expectation.renewed = since, True
    if topic.episode is not None:
        topic.episode.announced = inf


def restate(topic: Topic, lesson: Lesson, fresh: Expectation, around: Surroundings) -> None:
    """Learn anew what is usual from a *lesson*; *fresh* is what is expected where nothing is known.

    What a known topic knows of its rhythm and its wildness stays, at another level; of any other topic
    everything is learned from the hours. Where these say too little, the old usual stays a guess.
    """
    now, old, changed = topic.expectation, topic.shelved or topic.expectation, topic.shelved is not None
    topic.shelved = None
    if topic.episode is not None:
        # Only what grows from here on is growth.
        topic.episode.announced = min(topic.episode.announced, size(topic.weigh(around)))
    if not lesson.told:
        return
    hours = [hour for hour in sorted(lesson.hours) if _is_past(hour.hour, topic)]
    warm = old.baseline.hours >= around.settings.cold_hours
    expected = [sum(old.baseline.rates(hour.hour, around.calendar)) for hour in hours]
    if warm and sum(expected) < FEWEST and len(hours) < around.settings.cold_hours:
        return
    if warm and sum(expected) >= FEWEST:
        found = _restated(_copy(old), hours, expected)
    else:
        found = _rebuilt(fresh, hours, around)
        if warm:
            found.totals, found.negatives = old.totals, old.negatives
    _trust(found, lesson.worth)
    found.born, found.blanks, found.lost, found.lit = now.born, now.blanks, now.lost, now.lit
    found.rates, found.doused, found.suspicion = now.rates, now.doused, now.suspicion
    if changed and now.born != ENDLESS:
        _expect(found, topic.head, around)
    else:
        found.begin(topic.head, around.calendar)
    topic.expectation = found


def _is_past(hour: int, topic: Topic) -> bool:
    """Tell whether an hour is not going to be learned live."""
    born = topic.expectation.born
    return born == ENDLESS or (hour + 1) * 60 <= born or hour <= topic.head // 60 - LAG


def _restated(old: Expectation, hours: Sequence[Hour], expected: Sequence[float]) -> Expectation:
    """Return *old* at the level and share of *hours*, in which it had *expected* so many people."""
    multiple = sum(hour.people for hour in hours) / sum(expected)
    inverse = old.totals.inverse(HOUR)
    cut = [hour.people for hour in hours]
    for _ in range(ROUNDS):
        caps = [
            multiple * mean + 3.0 * sqrt(multiple * mean * (1 + multiple * mean * inverse)) + 1.0
            for mean in expected
        ]
        cut = [min(hour.people, cap) for hour, cap in zip(hours, caps, strict=True)]
        multiple = max(sum(cut) / sum(expected), 1e-3)
    base = old.baseline
    base.posts *= multiple
    for season in ("day_posts", "day_expected", "week_posts", "week_expected"):
        setattr(base, season, [value * multiple for value in getattr(base, season)])
    negative = sum(
        hour.negative * part / hour.people for hour, part in zip(hours, cut, strict=True) if hour.people
    )
    people = sum(cut)
    keep = min(1.0, (base.negative + base.other) / people) if people else 0.0
    base.negative, base.other = negative * keep, max(people - negative, 0.0) * keep
    return old


def _rebuilt(fresh: Expectation, hours: Sequence[Hour], around: Surroundings) -> Expectation:
    for hour in hours:
        fresh.import_hour(hour.hour, hour.people, hour.negative, around)
    return fresh


def _trust(expectation: Expectation, worth: float) -> None:
    """Let the level weigh as *worth* posts at most."""
    base = expectation.baseline
    keep = min(1.0, worth / base.posts) if base.posts > 0 else 1.0
    base.posts, base.exposure = base.posts * keep, base.exposure * keep


def _expect(found: Expectation, head: int, around: Surroundings) -> None:
    """Expect the new from the minutes since the list changed; those before were counted by the old one."""
    before = found.rates
    found.begin(head, around.calendar)
    kept = max(0, len(before) - max(head - found.born + 1, 0))
    found.rates = [*before[:kept], *found.rates[len(found.rates) - (len(before) - kept) :]]


def _copy(expectation: Expectation) -> Expectation:
    return msgspec.msgpack.decode(msgspec.msgpack.encode(expectation), type=Expectation)
