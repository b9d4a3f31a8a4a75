"""After a fire: what it brought is not the usual, and a second one is met by the same watch."""

import random

from models.volume.settings import DetectionSettings
from tests.fakes_volume import KEY, Driver, taught


def wandering(days: int = 3) -> Driver:
    """Return a driver whose topic has learned that busy hours go together."""
    driver, chance = Driver(taught(people=60, negative=9)), random.Random(1)
    level = 1.0
    for minute in range(days * 1440):
        if minute % 60 == 0:
            level = min(max(level * chance.uniform(0.7, 1.4), 0.4), 2.2)
        driver.run(1, neutral=int(level + chance.random()))
    return driver


def test_when_a_fire_is_over_no_more_is_expected_than_before_it() -> None:
    """Its people are still in the last hours, and would be taken for a busy afternoon that goes on."""
    driver = wandering()
    assert driver.watch._topics[KEY].expectation.drift.shared > 0.0
    driver.run(180, neutral=1)
    topic = driver.watch._topics[KEY]
    before = max(driver.watch.reading(KEY, driver.now).expected, topic.expectation.baseline.level)
    driver.run(60, negative=4, neutral=1)
    expected = []
    while "closed" not in driver.transitions():
        driver.run(1, neutral=1)
    for _ in range(12):
        driver.run(10, neutral=1)
        expected.append(driver.watch.reading(KEY, driver.now).expected)
    assert max(expected) <= 1.25 * before


def test_a_clock_that_is_set_back_knows_of_no_fire_to_come() -> None:
    """Neither of where one ended nor of what may be one: those minutes are not yet there."""
    driver = Driver(taught(people=60, negative=9))
    driver.run(5, neutral=1)
    topic = driver.watch._topics[KEY]
    settings, calendar = DetectionSettings(), driver.watch._around(KEY).calendar
    topic.expectation.doused = topic.head
    topic.expectation.suspicion.note(topic.head, topic.head - 20, settings)
    topic.expectation.set_to(topic.head - 600, calendar)
    assert topic.expectation.doused == topic.head - 600
    assert topic.expectation.suspicion.minutes(topic.head) == 0
