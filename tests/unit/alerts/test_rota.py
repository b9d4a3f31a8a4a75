"""Who is on call: rotations, restrictions, layers, overrides, and the clocks of several countries."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from alerts.rota import wall
from alerts.rota.booked import Booked, Booking
from alerts.rota.rota import AHEAD, Gap, Override, Rota, Shift
from alerts.rota.rotation import Rotation
from alerts.rota.weekly import Window

TOKYO = ZoneInfo("Asia/Tokyo")
BERLIN = ZoneInfo("Europe/Berlin")
DAY, WEEK = timedelta(days=1), timedelta(days=7)
NIGHTS = [Window(timedelta(days=day, hours=18), timedelta(hours=15)) for day in range(5)]


def tokyo(text: str) -> datetime:
    """Return a time on a wall in Tokyo as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


def weekly(*people: str, name: str = "primary") -> Rotation:
    """Return a layer that is handed over on Mondays at 09:00 in Tokyo."""
    return Rotation(name, people, TOKYO, WEEK, since=datetime(2026, 11, 2, 9))  # noqa: DTZ001 - on the wall


def test_turns_go_round() -> None:
    """Each week the next one, and after the last the first again."""
    rota = Rota([weekly("sato", "tanaka", "suzuki")])
    mondays = [tokyo("2026-11-02T09:00") + n * WEEK for n in range(4)]
    assert [rota.on_call(monday) for monday in mondays] == [("sato",), ("tanaka",), ("suzuki",), ("sato",)]
    assert rota.on_call(mondays[1] - timedelta(seconds=1)) == ("sato",)


def test_nobody_is_on_call_before_the_first_turn_or_after_the_last_day() -> None:
    """A layer has a beginning and may have an end."""
    end = datetime(2026, 11, 9, 9)  # noqa: DTZ001 - on the wall
    layer = Rotation("first", ["sato"], TOKYO, DAY, since=end - WEEK, until=end)
    rota = Rota([layer])
    assert rota.on_call(tokyo("2026-11-02T08:59")) == ()
    assert rota.on_call(tokyo("2026-11-09T08:59")) == ("sato",)
    assert rota.on_call(tokyo("2026-11-09T09:00")) == ()


@pytest.mark.parametrize("day", ["2026-03-28", "2026-03-29", "2026-10-24", "2026-10-25", "2026-10-26"])
def test_a_handoff_stays_at_nine_when_the_clocks_change(day: str) -> None:
    """Also on the morning after the change, when the shift is 23 or 25 hours long."""
    rota = Rota([Rotation("first", ["a", "b"], BERLIN, DAY, since=datetime(2026, 1, 1, 9))])  # noqa: DTZ001
    nine = datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=BERLIN)
    before, after = rota.on_call(nine - timedelta(seconds=1)), rota.on_call(nine)
    assert before != after
    [first, second] = rota.shifts(
        nine.astimezone(UTC) - timedelta(hours=1), nine.astimezone(UTC) + timedelta(hours=1)
    )
    assert (first.until, second.since) == (nine, nine)


def test_the_shift_over_a_change_of_the_clocks_is_an_hour_shorter_or_longer() -> None:
    """No hour is lost and none is counted twice."""
    rota = Rota([Rotation("first", ["a", "b"], BERLIN, DAY, since=datetime(2026, 1, 1, 9))])  # noqa: DTZ001
    lengths = {}
    for day in ("2026-03-28", "2026-10-24"):
        nine = datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=BERLIN)
        shift = next(one for one in rota.shifts(nine, nine + 2 * DAY) if one.since == nine)
        lengths[day] = shift.until - shift.since
    assert lengths == {"2026-03-28": timedelta(hours=23), "2026-10-24": timedelta(hours=25)}


def test_a_time_that_clocks_jump_over_is_the_moment_of_the_jump() -> None:
    """And one that they show twice is the first of the two."""
    jumped = wall.instant(datetime(2026, 3, 29, 2, 30), BERLIN)  # noqa: DTZ001 - on the wall
    twice = wall.instant(datetime(2026, 10, 25, 2, 30), BERLIN)  # noqa: DTZ001 - on the wall
    assert jumped == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert twice == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_layer_of_nights_rests_by_day_while_its_turns_go_on() -> None:
    """The next layer is first then."""
    nights = Rotation("nights", ["sato", "tanaka"], TOKYO, DAY, since=datetime(2026, 11, 2, 9), only=NIGHTS)  # noqa: DTZ001
    rota = Rota([nights, weekly("boss", name="always")])
    assert rota.on_call(tokyo("2026-11-02T17:59")) == ("boss",)
    assert rota.on_call(tokyo("2026-11-02T18:00")) == ("sato", "boss")
    assert rota.on_call(tokyo("2026-11-03T08:59")) == ("sato", "boss")
    assert rota.on_call(tokyo("2026-11-03T18:00")) == ("tanaka", "boss")
    assert rota.on_call(tokyo("2026-11-07T03:00")) == ("sato", "boss")  # Friday's night ends on Saturday
    assert rota.on_call(tokyo("2026-11-07T18:00")) == ("boss",)


