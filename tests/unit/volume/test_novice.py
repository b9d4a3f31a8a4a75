"""What a topic does in its first two days."""

from random import Random

import pytest

from models.volume.counting import WINDOW
from models.volume.detection import Topic
from models.volume.reading import instant
from models.volume.settings import DetectionSettings
from models.volume.suspicion import Suspicion
from tests.fakes_volume import KEY, START, Driver, fresh, taught


def run(driver: Driver, minutes: int, people: float, worst: float, chance: Random) -> None:
    """Let minutes pass with so many people in each on average, so many of them negative."""
    for _ in range(minutes):
        for _ in range(int(people + chance.random())):
            driver.post("negative" if chance.random() < worst else "neutral")
        driver.end()


def topic_of(driver: Driver) -> Topic:
    """Return the whole state of the topic."""
    return driver.watch._topics[KEY]


@pytest.mark.parametrize(("people", "worst"), [(15.0, 0.4), (1.0, 0.5), (0.2, 0.3)])
def test_a_busy_unhappy_topic_is_no_fire_because_it_is_new(people: float, worst: float) -> None:
    """Nine hundred people an hour, four in ten unhappy, from the very first minute: that is how it is."""
    driver = Driver(fresh())
    run(driver, 240, people, worst, Random(1))
    assert driver.transitions() == []


@pytest.mark.parametrize("hours", [2, 9, 30])
def test_a_fire_in_the_first_two_days_is_found(hours: int) -> None:
    """It stands out from the hours before it, though the usual is a guess."""
    driver = Driver(taught(people=60, negative=9, hours=hours))
    run(driver, 150, 1.0, 0.15, Random(hours))
    assert driver.transitions() == []
    run(driver, 45, 6.0, 0.8, Random(hours))
    assert driver.transitions()[0] == "opened"


def test_a_fire_is_not_put_out_by_being_looked_at() -> None:
    """What it did itself does not become the usual while it burns."""
    driver = Driver(taught(people=60, negative=9, hours=9))
    run(driver, 150, 1.0, 0.15, Random(3))
    run(driver, 100, 8.0, 0.8, Random(3))
    assert driver.watch.reading(KEY, driver.now).state == "burning"
    assert "eased" not in driver.transitions()


def test_who_starts_on_the_day_of_the_fire_is_woken() -> None:
    """Twenty-four of forty people are unhappy in the very first minute: no history is needed for that."""
    driver = Driver(fresh())
    for number in range(40):
        driver.post("negative" if number % 5 < 3 else "neutral")
    driver.end()
    assert "opened" in driver.transitions()


def test_the_band_is_wide_at_first_and_narrows() -> None:
    """The picture on a page is honest about what is not known."""
    driver = Driver(fresh())
    widths = []
    for hours in (0.3, 3, 12):
        run(driver, int(hours * 60) - driver.minute, 1.0, 0.2, Random(5))
        reading = driver.watch.reading(KEY, driver.now)
        widths.append(reading.upper / reading.expected)
        assert reading.learning_since == instant(START)
    assert widths[0] > widths[1] > widths[2]


def test_the_first_hour_is_learned_whole() -> None:
    """A busy topic is not underrated for a day because nobody expected it to be busy."""
    driver = Driver(fresh())
    run(driver, 60 + WINDOW + 61, 15.0, 0.2, Random(6))
    assert driver.watch.reading(KEY, driver.now).expected == pytest.approx(930.0, rel=0.15)


def test_half_a_fire_of_a_new_topic_is_no_ember() -> None:
    """An ember may be critical, and half of a guess is no evidence."""
    driver = Driver(taught(people=60, negative=9, hours=9))
    run(driver, 150, 1.0, 0.15, Random(8))
    run(driver, 6, 2.5, 0.8, Random(8))
    assert "ember" not in driver.transitions()


@pytest.mark.parametrize("seed", [0, 2, 3])
def test_a_fire_that_rises_for_hours_is_not_learned_while_it_rises(seed: int) -> None:
    """What half a fire brings does not become the usual mood, though a topic learns as fast as it grows."""
    chance, driver = Random(seed), Driver(taught(people=7, negative=1, hours=3))
    run(driver, 180, 0.12, 0.15, chance)
    for quarter in range(12):
        rise = quarter / 12
        run(driver, 15, 0.12 + 0.5 * rise, 0.15 + 0.4 * rise, chance)
    assert driver.transitions()[:1] == ["opened"]


def test_what_goes_on_is_believed_after_a_few_hours() -> None:
    """A suspicion sets a share aside for four hours at most, and begins only when another stretch does."""
    suspicion, settings = Suspicion(), DetectionSettings()
    assert suspicion.minutes(1000) == 0
    for minute in range(1000, 1400):
        suspicion.note(minute, 990, settings)
    assert (suspicion.minutes(1399), suspicion.minutes(1240), suspicion.minutes(990)) == (0, 0, 0)
    suspicion.note(1600, 1590, settings)
    assert suspicion.minutes(1610) == 21
    assert suspicion.minutes(1600 + settings.ember_minutes + 1) == 0


def test_nothing_is_suspected_before_anything_is_known() -> None:
    """What a topic does from its first minute on is usual, however unhappy."""
    driver = Driver(fresh())
    for _ in range(5):
        run(driver, 24, 1.0, 0.5, Random(2))
        assert topic_of(driver).expectation.suspicion.minutes(topic_of(driver).head) == 0
