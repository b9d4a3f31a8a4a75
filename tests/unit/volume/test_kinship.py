"""A new topic starts from what its kin are like."""

from random import Random

import pytest

from models.keyword import TopicKey
from models.volume.baseline import Baseline
from models.volume.kinship import prior
from models.volume.settings import DetectionSettings
from tests.fakes_volume import START, Driver, fresh, taught

SETTINGS = DetectionSettings()
NEW = TopicKey("sakura", "juice")
KIN = tuple(TopicKey("sakura", f"topic{number}") for number in range(6))


def known(level: float, share: float = 0.15, hours: float = 240.0, posts: float = 500.0) -> Baseline:
    """Return the baseline of a topic that was watched for a while."""
    return Baseline(posts, posts / level, share, negative=share * 400, other=(1 - share) * 400, hours=hours)


def topics(*levels: float, brand: str = "sakura") -> list[tuple[TopicKey, Baseline]]:
    """Return topics of a brand with these levels."""
    return [(TopicKey(brand, f"topic{number}"), known(level)) for number, level in enumerate(levels)]


def test_without_any_topic_the_guess_stands() -> None:
    """The first topic of all starts from the settings, and that is worth half a post."""
    found = prior("sakura", [], SETTINGS)
    assert found == pytest.approx((5.0, 0.15, 0.5))


def test_the_brand_speaks_louder_than_other_brands() -> None:
    """Its own topics pull the level to theirs, those of others only where it has few."""
    others = topics(1000, 1000, 1000, brand="minato")
    assert prior("sakura", topics(20, 20, 20) + others, SETTINGS).level < 50
    assert prior("sakura", others, SETTINGS).level > 500
    alone = prior("sakura", topics(20) + others, SETTINGS).level
    assert prior("sakura", topics(20, 20, 20) + others, SETTINGS).level < alone < 200


def test_one_huge_topic_does_not_speak_for_all() -> None:
    """A mean would expect two thousand people an hour of a new topic."""
    assert prior("sakura", topics(10, 10, 10, 10, 10, 20_000), SETTINGS).level < 15


def test_a_topic_speaks_by_what_it_knows() -> None:
    """One that was watched for an hour says nearly nothing."""
    sure, green = known(10.0), known(1000.0, hours=1.0, posts=1.0)
    pair = [(TopicKey("sakura", "old"), sure), (TopicKey("sakura", "green"), green)]
    assert prior("sakura", pair, SETTINGS).level < 15


def test_topics_that_are_alike_make_a_better_start() -> None:
    """The prior is worth more posts, within bounds."""
    alike = prior("sakura", topics(*[30.0] * 12), SETTINGS).worth
    apart = prior("sakura", topics(1, 8, 60, 500, 4000), SETTINGS).worth
    assert apart < 1.0
    assert 4.0 < alike <= 10.0


def test_with_kin_a_new_topic_opens_less_falsely() -> None:
    """A hundred and eighty people an hour, four in ten unhappy, and a clump of them after half an hour."""
    pooled = [_night(seed, 3.0, 0.4, (15.0, 0.8), pooled=True) for seed in range(5)]
    alone = [_night(seed, 3.0, 0.4, (15.0, 0.8), pooled=False) for seed in range(5)]
    assert sum(false for false, _ in pooled) == 0 < sum(false for false, _ in alone)
    assert max(delay for _, delay in pooled) <= 6


def test_with_kin_a_fire_of_a_new_topic_is_found_sooner() -> None:
    """One person an hour is the usual of this brand, where five would have been guessed."""
    pooled = [_night(seed, 0.02, 0.1, (0.3, 0.8), pooled=True) for seed in range(5)]
    alone = [_night(seed, 0.02, 0.1, (0.3, 0.8), pooled=False) for seed in range(5)]
    assert sum(delay for _, delay in pooled) < sum(delay for _, delay in alone)


def _night(
    seed: int, people: float, worst: float, fire: tuple[float, float], *, pooled: bool
) -> tuple[int, int]:
    """Return the false openings of a new topic's first 90 minutes, and the minutes that a fire then takes."""
    chance, hourly = Random(seed), people * 60
    watch = (
        taught(*KIN, people=int(hourly), negative=int(hourly * worst), hours=72) if pooled else fresh(*KIN)
    )
    watch.retain([*KIN, NEW])
    watch.tick(START)
    driver = Driver(watch, NEW)
    for minute in range(90):
        _minute(driver, chance, people * 2.5 if people > 1 and 30 <= minute < 45 else people, worst)
    false = driver.transitions().count("opened")
    for minute in range(120):
        _minute(driver, chance, *fire)
        if driver.transitions().count("opened") > false:
            return false, minute
    return false, 120


def _minute(driver: Driver, chance: Random, people: float, worst: float) -> None:
    for _ in range(int(people + chance.random())):
        driver.post("negative" if chance.random() < worst else "neutral")
    driver.end()
