"""One night: a topic's past, its posts, what happens, and the truth about it."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from bench.nights import seeds
from bench.nights.character import MOODS, WEEK, Character, drawn
from bench.nights.happenings import Happening, Hole, Scene, everyday_virals, rhythm
from bench.nights.hawkes import usual
from bench.nights.posts import NEGATIVE, Posts, Style, joined, uniqueness, written
from bench.nights.scenarios import SCENARIOS, Happened
from bench.nights.seeds import Counts, Rates

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
LEARNED_HOURS = 14 * 24
WARM = 24 * 60
"""Minutes that a watch has been running before the scene opens, in every other night."""


class Case(NamedTuple):
    """Which night: the same case is the same night."""

    scenario: str
    rate: float
    multiple: float
    seed: int


class Hour(NamedTuple):
    """An hour of the past: people, and negative people as they were read."""

    start: int
    people: int
    negative: int


class Truth(NamedTuple):
    """A fire: from when on it is there, till when finding it is worth anything, and its milestones.

    Minutes of the live stretch. ``fifth`` is when the fifth person was read as negative: whoever asks for
    five is no sooner. ``hundredth`` is the moment of the hundredth critical post, infinite if it never came.
    """

    name: str
    start: int
    onset: int
    until: int
    fifth: float
    hundredth: float
    growth: int


class Night(NamedTuple):
    """Everything about a night; minutes count from the start of the live stretch, the past is before."""

    case: Case
    character: Character
    first: int
    """Minute since MONDAY at which the live stretch begins."""
    length: int
    hours: list[Hour]
    past: Counts
    """Posts, and posts read as negative (rows), of every minute of the past."""
    posts: Posts
    holes: list[Hole]
    truths: list[Truth]
    opens: int
    """The minute at which the scene opens."""
    expected: Rates
    """Negative readings per minute that are usual, by the truth that no detector knows."""

    @property
    def began(self) -> datetime:
        """Return when the live stretch begins."""
        return MONDAY + timedelta(minutes=self.first)

    @property
    def warm(self) -> bool:
        """Tell whether the watch ran for a day or more before anything happened."""
        return self.opens >= WARM


def night(case: Case) -> Night:
    """Draw a night."""
    scenario = SCENARIOS[case.scenario]
    chance = seeds.chance(case.seed, *case)
    character = drawn(case.rate, chance)
    cold = case.scenario.startswith("cold")
    learned = _learned(cold, chance)
    lead = 0 if "calm" in case.scenario else _lead(case, chance, cold=cold)
    length = lead + scenario.minutes
    first = 60 * int(chance.integers(0, WEEK // 60))
    whole = rhythm(character, first, learned * 60 + length)
    counts = usual(character, whole * 60 / character.rate, chance)
    live = whole[learned * 60 :]
    scene = Scene(character, live, lead, case.multiple, chance)
    happened = scenario.happen(scene)
    virals = everyday_virals(character, whole, chance)
    past = _past(counts, virals, learned * 60, character, chance)
    crowds = [*happened.happenings, *_moved(virals, learned * 60)]
    posts = _posts(counts[:, learned * 60 :], crowds, happened.holes, character, chance)
    return Night(
        case,
        character,
        first + learned * 60,
        length,
        _hours(past, first, uniqueness(posts.picked(posts.origin == 0))),
        past,
        posts,
        happened.holes,
        _truths(happened, posts, length),
        lead,
        live * character.misread,
    )


def _learned(cold: bool, chance: Generator) -> int:  # noqa: FBT001
    return int(chance.integers(0, 40)) if cold else LEARNED_HOURS


def _lead(case: Case, chance: Generator, *, cold: bool) -> int:
    """Return the live minutes before the scene opens; half of the watches ran for days, half began today."""
    short = int(chance.integers(120, 480))
    return short + WARM if chance.random() < 0.5 and case.rate <= 1000 and not cold else short


def _past(
    counts: Counts, virals: list[Happening], length: int, character: Character, chance: Generator
) -> Counts:
    """Return posts and negative readings per minute of the past, bursts included."""
    moods = counts[:, :length].copy()
    for burst in virals:
        end = min(burst.start + burst.counts.shape[1], length)
        if burst.start < end:
            moods[:, burst.start : end] += burst.counts[:, : end - burst.start]
    misread = sum(chance.binomial(moods[mood], character.read[mood][0]) for mood in range(MOODS))
    return np.stack([moods.sum(axis=0), misread])


def _moved(virals: list[Happening], by: int) -> list[Happening]:
    """Return the bursts that reach into the live stretch, by its own minutes."""
    moved = []
    for burst in virals:
        start = burst.start - by
        cut = max(0, -start)
        if cut < burst.counts.shape[1]:
            moved.append(burst._replace(start=start + cut, counts=burst.counts[:, cut:]))
    return moved


def _posts(
    counts: Counts, crowds: list[Happening], holes: list[Hole], character: Character, chance: Generator
) -> Posts:
    everyday = Style(character.reposts, character.regulars)
    parts = [written(counts, 0, 0, everyday, character, chance)]
    for number, crowd in enumerate(crowds, 1):
        some = written(crowd.counts, crowd.start, number, crowd.style, character, chance)
        if crowd.delivered is not None:
            start, span = crowd.delivered
            some = some._replace(arrived=(start + span * chance.random(some.size)) * 60.0)
        parts.append(some)
    return joined([_held(part, holes, chance) for part in parts])


def _held(posts: Posts, holes: list[Hole], chance: Generator) -> Posts:
    """Hold back what a dead source says until it is back."""
    arrived = posts.arrived
    for hole in holes:
        dead = (posts.source == hole.source) & (arrived >= hole.start * 60.0) & (arrived < hole.end * 60.0)
        back = (hole.end + hole.backlog * chance.random(posts.size)) * 60.0
        arrived = np.where(dead, back, arrived)
    return posts._replace(arrived=arrived)


def _hours(past: Counts, first: int, unique: float) -> list[Hour]:
    sums = past.reshape(2, -1, 60).sum(axis=2) * unique
    return [
        Hour(first // 60 + index, round(people), round(min(negative, people)))
        for index, (people, negative) in enumerate(sums.T.tolist())
    ]


def _truths(happened: Happened, posts: Posts, length: int) -> list[Truth]:
    return [
        _truth(crowd, posts.picked(posts.origin == number), length)
        for number, crowd in enumerate(happened.happenings, 1)
        if crowd.burns
    ]


def _truth(crowd: Happening, posts: Posts, length: int) -> Truth:
    since = posts.picked(posts.at >= crowd.onset * 60.0)
    seen = since.picked(since.label == NEGATIVE)
    _, firsts = np.unique(seen.author, return_index=True)
    fifth = np.sort(seen.arrived[firsts])[4:5]
    critical = np.sort(posts.at[posts.truth == NEGATIVE])[99:100]
    return Truth(
        crowd.name,
        crowd.start,
        crowd.onset,
        min(crowd.until, length),
        float(fifth[0] / 60.0) if len(fifth) else np.inf,
        float(critical[0] / 60.0) if len(critical) else np.inf,
        int(np.argmax(crowd.counts.sum(axis=0))) if crowd.counts.size else 0,
    )
