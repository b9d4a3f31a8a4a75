"""What is known beforehand: holidays, and events that raise the expectation without silencing anything."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from models.event import EXPECTED, Event, EventKind
from models.keyword import TopicKey
from models.volume.calendar import Agenda, Almanac, met, without_event
from models.volume.watch import Watch
from tests.fakes_volume import KEY, START, Driver, fresh, taught

TOKYO = ZoneInfo("Asia/Tokyo")
AT = datetime.fromtimestamp(START, UTC)
HOUR = timedelta(hours=1)


def an_event(
    start: float = 0.0, hours: float = 6.0, *, expected: float = 4.0, topics: Iterable[str] = ()
) -> Event:
    """Return a campaign that begins *start* hours after the start of the tests."""
    begins = AT + start * HOUR
    return Event(
        kind="campaign",
        start=begins,
        end=begins + hours * HOUR,
        expected=expected,
        topics=tuple(topics),
        note="祭り",
    )


def planned(watch: Watch, *events: Event) -> Driver:
    """Return a driver of *watch* with *events* in its calendar."""
    watch.consult(Almanac({"sakura": TOKYO}, events={"sakura": events}))
    return Driver(watch)


def level(driver: Driver) -> float:
    """Return what the topic holds for usual."""
    return driver.watch._topics[driver.key].expectation.baseline.level


def share(driver: Driver) -> float:
    """Return the share of negative that the topic holds for usual."""
    return driver.watch._topics[driver.key].expectation.baseline.share


def test_an_agenda_knows_the_multiple_of_each_minute() -> None:
    """A minute that an event only touches is its own; away from events there is nothing to say."""
    start = int(START // 60)
    agenda = Agenda([an_event(0.0, 0.51)])
    assert agenda.multiples(start - 2, start + 1) == [1.0, 1.0, 4.0, 4.0]
    assert agenda.multiples(start + 29, start + 32) == [4.0, 4.0, 1.0, 1.0]
    assert agenda.multiples(start + 31, start + 60) == []
    assert agenda.during(start - 5, start - 1) == ()
    assert agenda.during(start - 5, start) == (an_event(0.0, 0.51),)


def test_of_overlapping_events_the_largest_counts() -> None:
    """A broadcast within a campaign does not multiply with it."""
    start = int(START // 60)
    agenda = Agenda(
        [
            an_event(0.0, 3.0, expected=4.0),
            an_event(1.0, 1.0, expected=3.0),
            an_event(1.0, 0.5, expected=10.0),
        ]
    )
    assert {agenda.multiples(start + at, start + at)[0] for at in (0, 40, 100)} == {4.0}
    assert agenda.multiples(start + 70, start + 70) == [10.0]


def test_every_kind_has_a_multiple_of_its_own() -> None:
    """None lowers the expectation."""
    assert set(EXPECTED) == set(get_args(EventKind))
    assert min(EXPECTED.values()) > 1.0


@pytest.mark.parametrize(("came", "explained"), [(5, 10), (10, 10), (25, 25), (40, 40), (100, 40)])
def test_an_event_explains_those_who_came_up_to_its_multiple(came: int, explained: int) -> None:
    """One that nobody heeds excuses nobody, and what goes beyond its multiple is news."""
    assert met(came, 10, 40) == explained


@pytest.mark.parametrize(("came", "learned"), [(5, 5), (10, 10), (25, 10), (40, 10), (100, 25)])
def test_what_an_event_brought_is_taken_out_before_learning(came: int, learned: int) -> None:
    """Neither does a success teach a higher level, nor does a failure teach a lower one."""
    assert without_event(came, 10, 40) == pytest.approx(learned)


def test_brands_of_one_place_share_a_week_and_each_has_its_holidays() -> None:
    """The holiday of one country is a Monday elsewhere."""

    def in_japan(day: date) -> bool:
        return day == date(2026, 11, 23)

    zones = dict.fromkeys(("sakura", "minato", "ume"), TOKYO)
    almanac = Almanac(zones, {"sakura": in_japan, "ume": in_japan})
    assert almanac.calendar("sakura") is almanac.calendar("ume")
    monday = int(datetime(2026, 11, 23, 3, tzinfo=UTC).timestamp() // 3600)
    assert almanac.calendar("sakura").slot(monday) == 6 * 24 + 12
    assert almanac.calendar("minato").slot(monday) == 12


def test_an_event_concerns_its_topics_only() -> None:
    """Without topics it concerns all of its brand, and no other brand."""
    tea, other = TopicKey("sakura", "tea"), TopicKey("minato", "pudding")
    almanac = Almanac({}, events={"sakura": [an_event(topics=["pudding"]), an_event(8.0)]})
    minute = int(START // 60)
    assert [bool(almanac.agenda(key).multiples(minute, minute)) for key in (KEY, tea, other)] == [
        True,
        False,
        False,
    ]
    assert almanac.agenda(tea).multiples(minute + 480, minute + 480) == [4.0]


def test_the_band_rises_with_the_event_and_falls_after_it() -> None:
    """What is shown as expected is the multiple, minute by minute over the trailing half hour."""
    driver = planned(taught(people=60), an_event(1.0, 2.0))
    expected = []
    for _ in range(4):
        driver.run(60)
        expected.append(driver.watch.reading(KEY, driver.now - 1.0).expected)
    before, inside, inside_too, after = expected
    assert before == pytest.approx(60.0, rel=0.1)
    assert (inside / before, inside_too / before) == pytest.approx((4.0, 4.0), rel=0.05)
    assert after == pytest.approx(before, rel=0.1)
    reading = driver.watch.reading(KEY, driver.now)
    assert [event.note for event in reading.planned] == ["祭り"]


def lottery(driver: Driver) -> None:
    """Let half an hour pass as usual, and an hour of a prize draw: many people, and many losers."""
    driver.run(30, neutral=1)
    for _ in range(30):
        driver.run(1, neutral=2)
        driver.run(1, neutral=1, negative=2)


def test_the_losers_of_a_prize_draw_open_nothing() -> None:
    """Without the event in the calendar they do: two in five are unhappy, and they are many."""
    surprised, knowing = (
        Driver(taught(people=60, negative=12)),
        planned(taught(people=60, negative=12), an_event()),
    )
    lottery(surprised)
    lottery(knowing)
    assert "opened" in surprised.transitions()
    assert "opened" not in knowing.transitions()


@pytest.mark.parametrize("crowd", [0, 1, 3])
def test_a_fire_during_a_campaign_opens(crowd: int) -> None:
    """However many others come, and also where nobody heeds the campaign."""
    driver = planned(taught(people=60, negative=9), an_event())
    driver.run(60, neutral=crowd)
    driver.run(20, neutral=crowd, negative=4)
    assert "opened" in driver.transitions()
    [opened] = [said for said in driver.said if said.transition == "opened"]
    assert opened.mood in {"negative", "mixed"}
    assert opened.reading.planned == (an_event(),)
    assert (opened.at - AT).total_seconds() / 60 - 60 <= 15


def test_a_fire_during_a_broadcast_of_an_unhappy_topic_opens() -> None:
    """Also where half of what is said is negative anyway, and ten times the people may come."""
    driver = planned(taught(people=60, negative=30), an_event(expected=10.0))
    driver.run(60, neutral=1)
    driver.run(30, neutral=1, negative=8)
    assert "opened" in driver.transitions()


def test_a_risk_class_is_an_ember_whatever_the_calendar_says() -> None:
    """One post of foreign matter in food is said, campaign or not."""
    driver = planned(taught(people=60), an_event(expected=100.0))
    driver.run(30, neutral=3)
    driver.post("negative", risks=frozenset({"safety"}))
    assert [said.transition for said in driver.end()] == ["ember"]


def test_an_event_that_comes_as_planned_is_no_buzz() -> None:
    """Beyond its multiple it is news again."""
    surprised, knowing = Driver(taught(people=30)), planned(taught(people=30), an_event())
    for driver in (surprised, knowing):
        driver.run(60, neutral=2)
    assert surprised.transitions() == ["opened"]
    assert knowing.transitions() == []
    knowing.run(30, neutral=20)
    assert knowing.transitions() == ["opened"]
    assert knowing.said[-1].mood == "buzz"


def test_a_campaign_does_not_teach_the_usual() -> None:
    """After a day of four times the people the level and the share are what they were."""
    unknowing, knowing = (
        Driver(taught(people=60, negative=12)),
        planned(taught(people=60, negative=12), an_event(0.0, 24.0)),
    )
    for driver in (unknowing, knowing):
        driver.run(60 * 24, neutral=4)
        driver.run(240)
    assert level(unknowing) > 80.0
    assert level(knowing) == pytest.approx(60.0, rel=0.01)
    assert share(unknowing) < 0.17
    assert share(knowing) == pytest.approx(0.2, abs=0.001)


def test_a_campaign_that_nobody_heeds_does_not_teach_silence() -> None:
    """The multiple is taken out only as far as people came: after a failure the level is what it was."""
    driver = planned(taught(people=60), an_event(0.0, 24.0))
    driver.run(60 * 28, neutral=1)
    assert level(driver) == pytest.approx(60.0, rel=0.02)


def test_history_is_learned_without_its_events() -> None:
    """An imported day of a campaign teaches no more than a usual one."""
    watch = taught(people=60, negative=12)
    watch.consult(Almanac({"sakura": TOKYO}, events={"sakura": [an_event(0.0, 24.0)]}))
    for hour in range(24):
        watch.learn_hour(KEY, AT + hour * HOUR, 200, 10)
    driver = Driver(watch)
    assert level(driver) == pytest.approx(60.0, rel=0.02)
    assert share(driver) == pytest.approx(0.2, abs=0.01)


def test_a_new_topic_that_is_launched_learns_its_share_in_the_event() -> None:
    """Nothing is known of it yet, so the crowd of the launch is better than a guess."""
    watch = fresh()
    watch.consult(Almanac({"sakura": TOKYO}, events={"sakura": [an_event(-80.0, 80.0)]}))
    for hour in range(-72, 0):
        watch.learn_hour(KEY, AT + hour * HOUR, 40, 16)
    assert watch.learning_since(KEY) is None
    assert share(Driver(watch)) == pytest.approx(0.4, abs=0.08)


def test_a_changed_calendar_counts_at_once() -> None:
    """Also for the two hours that may still change, and without touching what was counted."""
    driver = planned(taught(people=60))
    driver.run(60, neutral=2)
    usual = driver.watch.reading(KEY, driver.now)
    driver.watch.consult(Almanac({"sakura": TOKYO}, events={"sakura": [an_event()]}))
    raised = driver.watch.reading(KEY, driver.now)
    assert raised.expected == pytest.approx(4 * usual.expected, rel=0.05)
    assert raised.volume == usual.volume