def test_who_stands_in_two_layers_at_once_is_there_once() -> None:
    """There is no second person then, and the line goes on with the others."""
    rota = Rota([weekly("sato", "tanaka"), weekly("sato", "suzuki", name="backup")])
    at = tokyo("2026-11-03T12:00")
    assert rota.on_call(at) == ("sato",)
    assert rota.line(at) == ("sato", "tanaka", "suzuki")


def test_an_override_stands_in_for_the_first_person() -> None:
    """Who has the time off is not asked second either, and the backup stays."""
    rota = Rota(
        [weekly("sato", "tanaka"), weekly("suzuki", name="backup")],
        [Override(who="ito", since=tokyo("2026-11-03T18:00"), until=tokyo("2026-11-04T09:00"))],
    )
    assert rota.on_call(tokyo("2026-11-03T17:59")) == ("sato", "suzuki")
    assert rota.on_call(tokyo("2026-11-03T18:00")) == ("ito", "suzuki")
    assert rota.on_call(tokyo("2026-11-04T09:00")) == ("sato", "suzuki")
    assert rota.team() == ("sato", "tanaka", "suzuki", "ito")


def test_an_override_of_a_layer_stands_in_for_that_layer_alone() -> None:
    """Also while the layer rests."""
    until = tokyo("2026-11-04T09:00")
    instead = Override(who="ito", since=until - DAY, until=until, layer="backup")
    rota = Rota([weekly("sato"), weekly("suzuki", name="backup")], [instead])
    assert rota.on_call(until - timedelta(hours=1)) == ("sato", "ito")
    assert rota.on_call(until) == ("sato", "suzuki")


def test_an_override_fills_a_gap() -> None:
    """Where nobody would be on call, the one who stands in is."""
    since = tokyo("2026-11-03T12:00")
    rota = Rota([], [Override(who="ito", since=since, until=since + DAY)])
    assert rota.on_call(since) == ("ito",)
    assert rota.gaps(since - DAY, since + 2 * DAY) == [
        Gap(since - DAY, since),
        Gap(since + DAY, since + 2 * DAY),
    ]


def test_a_rota_of_nobody_is_one_gap() -> None:
    """And says so instead of failing."""
    at = tokyo("2026-11-03T12:00")
    rota = Rota()
    assert (rota.on_call(at), rota.line(at), rota.team(), rota.covered_until(at)) == ((), (), (), None)
    assert rota.gaps(at, at + WEEK) == [Gap(at, at + WEEK)]
    assert rota.shifts(at, at + WEEK) == []


def test_a_rota_without_gaps_is_covered_as_far_as_is_looked() -> None:
    """Ninety days, which is what the metric shows then."""
    at = tokyo("2026-11-03T12:00")
    assert Rota([weekly("sato", "tanaka")]).covered_until(at) == at + AHEAD


def test_shifts_of_one_person_in_a_row_are_one() -> None:
    """A change in the second place does not cut the first person's shift."""
    since = tokyo("2026-11-03T12:00")
    rota = Rota([weekly("sato"), Rotation("nights", ["ito"], TOKYO, DAY, only=NIGHTS)])
    found = rota.shifts(since, since + DAY)
    assert found == [
        Shift(since, since + DAY, 0, "sato", "primary"),
        Shift(tokyo("2026-11-03T18:00"), tokyo("2026-11-04T09:00"), 1, "ito", "nights"),
    ]


def test_a_short_booking_stands_before_the_long_one_under_it() -> None:
    """So an evening that was put on top of a week needs no word; a place that is said comes first of all."""
    start = tokyo("2026-11-02T09:00")
    evening = tokyo("2026-11-04T18:00")
    rota = Rota(
        [
            Booked(
                "calendar",
                [
                    Booking(who="sato", since=start, until=start + WEEK),
                    Booking(who="ito", since=evening, until=evening + timedelta(hours=3)),
                    Booking(who="boss", since=evening, until=evening + timedelta(hours=1), place=1),
                ],
            )
        ]
    )
    assert rota.on_call(start) == ("sato",)
    assert rota.on_call(evening) == ("ito", "sato", "boss")
    assert rota.line(start) == ("sato", "ito", "boss")
    assert rota.gaps(start, start + WEEK + DAY) == [Gap(start + WEEK, start + WEEK + DAY)]
