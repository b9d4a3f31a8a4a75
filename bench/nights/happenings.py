"""What can happen to a topic: each is a crowd that posts beside the everyday ones."""

from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from bench.nights import shapes
from bench.nights.character import Character, Mix, season
from bench.nights.posts import Style
from bench.nights.seeds import Counts, Rates, between

HOUR = 60


class Scene(NamedTuple):
    """Where something happens: the topic, what is usual per minute of the live stretch, and when."""

    character: Character
    usual: Rates
    start: int
    multiple: float
    chance: Generator

    def peak(self, minute: int) -> float:
        """Return the extra posts per minute that make *multiple* times the usual at *minute*."""
        around = self.usual[max(0, minute - 30) : minute + 30]
        return float((self.multiple - 1.0) * (around.mean() if len(around) else self.usual.mean()))

    @property
    def negative(self) -> float:
        """Return the usual share of negative."""
        return self.character.mix[0]


class Happening(NamedTuple):
    """A crowd: posts per minute by mood from *start* on, and how they come about."""

    name: str
    start: int
    counts: Counts
    style: Style
    burns: bool = False
    """A fire: to be found from *onset* on, and till *until*."""
    onset: int = 0
    until: int = 0
    delivered: tuple[int, int] | None = None
    """Minute at which all of it arrives, and over how many minutes, where that is not at once."""


class Hole(NamedTuple):
    """A source that is dead from *start* to before *end*; *told* when the watch is told of it."""

    source: int
    start: int
    end: int
    backlog: float
    told: bool


def fire(scene: Scene, name: str = "fire", *, growth: float = 0.0, half_life: float = 0.0) -> Happening:
    """Burn: logistic growth within 10 minutes to 3 hours, mostly negative, much of it reposts."""
    chance = scene.chance
    growth = growth or between(chance, 10, 180)
    shape = shapes.logistic(growth, chance.uniform(10, 90), half_life or between(chance, 30, 240))
    onset, top = shapes.onset(shape), int(np.argmax(shape))
    negative = chance.uniform(0.5, 0.85)
    mix = _mix(negative, 0.05)
    counts = shapes.drawn(shape * scene.peak(scene.start + top), mix, chance)
    style = Style(chance.uniform(0.3, 0.8), chance.uniform(0, 0.2), spread=True)
    end = scene.start + len(shape)
    return Happening(name, scene.start, counts, style, burns=True, onset=scene.start + onset, until=end)


def television(scene: Scene) -> Happening:
    """Be on television: sharp spikes, no angrier than usual."""
    chance = scene.chance
    shape = shapes.broadcast(chance)
    mix = _mix(scene.negative * chance.uniform(0.3, 1.1), chance.uniform(0.1, 0.5))
    counts = shapes.drawn(shape * scene.peak(scene.start), mix, chance)
    return Happening("tv", scene.start, counts, Style(chance.uniform(0.1, 0.5), 0.1, spread=True))


def campaign(scene: Scene) -> Happening:
    """Run a campaign: follow and repost; hours of the same few texts by very many."""
    chance = scene.chance
    shape = shapes.logistic(between(chance, 3, 40), chance.uniform(30, 360), between(chance, 40, 180))
    mix = _mix(scene.negative * chance.uniform(0.05, 0.5), chance.uniform(0.4, 0.8))
    counts = shapes.drawn(shape * scene.peak(scene.start + 30), mix, chance)
    return Happening("campaign", scene.start, counts, Style(chance.uniform(0.6, 0.95), 0.05, spread=True))


def viral(scene: Scene, name: str = "viral") -> Happening:
    """Go viral without offence: praise, or news that people pass on."""
    chance = scene.chance
    shape = shapes.logistic(between(chance, 8, 120), chance.uniform(0, 60), between(chance, 30, 240))
    praised = chance.random() < 0.5
    mix = _mix(scene.negative * chance.uniform(0.2, 1.1), 0.6 if praised else chance.uniform(0.05, 0.2))
    counts = shapes.drawn(shape * scene.peak(scene.start + 60), mix, chance)
    return Happening(name, scene.start, counts, Style(chance.uniform(0.4, 0.9), 0.05, spread=True))


