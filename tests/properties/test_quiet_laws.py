"""Laws of quiet hours: whatever the clocks of a country do, a night is one piece, and everybody wakes up."""

import itertools
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from alerts.escalation.quiet_hours import asleep, wakes_at
from alerts.routing import Receiver

NAMES = sorted(available_timezones())
ZONES = st.sampled_from(NAMES)
INSTANTS = st.datetimes(datetime(1990, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy wants naive bounds
MINUTES = st.integers(0, 1439)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def sleeper(zone: str, begins: int, ends: int) -> Receiver:
    """Return somebody who sleeps from one minute of the day to another."""
    hours = "-".join(f"{one // 60:02d}:{one % 60:02d}" for one in (begins, ends))
    return Receiver(name="one", zone=zone, quiet=hours)


def in_span(one: Receiver, at: datetime) -> bool:
    """Tell what the clock on the wall says, whatever it did last night."""
    begins, ends = (time.fromisoformat(part) for part in one.quiet.split("-"))
    shown = at.astimezone(one.clock).time()
    if begins <= ends:
        return begins <= shown < ends
    return shown >= begins or shown < ends


def changes(zone: ZoneInfo, at: datetime) -> bool:
    """Tell whether the clocks change within two days of an instant."""
    hours = (at + HOUR * number for number in range(-48, 49))
    return len({hour.astimezone(zone).utcoffset() for hour in hours}) > 1


def transitions(name: str) -> list[datetime]:
    """Return the instants of 2026 and 2027 at which the clocks of a zone change, to half an hour."""
    zone, start = ZoneInfo(name), datetime(2026, 1, 1, tzinfo=UTC)
    found = []
    for before, after in itertools.pairwise(start + DAY * number for number in range(2 * 365)):
        if before.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            steps = [before + HOUR / 2 * number for number in range(49)]
            offset = before.astimezone(zone).utcoffset()
            found.append(next(one for one in steps if one.astimezone(zone).utcoffset() != offset))
    return found


@settings(deadline=None)
@given(ZONES, INSTANTS, MINUTES, MINUTES)
def test_whoever_sleeps_by_the_clock_on_the_wall_sleeps(
    name: str, at: datetime, begins: int, ends: int
) -> None:
    """And nobody else does, but around a change of the clocks."""
    one = sleeper(name, begins, ends)
    if in_span(one, at):
        assert asleep(one, at)
    elif asleep(one, at):
        assert changes(one.clock, at)


@settings(deadline=None)
@given(ZONES, INSTANTS, MINUTES, MINUTES)
@example("Pacific/Apia", datetime(2011, 12, 30, 9, 30, tzinfo=UTC), 1320, 420)  # a day is left out
@example("America/Havana", datetime(2026, 11, 1, 4, 10, tzinfo=UTC), 1320, 30)  # midnight comes twice
@example("America/St_Johns", datetime(2010, 11, 7, 3, 0, tzinfo=UTC), 0, 420)  # yesterday comes again
@example("Europe/Berlin", datetime(2026, 3, 29, 0, 30, tzinfo=UTC), 150, 130)  # 02:10 and 02:30 are skipped
@example("Australia/Lord_Howe", datetime(2026, 4, 4, 14, 50, tzinfo=UTC), 60, 105)  # half an hour twice
def test_a_night_is_one_piece_and_is_over_when_it_says(
    name: str, at: datetime, begins: int, ends: int
) -> None:
    """Asleep at each instant until then, awake at that instant, and no second before."""
    one = sleeper(name, begins, ends)
    ended = wakes_at(one, at)
    assert not asleep(one, ended)
    if ended == at:
        assert not asleep(one, at)
        return
    assert asleep(one, ended - timedelta(seconds=1))
    whole = (ended - at) // 40
    assert all(asleep(one, at + whole * number) for number in range(40))
    assert ended - at <= 2 * DAY + 2 * HOUR


@pytest.mark.parametrize("twice", [False, True])
def test_in_every_zone_of_the_world_a_night_that_ends_at_a_change_ends_once(twice: bool) -> None:  # noqa: FBT001 - a case
    """At the jump where its end is skipped, at the last of the two where it is shown twice."""
    looked = 0
    for name in NAMES:
        for change in transitions(name):
            before, after = shown(name, change - MINUTE) + MINUTE, shown(name, change)
            if (after < before) is not twice:
                continue
            looked += 1
            half = abs(after - before) / 2
            inside = min(before, after) + half
            end = inside.hour * 60 + inside.minute
            one = sleeper(name, (end - 8 * 60) % 1440, end)
            expected = change + half if twice else change
            assert wakes_at(one, change - 2 * HOUR) == expected, (name, change)
    assert looked > 300


def shown(name: str, at: datetime) -> datetime:
    """Return what the clocks of a zone show."""
    return at.astimezone(ZoneInfo(name)).replace(tzinfo=None)


def test_a_night_that_begins_in_the_doubled_hour_begins_once() -> None:
    """At the first half past two; nobody is woken at two again."""
    anna = sleeper("Europe/Berlin", 150, 540)
    began = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert not asleep(anna, began - MINUTE)
    assert all(asleep(anna, began + MINUTE * number) for number in range(450))
    assert wakes_at(anna, began) == datetime(2026, 10, 25, 8, 0, tzinfo=UTC)
