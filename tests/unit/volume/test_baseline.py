"""What is normal."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from models.volume.baseline import Baseline
from models.volume.calendar import Calendar
from models.volume.settings import DetectionSettings

SETTINGS = DetectionSettings()
TOKYO = Calendar(ZoneInfo("Asia/Tokyo"))


def hour(*when: int) -> int:
    """Return an instant of UTC as an hour since the epoch."""
    year, month, day, of_day = when
    return int(datetime(year, month, day, of_day, tzinfo=UTC).timestamp() // 3600)


def teach(counts: list[float], start: int = hour(2026, 11, 2, 0)) -> Baseline:
    """Learn hours of counts, uncapped."""
    baseline = Baseline.fresh(5.0, 0.15)
    for at, count in enumerate(counts, start=start):
        baseline.learn(TOKYO.slot(at), count, sum(baseline.rates(at, TOKYO)), 1.0, SETTINGS)
    return baseline


def test_the_level_is_learned_in_a_day_and_follows_in_days() -> None:
    """The prior weighs a few minutes; half of a new level is believed after four days."""
    assert teach([40.0] * 24).level == pytest.approx(40.0, rel=0.05)
    followed = teach([40.0] * 480 + [80.0] * 96).level
    assert 55.0 < followed < 72.0


def test_the_season_knows_the_hour_of_the_day() -> None:
    """After three weeks a busy hour of the local day is expected to be busy."""
    start = hour(2026, 11, 2, 0)
    counts = [60.0 if TOKYO.slot(start + at) % 24 == 21 else 10.0 for at in range(24 * 21)]
    baseline = teach(counts, start)
    busy = sum(baseline.rates(hour(2026, 11, 23, 12), TOKYO))
    quiet = sum(baseline.rates(hour(2026, 11, 23, 6), TOKYO))
    assert busy > 3 * quiet


def test_rates_join_from_hour_to_hour() -> None:
    """Between hour centres the expectation slopes, so the stroke of the hour is no step."""
    start = hour(2026, 11, 2, 0)
    baseline = teach([10.0 + 5 * (at % 24) for at in range(24 * 21)], start)
    later = start + 24 * 21
    here, there = baseline.rates(later + 5, TOKYO), baseline.rates(later + 6, TOKYO)
    assert here[59] == pytest.approx(there[0], rel=0.05)


def test_a_public_holiday_is_a_sunday() -> None:
    """The calendar answers with Sunday's hours."""
    holiday = Calendar(ZoneInfo("Asia/Tokyo"), lambda day: day == date(2026, 11, 23))
    assert TOKYO.slot(hour(2026, 11, 23, 3)) == 12
    assert holiday.slot(hour(2026, 11, 23, 3)) == 6 * 24 + 12


def test_summer_time_repeats_one_slot_and_skips_another() -> None:
    """The season goes by the local clock, whatever it does."""
    berlin = Calendar(ZoneInfo("Europe/Berlin"))
    autumn = [berlin.slot(hour(2026, 10, 25, at)) % 24 for at in range(3)]
    spring = [berlin.slot(hour(2026, 3, 29, at)) % 24 for at in range(3)]
    assert (autumn, spring) == ([2, 2, 3], [1, 3, 4])


def test_the_share_is_learned_from_people() -> None:
    """A calm brand that is 40 % negative is soon known to be."""
    baseline = Baseline.fresh(5.0, 0.15)
    for _ in range(48):
        baseline.learn_share(8.0, 20.0, SETTINGS)
    assert baseline.share == pytest.approx(0.4, abs=0.02)
    assert baseline.share_doubt < 0.01


def test_an_outbreak_teaches_little() -> None:
    """An hour's count is cut at three deviations before it is learned."""
    baseline = teach([40.0] * 240)
    assert baseline.cap(40.0, 0.1) < 40.0 + 3 * 15.0
