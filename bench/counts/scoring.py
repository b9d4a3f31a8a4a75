"""What a series' scores are worth: windows found early, alarms for nothing, and the ranking."""

from collections.abc import Sequence
from math import exp
from typing import NamedTuple

import numpy as np

from bench.counts.shapes import Strip
from bench.nights.seeds import Rates

WINDOW_SHARE = 0.1
"""All windows of a series together are so much of its rows (Lavin and Ahmad 2015)."""
PROBATION_SHARE, PROBATION_ROWS = 0.15, 750
FALSE_ALARM = 0.11
"""What a row of alarm outside the windows costs, in windows."""
APART = 6 * 3600.0
"""Seconds of silence after which an alarm is another one."""


class Judged(NamedTuple):
    """A strip with the scores that a detector gave its rows."""

    strip: Strip
    scores: Rates

    @property
    def probation(self) -> int:
        """Return how many rows at the start are not judged."""
        return int(min(PROBATION_SHARE * len(self.scores), PROBATION_ROWS))

    @property
    def windows(self) -> list[tuple[int, int]]:
        """Return the labelled windows, around the start of what happened."""
        happened = self.strip.happenings
        half = int(WINDOW_SHARE * len(self.scores) / (2 * max(len(happened), 1)))
        return [
            (max(one.start - half, self.probation), min(one.start + half, len(self.scores) - 1))
            for one in happened
        ]


def early(position: float) -> float:
    """Return the worth of an alarm at this place: 1 at a window's start, 0 at its end, -1 far behind it."""
    return 2.0 / (1.0 + exp(min(5.0 * position, 50.0))) - 1.0


def window_score(judged: Sequence[Judged], threshold: float) -> float:
    """Return the score of the Numenta benchmark's standard profile: 100 perfect, 0 for never an alarm.

    The first alarm in a window counts by how early it is, each row of alarm outside costs, a missed
    window costs one (Lavin and Ahmad 2015).
    """
    worth, windows = 0.0, 0
    for one in judged:
        spans = one.windows
        windows += len(spans)
        hits: set[int] = set()
        for row in np.flatnonzero(one.scores >= threshold):
            if row >= one.probation:
                worth += _row(int(row), spans, hits)
        worth -= len(spans) - len(hits)
    return 100.0 * (worth + windows) / (2.0 * max(windows, 1))


def _row(row: int, spans: list[tuple[int, int]], hits: set[int]) -> float:
    for index, (start, end) in enumerate(spans):
        if start <= row <= end:
            if index in hits:
                return 0.0
            hits.add(index)
            return early((row - end - 1) / (end - start + 1)) / early(-1.0)
    before = [span for span in spans if span[1] < row]
    if not before:
        return -FALSE_ALARM
    start, end = before[-1]
    return FALSE_ALARM * early((row - end) / max(end - start, 1))


def best_threshold(judged: Sequence[Judged]) -> float:
    """Return the threshold with the best window score."""
    scores = np.concatenate([one.scores[one.probation :] for one in judged])
    highest = np.sort(scores)[::-1]
    places = np.geomspace(1, max(len(highest) / 20, 1), 80).astype(int) - 1
    tries = {float(score) for score in highest[places]}
    return max(sorted(tries), key=lambda threshold: window_score(judged, threshold))


class Alarms(NamedTuple):
    """What alarms at a fixed threshold come to."""

    found: float
    delay: float
    false_per_month: float


def alarms(judged: Sequence[Judged], threshold: float) -> Alarms:
    """Return the share found while it happens, the median delay in rows, and false alarms per 30 days.

    An alarm is the first of rows over the threshold; more within six hours are the same.
    """
    delays: list[int] = []
    happened = false = 0
    months = 0.0
    for one in judged:
        rows = [int(row) for row in np.flatnonzero(one.scores >= threshold) if row >= one.probation]
        real = [event for event in one.strip.happenings if event.start >= one.probation]
        happened += len(real)
        months += len(one.scores) * one.strip.minutes / 43200.0
        for event in real:
            hits = [row for row in rows if event.start <= row < event.end]
            delays += [hits[0] - event.start] if hits else []
        false += _false(one, rows)
    found = len(delays)
    return Alarms(
        found / max(happened, 1),
        float(np.median(delays)) if delays else float("nan"),
        false / max(months, 1e-9),
    )


def _false(one: Judged, rows: list[int]) -> int:
    false, last = 0, -float("inf")
    for row in rows:
        at = float(one.strip.times[row])
        # What ends is a change as well: a window counts as explained, as does an hour or two after it.
        inside = any(
            event.start <= row <= min(event.end, event.start + 2000) + 24 for event in one.strip.happenings
        )
        if not inside and at - last > APART:
            false += 1
        last = at
    return false


def ranking(judged: Sequence[Judged]) -> float:
    """Return how often the highest score of an event is above that of an equal stretch without one.

    Over all series at once, so that scores of different series must be comparable (AUC of stretches).
    """
    events, calm = [], []
    for one in judged:
        used = np.zeros(len(one.scores), dtype=bool)
        used[: one.probation] = True
        for event in one.strip.happenings:
            end = min(event.end, event.start + 288)
            if event.start >= one.probation:
                events.append(one.scores[event.start : end].max())
            used[event.start : min(event.end, event.start + 2000) + 24] = True
        size = max(24, len(one.scores) // 200)
        starts = range(0, len(one.scores) - size, size)
        free = [start for start in starts if not used[start : start + size].any()]
        calm += [one.scores[start : start + size].max() for start in free]
    order = np.sort(np.array(calm))
    if not events or not len(order):
        return float("nan")
    below = np.searchsorted(order, events, "left") + np.searchsorted(order, events, "right")
    return float(below.mean() / 2 / len(order))


def row_ranking(judged: Sequence[Judged]) -> float:
    """Return the AUC of single rows, those in windows against the others, the mean over series."""
    found = []
    for one in judged:
        label = np.zeros(len(one.scores), dtype=bool)
        for event in one.strip.happenings:
            label[event.start : min(event.end, event.start + 500)] = True
        scores, label = one.scores[one.probation :], label[one.probation :]
        if label.any():
            order = np.sort(scores[~label])
            mine = scores[label]
            below = np.searchsorted(order, mine, "left") + np.searchsorted(order, mine, "right")
            found.append(below.mean() / 2 / len(order))
    return float(np.mean(found)) if found else float("nan")
