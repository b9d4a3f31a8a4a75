"""Seeded synthetic nights: how soon fires are found, what pages for nothing, and what it costs.

Beside the detector runs the rule most people write first: an hourly z-score on negative posts.
"""

import argparse
import random
import statistics
from collections import deque
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from math import exp, pi, sin, sqrt
from time import perf_counter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from models.keyword import TopicKey
from models.mention import Label
from models.volume.settings import DetectionSettings
from models.volume.tally import Sighting
from models.volume.watch import Watch

START = datetime(2026, 11, 2, tzinfo=UTC)
KEY = TopicKey("sakura", "pudding")
MINUTE = 60.0
USUAL = 0.15


class Event(NamedTuple):
    """Something that happens: extra posts in times of the usual rate, shaped by minutes since its start."""

    start: int
    times: float
    negative: float
    shape: Callable[[float], float]


def fire(minutes: float) -> float:
    """Return the rise (an hour to the peak) and the fall of a flare-up, 1 at the peak."""
    x = minutes / 60.0
    return x * exp(1.0 - x) if x > 0 else 0.0


def broadcast(minutes: float) -> float:
    """Return the sharp spike of a campaign or a television programme."""
    return exp(-minutes / 40.0) if minutes >= 0 else 0.0


class Night(NamedTuple):
    """What one minute brought."""

    minute: int
    posts: int
    negative: int


def poisson(chance: random.Random, mean: float) -> int:
    """Draw a Poisson number; by the normal above 60."""
    if mean > 60:
        return max(0, round(chance.gauss(mean, sqrt(mean))))
    level, count = exp(-mean), 0
    product = chance.random()
    while product > level:
        count += 1
        product *= chance.random()
    return count


def season(minute: int) -> float:
    """Return the rhythm of a Japanese day: quiet at four, busy at nine in the evening."""
    hour = ((minute / 60.0) + 9.0) % 24.0
    return 1.0 + 0.75 * sin((hour - 10.0 - 4.5) * pi / 12.0 + 0.4)


