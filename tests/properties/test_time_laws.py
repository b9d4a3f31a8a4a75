"""Laws of time and of the calendar."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.event import Event
from models.mention import Label
from models.volume.baseline import Baseline
from models.volume.calendar import Almanac, Calendar, met, without_event
from models.volume.counting import WINDOW
from models.volume.settings import DetectionSettings
from models.volume.watch import Watch
from tests.fakes_volume import KEY, START, Driver, fresh, taught

ZONES = st.sampled_from(sorted(available_timezones()))
HOURS = st.integers(*(int(datetime(year, 1, 1, tzinfo=UTC).timestamp() // 3600) for year in (2024, 2037)))
AT = datetime.fromtimestamp(START, UTC)


@given(ZONES, HOURS)
def test_every_hour_has_its_place_in_the_local_week(zone: str, hour: int) -> None:
    """Whatever a country does to its clocks: the place is that of some minute of the hour."""
    place = Calendar(ZoneInfo(zone)).slot(hour)
    minutes = [datetime.fromtimestamp(hour * 3600 + minute * 60, ZoneInfo(zone)) for minute in range(60)]
    assert place in {local.weekday() * 24 + local.hour for local in minutes}


@pytest.mark.parametrize(
    ("zone", "change"),
    [
        ("Europe/London", (2026, 10, 25)),
        ("Europe/London", (2026, 3, 29)),
        ("America/New_York", (2026, 11, 1)),
        ("America/New_York", (2026, 3, 8)),
        ("Australia/Lord_Howe", (2026, 4, 5)),
        ("Australia/Lord_Howe", (2026, 10, 4)),
    ],
)
def test_a_busy_hour_stays_where_it_is_on_the_wall(zone: str, change: tuple[int, int, int]) -> None:
    """Learned before summer time begins or ends, it is expected at the same local time afterwards.

    The repeated hour and the missing one shift nothing: five weeks are learned across every hour there is.
    """
    calendar, local = Calendar(ZoneInfo(zone)), ZoneInfo(zone)
    noon = datetime(*change, 12, tzinfo=local)
    baseline = Baseline.fresh(20.0, 0.15)
    first, last = int(noon.timestamp() // 3600) - 24 * 35, int(noon.timestamp() // 3600)
    for hour in range(first, last):
        busy = calendar.slot(hour) % 24 == 21
        expected = sum(baseline.rates(hour, calendar))
        baseline.learn(calendar.slot(hour), 90.0 if busy else 10.0, expected, 1.0, DetectionSettings())
    after = {calendar.slot(hour) % 24: sum(baseline.rates(hour, calendar)) for hour in range(last, last + 24)}
    assert max(after, key=lambda of_day: after[of_day]) == 21
    assert after[21] > 2.5 * after[20]
    assert after[21] > 2.5 * after[22]


@settings(max_examples=15, deadline=None)
@given(ZONES, st.integers(0, 24 * 366))
def test_counts_go_by_the_world_clock(zone: str, start: int) -> None:
    """In a night of summer time nothing is counted twice and nothing is missing, in any zone."""
    readings = []
    for place in ("UTC", zone):
        driver = Driver(Watch([KEY], DetectionSettings(), {"sakura": ZoneInfo(place)}))
        driver.minute = (start + 24 * 45) * 60
        driver.run(150, neutral=2, negative=1)
        reading = driver.watch.reading(KEY, driver.now)
        readings.append((reading.volume, reading.negative, [said.transition for said in driver.said]))
    assert readings[0] == readings[1]


def test_a_leap_day_is_a_day() -> None:
    """Its hours follow those of the day before, and March begins after it."""
    calendar = Calendar(ZoneInfo("Asia/Tokyo"))
    first = int(datetime(2028, 2, 27, 15, tzinfo=UTC).timestamp() // 3600)
    assert [calendar.slot(first + hour) for hour in range(72)] == list(range(72))


class Minute(NamedTuple):
    """What comes in a minute of a night with late posts, posts from the future, and dead sources."""

    negative: int
    neutral: int
    ago: int
    source: str
    outage: str


NIGHTS = st.lists(
    st.builds(
        Minute,
        st.integers(0, 6),
        st.integers(0, 4),
        st.sampled_from([0, 0, 0, 1, 5, 30, 90, 119, 121, 600, -1, -90, -100_000]),
        st.sampled_from(["a", "a", "b"]),
        st.sampled_from(["", "", "", "", "dies", "returns", "sleeps"]),
    ),
    min_size=2,
    max_size=25,
)


def live(driver: Driver, night: list[Minute]) -> None:
    """Live through a night, each of its minutes followed by two quiet ones."""
    for minute in night:
        if minute.outage == "dies":
            driver.watch.outage("b", driver.now)
        elif minute.outage == "returns":
            driver.watch.restored("b", driver.now)
        elif minute.outage == "sleeps":
            driver.watch.absent(["a", "b"], driver.now, driver.now + 1800.0)
            driver.minute += 30
        for label, count in (("negative", minute.negative), ("neutral", minute.neutral)):
            for _ in range(count):
                driver.post(label, ago=minute.ago * 60.0, source=minute.source)  # type: ignore[arg-type]  # a label
        driver.end()
        driver.run(2)


def festival(driver: Driver) -> Driver:
    """Put an event into the calendar that begins in the middle of things."""
    event = Event(kind="sale", start=AT + timedelta(minutes=20), end=AT + timedelta(minutes=60), expected=3.0)
    driver.watch.consult(Almanac({}, events={"sakura": [event]}))
    return driver


@settings(max_examples=25, deadline=None)
@given(NIGHTS, st.integers(1, 24))
def test_truncating_the_future_never_changes_the_past(night: list[Minute], cut: int) -> None:
    """With late posts, dead sources, an event and a machine that sleeps."""
    whole, part = (festival(Driver(taught(hours=50))) for _ in range(2))
    live(whole, night)
    live(part, night[:cut])
    assert whole.said[: len(part.said)] == part.said


@settings(max_examples=25, deadline=None)
@given(NIGHTS, st.integers(1, 24))
def test_a_restart_in_such_a_night_changes_nothing(night: list[Minute], cut: int) -> None:
    """The state holds all there is; the calendar is read again."""
    straight, broken = (festival(Driver(taught(hours=50))) for _ in range(2))
    live(straight, night)
    live(broken, night[:cut])
    blob = broken.watch.dump()
    broken.watch = fresh()
    festival(broken).watch.load(blob)
    live(broken, night[cut:])
    assert broken.said == straight.said
    assert broken.watch.dump() == straight.watch.dump()


@settings(max_examples=25, deadline=None)
@given(NIGHTS, st.integers(121, 100_000), st.integers(1, 9))
def test_posts_of_more_than_two_hours_ago_change_nothing(night: list[Minute], ago: int, posts: int) -> None:
    """Neither what is said, nor what is known."""
    driver, other = Driver(taught(hours=50)), Driver(taught(hours=50))
    for each in (driver, other):
        live(each, night)
    for number in range(posts):
        driver.post("negative", ago=ago * 60.0, id=f"old{number}", author=f"old{number}")
    assert driver.end() == other.end()
    assert driver.watch.readings(driver.now) == other.watch.readings(other.now)
    assert driver.watch.dump() == other.watch.dump()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(-10_000_000, 0), min_size=1, max_size=12))
def test_a_post_from_the_future_came_now(claims: list[int]) -> None:
    """However far ahead a clock somewhere is."""
    honest, boastful = Driver(taught(hours=50)), Driver(taught(hours=50))
    for claim in claims:
        honest.post("negative", ago=-10.0)
        boastful.post("negative", ago=claim - 10.0)
    assert boastful.end() == honest.end()
    assert boastful.watch.dump() == honest.watch.dump()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(-20_000, 20_000), min_size=1, max_size=5))
def test_no_step_of_the_clock_is_news(steps: list[int]) -> None:
    """On a calm night nothing opens, glows or closes, however often and far the clock is set."""
    driver = Driver(taught(people=60, negative=9))
    for step in steps:
        driver.run(40, neutral=1)
        before = driver.now
        driver.minute += step
        if step > 5:
            driver.watch.absent(["jsonl"], before, driver.now)
    driver.run(60, neutral=1)
    assert driver.transitions() == []
    assert driver.watch.reading(KEY, driver.now).volume >= 56.0


Crowd = st.lists(
    st.tuples(st.integers(0, 119), st.sampled_from(["negative", "neutral", "positive"])), max_size=60
)


KNOWING = taught(people=30, negative=6).dump()


def counted(crowd: list[tuple[int, Label]], *, event: bool) -> Driver:
    """Return a driver in whose window a crowd spoke, each so many minutes ago."""
    driver = Driver()
    driver.watch.load(KNOWING)
    if event:
        long = timedelta(minutes=WINDOW)
        campaign = Event(kind="campaign", start=AT - long, end=AT + long, expected=4.0)
        driver.watch.consult(Almanac({}, events={"sakura": [campaign]}))
    for ago, label in crowd:
        driver.post(label, ago=ago * 60.0)
    return driver


@settings(max_examples=60, deadline=None)
@given(Crowd, st.integers(0, 119), st.booleans())
def test_one_more_unhappy_person_is_never_less_evidence(
    crowd: list[tuple[int, Label]],
    ago: int,
    event: bool,  # noqa: FBT001 - hypothesis hands it in
) -> None:
    """Whenever they spoke, and whatever the calendar expects of the crowd."""
    driver = counted(crowd, event=event)
    before = driver.watch.reading(KEY, driver.now + 30.0)
    driver.post("negative", ago=ago * 60.0)
    after = driver.watch.reading(KEY, driver.now + 30.0)
    assert after.evidence >= before.evidence - 1e-9
    assert after.negative >= before.negative


@settings(max_examples=60, deadline=None)
@given(Crowd)
def test_an_event_can_hold_an_opening_back_but_never_cause_one(crowd: list[tuple[int, Label]]) -> None:
    """What opens with it in the calendar opens without it, and is no less surprising then."""
    bare, planned = counted(crowd, event=False), counted(crowd, event=True)
    with_event = planned.watch.reading(KEY, planned.now + 30.0)
    assert with_event.evidence <= bare.watch.reading(KEY, bare.now + 30.0).evidence + 1e-9
    opened = [said.mood for said in planned.watch.evaluate(planned.now + 30.0) if said.transition == "opened"]
    if opened:
        assert [said.transition for said in bare.watch.evaluate(bare.now + 30.0)].count("opened") >= 1


PEOPLE = st.floats(0, 1e5, allow_subnormal=False)


@given(PEOPLE, st.floats(1e-6, 1e4), st.floats(1, 100))
def test_an_event_teaches_at_most_what_came_and_at_least_the_usual(
    people: float, usual: float, multiple: float
) -> None:
    """What is learned lies between what came without its multiple and what came."""
    learned = without_event(people, usual, usual * multiple)
    assert people / multiple - 1e-6 <= learned * (1 + 1e-9)
    assert learned <= people * (1 + 1e-9)
    assert learned >= min(people, usual) * (1 - 1e-9)
    assert usual * (1 - 1e-9) <= met(people, usual, usual * multiple) <= usual * multiple * (1 + 1e-9)
