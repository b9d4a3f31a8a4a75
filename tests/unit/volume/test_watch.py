"""All topics: outages, restarts, reloads, sleep."""

from time import perf_counter
from typing import Any

import msgspec
import pytest

from models.flareup import FlareUp
from models.keyword import TopicKey
from models.volume.detection import Topic
from models.volume.reading import instant
from models.volume.snapshot import SnapshotError
from tests.fakes_volume import KEY, START, Driver, fresh, taught


def test_a_restart_in_the_middle_changes_nothing() -> None:
    """Dump and load at any minute: the rest is said as if nothing had happened."""
    straight, broken = Driver(taught()), Driver(taught())
    for minute in range(400):
        busy = 4 if 190 <= minute < 230 else int(minute % 9 == 0)
        for driver in (straight, broken):
            driver.run(1, negative=busy, neutral=int(minute % 7 == 0))
        if minute % 37 == 0:
            blob = broken.watch.dump()
            broken.watch = fresh()
            broken.watch.load(blob)
    assert broken.said == straight.said
    assert broken.watch.dump() == straight.watch.dump()
    assert {"opened", "closed"} <= set(straight.transitions())


def test_a_late_tick_says_what_punctual_ones_would() -> None:
    """A watch that was not called for hours catches up minute by minute."""
    punctual, late = Driver(taught()), Driver(taught())
    for driver in (punctual, late):
        driver.run(70)
        driver.run(6, negative=4)
    punctual.run(300)
    late.said += late.watch.tick(late.now + 300 * 60.0)
    late.minute += 300
    assert [(one.transition, one.at) for one in late.said if one.transition != "updated"] == [
        (one.transition, one.at) for one in punctual.said if one.transition != "updated"
    ]
    assert late.watch.reading(KEY, late.now) == punctual.watch.reading(KEY, punctual.now)


def test_a_newer_state_is_refused_with_a_clear_sentence() -> None:
    """Nothing is guessed from a snapshot of a later version, nor from a broken one."""
    newer = msgspec.msgpack.encode({"version": 99, "something": "else"})
    with pytest.raises(SnapshotError, match="version 99, newer than"):
        fresh().load(newer)
    with pytest.raises(SnapshotError, match="damaged"):
        fresh().load(b"\xff\x00nonsense")


def test_a_dead_source_is_taken_out_of_the_expectation() -> None:
    """While the source that brings most posts is dead, less is expected and nothing is learned."""
    driver = Driver(taught(people=60, negative=6))
    driver.run(300, neutral=1)
    level = driver.watch._topics[KEY].expectation.baseline.level
    driver.watch.outage("jsonl", driver.now)
    driver.run(60 * 8)
    reading = driver.watch.reading(KEY, driver.now)
    assert reading.expected < 1.0
    assert driver.watch._topics[KEY].expectation.baseline.level == pytest.approx(level, rel=0.02)
    driver.watch.restored("jsonl", driver.now)
    driver.run(40)
    assert driver.watch.reading(KEY, driver.now).expected > 20.0


def test_a_backfilled_outage_is_no_spike() -> None:
    """When the posts of an outage arrive after all, they meet the whole expectation again."""
    driver = Driver(taught(people=60, negative=24))
    driver.run(200, neutral=1)
    driver.watch.outage("jsonl", driver.now)
    driver.run(40)
    driver.watch.restored("jsonl", driver.now)
    for age in range(1, 40):
        driver.post("negative" if age % 5 in {0, 2} else "neutral", ago=age * 60.0)
    driver.run(1)
    assert driver.transitions() == []
    assert driver.watch.reading(KEY, driver.now).expected > 30.0


def test_topics_that_stay_keep_their_state_in_a_reload() -> None:
    """A hot reload forgets what is gone, keeps what stays, starts what is new."""
    other, new = TopicKey("sakura", "tea"), TopicKey("sakura", "juice")
    watch = taught(KEY, other)
    driver = Driver(watch)
    driver.run(6, negative=4)
    watch.retain([KEY, new])
    assert watch.reading(KEY, driver.now).state == "burning"
    assert [reading.key for reading in watch.readings(driver.now)] == sorted([KEY, new])
    assert watch.learning_since(new) is not None
    assert watch.learning_since(KEY) is None


def test_a_new_topic_expects_what_its_brand_does() -> None:
    """The level of the brand's other topics, and the share of all, are where a new one starts."""
    watch = taught(people=60, negative=30)
    new = TopicKey("sakura", "juice")
    watch.retain([KEY, new])
    reading = watch.reading(new, START)
    assert reading.expected == pytest.approx(60.0, rel=0.2)
    assert reading.share_usual == pytest.approx(0.5, abs=0.05)


def test_history_ends_the_cold_start() -> None:
    """Two days of imported hours are enough."""
    watch = fresh()
    watch.tick(START)
    assert watch.learning_since(KEY) == instant(START)
    assert taught(hours=48).learning_since(KEY) is None
    assert taught(hours=47).learning_since(KEY) is not None


def test_a_mention_of_an_unwatched_topic_is_ignored() -> None:
    """Between a reload and the last posts of a removed list nothing breaks."""
    driver = Driver(taught(), TopicKey("sakura", "gone"))
    driver.post("negative")
    assert driver.watch.evaluate(driver.now) == []
    assert len(driver.watch.readings(driver.now)) == 1


def test_sleeping_topics_cost_next_to_nothing() -> None:
    """A tick over two thousand topics that nobody mentions takes less than 5 ms."""
    keys = [TopicKey("sakura", f"topic{number}") for number in range(2000)]
    watch = fresh(*keys)
    watch.tick(START)
    began = perf_counter()
    for minute in range(1, 31):
        assert watch.tick(START + minute * 60.0) == []
    assert (perf_counter() - began) / 30 < 0.005


def test_a_topic_that_fails_does_not_hide_the_fire_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """The failure is raised, and the other topic's opening is said by the next call."""
    broken = TopicKey("sakura", "broken")
    driver = Driver(taught(broken, KEY), KEY)
    whole = Topic.evaluate

    def evaluate(topic: Topic, *given: Any, **named: Any) -> list[FlareUp]:
        if topic.key == broken:
            raise ZeroDivisionError
        return whole(topic, *given, **named)

    driver.run(30, neutral=1)
    monkeypatch.setattr(Topic, "evaluate", evaluate)
    for _ in range(40):
        driver.post("negative")
    driver.key = broken
    driver.post("neutral")
    with pytest.raises(ZeroDivisionError):
        driver.watch.evaluate(driver.now + 30.0)
    assert [(one.key, one.transition) for one in driver.watch.evaluate(driver.now + 31.0)] == [
        (KEY, "opened")
    ]
