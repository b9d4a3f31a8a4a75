"""The curve of a picture: what was counted and expected in the last three hours."""

from models.volume.curves import STEPS
from tests.fakes_volume import KEY, Driver, fresh, taught


def test_a_curve_counts_what_the_detector_counted() -> None:
    """Five minutes a step, the newest last, the unhappy among the people, and the burst above the band."""
    driver = Driver(taught())
    driver.run(200, neutral=0)
    driver.run(10, negative=3, neutral=1)
    curve = driver.watch.curve(KEY)
    assert curve is not None
    assert len(curve.people) == len(curve.upper) == STEPS
    assert sum(curve.people) == 40
    assert sum(curve.negative) == 30
    assert max(curve.people) > max(curve.upper)
    assert all(low < high for low, high in zip(curve.expected, curve.upper, strict=True))
    assert curve.since.minute % 5 == 0
    reading = driver.watch.reading(KEY, driver.now)
    assert abs(sum(curve.expected[-6:]) - reading.expected / 2) < 0.35 * max(1.0, reading.expected / 2)


def test_what_was_not_watched_is_not_drawn_as_silence() -> None:
    """A topic that is watched since twenty minutes has a short curve; one nobody watched has none."""
    driver = Driver(fresh())
    assert driver.watch.curve(KEY) is None
    driver.run(20, neutral=1)
    curve = driver.watch.curve(KEY)
    assert curve is not None
    assert 3 <= len(curve.people) <= 5


def test_looking_at_a_curve_changes_nothing_that_is_said() -> None:
    """Drawing a picture is not detection."""
    seen, unseen = Driver(taught()), Driver(taught())
    for minute in range(90):
        for driver in (seen, unseen):
            driver.run(1, negative=4 if minute > 60 else 0, neutral=1)
        seen.watch.curve(KEY)
    assert seen.said == unseen.said
    assert "opened" in seen.transitions()
