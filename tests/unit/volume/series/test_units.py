"""What one count is."""

import random

import pytest

from models.volume.series.units import COUNTS, fitting


def test_counts_are_left_alone() -> None:
    """Whole numbers as noisy as counts are, quiet or busy, and mostly zeros."""
    chance = random.Random(1)
    for level in (0.1, 4.0, 80.0):
        counts = [float(sum(chance.random() < level / 100 for _ in range(100))) for _ in range(48)]
        assert fitting(counts) == COUNTS
    assert fitting([0.0] * 48) == COUNTS


@pytest.mark.parametrize("level", [0.02, 7.0, 1e6])
def test_a_measurement_is_as_noisy_as_a_count(level: float) -> None:
    """Its variance in counts is about its level in counts."""
    chance = random.Random(2)
    units = fitting([level * (1.0 + 0.02 * chance.gauss(0.0, 1.0)) for _ in range(48)])
    assert not units.counts
    assert units.counted(level) == pytest.approx(2500.0, rel=0.6)
    assert units.value(units.counted(level)) == pytest.approx(level)


def test_whole_numbers_that_hardly_move_are_a_measurement() -> None:
    """A percentage around 97 is no count of 97."""
    assert not fitting([97.0, 97.0, 98.0, 97.0, 96.0, 97.0] * 8).counts


def test_values_below_zero_have_room_below() -> None:
    """The origin lies far under the lowest."""
    units = fitting([-3.0, -2.5, 1.0, 0.5] * 12)
    assert units.origin < -10.0
    assert units.fits(-9.0)
    assert not COUNTS.fits(-1.0)
    assert not COUNTS.fits(0.5)


def test_a_flat_line_has_units_too() -> None:
    """Nothing moves: a hundredth of the level is taken for noise."""
    assert 0 < fitting([12.5] * 48).size < 0.1
