"""Nights end at a handoff, by the clock on the reader's wall."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from alerts.digest.night import Hours, Night
from tests.unit.digest.nights import DAY, HOURS, clock

BERLIN = ZoneInfo("Europe/Berlin")


def test_a_night_begins_the_evening_before() -> None:
    """And ends at the handoff, in the reader's zone."""
    assert HOURS.ending(DAY) == Night(clock("18:00"), clock("07:00"))


def test_a_night_that_begins_at_the_handoff_is_a_whole_day() -> None:
    """So that nothing between two digests is left out, for who wants it so."""
    night = Hours(time(7), time(7), HOURS.zone).ending(DAY)
    assert night.end - night.start == timedelta(days=1)


def test_who_works_at_night_sleeps_by_day() -> None:
    """A night from 09:00 to 18:00 begins and ends on the same day."""
    night = Hours(time(9), time(18), HOURS.zone).ending(DAY)
    assert night.end - night.start == timedelta(hours=9)


def test_the_latest_handoff_is_the_last_one_that_was() -> None:
    """At the handoff itself the night is over."""
    assert HOURS.latest(clock("07:00")) == DAY
    assert HOURS.latest(clock("06:59")) == DAY - timedelta(days=1)
    assert HOURS.upcoming(clock("07:00")) == clock("07:00") + timedelta(days=1)


def test_the_clocks_may_change_in_the_night() -> None:
    """The handoff stays at 07:00 on the wall; the night is an hour longer in October."""
    night = Hours(time(18), time(7), BERLIN).ending(date(2026, 10, 25))
    assert night.end == datetime(2026, 10, 25, 6, tzinfo=UTC)
    assert night.end - night.start == timedelta(hours=14)


def test_a_handoff_that_the_clocks_jump_over_comes_at_the_jump() -> None:
    """02:30 is not there on the last Sunday of March."""
    handoff = Hours(time(18), time(2, 30), BERLIN).handed_over(date(2026, 3, 29))
    assert handoff == datetime(2026, 3, 29, 1, tzinfo=UTC)
