"""What a series is expected to bring, and how far evidence follows a storm."""

from models.volume.series.usual import HELD, WILDEST, Row, Usual
from models.volume.settings import DetectionSettings

HOUR = 3600.0


def watched(hours: list[float]) -> Usual:
    """Return what was learned of hourly counts; rows are learned two hours after they came."""
    usual = Usual(HOUR, 100.0, [1, 2, 4], DetectionSettings())
    for hour, count in enumerate(hours):
        base, expected = usual.expect(hour * HOUR)
        usual.add(Row(hour * HOUR, count, 0.0, base, expected))
    return usual


def expected_after(hours: list[float]) -> tuple[float, float]:
    """Return what season and level, and then the recent level, expect of the hour after these."""
    return watched(hours).expect(len(hours) * HOUR)


def test_a_storm_of_hours_is_not_its_own_excuse() -> None:
    """Eight hours at four times the level do not raise what is expected by the recent level."""
    base, expected = expected_after([100.0] * 240 + [400.0] * 8)
    assert expected <= 1.05 * base


def test_a_change_that_lasts_is_expected_after_a_day_or_two() -> None:
    """What has stood for two days is usual."""
    assert expected_after([100.0] * 240 + [200.0] * 48)[1] > 160.0


def test_a_lull_of_hours_makes_its_end_no_event() -> None:
    """After eight empty hours the usual level is still expected, and no less for a few hours."""
    base, expected = expected_after([100.0] * 240 + [0.0] * 8)
    assert expected >= 0.95 * base
    assert HELD > 8


def test_wildness_counts_only_so_far() -> None:
    """Of a series that is wild between its days evidence can still tell a storm from a greater one."""
    wild = watched([30.0 if day % 3 else 400.0 for day in range(40) for _ in range(24)])
    assert max(wild.spread.inverse) > 2 * WILDEST
    assert wild.beside(0, 100.0)[1] < 1.5 * WILDEST
