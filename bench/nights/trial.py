"""One night tried out: by the watch, by the rules, and by somebody who knows the truth."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from itertools import repeat
from math import inf, log
from multiprocessing import get_context

import msgspec
import numpy as np

from bench.nights import rules
from bench.nights.night import Case, Night, Truth, night
from bench.nights.posts import NEGATIVE
from bench.nights.watching import watched
from listener import logs
from models.volume.settings import DetectionSettings

SURE = 10.0
"""Nats at which the clairvoyant is sure: what the detector asks of a small topic."""
GRACE = 240
"""Minutes after the peak in which finding a fire still counts."""


class Paged(msgspec.Struct, frozen=True):
    """A page: at the end of which minute, and why."""

    minute: int
    kind: str
    severity: str
    cause: str
    why: str


class Fire(msgspec.Struct, frozen=True):
    """A fire to be found, with what nobody could beat; minutes of the live stretch."""

    name: str
    start: int
    onset: int
    deadline: int
    rise: int
    fifth: float
    hundredth: float
    clairvoyant: float


class Trial(msgspec.Struct, frozen=True):
    """What came of a night; the figures are made of these."""

    scenario: str
    rate: float
    multiple: float
    seed: int
    opens: int
    minutes: int
    microseconds: float
    """For a minute, everything of the watch included."""
    fires: list[Fire]
    pages: list[Paged]
    stirred: list[int]
    """Minutes at which a flare-up opened, re-ignited or grew."""
    rules: dict[str, list[int]]

    @property
    def case(self) -> Case:
        """Return which night it was."""
        return Case(self.scenario, self.rate, self.multiple, self.seed)

    def alarms(self, who: str) -> list[int]:
        """Return the minutes at which the watch (an empty name) or a rule pages."""
        return self.rules[who] if who else [page.minute for page in self.pages]

    def found(self, who: str, fire: Fire, *, woken: bool = False) -> int | None:
        """Return the minute at which *fire* was paged, or None; *woken* asks for a critical page."""
        alarms = (
            [page.minute for page in self.pages if page.severity == "critical"] if woken else self.alarms(who)
        )
        return next((at for at in alarms if fire.start + 1 < at <= fire.deadline), None)

    def false(self, who: str) -> list[int]:
        """Return the minutes of pages for nothing: those of no fire."""
        return [
            at
            for at in self.alarms(who)
            if at <= self.minutes and not any(fire.start + 1 < at <= fire.deadline for fire in self.fires)
        ]


def tried(case: Case, settings: DetectionSettings | None = None) -> Trial:
    """Draw a night and live through it."""
    logs.configure("json", "error")
    drawn = night(case)
    lived = watched(drawn, settings or DetectionSettings(), whole=case.scenario == "double fire")
    loud = {"opened", "reignited", "grown"}
    return Trial(
        *case,
        opens=drawn.opens,
        minutes=lived.minutes,
        microseconds=lived.seconds / lived.minutes * 1e6,
        fires=[_fire(drawn, truth) for truth in drawn.truths],
        pages=[
            Paged(_minute(drawn, one.at), one.kind, one.severity, one.cause, one.why) for one in lived.rung
        ],
        stirred=[
            _minute(drawn, one.at)
            for one in lived.flares
            if one.transition in loud and one.mood in {"negative", "mixed"}
        ],
        rules=rules.pages(drawn),
    )


def trials(
    cases: Iterable[Case], processes: int = 1, settings: DetectionSettings | None = None
) -> Iterator[Trial]:
    """Try every case, in order."""
    if processes == 1:
        yield from (tried(case, settings) for case in cases)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(tried, cases, repeat(settings), chunksize=2)


def clairvoyant(night: Night, truth: Truth) -> float:
    """Return the minute at which somebody who knows the onset and all that is usual would be sure.

    A Poisson likelihood ratio of the negative readings since the onset: no rule that has to find the
    onset, and to learn what is usual, can be expected to be sooner at the same certainty.
    """
    posts = night.posts
    mine = (posts.label == NEGATIVE) & (posts.arrived >= truth.onset * 60.0)
    minute = (posts.arrived[mine] // 60).astype(int)
    counts = np.bincount(minute[minute < night.length], minlength=night.length)
    seen = expected = 0.0
    for at in range(truth.onset, night.length):
        seen, expected = seen + float(counts[at]), expected + float(night.expected[at])
        if seen >= rules.FEWEST and seen > expected and seen * log(seen / expected) - seen + expected >= SURE:
            return at + 1.0
    return inf


def _fire(night: Night, truth: Truth) -> Fire:
    grace = truth.until if truth.name == "slow burn" else truth.start + truth.growth + GRACE
    return Fire(
        truth.name,
        truth.start,
        truth.onset,
        min(truth.until, grace),
        truth.start + truth.growth - truth.onset,
        truth.fifth,
        truth.hundredth,
        clairvoyant(night, truth),
    )


def _minute(night: Night, at: datetime) -> int:
    return round((at - night.began).total_seconds() / 60.0)
