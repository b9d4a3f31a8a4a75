"""Clocks that are set, machines that sleep, and sources that are dead while something burns."""

from time import perf_counter

import pytest

from tests.fakes_volume import KEY, START, Driver, fresh, taught

HOURS = 60
FIRE = 4


def told(driver: Driver) -> list[str]:
    """Return what was said but for growth, and for what glowed before it burned."""
    return [transition for transition in driver.transitions() if transition not in {"grown", "ember"}]


def burning() -> Driver:
    """Return a driver in whose topic a fire has just opened."""
    driver = Driver(taught(people=60, negative=9))
    driver.run(60, neutral=1)
    driver.run(10, negative=FIRE)
    assert told(driver) == ["opened"]
    return driver


def level(driver: Driver) -> float:
    """Return what the topic holds for usual."""
    return driver.watch._topics[KEY].expectation.baseline.level


def ahead(driver: Driver, minutes: int) -> None:
    """Set the clock ahead, as the pipeline notices it."""
    before = driver.now
    driver.minute += minutes
    driver.watch.absent(["jsonl"], before, driver.now)


@pytest.mark.parametrize("back", [11, 45, 90, 6 * HOURS, 400 * 24 * HOURS])
def test_after_a_clock_was_set_back_a_fire_is_found_as_fast(back: int) -> None:
    """Nothing is said because of the step, and what comes after it is counted in its own minutes."""
    straight, stepped = (Driver(taught(people=60, negative=9)) for _ in range(2))
    for driver in (straight, stepped):
        driver.run(200, neutral=1)
    stepped.minute -= back
    delays = []
    for driver in (straight, stepped):
        driver.run(30, neutral=1)
        assert driver.transitions() == []
        began = driver.now
        driver.run(15, negative=FIRE)
        assert told(driver) == ["opened"]
        opened = next(said for said in driver.said if said.transition == "opened")
        delays.append(opened.at.timestamp() - began)
    assert delays[1] <= delays[0] + 120.0
    assert level(stepped) == pytest.approx(level(straight), rel=0.02)


def test_a_step_of_seconds_is_no_step() -> None:
    """Time servers move clocks by a little, to and fro."""
    driver = Driver(taught(people=60))
    driver.run(30, neutral=1)
    before = driver.watch.reading(KEY, driver.now)
    driver.watch.tick(driver.now - 240.0)
    assert driver.watch.reading(KEY, driver.now) == before


def test_a_risk_is_not_told_again_because_the_clock_was_set_back() -> None:
    """Two people were told; a third is news, also after the step."""
    driver = Driver(taught())
    for _ in range(2):
        driver.post(risks=frozenset({"safety"}))
    driver.run(30)
    driver.minute -= 15
    driver.run(20)
    assert driver.transitions() == ["ember"]
    driver.post(risks=frozenset({"safety"}))
    driver.run(1)
    assert [said.reading.risks["safety"] for said in driver.said] == [2, 3]


def test_whoever_was_told_in_a_time_that_has_not_come_is_no_measure() -> None:
    """Two people of later minutes count no more after a step back, so the first who comes is news."""
    driver = Driver(taught())
    driver.run(60)
    for _ in range(2):
        driver.post(risks=frozenset({"safety"}))
    driver.run(1)
    driver.minute -= 30
    driver.post(risks=frozenset({"safety"}))
    driver.run(1)
    assert [said.reading.risks["safety"] for said in driver.said] == [2, 1]


@pytest.mark.parametrize("by", [-6 * HOURS, -30, 6 * HOURS, 3 * 24 * HOURS])
def test_a_fire_outlives_a_step_without_a_second_opening(by: int) -> None:
    """It keeps its name, and is neither called over nor opened anew because the clock was set."""
    driver = burning()
    [name] = [said.started_at for said in driver.said if said.transition == "opened"]
    if by > 0:
        ahead(driver, by)
    else:
        driver.minute += by
    driver.run(30, negative=FIRE)
    assert set(told(driver)) == {"opened"}
    assert driver.transitions().count("opened") == 1
    assert {said.started_at for said in driver.said if said.transition != "ember"} == {name}
    driver.run(5 * HOURS, neutral=1)
    assert driver.transitions()[-1] == "closed"


