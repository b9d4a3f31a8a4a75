"""The bench of plain series: what its figures mean."""

import numpy as np
import pytest

from bench.counts.happenings import Happening
from bench.counts.scoring import Judged, alarms, best_threshold, ranking, window_score
from bench.counts.shapes import SHAPES, Strip, drawn

ROWS = 2000
STRIP = Strip(
    "mentions",
    5.0,
    np.arange(ROWS, dtype=np.float64) * 300.0,
    np.ones(ROWS),
    [Happening("viral", 1000, 1020)],
)


def judged(*alarms_at: int) -> Judged:
    """Return scores of 0.9 at these rows, and of nearly nothing elsewhere."""
    scores = np.full(ROWS, 0.01)
    scores[list(alarms_at)] = 0.9
    return Judged(STRIP, scores)


def test_silence_is_worth_nothing_and_the_windows_start_a_hundred() -> None:
    """The window of the only event is a tenth of the rows, around its start."""
    assert window_score([judged()], 0.5) == 0.0
    assert window_score([judged(900)], 0.5) == pytest.approx(100.0, abs=0.5)
    assert 0.0 < window_score([judged(1090)], 0.5) < window_score([judged(1000)], 0.5) < 100.0


def test_only_the_first_alarm_in_a_window_counts_and_each_outside_costs() -> None:
    """Rows of the probation cost nothing."""
    once = window_score([judged(1000)], 0.5)
    assert window_score([judged(1000, 1001, 1050)], 0.5) == once
    assert window_score([judged(100, 1000)], 0.5) == once
    assert window_score([judged(500, 1000)], 0.5) == pytest.approx(once - 5.5)


def test_false_alarms_are_counted_as_people_hear_them() -> None:
    """Rows within six hours are one alarm, and an alarm in the event is its delay."""
    said = alarms([judged(500, 501, 560, 700, 1003)], 0.5)
    assert (said.found, said.delay) == (1.0, 3.0)
    assert said.false_per_month == pytest.approx(2 / (ROWS * 5 / 43200))


def test_the_ranking_and_the_best_threshold_need_no_threshold_of_ours() -> None:
    """An event that outscores everything is ranked first wherever the threshold lies."""
    one = judged(1003)
    low = Judged(STRIP, one.scores / 10)
    assert ranking([one]) == ranking([low]) == 1.0
    assert ranking([judged()]) == 0.5
    assert window_score([low], best_threshold([low])) == pytest.approx(window_score([one], 0.5), abs=10)


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_a_seed_draws_the_same_series_each_time(shape: str) -> None:
    """And its events lie within it, where something can be learned before."""
    first, again = drawn(shape, 1003), drawn(shape, 1003)
    assert np.array_equal(first.values, again.values)
    assert len(first.values) == len(first.times)
    for event in first.happenings:
        assert len(first.values) // 10 < event.start < event.end <= len(first.values)
