"""How steady a topic's share of negative is, and what that means for slow burns."""

from random import Random

import pytest

from models.volume.settings import DetectionSettings
from models.volume.slowburn import Hour, SlowBurn
from models.volume.steadiness import LEAST, PRIOR, Steadiness
from tests.fakes_volume import KEY, Driver

SHARE = 0.2


def lived(share_of: float, *, hours: int = 400, people: int = 100) -> Steadiness:
    """Return what is learned of hours whose share wanders by *share_of* of itself every eight hours."""
    chance, steadiness = Random(5), Steadiness()
    share = SHARE
    for hour in range(hours):
        if hour % 8 == 0:
            share = min(max(SHARE * (1 + share_of * chance.gauss(0, 1)), 0.01), 0.9)
        negative = sum(chance.random() < share for _ in range(people))
        steadiness.learn(people, negative, SHARE, 0.999)
    return steadiness


def test_of_a_topic_without_a_past_the_guess_is_believed() -> None:
    """Nothing was learned yet."""
    assert Steadiness().alike(1) == Steadiness().alike(12) == pytest.approx(PRIOR)


def test_a_steady_share_is_learned_as_chance_alone() -> None:
    """Binomial hours are as unlike as people can be."""
    assert lived(0.0).alike(2) < PRIOR / 4
    assert lived(0.0).alike(12) == pytest.approx(LEAST, abs=0.001)


def test_a_share_that_wanders_is_learned_as_that() -> None:
    """The intraclass correlation is var(p) / (p (1 - p)): 0.2 that wanders by a third of itself has 0.028."""
    expected = (SHARE / 3) ** 2 / (SHARE * (1 - SHARE))
    assert lived(1 / 3).alike(2) == pytest.approx(expected, rel=0.4)


def test_one_outlier_is_cut() -> None:
    """A fire that was learned does not excuse the next one."""
    steadiness = lived(0.0)
    before = steadiness.alike(1)
    steadiness.learn(100, 95, SHARE, 1.0)
    assert steadiness.alike(1) < before + 0.001


def test_one_unhappy_person_among_the_happy_is_no_wandering_share() -> None:
    """Of a topic that is hardly ever spoken ill of: the one who does must not excuse all who follow."""
    steadiness = Steadiness()
    for _ in range(300):
        steadiness.learn(10, 0, 1e-4, 0.999)
    steadiness.learn(10, 1, 1e-4, 0.999)
    assert steadiness.alike(1) < PRIOR


def test_silent_hours_teach_nothing() -> None:
    """No people, no share."""
    steadiness = Steadiness()
    for _ in range(20):
        steadiness.learn(0, 0, SHARE, 1.0)
    assert steadiness.alike(1) == steadiness.alike(10) == pytest.approx(PRIOR)


def burning(steadiness: Steadiness) -> int:
    """Return how many hours of a doubled share it takes to be a slow burn, 24 for never."""
    slow, settings = SlowBurn(), DetectionSettings()
    for hour in range(1, 24):
        slow.hours.append(Hour(100.0, 40.0, 20.0, 100.0, 40.0))
        if slow.burns(SHARE, steadiness, 0.001, settings):
            return hour
    return 24


def test_the_steadier_the_topic_the_sooner_a_doubled_share_burns() -> None:
    """What happens every week is no news."""
    assert burning(lived(0.0)) < burning(lived(0.15)) < burning(lived(0.6))


def test_reposts_of_one_reading_are_no_slow_burn() -> None:
    """Hundreds who pass one post on, and nobody with words of their own."""
    slow = SlowBurn()
    slow.hours = [Hour(100.0, 60.0, 20.0, 22.0, 4.0) for _ in range(10)]
    assert slow.burns(SHARE, lived(0.0), 0.001, DetectionSettings()) == 0


def test_beside_a_guessed_share_no_hour_is_unsteady() -> None:
    """A topic that is always half negative, where 15 % was guessed, has a steady share all the same."""
    driver = Driver()
    driver.run(40 * 60, negative=1, neutral=1)
    steadiness = driver.watch._topics[KEY].expectation.steadiness
    assert steadiness.hourly.weight > 0
    assert steadiness.alike(1) < PRIOR
