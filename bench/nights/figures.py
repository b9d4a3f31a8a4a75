"""From trials to figures: delays, misses, pages for nothing; a miss counts as an endless delay."""

from collections.abc import Sequence
from math import ceil, inf
from typing import NamedTuple

from bench.nights.rules import RULES
from bench.nights.trial import Fire, Trial

WATCH = ""
WHO = (WATCH, *RULES)
MONTH = 30 * 1440
ENDLESS = "never"
SECOND = "second fire"


class Delays(NamedTuple):
    """How soon fires were found, in minutes from 5 % of the peak."""

    median: float
    tenth: float
    missed: int
    fires: int

    @property
    def text(self) -> str:
        """Return the figures in a few words."""
        return f"{minutes(self.median)} / {minutes(self.tenth)} min, {self.missed} of {self.fires} missed"


def minutes(value: float) -> str:
    """Write minutes."""
    return ENDLESS if value == inf else f"{value:.0f}"


def quantile(values: Sequence[float], part: float) -> float:
    """Return the smallest value that *part* of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, ceil(part * len(ordered)) - 1)] if ordered else inf


def fires(trials: Sequence[Trial]) -> list[tuple[Trial, Fire]]:
    """Return every fire with its trial."""
    return [(trial, fire) for trial in trials for fire in trial.fires]


def delay(trial: Trial, fire: Fire, who: str = WATCH) -> float:
    """Return how late *fire* was found, endless if it was not."""
    at = trial.found(who, fire)
    return inf if at is None else max(0.0, at - fire.onset)


def delays(trials: Sequence[Trial], who: str = WATCH) -> Delays:
    """Return how soon *who* found the fires of these trials."""
    found = [delay(trial, fire, who) for trial, fire in fires(trials)]
    return Delays(quantile(found, 0.5), quantile(found, 0.9), sum(one == inf for one in found), len(found))


def bounds(trials: Sequence[Trial]) -> tuple[float, float]:
    """Return the medians that nobody beats: the fifth person, and the clairvoyant."""
    all_of_them = fires(trials)
    return (
        quantile([max(0.0, fire.fifth - fire.onset) for _, fire in all_of_them], 0.5),
        quantile([fire.clairvoyant - fire.onset for _, fire in all_of_them], 0.5),
    )


def in_time(trials: Sequence[Trial], who: str = WATCH) -> tuple[int, int]:
    """Return how many fires woke somebody before their hundredth critical post, and how many could.

    A rule knows no severity: whatever it pages for wakes.
    """
    woken = [
        (trial.found(who, fire, woken=who == WATCH) or inf) <= ceil(fire.hundredth)
        for trial, fire in fires(trials)
        if fire.hundredth < inf
    ]
    return sum(woken), len(woken)


def monthly(trials: Sequence[Trial], who: str = WATCH) -> float:
    """Return pages for nothing per topic and month."""
    watched = sum(trial.minutes for trial in trials)
    return sum(len(trial.false(who)) for trial in trials) * MONTH / watched if watched else 0.0


def paging(trials: Sequence[Trial], who: str = WATCH) -> int:
    """Return how many of the nights paged for what happened, from its opening on."""
    return sum(any(trial.opens <= at <= trial.minutes for at in trial.alarms(who)) for trial in trials)


def stirred(trial: Trial, fire: Fire, who: str = WATCH) -> bool:
    """Tell whether a fire at least re-ignited or grew what was still open: somebody is awake already."""
    own = trial.stirred if who == WATCH else ()
    return any(fire.start < at <= fire.deadline for at in (*own, *trial.alarms(who)))


def second_noticed(trials: Sequence[Trial], who: str = WATCH) -> tuple[int, int]:
    """Return how many second fires paged or stirred what was still open, and how many there were."""
    seconds = [(trial, fire) for trial, fire in fires(trials) if fire.name == SECOND]
    return sum(stirred(trial, fire, who) for trial, fire in seconds), len(seconds)
