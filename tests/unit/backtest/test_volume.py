"""How many mentions there would be, and how sure that is."""

import random
from collections.abc import Iterable

import pytest

from listener.backtest.report import Estimate
from listener.backtest.volume import Volume


def estimated(weights: Iterable[float], *, unit: float = 0.0) -> Estimate:
    """Add up *weights*."""
    volume = Volume()
    for weight in weights:
        volume.add(weight)
    return volume.estimate(unit=unit)


def test_stored_posts_are_counted() -> None:
    """There is nothing to estimate."""
    estimate = estimated([1.0] * 7)
    assert (estimate.value, estimate.low, estimate.high, estimate.sampled) == (7, 7, 7, 0)


def test_a_sample_without_a_find_may_have_missed_a_few() -> None:
    """The rule of three: up to three times what one sampled post stands for."""
    estimate = estimated([1.0], unit=100.0)
    assert estimate.value == 1.0
    assert estimate.high == pytest.approx(1 + 300, rel=0.02)
    assert estimated([]).high == 0.0


def test_the_interval_holds_the_truth_in_nine_of_ten_samples() -> None:
    """Of 400 posts each is kept with a chance of one in twenty."""
    chance = random.Random(5)
    held = 0
    for _ in range(400):
        kept = sum(chance.random() < 0.05 for _ in range(400))
        estimate = estimated([20.0] * kept, unit=20.0)
        held += estimate.low <= 400 <= estimate.high
    assert held / 400 == pytest.approx(0.92, abs=0.05)


def test_a_larger_sample_is_surer() -> None:
    """The same estimate from ten times as many posts has a narrower interval."""
    few, many = estimated([100.0] * 5), estimated([10.0] * 50)
    assert few.value == many.value
    assert many.high - many.low < (few.high - few.low) / 2
