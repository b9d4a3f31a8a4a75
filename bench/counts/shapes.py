"""The shapes that public series have; each returns a strip with what happened in it."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from bench.counts.happenings import Happening, bursts, change, onsets, viral
from bench.nights.seeds import Rates, between, chance

DAY = 1440.0
LOOKED_AT = 300
"""Rows of an event that no hole touches."""
START = 1_700_438_400.0 + 7 * 3600
"""A Monday, 7:00."""


class Strip(NamedTuple):
    """One series: seconds of its own clock, values, and what happened."""

    shape: str
    minutes: float
    times: Rates
    values: Rates
    happenings: list[Happening]


def rows_of(minutes: float, days: float) -> tuple[int, Rates]:
    """Return how many rows so many days have, and their time in days."""
    length = int(days * DAY / minutes)
    return length, np.arange(length, dtype=np.float64) * (minutes / DAY) + 7 / 24


def wander(draw: Generator, length: int, keep: float, spread: float) -> Rates:
    """Return a level that wanders around 1: the exponential of an AR(1) with this spread."""
    steps = draw.normal(0.0, spread * np.sqrt(1.0 - keep * keep), length)
    level = np.zeros(length)
    now = draw.normal(0.0, spread)
    for row in range(length):
        level[row] = now = keep * now + steps[row]
    return np.exp(level - spread * spread / 2)


def season(draw: Generator, days: Rates, depth: float, weekend: float) -> Rates:
    """Return a daily and weekly cycle with a second hump, around 1."""
    hour, turn = days % 1.0, draw.uniform(0, 1)
    second = draw.uniform(0, 0.5) * depth
    cycle = np.exp(depth * np.sin(2 * np.pi * (hour - turn)) + second * np.sin(4 * np.pi * (hour - turn) + 1))
    return cycle * np.where(np.floor(days) % 7 >= 5, weekend, 1.0)


def spread_counts(draw: Generator, rate: Rates, k: float) -> Rates:
    """Draw negative-binomial counts with these rates and size *k*."""
    return draw.poisson(rate * draw.gamma(k, 1.0 / k, len(rate))).astype(float)


def mentions(draw: Generator) -> Strip:
    """Draw mentions of a company in 5-minute buckets: bursts every day, and a few that the world noticed."""
    length, days = rows_of(5, draw.uniform(35, 60))
    level, most = between(draw, 0.3, 90), between(draw, 3, 20)
    rate = level * season(draw, days, draw.uniform(0.1, 0.8), draw.uniform(0.5, 1.0))
    rate *= wander(draw, length, 0.97, draw.uniform(0.1, 0.4))
    extra = bursts(draw, length, between(draw, 1, 8) / 288, draw.uniform(1.2, 2.2), most)
    lone = np.flatnonzero(draw.random(length) < between(draw, 0.0003, 0.004))
    extra[lone] += np.minimum(0.5 * (draw.pareto(1.5, len(lone)) + 1.0), most)
    factor, happened = np.ones(length), []
    for at in onsets(draw, length, int(draw.integers(0, 5)), 600):
        if draw.random() < 0.8:
            height = most * between(draw, 0.9, 5) + 12 / level
            happened.append(viral(draw, extra, at, height))
        elif level > 3 and draw.random() < 0.6:
            happened.append(change("outage", factor, at, int(between(draw, 12, 100)), 0.0))
        else:
            happened.append(change("shift", factor, at, length, between(draw, 2.5, 5)))
    return Strip("mentions", 5, np.zeros(0), spread_counts(draw, rate * factor * (1 + extra), 6.0), happened)


def rides(draw: Generator) -> Strip:
    """Draw rides or transactions each half-hour: large, smooth, and low on a holiday or in a storm."""
    length, days = rows_of(30, draw.uniform(90, 200))
    rate = between(draw, 300, 20000) * season(draw, days, draw.uniform(0.5, 1.1), draw.uniform(0.7, 1.1))
    rate *= wander(draw, length, 0.9, draw.uniform(0.03, 0.08)) * np.exp(draw.uniform(-0.2, 0.2) * days / 180)
    factor, happened = np.ones(length), []
    for at in onsets(draw, length, int(draw.integers(1, 6)), 100):
        if draw.random() < 0.6:
            low = draw.uniform(0.1, 0.65)
            happened.append(change("holiday", factor, at, int(draw.integers(16, 60)), low))
        else:
            happened.append(change("event", factor, at, int(draw.integers(4, 12)), draw.uniform(1.6, 2.6)))
    return Strip("rides", 30, np.zeros(0), spread_counts(draw, rate * factor, 400.0), happened)


def visits(draw: Generator) -> Strip:
    """Draw page views each hour: news spikes that fade for a day, releases, outages."""
    length, days = rows_of(60, draw.uniform(60, 180))
    level = between(draw, 5, 100000)
    rate = level * season(draw, days, draw.uniform(0.2, 0.8), draw.uniform(0.5, 1.2))
    rate *= wander(draw, length, 0.95, draw.uniform(0.08, 0.25))
    extra = bursts(draw, length, between(draw, 0.1, 1) / 24, 2.0, 2.5)
    factor, happened = np.ones(length), []
    for at in onsets(draw, length, int(draw.integers(0, 5)), 60):
        if draw.random() < 0.6:
            happened.append(viral(draw, extra, at, between(draw, 4, 30) + 12 / level))
        elif level > 20 and draw.random() < 0.6:
            rows = int(draw.integers(3, 16))
            happened.append(change("outage", factor, at, rows, draw.choice([0.0, 0.05, 0.2])))
        else:
            happened.append(change("shift", factor, at, length, between(draw, 1.8, 4)))
    return Strip("visits", 60, np.zeros(0), spread_counts(draw, rate * factor * (1 + extra), 60.0), happened)


def machine(draw: Generator) -> Strip:
    """Draw a machine's load or latency each five minutes: floats, a nightly job, a jump, a flat end."""
    length, days = rows_of(5, draw.uniform(14, 30))
    scale, noise = between(draw, 0.05, 5e6), between(draw, 0.01, 0.3)
    value = scale * np.exp(draw.uniform(0, 0.4) * np.sin(2 * np.pi * days))
    value *= wander(draw, length, draw.choice([0.0, 0.7, 0.95]), noise)
    if draw.random() < 0.5:
        # The nightly job is no anomaly, on any night.
        minute = int(draw.integers(0, 288))
        for row in range(minute, length, 288):
            value[row : row + 4] *= 1 + draw.uniform(3, 5)
    lone = draw.random(length) < 0.0008
    value[lone] *= 1 + 4 * noise * draw.uniform(0.5, 2, lone.sum())
    factor, happened = np.ones(length), []
    for at in onsets(draw, length, int(draw.integers(0, 4)), 150):
        big = 1 + max(12 * noise, 0.2) * between(draw, 1, 3)
        kind = draw.choice(["jump", "shift", "drop"])
        rows = length if kind == "shift" else int(draw.integers(3, 150))
        times = draw.choice([0.0, 0.1]) if kind == "drop" else big
        happened.append(change(str(kind), factor, at, rows, times))
    return Strip("machine", 5, np.zeros(0), np.round(value * factor, 4 if scale < 100 else 1), happened)


