"""The rules that most people write first, on the same nights, with everything they could wish for.

Each is told every post at once, and sees all posts or the negative readings. It pages when its condition
comes true, and again only after it has been false for an hour.
"""

from collections.abc import Callable
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from bench.nights.night import Night
from bench.nights.posts import NEGATIVE
from bench.nights.seeds import Rates

HOUR = 60
FEWEST = 5
"""A rule pages for no fewer posts in an hour; the detector asks for five people, too."""
WEEK_HOURS = 7 * 24
BUCKET = 10

Alarm = NDArray[np.bool_]


def arrivals(night: Night) -> tuple[Rates, Rates]:
    """Return posts, and negative readings, per minute of the past and the live stretch."""
    seconds = night.posts.arrived
    live = (seconds >= 0) & (seconds < night.length * 60.0)
    minute = (seconds[live] // 60).astype(int)
    bad = minute[night.posts.label[live] == NEGATIVE]
    posts, negative = (np.bincount(what, minlength=night.length) for what in (minute, bad))
    return np.concatenate([night.past[0], posts]) * 1.0, np.concatenate([night.past[1], negative]) * 1.0


def z_score(counts: Rates) -> Alarm:
    """Return where the last hour is over mean + 3 sigma of the hours of the last seven days."""
    last = _last(counts, HOUR)
    padded = np.concatenate([np.full(WEEK_HOURS * HOUR, np.nan), last])
    hours = np.stack(
        [padded[WEEK_HOURS * HOUR - lag * HOUR :][: len(last)] for lag in range(1, WEEK_HOURS + 1)]
    )
    known = np.isfinite(hours).sum(axis=0)
    sums, squares = np.nansum(hours, axis=0), np.nansum(hours * hours, axis=0)
    mean = sums / np.maximum(known, 1)
    deviation = np.sqrt(np.maximum(squares / np.maximum(known, 1) - mean * mean, 0.0))
    alarm: Alarm = (known >= 24) & (last >= FEWEST) & (last > mean + 3.0 * deviation)
    return alarm


def five_times(counts: Rates) -> Alarm:
    """Return where the last hour is over five times the hourly mean of the day before it."""
    last = _last(counts, HOUR)
    before = (_last(counts, 25 * HOUR) - last) / 24.0
    alarm: Alarm = (last >= FEWEST) & (last > 5.0 * before)
    alarm[: 25 * HOUR] = False
    return alarm


def ewma(counts: Rates) -> Alarm:
    """Return where Roberts' chart (1959; lambda .2, 3 sigma) of ten-minute buckets is out of control.

    Mean and deviation are themselves exponentially weighted, with a half-life of two days.
    """
    size = len(counts) // BUCKET
    buckets = counts[: size * BUCKET].reshape(size, BUCKET).sum(axis=1)
    last = _last(counts, HOUR)[BUCKET - 1 :: BUCKET][:size]
    keep, weight = 0.5 ** (1 / (2 * 144)), 0.2
    mean, variance, chart = float(buckets[:144].mean()), float(buckets[:144].var()) + 0.01, 0.0
    alarm = np.zeros(len(counts), dtype=bool)
    chart = mean
    for index, count in enumerate(buckets.tolist()):
        chart = weight * count + (1 - weight) * chart
        limit = mean + 3.0 * sqrt(variance * weight / (2 - weight))
        if chart > limit and last[index] >= FEWEST and index >= 144:
            alarm[(index + 1) * BUCKET - 1] = True
            count = min(count, limit)  # noqa: PLW2901 - an alarm does not teach its own size
        off = count - mean
        mean += (1 - keep) * off
        variance = keep * (variance + (1 - keep) * off * off)
    return alarm


RULES: dict[str, Callable[[Rates], Alarm]] = {"z-score": z_score, "5x of the day": five_times, "EWMA": ewma}


def pages(night: Night) -> dict[str, list[int]]:
    """Return the minutes of the live stretch at whose end each rule pages, by rule and what it sees."""
    posts, negative = arrivals(night)
    found = {}
    for name, rule in RULES.items():
        for seen, counts in (("", negative), (" of all posts", posts)):
            found[f"{name}{seen}"] = edges(rule(counts), len(night.past[0]))
    return found


def _last(counts: Rates, width: int) -> Rates:
    sums = np.cumsum(counts)
    last: Rates = sums - np.concatenate([np.zeros(width), sums])[: len(counts)]
    return last


def edges(alarm: Alarm, past: int) -> list[int]:
    """Return the minutes after the *past* at whose end an alarm starts that was off for an hour."""
    on = np.flatnonzero(alarm)
    first = np.diff(on, prepend=-10 * HOUR) > HOUR
    return [int(minute) - past + 1 for minute in on[first] if minute >= past]
