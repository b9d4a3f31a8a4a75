"""How fast the season of a series is believed."""

import random

from models.volume.series.judging import Judgement, Series
from models.volume.series.rhythm import Rhythm
from models.volume.settings import DetectionSettings

HOUR = 3600.0


def judged(values: list[float], minutes: float) -> list[Judgement]:
    """Judge values that come at even intervals from a Thursday, 0:00."""
    series = Series(minutes, DetectionSettings())
    return [series.tell(at * minutes * 60.0, value) for at, value in enumerate(values)]


def test_a_steady_series_is_believed_sooner_than_a_wild_one() -> None:
    """What one visit says of an hour is worth as much as the hour is steady."""
    calm, wild = Rhythm.fresh(3000.0, 0.15), Rhythm.fresh(3000.0, 0.15)
    calm.noise, wild.noise = 0.01, 1.0
    assert calm.held < 0.5 * 3000.0
    assert wild.held > 10.0 * 3000.0


def test_loud_days_are_no_weekly_habit() -> None:
    """A row of a day weighs a day: what came on loud days is news again, and not expected later."""
    chance = random.Random(8)
    values = [float(round(1000.0 * chance.lognormvariate(0.0, 0.5))) for _ in range(120)]
    values[60], values[80], values[100] = 20000.0, 15000.0, 15000.0
    said = judged(values, 1440.0)
    assert said[100].score > 0.5
    assert said[107].expected < 2500.0


def test_weekend_mornings_are_known_after_a_month() -> None:
    """Where counts are large and steady, a quiet Saturday morning is no outage for long."""
    chance = random.Random(6)
    values = []
    for hour in range(24 * 7 * 8):
        weekend, clock = (hour // 24 + 3) % 7 >= 5, hour % 24
        rate = 4000.0 if 7 <= clock < 20 else 500.0
        rate *= 0.3 if weekend and 6 <= clock < 10 else 1.0
        values.append(float(round(chance.gauss(rate, 0.05 * rate))))
    month = judged(values, 60.0)[24 * 7 * 5 :]
    assert max(row.score for row in month) < 0.5


def test_a_fall_before_the_first_night_is_no_outage() -> None:
    """What a day looks like cannot be known before one was seen."""
    chance = random.Random(4)
    values = [round(chance.gauss(180.0 - 0.45 * row if row < 200 else 90.0, 4.0), 2) for row in range(60 * 8)]
    assert max(row.score for row in judged(values, 1.0)) < 0.5


def test_a_small_burst_in_a_dead_hour_is_less_than_a_great_one_by_day() -> None:
    """Six posts at night are no event where sixty more in a busy hour are one."""
    chance = random.Random(2)
    values = [
        float(sum(chance.random() < 0.05 for _ in range(100 if 8 <= row // 12 % 24 < 22 else 1)))
        for row in range(288 * 28)
    ]
    night, day = 288 * 25 + 12 * 3, 288 * 27 + 12 * 14
    values[night] += 6.0
    values[day] += 60.0
    said = judged(values, 5.0)
    assert said[night].score < 0.5 < said[day].score
