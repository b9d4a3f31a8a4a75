"""Laws of the rota: whatever the clocks of a country do, somebody's turn it always is."""

import itertools
from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.rota import wall
from alerts.rota.booked import Booked, Booking
from alerts.rota.rota import Gap, Override, Rota, Shift
from alerts.rota.rotation import Rotation
from alerts.rota.weekly import Window

ZONES = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
DAYS = st.dates(date(1990, 1, 1), date(2037, 1, 1))
TIMES = st.integers(0, 1439).map(lambda minutes: time(minutes // 60, minutes % 60))
LOCAL = st.builds(datetime.combine, DAYS, TIMES)
INSTANTS = st.datetimes(datetime(1990, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy wants naive bounds
STEPS = st.sampled_from([timedelta(hours=n) for n in (1, 5, 8, 12, 24, 36, 168, 336)])
PEOPLE = st.lists(st.sampled_from(["sato", "tanaka", "suzuki", "ito"]), min_size=1, max_size=5)
WEEK = timedelta(days=7)
HOURS = st.integers(1, 250).map(lambda hours: timedelta(hours=hours))
WINDOWS = st.lists(
    st.builds(
        lambda start, length: Window(timedelta(minutes=start), timedelta(minutes=length)),
        st.integers(0, 7 * 1440 - 1),
        st.integers(1, 7 * 1440),
    ),
    max_size=3,
)


@given(ZONES, LOCAL, st.timedeltas(timedelta(0), timedelta(days=40)))
def test_a_later_time_on_the_wall_is_never_an_earlier_instant(
    zone: ZoneInfo, local: datetime, later: timedelta
) -> None:
    """Not even around a change of the clocks, so that turns cannot overtake one another."""
    assert wall.instant(local, zone) <= wall.instant(local + later, zone)


@given(ZONES, LOCAL)
def test_a_time_on_the_wall_is_when_clocks_show_it_or_jump_over_it(zone: ZoneInfo, local: datetime) -> None:
    """A minute before a jump the clocks still show less."""
    found = wall.instant(local, zone)
    assert wall.shown(found, zone) >= local
    assert wall.shown(found - timedelta(seconds=1), zone) < local or found == wall.instant(
        local - timedelta(seconds=1), zone
    )


@given(ZONES, PEOPLE, STEPS, LOCAL, INSTANTS)
def test_at_each_instant_exactly_one_person_has_the_turn(
    zone: ZoneInfo, people: list[str], step: timedelta, since: datetime, at: datetime
) -> None:
    """From the first handoff on; before it nobody."""
    rota = Rota([Rotation("first", people, zone, step, since=since)])
    assert len(rota.on_call(at)) == (at >= wall.instant(since, zone))


@settings(deadline=None)
@given(ZONES, PEOPLE, STEPS, LOCAL, INSTANTS)
def test_turns_follow_each_other_and_change_at_the_handoff_alone(
    zone: ZoneInfo, people: list[str], step: timedelta, since: datetime, at: datetime
) -> None:
    """Clocks on the wall show the time of the handoff, unless they jumped over it."""
    layer = Rotation("first", people, zone, step, since=since)
    for change in layer.changes(at, at + WEEK):
        if change <= wall.instant(since, zone):
            continue
        shown = wall.shown(change, zone)
        whole = (shown - since) % step == timedelta(0)
        jumped = wall.shown(change - timedelta(seconds=1), zone) != shown - timedelta(seconds=1)
        assert whole or jumped
    assert set(layer.following(at)) == set(people)


@settings(deadline=None)
@given(ZONES, PEOPLE, STEPS, LOCAL, WINDOWS, st.lists(st.tuples(HOURS, HOURS), max_size=2))
def test_shifts_and_gaps_tile_the_time_and_agree_with_who_is_on_call(
    zone: ZoneInfo,
    people: list[str],
    step: timedelta,
    since: datetime,
    windows: list[Window],
    stood_in: list[tuple[timedelta, timedelta]],
) -> None:
    """No instant twice, none forgotten, and each asked by itself gives the same answer."""
    layers = [
        Rotation("nights", people, zone, step, since=since, only=windows),
        Rotation("backup", people[::-1], zone, WEEK, since=since + WEEK),
    ]
    start = wall.instant(since, zone) - timedelta(days=1)
    spans = [(start + after, start + after + length) for after, length in stood_in]
    rota = Rota(layers, [Override(who="boss", since=since, until=until) for since, until in spans])
    end = start + timedelta(days=12)
    firsts = [one for one in rota.shifts(start, end) if one.place == 0]
    there: list[Shift | Gap] = [*firsts, *rota.gaps(start, end)]
    there.sort(key=lambda one: one.since)
    assert (there[0].since, there[-1].until) == (start, end)
    assert all(before.until == after.since for before, after in itertools.pairwise(there))
    _agree(rota, firsts, start, end)


def _agree(rota: Rota, firsts: list[Shift], start: datetime, end: datetime) -> None:
    begins = [one.since for one in firsts]
    at = start
    while at < end:
        number = bisect_right(begins, at) - 1
        there = number >= 0 and at < firsts[number].until
        assert rota.on_call(at)[:1] == ((firsts[number].who,) if there else ())
        at += timedelta(minutes=97)


@settings(deadline=None)
@given(ZONES, PEOPLE, LOCAL, WINDOWS)
def test_what_is_covered_ends_where_the_next_gap_begins(
    zone: ZoneInfo, people: list[str], since: datetime, windows: list[Window]
) -> None:
    """Or it is a gap already."""
    rota = Rota([Rotation("first", people, zone, WEEK, since=since, only=windows)])
    at = wall.instant(since, zone)
    covered, gaps = rota.covered_until(at), rota.gaps(at, at + timedelta(days=90))
    if not gaps:
        assert covered == at + timedelta(days=90)
    else:
        assert covered == (None if gaps[0].since == at else gaps[0].since)


@given(st.lists(st.tuples(PEOPLE, INSTANTS, st.integers(1, 300), st.integers(0, 1)), max_size=12), INSTANTS)
def test_a_booked_layer_names_exactly_those_whose_booking_holds(
    given: list[tuple[list[str], datetime, int, int]], at: datetime
) -> None:
    """However bookings overlap; the shorter of two equal places comes first."""
    bookings = [
        Booking(who=people[0], since=at + (start - at) % WEEK - WEEK, until=at, place=place)
        for people, start, _, place in given
    ]
    bookings = [
        Booking(who=one.who, since=one.since, until=one.since + timedelta(hours=hours), place=one.place)
        for one, (_, _, hours, _) in zip(bookings, given, strict=True)
    ]
    holding = {one.who for one in bookings if one.since <= at < one.until}
    assert set(Booked("calendar", bookings).on_duty(at)) == holding
