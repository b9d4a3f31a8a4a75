"""Quiet hours: the responder's own night, also when the clocks change."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.escalation.quiet_hours import asleep, wakes_at
from tests.responders import responder

ZONES = ("Asia/Tokyo", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC")


@pytest.mark.parametrize(
    ("quiet", "clock", "sleeps"),
    [
        ("22:00-07:00", "21:59", False),
        ("22:00-07:00", "22:00", True),
        ("22:00-07:00", "00:00", True),
        ("22:00-07:00", "06:59", True),
        ("22:00-07:00", "07:00", False),
        ("01:00-05:30", "00:59", False),
        ("01:00-05:30", "05:29", True),
        ("", "03:00", False),
        ("07:00-07:00", "07:00", False),
    ],
)
def test_the_night_is_between_two_hours_of_the_wall_clock(quiet: str, clock: str, sleeps: bool) -> None:  # noqa: FBT001 - a case
    """The first minute belongs to it, the last does not; without hours there is no night."""
    sato = responder("sato", quiet=quiet)
    at = datetime.fromisoformat(f"2026-11-20T{clock}:00+09:00")
    assert asleep(sato, at) is sleeps


def test_one_instant_is_night_for_one_and_day_for_the_other() -> None:
    """Ten past two in Tokyo is ten past five in the afternoon in London."""
    at = datetime(2026, 11, 20, 17, 10, tzinfo=UTC)
    assert asleep(responder("sato"), at)
    assert not asleep(responder("mary", "Europe/London"), at)


@pytest.mark.parametrize(
    ("at", "hours"),
    [
        ("2026-03-28T22:00:00+01:00", 8),  # the clocks go forward: a night of eight hours
        ("2026-10-24T22:00:00+02:00", 10),  # and back: one of ten
        ("2026-06-01T22:00:00+02:00", 9),
    ],
)
def test_a_night_ends_at_seven_however_long_it_was(at: str, hours: int) -> None:
    """Summer time changes how long a page waits, not when it comes."""
    began = datetime.fromisoformat(at)
    ended = wakes_at(responder("anna", "Europe/Berlin"), began)
    assert ended - began.astimezone(UTC) == timedelta(hours=hours)


def test_an_hour_that_is_skipped_ends_the_night_after_it() -> None:
    """Half past two does not exist on that morning; the night ends when the clock has passed it."""
    anna = responder("anna", "Europe/Berlin", quiet="22:00-02:30")
    ended = wakes_at(anna, datetime.fromisoformat("2026-03-29T01:00:00+01:00"))
    assert not asleep(anna, ended)
    assert ended - datetime(2026, 3, 29, 1, 0, tzinfo=UTC) <= timedelta(minutes=30)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - of the strategy
    st.sampled_from(ZONES),
    st.tuples(st.times(), st.times()),
)
def test_everybody_wakes_up(at: datetime, zone: str, hours: tuple[datetime, datetime]) -> None:
    """The end of a night is no part of it, comes after now, and within a day and an hour."""
    one = responder("one", zone, quiet="-".join(f"{hour:%H:%M}" for hour in hours))
    ended = wakes_at(one, at)
    assert not asleep(one, ended)
    assert at <= ended <= at + timedelta(hours=25)
    assert asleep(one, at) is (ended > at)
