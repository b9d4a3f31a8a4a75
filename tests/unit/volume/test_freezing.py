"""What a fire must not teach, and for how long: else the next one would be usual."""

from models.volume.expectation import Expectation
from models.volume.settings import DetectionSettings
from tests.fakes_volume import KEY, Driver, taught


def usual(driver: Driver) -> Expectation:
    """Return what the driver's topic is expected to do."""
    return driver.watch._topics[KEY].expectation


def burning(minutes: int, settings: DetectionSettings | None = None) -> tuple[Driver, float]:
    """Return a driver whose topic burns since so many minutes, and the hours that it had learned before."""
    driver = Driver(taught(people=60, negative=9, settings=settings))
    driver.run(200, neutral=1)
    learned = usual(driver).baseline.hours
    driver.run(minutes, negative=4, neutral=1)
    assert "opened" in driver.transitions()
    assert driver.watch._topics[KEY].open
    return driver, learned


def test_while_it_burns_nothing_is_learned() -> None:
    """Of ten hours of fire none counts; one hour was old enough when it opened."""
    driver, learned = burning(600)
    assert usual(driver).baseline.hours - learned <= 1.0


def test_what_led_up_to_it_is_never_learned() -> None:
    """The two hours before the opening stay unlearned when all is over; what lies before them does not."""
    driver, _ = burning(30)
    opened = next(int(said.at.timestamp() // 60) for said in driver.said if said.transition == "opened")
    driver.run(100, neutral=1)
    assert driver.transitions()[-1] == "closed"
    assert not any(usual(driver).watched(opened - ago) for ago in (1, 60, 118))
    assert usual(driver).watched(opened - 125)
    assert usual(driver).watched(driver.watch._topics[KEY].head)


def test_a_fire_that_never_ends_is_learned_at_last() -> None:
    """After the longest freeze life goes on, or a topic would stay blind for ever."""
    assert DetectionSettings().freeze_hours == 72
    driver, learned = burning(600, DetectionSettings(freeze_hours=3))
    assert usual(driver).baseline.hours - learned >= 3.0


def test_while_learning_nothing_is_frozen() -> None:
    """A topic that knows too little would stay ignorant if its first busy day were left out."""
    driver = Driver(taught(people=60, negative=9, hours=20))
    driver.run(200, neutral=1)
    learned = usual(driver).baseline.hours
    driver.run(400, negative=4, neutral=1)
    assert "opened" in driver.transitions()
    assert usual(driver).baseline.hours - learned >= 5.0
