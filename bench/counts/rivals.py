"""Four rules that most people write first, on the same rows; 0.5 is their three sigma."""

from collections.abc import Callable
from math import sqrt

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from bench.counts.shapes import Strip
from bench.nights.seeds import Rates

SIGMAS = 3.0


def score(deviation: Rates) -> Rates:
    """Return deviations in sigmas as scores: 3 sigma is a half."""
    size = np.abs(np.nan_to_num(deviation, posinf=1e6, neginf=-1e6))
    return size / (size + SIGMAS)


def z_score(strip: Strip) -> Rates:
    """Return the last hour's mean against mean and deviation of the hours of the week before."""
    rows = max(1, round(60 / strip.minutes))
    week = max(7, round(7 * 1440 / strip.minutes))
    smooth = _past_mean(strip.values, rows)
    sums, squares = _past_mean(smooth, week), _past_mean(smooth * smooth, week)
    before = np.concatenate([np.full(rows, np.nan), sums[:-rows]])
    spread = np.concatenate([np.full(rows, np.nan), squares[:-rows]]) - before * before
    return score((smooth - before) / np.sqrt(np.maximum(spread, 1e-9)))


def ewma(strip: Strip) -> Rates:
    """Return the deviation from an exponentially weighted mean (two hours) in weighted sigmas (a day)."""
    fast = 0.5 ** (strip.minutes / max(120.0, 3 * strip.minutes))
    slow = 0.5 ** (strip.minutes / max(1440.0, 7 * strip.minutes))
    mean, variance = float(strip.values[0]), 1.0
    said = np.zeros(len(strip.values))
    for row, value in enumerate(strip.values.tolist()):
        off = value - mean
        said[row] = off / sqrt(variance + 1e-9)
        mean += (1 - fast) * off
        variance = slow * variance + (1 - slow) * off * off
    return score(said)


def median_mad(strip: Strip) -> Rates:
    """Return the deviation from the rolling median of a day in scaled median absolute deviations."""
    rows = max(7, round(1440 / strip.minutes))
    padded = np.concatenate([np.full(rows, strip.values[0]), strip.values])
    past = sliding_window_view(padded, rows)[:-1]
    step = max(1, rows // 48)
    middle = np.median(past[:, ::step], axis=1)
    mad = np.median(np.abs(past[:, ::step] - middle[:, None]), axis=1)
    return score((strip.values - middle) / (1.4826 * mad + 1e-3 * np.abs(middle) + 1e-9))


def seasonal_naive(strip: Strip) -> Rates:
    """Return the difference to the same time a week ago (a day, before), in sigmas of two weeks of it."""
    place = {float(at): row for row, at in enumerate(strip.times)}
    values, off = strip.values, np.zeros(len(strip.values))
    for row, at in enumerate(strip.times.tolist()):
        ago = place.get(at - 7 * 86400.0, place.get(at - 86400.0))
        off[row] = values[row] - values[ago] if ago is not None and ago < row else 0.0
    fortnight = max(14, round(14 * 1440 / strip.minutes))
    squares = np.concatenate([[1.0], _past_mean(off * off, fortnight)[:-1]])
    return score(off / np.sqrt(np.maximum(squares, 1e-9)))


def _past_mean(values: Rates, rows: int) -> Rates:
    total = np.concatenate([[0.0], np.cumsum(values)])
    ends = np.arange(1, len(values) + 1)
    starts = np.maximum(ends - rows, 0)
    mean: Rates = (total[ends] - total[starts]) / (ends - starts)
    return mean


RIVALS: dict[str, Callable[[Strip], Rates]] = {
    "hourly z-score": z_score,
    "EWMA": ewma,
    "median + MAD": median_mad,
    "seasonal naive": seasonal_naive,
}
