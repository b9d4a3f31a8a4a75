"""What a topic is like, drawn anew for every night, so that nothing can be tuned to one shape."""

from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from bench.nights.seeds import Rates, between

DAY = 1440
WEEK = 7 * DAY
TOKYO = 9 * 60
"""Minutes by which Tokyo is ahead; nights count minutes from a Monday 00:00 UTC."""
SATURDAY = 5
MOODS = 3
"""Negative, neutral, positive: the order of every mix and of every row of counts."""

Mix = tuple[float, float, float]


class Character(NamedTuple):
    """A topic: its rhythm, its wildness, its moods, its people, and how well its posts are read."""

    rate: float
    mix: Mix
    daily: float
    """Strength of the daily cycle: the busiest hour has e^(2 x this) times the posts of the quietest."""
    peak: float
    lunch: float
    weekend: float
    wander: float
    """Standard deviation of the logarithm of the level, and the hours it takes to forget."""
    wander_hours: float
    mood_wander: float
    branching: float
    """Share of the posts that another post called forth (Hawkes' branching ratio)."""
    echo: float
    echo_tail: float
    marks: float
    """Shape of the Gamma that says how much one post moves others: small is wild."""
    virals: float
    """Benign bursts a day: praise, news."""
    regulars: float
    """Share of the posts by people who post again and again."""
    reposts: float
    sources: tuple[float, ...]
    read: tuple[Mix, Mix, Mix]
    """How a post of each mood is read by the scorer: a row of probabilities for each."""

    @property
    def misread(self) -> float:
        """Return the share of all posts that is read as negative."""
        return sum(part * row[0] for part, row in zip(self.mix, self.read, strict=True))


def drawn(rate: float, chance: Generator) -> Character:
    """Draw a topic with *rate* posts an hour.

    As wild as calm may be: with much wider ranges everyday clumps reach three times the usual every few
    days, and whoever reads them would call them fires that nobody has marked.
    """
    negative = between(chance, 0.05, 0.40)
    positive = (1 - negative) * chance.uniform(0.1, 0.5)
    return Character(
        rate=rate,
        mix=(negative, 1 - negative - positive, positive),
        daily=chance.uniform(0.3, 1.2),
        peak=chance.normal(20.5, 1.5),
        lunch=chance.uniform(0.0, 0.5),
        weekend=float(np.exp(chance.normal(0.0, 0.3))),
        wander=chance.uniform(0.05, 0.3),
        wander_hours=between(chance, 2.0, 24.0),
        mood_wander=chance.uniform(0.03, 0.22),
        branching=chance.uniform(0.05, 0.45),
        echo=between(chance, 1.0, 12.0),
        echo_tail=chance.uniform(0.5, 1.2),
        marks=between(chance, 0.4, 3.0),
        virals=chance.uniform(0.0, 0.3),
        regulars=chance.uniform(0.0, 0.35),
        reposts=chance.uniform(0.1, 0.6),
        sources=_sources(chance),
        read=_reading(chance),
    )


def _sources(chance: Generator) -> tuple[float, ...]:
    first = chance.uniform(0.5, 1.0)
    return (first, (1 - first) * 0.7, (1 - first) * 0.3) if chance.random() < 0.7 else (1.0,)


def _reading(chance: Generator) -> tuple[Mix, Mix, Mix]:
    found, alarm, turned = chance.uniform(0.7, 0.9), chance.uniform(0.05, 0.15), chance.uniform(0.01, 0.06)
    seen = chance.uniform(0.6, 0.85)
    return (
        (found, 0.85 * (1 - found), 0.15 * (1 - found)),
        (alarm, 1 - alarm - 0.08, 0.08),
        (turned, 1 - turned - seen, seen),
    )


def season(character: Character, minutes: Rates) -> Rates:
    """Return the daily and weekly rhythm at *minutes* since Monday 00:00 UTC; its mean over a week is 1."""
    week = _rhythm(character, np.arange(0.0, WEEK, 5.0))
    rhythm: Rates = _rhythm(character, minutes) / week.mean()
    return rhythm


def _rhythm(character: Character, minutes: Rates) -> Rates:
    local = minutes + TOKYO
    hour = local / 60.0 % 24.0
    cycle = character.daily * np.cos((hour - character.peak) * np.pi / 12.0)
    lunch = character.lunch * np.exp(-0.5 * ((hour - 12.4) / 0.8) ** 2)
    free = (local // DAY % 7 >= SATURDAY) * np.log(character.weekend)
    rhythm: Rates = np.exp(cycle + lunch + free)
    return rhythm


def wandering(length: int, spread: float, hours: float, chance: Generator) -> Rates:
    """Return a factor around 1 that drifts: the exponential of an Ornstein-Uhlenbeck process."""
    step = 15
    keep = float(np.exp(-step / 60.0 / hours))
    noise = chance.normal(0.0, spread * np.sqrt(1 - keep * keep), length // step + 2)
    level, path = chance.normal(0.0, spread), []
    for shock in noise:
        level = keep * level + shock
        path.append(level)
    logs = np.interp(np.arange(length), np.arange(len(path)) * step, path)
    factor: Rates = np.exp(logs - spread * spread / 2)
    return factor