def gauge(draw: Generator) -> Strip:
    """Draw a temperature or a balance: it drifts, may be negative, and jumps when something breaks."""
    minutes = float(draw.choice([5, 15, 60]))
    length, days = rows_of(minutes, minutes * draw.uniform(3, 8))
    noise = between(draw, 0.1, 3)
    value = draw.uniform(-20, 90) + noise * draw.uniform(0, 4) * np.sin(2 * np.pi * days)
    value += np.cumsum(draw.normal(0, noise * 0.02, length)) + draw.normal(0, noise, length)
    happened = []
    for at in onsets(draw, length, int(draw.integers(0, 4)), 200):
        rows = int(draw.integers(5, 200))
        value[at : at + rows] += noise * draw.uniform(8, 20) * draw.choice([-1, 1])
        happened.append(Happening("break", at, at + rows))
    return Strip("gauge", minutes, np.zeros(0), np.round(value, 3), happened)


def sparse(draw: Generator) -> Strip:
    """Draw a topic hardly anybody mentions: mostly zeros, twos and threes at times."""
    length, days = rows_of(5, draw.uniform(30, 60))
    rate = between(draw, 0.01, 0.3) * season(draw, days, draw.uniform(0.1, 1.0), draw.uniform(0.4, 1.0))
    rate *= 1 + bursts(draw, length, 0.5 / 288, 1.8, 20)
    happened, extra = [], np.zeros(length)
    for at in onsets(draw, length, int(draw.integers(0, 4)), 100):
        rows = int(draw.integers(4, 30))
        extra[at : at + rows] += between(draw, 25, 150) / rows
        happened.append(Happening("cluster", at, at + rows))
    return Strip("sparse", 5, np.zeros(0), spread_counts(draw, rate + extra, 3.0), happened)


def daily(draw: Generator) -> Strip:
    """Draw one number a day for two years: a weekly cycle, a trend, a few days that stand out."""
    length, days = rows_of(1440, draw.uniform(350, 750))
    rate = between(draw, 20, 1e6) * np.where(np.arange(length) % 7 >= 5, draw.uniform(0.4, 1.3), 1.0)
    rate *= wander(draw, length, 0.8, draw.uniform(0.03, 0.15)) * np.exp(draw.uniform(-0.5, 0.7) * days / 365)
    factor, happened = np.ones(length), []
    for at in onsets(draw, length, int(draw.integers(0, 6)), 10):
        times = between(draw, 2.2, 8) if draw.random() < 0.65 else draw.uniform(0.0, 0.35)
        happened.append(change("day", factor, at, int(draw.integers(1, 4)), times))
    return Strip("daily", 1440, np.zeros(0), spread_counts(draw, rate * factor, 150.0), happened)


SHAPES: dict[str, Callable[[Generator], Strip]] = {
    one.__name__: one for one in (mentions, rides, visits, machine, gauge, sparse, daily)
}


def drawn(shape: str, seed: int) -> Strip:
    """Draw one series and give it the holes, duplicates and clock changes that files have."""
    draw = chance(seed, "counts", shape)
    strip = SHAPES[shape](draw)
    length = len(strip.values)
    times = START + np.arange(length, dtype=np.float64) * (strip.minutes * 60.0)
    keep = np.ones(length, dtype=bool)
    if draw.random() < 0.4:
        keep &= draw.random(length) > 0.004
    if draw.random() < 0.3:
        hole = int(draw.integers(length // 6, length - length // 20))
        keep[hole : hole + int(draw.integers(1, max(2, length // 40)))] = False
    if strip.minutes <= 60 and draw.random() < 0.3:
        # A clock put back: the hour comes twice, and what people do comes an hour earlier by UTC.
        times[length // 2 :] += draw.choice([-3600.0, 3600.0])
    for one in strip.happenings:
        # What is asked for must be there to be found.
        keep[one.start : one.start + LOOKED_AT] = True
    where = np.cumsum(keep) - 1
    moved = [
        one._replace(start=int(where[one.start]), end=int(where[one.end - 1]) + 1) for one in strip.happenings
    ]
    return strip._replace(times=times[keep], values=strip.values[keep], happenings=moved)
