"""Plain series of counts."""

import random

import pytest

from models.volume.series.judging import Judgement, Series
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


def test_two_great_days_are_no_habit_of_daily_figures() -> None:
    """A row of a day has no time of day: the calm days after them are neither a fire nor an outage."""
    chance = random.Random(3)
    calm = [float(chance.randint(280, 320)) for _ in range(200)]
    said = judged([*calm[:150], 1200.0, 1250.0, *calm[150:]], 1440.0)
    assert said[150].score > 0.9
    assert max(row.score for row in said[152:]) < 0.5
    assert {row.state for row in said[156:]} == {"calm"}
    assert said[156].expected < 400.0


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


def test_nothing_is_read_ahead() -> None:
    """What is said of a row stays the same whatever comes after it."""
    counts = wild(1500)
    assert judged(counts)[:1000] == judged(counts[:1000])


def test_an_outage_is_low_and_not_burning() -> None:
    """A busy series that falls silent says so within four rows, and is calm again an hour after."""
    said = judged([*wild(288 * 7), *[0.0] * 12, *wild(30, seed=6)])
    silent = said[288 * 7 : 288 * 7 + 12]
    assert max(row.score for row in silent[:4]) > 0.5
    assert silent[-1].state == "low"
    assert said[-1].state == "calm"


def test_a_quiet_night_is_no_outage() -> None:
    """No count where hardly any is expected says nothing."""
    said = judged([float(row % 40 == 0) for row in range(288 * 7)] + [0.0] * 200)
    assert {row.state for row in said[-200:]} == {"calm"}
    assert max(row.score for row in said[-200:]) < 0.2


def test_a_lasting_change_is_normal_after_two_days() -> None:
    """A level four times as high is an alarm at first, then the level."""
    chance = random.Random(4)
    counts = [float(round(chance.gammavariate(6.0, 8.0))) for _ in range(288 * 13)]
    said = judged([*counts[: 288 * 10], *(4.0 * count for count in counts[288 * 10 :])])
    assert max(row.score for row in said[288 * 10 :][:6]) > 0.5
    assert sum(row.score >= 0.5 for row in said[288 * 10 :]) <= 6
    assert sum(row.state == "calm" for row in said[288 * 12 :]) > 250
    assert said[-1].expected > 100.0


def test_a_nightly_job_is_learned() -> None:
    """Five minutes of the same spike every night stop being news within a week; a greater one by day is."""
    day = [40.0 + row % 7 for row in range(288)]
    job = [*day[:36], 900.0, *day[37:]]
    said = judged([*job * 9, *day[:150], 1500.0])
    assert max(row.score for row in said[288 * 7 : 288 * 9]) < 0.45
    assert said[-1].score > 0.5


def test_the_greater_burst_scores_higher() -> None:
    """Scores are ordered far above the threshold, and never reach 1."""
    scores = [judged([*wild(288 * 10), height])[-1].score for height in (200.0, 800.0, 3e3, 3e4, 3e6)]
    assert scores == sorted(set(scores))
    assert scores[0] < 0.5 < scores[2]
    assert scores[-1] < 1.0


@pytest.mark.parametrize("scale", [0.001, 1.0, 1e6])
@pytest.mark.parametrize("origin", [0.0, -50.0])
def test_measurements_of_any_size_are_judged(scale: float, origin: float) -> None:
    """A temperature, a latency or a balance that leaves its noise by far is found, both ways."""
    chance = random.Random(3)
    values = [(origin + 40.0 + chance.gauss(0.0, 1.0)) * scale for _ in range(288 * 5)]
    for step in (12.0, -12.0):
        said = judged([*values, *((origin + 40.0 + step) * scale for _ in range(3))])
        assert max(row.score for row in said[288:-3]) < 0.5
        assert said[-1].state == ("burning" if step > 0 else "low")
        assert said[-4].expected == pytest.approx((origin + 40.0) * scale, abs=scale)
        assert said[-4].upper > said[-4].expected


def test_counts_that_turn_out_to_be_measurements_are_learned_afresh() -> None:
    """A first fraction or a first value below 0 changes what the numbers are, and nothing breaks."""
    said = judged([float(row % 5) for row in range(400)] + [2.5, -1.0] + [1.5] * 200)
    assert all(0.0 <= row.score < 1.0 for row in said)
    assert said[-1].expected == pytest.approx(1.5, rel=0.3)


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
