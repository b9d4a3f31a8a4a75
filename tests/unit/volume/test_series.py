"""Plain series of counts."""

import random

import pytest

from models.volume.series import Judgement, Series
from models.volume.settings import DetectionSettings


def judged(counts: list[float], minutes: float = 5.0) -> list[Judgement]:
    """Judge counts that come at even intervals."""
    series = Series(minutes, DetectionSettings())
    return [series.tell(at * minutes * 60.0, count) for at, count in enumerate(counts)]


def wild(rows: int, seed: int = 5) -> list[float]:
    """Return bursty counts with a heavy tail, as public series have."""
    chance = random.Random(seed)
    burst, counts = 0.0, []
    for _ in range(rows):
        burst = burst * 0.8 + (chance.paretovariate(1.5) if chance.random() < 0.005 else 0.0)
        counts.append(float(round(chance.gammavariate(4.0, 10.0) * (1.0 + burst))))
    return counts


def test_a_tenfold_hour_scores_above_a_half_at_once() -> None:
    """A level never seen in two weeks is an anomaly in its first row."""
    counts = [*wild(288 * 14), 4000.0, 5000.0, 4500.0]
    said = judged(counts)
    assert said[-3].score > 0.6
    assert said[-3].state == "burning"


def test_a_bursty_fortnight_has_few_alarms() -> None:
    """What a series does every day is not news."""
    said = judged(wild(288 * 14))[288 * 2 :]
    assert sum(row.score > 0.5 for row in said) <= 12


def test_the_same_fire_is_not_news_twice() -> None:
    """While a fire goes on at the same height its score falls; the state still says that it burns."""
    said = judged([*wild(288 * 14), *[4000.0] * 12])
    assert said[-12].score > 0.5
    assert sum(row.score > 0.5 for row in said[-12:]) <= 4
    assert said[-1].state == "burning"


def test_the_season_is_expected() -> None:
    """A daily peak is expected when it has been seen for three weeks."""
    day = [20.0] * 12 * 20 + [200.0] * 12 * 2 + [20.0] * 12 * 2
    said = judged(day * 21)
    assert said[-36].expected > 100.0
    assert max(row.score for row in said[-288:]) < 0.3


def test_holes_and_duplicates_do_no_harm() -> None:
    """A time that comes twice and a night without rows are judged as they stand."""
    series = Series(5.0, DetectionSettings())
    for at in range(2000):
        series.tell(at * 300.0, 50.0)
    assert series.tell(1999 * 300.0, 50.0).score < 0.2
    assert series.tell(2200 * 300.0, 50.0).score < 0.1
    assert series.tell(2100 * 300.0, 50.0).score < 0.1


@pytest.mark.parametrize("minutes", [0.5, 1.0, 7.0, 15.0, 60.0, 1440.0])
def test_any_interval_works(minutes: float) -> None:
    """From half a minute to a day the expectation finds the level."""
    said = judged([30.0] * 600, minutes)
    assert said[-1].expected == pytest.approx(30.0, rel=0.1)
    assert all(0 <= row.score <= 1 for row in said)


def test_negatives_decide_where_they_are_given() -> None:
    """A crowd that is not angry does not open; the same crowd angry does."""
    for negative, state in ((15.0, "calm"), (80.0, "burning")):
        series = Series(5.0, DetectionSettings(), negatives=True)
        for at in range(288 * 5):
            series.tell(at * 300.0, 10.0, 1.5, 10.0)
        assert series.tell(288 * 5 * 300.0, 100.0, negative, 90.0).state == state


def test_few_authors_are_not_a_fire() -> None:
    """A hundred posts by three people stay calm."""
    series = Series(5.0, DetectionSettings(), negatives=True)
    for at in range(288 * 5):
        series.tell(at * 300.0, 10.0, 1.5, 10.0)
    assert series.tell(288 * 5 * 300.0, 100.0, 90.0, 3.0).state != "burning"