def minutes(seed: int, rate: float, length: int, events: list[Event]) -> Iterator[Night]:
    """Draw a series whose level wanders hour by hour (a Gamma of shape 12) and whose share wanders too."""
    chance = random.Random(seed)
    first = int(START.timestamp() // 60)
    level = share = 1.0
    for minute in range(first, first + length):
        if minute % 20 == 0:
            level = 0.6 * level + 0.4 * chance.gammavariate(4.0, 0.25)
            share = 0.8 * share + 0.2 * chance.gammavariate(6.0, 1 / 6.0)
        usual = poisson(chance, rate / 60.0 * season(minute) * level)
        negative = sum(chance.random() < min(0.9, USUAL * share) for _ in range(usual))
        posts = usual
        for event in events:
            extra = poisson(chance, rate / 60.0 * event.times * event.shape(minute - first - event.start))
            posts += extra
            negative += sum(chance.random() < event.negative for _ in range(extra))
        yield Night(minute, posts, negative)


class Rule:
    """The rival: the last hour's negative posts against the mean and deviation of the last seven days."""

    def __init__(self) -> None:
        self._hours: deque[int] = deque(maxlen=168)
        self._last: deque[int] = deque(maxlen=60)
        self._quiet = 0

    def tell(self, night: Night) -> bool:
        """Take a minute; True when the rule would page."""
        self._last.append(night.negative)
        self._quiet = max(0, self._quiet - 1)
        paged = False
        if len(self._hours) > 48:
            mean = statistics.fmean(self._hours)
            deviation = statistics.pstdev(self._hours) or 1.0
            paged = sum(self._last) > mean + 3.0 * deviation and sum(self._last) >= 5 and not self._quiet
        if paged:
            self._quiet = 180
        if night.minute % 60 == 59:
            self._hours.append(sum(self._last))
        return paged


class Found(NamedTuple):
    """When either one paged, in minutes since the start, and what the detector cost."""

    pages: list[int]
    rule: list[int]
    cost: float


def play(nights: Iterator[Night], settings: DetectionSettings) -> Found:
    """Play a series through the detector and the rule."""
    watch = Watch([KEY], settings, {KEY.brand: ZoneInfo("Asia/Tokyo")})
    rule = Rule()
    pages: list[int] = []
    ruled: list[int] = []
    spent = 0.0
    count = number = 0
    first = int(START.timestamp() // 60)
    for night in nights:
        at = night.minute * MINUTE
        if rule.tell(night):
            ruled.append(night.minute - first)
        began = perf_counter()
        for index in range(night.posts):
            number += 1
            post = f"{number}"
            watch.count(Sighting(KEY, post, at + 30.0, post), at + 31.0)
            label: Label = "negative" if index < night.negative else "neutral"
            watch.judge(KEY, post, label, at + 31.0)
        said = watch.evaluate(at + 32.0) if night.posts else []
        said += watch.tick(at + 60.0)
        spent += perf_counter() - began
        count += 1
        if any(
            one.transition in {"opened", "reignited"} and one.mood in {"negative", "mixed"} for one in said
        ):
            pages.append(night.minute - first)
    return Found(pages, ruled, spent / count * 1e6)


class Row(NamedTuple):
    """One line of the table: how many nights, how many posts an hour, and what happens."""

    name: str
    runs: int
    rate: float
    times: float
    burns: bool

    def event(self, run: int) -> Event:
        """Return the event of one run: at an hour of the day of its own, in times of that hour's rate."""
        start = EVENT + run * 487 % 1440
        times = self.times * season(int(START.timestamp() // 60) + start)
        return Event(start, times, 0.7 if self.burns else 0.12, fire if self.burns else broadcast)


class Verdict(NamedTuple):
    """Delays from 5 % of the peak, misses, and false pages per run before the event."""

    delays: list[float]
    missed: int
    false: float


def judge(pages: list[list[int]], starts: list[int], onset: int) -> Verdict:
    """Compare the pages of each run with the start of its event."""
    delays: list[float] = []
    false = 0
    for run, start in zip(pages, starts, strict=True):
        false += sum(LEARNED <= page < start for page in run)
        hits = [page for page in run if start <= page < start + 240]
        delays += [float(hits[0] - start - onset)] if hits else []
    return Verdict(sorted(delays), len(pages) - len(delays), false / len(pages))


DAYS = 8
EVENT = 6 * 1440
LEARNED = 2 * 1440
ONSET = next(x for x in range(60) if fire(x) >= 0.05)


ROWS = (
    ("fire 5x,   10/h", 10, 4.0, True),
    ("fire 10x,  10/h", 10, 9.0, True),
    ("fire 5x,  100/h", 100, 4.0, True),
    ("fire 10x, 100/h", 100, 9.0, True),
    ("TV 10x,    10/h", 10, 9.0, False),
    ("TV 10x,   100/h", 100, 9.0, False),
)
GOALS = {"fire 5x,   10/h": 45, "fire 5x,  100/h": 20, "fire 10x, 100/h": 10}
"""Median minutes that the design asks for."""


class Outcome(NamedTuple):
    """One line of the table: what Hinoban and the simple rule made of the same nights."""

    row: Row
    hinoban: Verdict
    rule: Verdict
    cost: float


def outcomes(runs: int, seed: int) -> Iterator[Outcome]:
    """Play every row's nights."""
    for name, rate, times, burns in ROWS:
        row = Row(name, runs, rate, times, burns=burns)
        events = [row.event(run) for run in range(runs)]
        found = [
            play(minutes(seed + run, row.rate, DAYS * 1440, [event]), DetectionSettings())
            for run, event in enumerate(events)
        ]
        onset, starts = ONSET if row.burns else 0, [event.start for event in events]
        yield Outcome(
            row,
            judge([one.pages for one in found], starts, onset),
            judge([one.rule for one in found], starts, onset),
            statistics.fmean(one.cost for one in found),
        )


def measure(runs: int = 6, seed: int = 20261120) -> Iterator[tuple[object, ...]]:
    """Yield the rows of `make bench`."""
    for one in outcomes(runs, seed):
        ours, theirs = summary(one.row, one.hinoban), summary(one.row, one.rule)
        figure = f"{ours}; hourly z-score: {theirs}"
        if not one.row.burns:
            yield f"{one.row.name}, nobody paged", figure, "0 paged", one.hinoban.missed == runs
            continue
        goal = GOALS.get(one.row.name)
        met = None
        if goal is not None:
            met = bool(one.hinoban.delays) and statistics.median(one.hinoban.delays) <= goal
        yield f"{one.row.name}, found", figure, f"median ≤ {goal} min" if goal else "", met


def summary(row: Row, verdict: Verdict) -> str:
    """Return a verdict in a few words."""
    paged = f"{row.runs - verdict.missed}/{row.runs} paged"
    month = verdict.false * 30.0 * 1440 / (EVENT + 720 - LEARNED)
    if not verdict.delays or not row.burns:
        return f"{paged}, {month:.1f} false a month"
    return f"{paged}, median {statistics.median(verdict.delays):.0f} min, {month:.1f} false a month"


def table(runs: int, seed: int) -> None:
    """Print the table."""
    print(f"{'':17}{'who':10}{'median':>8}{'p90':>8}{'paged':>9}{'false/month':>13}{'us/topic-min':>14}")
    for one in outcomes(runs, seed):
        show(one.row, "hinoban", one.hinoban, f"{one.cost:14.0f}")
        show(one.row, "z-score", one.rule, "")


def show(row: Row, who: str, verdict: Verdict, cost: str) -> None:
    """Print one line."""
    delays = verdict.delays
    median = f"{statistics.median(delays):8.0f}" if delays else f"{'-':>8}"
    tenth = f"{delays[round(0.9 * (len(delays) - 1))]:8.0f}" if delays else f"{'-':>8}"
    month = verdict.false * 30.0 * 1440 / (EVENT + 720 - LEARNED)
    print(
        f"{row.name:17}{who:10}{median}{tenth}{row.runs - verdict.missed:>5}/{row.runs:<3}{month:13.2f}{cost}"
    )


def main() -> None:
    """Run the bench."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=6)
    options.add_argument("--seed", type=int, default=20261120)
    chosen = options.parse_args()
    print(f"{DAYS} days each, an event on the seventh; delays in minutes from 5 % of the peak")
    table(chosen.runs, chosen.seed)


if __name__ == "__main__":
    main()
