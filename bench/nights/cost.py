"""What the watch costs: microseconds per topic and minute, and five thousand topics on one core."""

from collections.abc import Iterator
from datetime import timedelta
from time import process_time
from zoneinfo import ZoneInfo

from bench.nights import seeds
from bench.nights.night import MONDAY
from models.keyword import TopicKey
from models.mention import Label
from models.volume.settings import DetectionSettings
from models.volume.tally import Sighting
from models.volume.watch import Watch

TOPICS = 5_000
MEAN = 10.0
"""Posts per topic and hour; a few topics have most of them (Pareto)."""
WARM_UP = 20
MEASURED = 20
GOAL = 100.0

Line = tuple[str, str, str, bool | None]


def rows() -> Iterator[Line]:
    """Yield what a minute of five thousand topics costs."""
    chance = seeds.chance(seeds.FIGURES[0], "cost")
    keys = [TopicKey(f"brand{number // 5}", f"topic{number}") for number in range(TOPICS)]
    sizes = 1.0 + chance.pareto(1.5, TOPICS)
    rates = MEAN / 60.0 * sizes / sizes.mean()
    watch = Watch(keys, DetectionSettings(), {key.brand: ZoneInfo("Asia/Tokyo") for key in keys})
    start, posts, spent, number = MONDAY.timestamp(), 0, 0.0, 0
    for minute in range(WARM_UP + MEASURED):
        end = start + 60.0 * (minute + 1)
        said = [
            Sighting(keys[topic], f"{number + at}", end - 30.0, f"{number + at}", "bluesky", f"{topic}")
            for at, topic in enumerate(
                chance.choice(TOPICS, chance.poisson(rates.sum()), p=rates / rates.sum())
            )
        ]
        number += len(said)
        moods: list[Label] = ["negative" if low else "neutral" for low in chance.random(len(said)) < 0.15]
        began = process_time()
        _live(watch, said, moods, end)
        if minute >= WARM_UP:
            posts += len(said)
            spent += process_time() - began
    per_minute = spent / MEASURED
    each = per_minute / TOPICS * 1e6
    what = f"{TOPICS:,} topics, {posts / MEASURED:,.0f} posts a minute"
    yield f"cost per topic and minute: {what}", f"{each:.0f} µs", "≤ 100 µs", each <= GOAL
    yield f"one core's work in a minute: {what}", f"{per_minute:.2f} s of 60", "≤ 60 s", per_minute <= 60.0
    alone = " · ".join(f"{rate:,.0f}/h {per_topic(rate):.0f} µs" for rate in (1.0, 10.0, 100.0, 1000.0))
    yield "cost per topic and minute, one topic", alone, "", None


def _live(watch: Watch, said: list[Sighting], moods: list[Label], end: float) -> None:
    for sighting in said:
        watch.count(sighting, end - 20.0)
    for sighting, mood in zip(said, moods, strict=True):
        watch.judge(sighting.key, sighting.id, mood, end - 10.0)
    watch.tick(end)


def per_topic(rate: float, minutes: int = 240) -> float:
    """Return the microseconds that a minute of one topic with *rate* posts an hour costs."""
    chance = seeds.chance(seeds.FIGURES[0], "cost", rate)
    key = TopicKey("sakura", "pudding")
    watch = Watch([key], DetectionSettings(), {"sakura": ZoneInfo("Asia/Tokyo")})
    for hour in range(7 * 24):
        watch.learn_hour(key, MONDAY + timedelta(hours=hour), round(rate), round(rate * 0.15))
    start, spent, number = (MONDAY + timedelta(days=7)).timestamp(), 0.0, 0
    for minute in range(minutes):
        end = start + 60.0 * (minute + 1)
        count = int(chance.poisson(rate / 60.0))
        said = [
            Sighting(key, f"{number + at}", end - 30.0, f"{number + at}", "bluesky") for at in range(count)
        ]
        number += count
        moods: list[Label] = ["negative" if low else "neutral" for low in chance.random(count) < 0.15]
        began = process_time()
        _live(watch, said, moods, end)
        spent += process_time() - began
    return spent / minutes * 1e6