def spam(scene: Scene) -> Happening:
    """Be spammed: near-duplicates by few accounts, or now and then by a net of them."""
    chance = scene.chance
    accounts = int(chance.integers(3, 16) if chance.random() < 0.75 else chance.integers(30, 151))
    minutes = round(between(chance, 5, 180))
    posts = between(chance, 40, 600)
    counts = shapes.drawn(np.full(minutes, posts / minutes), (0.0, 1.0, 0.0), chance)
    style = Style(0.0, 0.0, accounts, copies=1.0, texts=int(chance.integers(1, 5)), misread=0.35)
    return Happening("spam", scene.start, counts, style)


def brigade(scene: Scene) -> Happening:
    """Be set upon by some thirty accounts, a part of them with the same words."""
    chance = scene.chance
    accounts = int(chance.integers(25, 36))
    minutes = round(between(chance, 20, 120))
    posts = accounts * chance.uniform(2, 8)
    counts = shapes.drawn(np.full(minutes, posts / minutes), (0.95, 0.05, 0.0), chance)
    style = Style(0.0, 0.0, accounts, chance.uniform(0.2, 0.8), int(chance.integers(1, 4)), misread=0.9)
    return Happening("brigade", scene.start, counts, style)


def level_shift(scene: Scene) -> Happening:
    """Become a bigger topic for good, in the usual mood."""
    chance = scene.chance
    after = scene.usual[scene.start :] * (scene.multiple - 1.0)
    ramp = np.minimum(1.0, np.arange(len(after)) / chance.uniform(10, 120))
    counts = shapes.drawn(after * ramp, scene.character.mix, chance)
    style = Style(scene.character.reposts, scene.character.regulars)
    return Happening("level shift", scene.start, counts, style)


def slow_burn(scene: Scene) -> Happening:
    """Smoulder: hour after hour two to four times as many are negative, and hardly more speak."""
    chance = scene.chance
    hours = chance.uniform(10, 16)
    length = min(int(hours * HOUR), len(scene.usual) - scene.start)
    ramp = np.minimum(1.0, np.arange(length) / chance.uniform(60, 240))
    times = chance.uniform(1.3, 3.0)
    extra = scene.usual[scene.start : scene.start + length] * scene.negative * times * ramp
    counts = shapes.drawn(extra, (0.9, 0.1, 0.0), chance)
    style = Style(chance.uniform(0.1, 0.5), scene.character.regulars)
    onset = scene.start + shapes.onset(ramp)
    return Happening(
        "slow burn", scene.start, counts, style, burns=True, onset=onset, until=scene.start + length
    )


def late_burst(scene: Scene) -> Happening:
    """Hear late of an old fire: angry posts between two hours and two days old, all at once."""
    chance = scene.chance
    span = round(between(chance, 20, 240))
    age = round(between(chance, 125, 2880))
    posts = between(chance, 60, 2000)
    counts = shapes.drawn(np.full(span, posts / span), (0.7, 0.25, 0.05), chance)
    start = scene.start - age - span
    delivered = (scene.start, int(chance.integers(1, 20)))
    return Happening("late burst", start, counts, Style(0.5, spread=True), delivered=delivered)


def outage(scene: Scene) -> Hole:
    """Lose the first source for a while; back, it catches up. Half of the times nobody notices."""
    chance = scene.chance
    end = scene.start + round(between(chance, 15, 360))
    return Hole(0, scene.start, end, between(chance, 0.5, 15), bool(chance.random() < 0.5))


def everyday_virals(character: Character, usual: Rates, chance: Generator) -> list[Happening]:
    """Return the benign bursts of everyday life, with a heavy tail (Pareto) of sizes."""
    found = []
    for number in range(chance.poisson(character.virals * len(usual) / 1440)):
        size = min(1.5 + float(chance.pareto(1.3)), 60.0)
        start = int(chance.integers(0, len(usual)))
        found.append(viral(Scene(character, usual, start, size, chance), f"everyday viral {number}"))
    return found


def rhythm(character: Character, first: int, length: int) -> Rates:
    """Return the posts expected per minute from minute *first* on."""
    minutes = np.arange(first, first + length, dtype=float)
    expected: Rates = character.rate / 60.0 * season(character, minutes)
    return expected


def _mix(negative: float, positive: float) -> Mix:
    positive = min(positive, 1.0 - negative)
    return negative, 1.0 - negative - positive, positive
