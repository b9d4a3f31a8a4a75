"""How surprising a count is, and how wild a topic."""

import random

import pytest

from models.volume.dispersion import Dispersion
from models.volume.evidence import divergence, surprise, upper, wilson


def test_evidence_is_poissons_when_nothing_is_wild() -> None:
    """With a huge k the ratio is the Poisson one, Y ln(Y/M) - (Y - M)."""
    assert surprise(10, 2.0, 1e-9) == pytest.approx(8.094, abs=0.01)


def test_a_wilder_topic_is_harder_to_surprise() -> None:
    """Overdispersion takes evidence away."""
    assert surprise(20, 4.0, 1.0) < surprise(20, 4.0, 0.1) < surprise(20, 4.0, 0.01)


def test_no_excess_is_no_evidence() -> None:
    """A count at or below its expectation says nothing."""
    assert surprise(3, 3.0, 0.2) == surprise(0, 0.0, 0.2) == 0.0


def test_a_first_post_is_surprising_but_finite() -> None:
    """Where nothing is expected the floor keeps the numbers sane."""
    assert 0 < surprise(1, 0.0, 1.0) < 20


def test_intervals_hold_what_they_should() -> None:
    """The upper bound stands above the mean, the share's interval around the share."""
    assert 20 < upper(20.0, 0.01) < upper(20.0, 0.5)
    low, high = wilson(7, 10)
    assert low < 0.7 < high
    assert wilson(0, 0) == (0.0, 1.0)


def test_only_a_risen_share_diverges() -> None:
    """A share at its usual, or below, is no slow burn."""
    assert divergence(0.15, 0.15) == divergence(0.05, 0.15) == 0.0
    assert divergence(1.0, 0.15) > divergence(0.3, 0.15) > 0


def test_dispersion_tells_poisson_from_bursts() -> None:
    """After a fortnight the inverse k of a steady topic is small and that of a wild one large."""
    chance = random.Random(7)
    steady, wild = Dispersion(0.25), Dispersion(0.25)
    for hour in range(24 * 14):
        means = [1.0] * 60
        level = chance.gammavariate(1.0, 1.0)
        steady.learn_hour(hour, [sum(chance.random() < 1 / 60 for _ in range(60)) for _ in means], means)
        wild.learn_hour(hour, [sum(chance.random() < level / 30 for _ in range(30)) for _ in means], means)
    assert steady.inverse(6) < 0.1
    assert 0.5 < wild.inverse(6) < 1.5


def test_one_fire_does_not_excuse_the_next() -> None:
    """Counts are cut at some deviations before they are learned."""
    dispersion = Dispersion(0.05)
    for _ in range(200):
        dispersion.learn(6, 10, 10.0)
    dispersion.learn(6, 100_000, 10.0)
    assert dispersion.inverse(6) < 1.0


def test_a_short_window_is_never_tamer_than_a_long_one() -> None:
    """An import tells hours only: the minutes are at least as wild, and clumpy, until they were seen."""
    dispersion = Dispersion(0.25)
    for hour in range(24 * 14):
        count = 30 if hour % 3 else 90
        dispersion.learn(6, count, 50.0)
        dispersion.suppose(50.0)
        dispersion.learn_pair(hour, count, 50.0)
    found = [dispersion.inverse(scale) for scale in range(8)]
    assert found == sorted(found, reverse=True)
    assert found[6] > 0.15
    assert found[0] > found[6] + 0.2


def test_one_wild_hour_says_little_of_the_minutes_of_a_fortnight() -> None:
    """Sixty wild minutes of one broadcast are one broadcast: they do not blind the short windows."""
    dispersion = Dispersion(0.25)
    for hour in range(24 * 14):
        dispersion.learn(6, 60, 60.0)
        dispersion.suppose(60.0)
        dispersion.learn_pair(hour, 60, 60.0)
    calm = dispersion.inverse(2)
    dispersion.learn_hour(24 * 14, [30.0] * 60, [1.0] * 60)
    assert dispersion.inverse(2) < calm + 0.3