def test_the_silence_of_a_step_ahead_is_not_learned() -> None:
    """Six hours that nobody lived through say nothing about the usual."""
    straight, stepped = (Driver(taught(people=60)) for _ in range(2))
    for driver in (straight, stepped):
        driver.run(200, neutral=1)
    ahead(stepped, 6 * HOURS)
    for driver in (straight, stepped):
        driver.run(4 * HOURS, neutral=1)
    assert level(stepped) == pytest.approx(level(straight), rel=0.02)
    assert stepped.transitions() == []


def test_a_clock_that_was_wrong_for_a_while_leaves_nothing_behind() -> None:
    """Six hours ahead and back again: the hours that come are expected as they are."""
    driver = Driver(taught(people=60, negative=9))
    driver.run(200, neutral=1)
    ahead(driver, 6 * HOURS)
    driver.run(30)
    driver.minute -= 6 * HOURS
    driver.run(4 * HOURS, neutral=1)
    reading = driver.watch.reading(KEY, driver.now)
    assert driver.transitions() == []
    assert reading.expected == pytest.approx(60.0, rel=0.15)


def test_a_clock_that_began_in_another_age_is_caught_up_with_at_once() -> None:
    """A machine without a battery starts in 1970; thousands of topics must not live through the years."""
    watch = fresh()
    driver = Driver(watch)
    driver.minute = -int(START // 60)
    driver.run(3, neutral=1)
    began = perf_counter()
    ahead(driver, int(START // 60))
    driver.run(2, neutral=1)
    assert perf_counter() - began < 1.0
    assert driver.transitions() == []


def test_a_fire_is_not_over_because_nobody_can_see_it() -> None:
    """While its only source is dead it stays open; once that is back, an hour of calm ends it."""
    driver = burning()
    driver.watch.outage("jsonl", driver.now)
    driver.run(4 * HOURS)
    assert told(driver) == ["opened"]
    driver.watch.restored("jsonl", driver.now)
    driver.run(50, neutral=1)
    assert "closed" not in driver.transitions()
    driver.run(60, neutral=1)
    assert driver.transitions()[-1] == "closed"


def test_a_small_source_that_is_dead_keeps_no_fire_open() -> None:
    """Half of the usual posts are enough to see that it is calm."""
    driver = Driver(taught(people=180, negative=9))
    for _ in range(60):
        driver.post()
        driver.post(source="mastodon")
        driver.post()
        driver.end()
    driver.run(10, negative=FIRE)
    driver.watch.outage("mastodon", driver.now)
    driver.run(3 * HOURS, neutral=1)
    assert told(driver) == ["opened", "eased", "closed"]


def test_a_topic_that_was_silent_for_months_is_still_watched() -> None:
    """Its level is next to nothing, but never nought, and a fire in it opens."""
    driver = Driver(taught(people=60, negative=9))
    driver.run(10, neutral=1)
    driver.watch.tick(driver.now + 240 * 86400.0)
    driver.minute += 240 * 1440
    assert 0.0 < driver.watch.reading(KEY, driver.now).expected < 0.01
    driver.run(10, negative=FIRE)
    assert told(driver)[-1] == "opened"


@pytest.mark.parametrize("silence", [61, 150, 1000])
def test_after_a_silence_what_is_expected_belongs_to_the_hour(silence: int) -> None:
    """A topic that slept through an evening expects a night when it wakes, not the evening."""
    slept, awake = (Driver(taught(people=60, negative=9)) for _ in range(2))
    for driver in (slept, awake):
        driver.run(10, neutral=1)
        driver.run(115)
    slept.minute += silence
    awake.run(silence)
    slept.watch.tick(slept.now)
    assert slept.watch.reading(KEY, slept.now) == awake.watch.reading(KEY, awake.now)
    expectations = [driver.watch._topics[KEY].expectation for driver in (slept, awake)]
    assert expectations[0].rates == expectations[1].rates
    assert len(expectations[0].rates) == 120
    assert expectations[0].rates[-61] == pytest.approx(expectations[0].hour_rates[0], rel=0.2)
