"""What the hours before say of the hour that comes."""

import random

import pytest

from models.volume.drift import MOST, Before, Drift


def drifting(shared: float, hours: int = 24 * 14) -> Drift:
    """Return what was learned of hours of a hundred people whose level stays for three hours at a time."""
    chance, drift, level = random.Random(3), Drift(), 1.0
    for hour in range(hours):
        if hour % 6 == 0:
            level = chance.lognormvariate(0.0, shared)
        people = sum(chance.random() < level / 10 for _ in range(1000))
        drift.learn(hour, people, 100.0, 0.998, 1.0)
    return drift


def test_a_level_that_stays_is_carried_forward() -> None:
    """After busy hours a busy one is expected, though not quite as busy; after quiet ones a quiet one."""
    drift = drifting(0.3)
    assert 1.1 < drift.factor(300, 200.0) < 1.5
    assert 0.5 < drift.factor(100, 200.0) < 0.9


def test_chance_is_not_carried_forward() -> None:
    """Where hours have nothing in common the last ones say nothing."""
    assert drifting(0.0).factor(260, 200.0) == pytest.approx(1.0, abs=0.03)


def test_an_outbreak_is_no_drift() -> None:
    """However large, it changes what is expected no more than twofold, and teaches hardly anything."""
    drift = drifting(0.05)
    before = drift.factor(300, 200.0)
    for hour in range(24 * 14, 24 * 14 + 4):
        drift.learn(hour, 10_000, 100.0, 0.998, 1.0)
    assert drift.factor(1_000_000, 200.0) <= MOST
    assert drift.factor(300, 200.0) <= before + 0.15


def test_hours_that_do_not_follow_each_other_say_nothing() -> None:
    """After a gap the level is the usual one."""
    drift = drifting(0.3)
    last = 24 * 14
    assert drift.course(last) != 1.0
    assert drift.course(last + 1) == 1.0


def test_what_a_fire_brought_is_not_before_it() -> None:
    """The minutes of an open fire do not say what is usual, nor do those in which nobody watched."""
    before = Before([0, 50, 60, 61, 62], [0.0, 1.0, 2.0, 3.0, 4.0], 1.0, 4, 2)
    assert before.window(1) == (2, 2.0)
    assert before.window(3) == (1, 1.0)
    assert before.length(1) == 2
    assert Before([0, 50, 60, 61, 62], [0.0, 1.0], 1.0, 3, 0).window(1) == (11, 2.0)
