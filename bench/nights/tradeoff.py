"""What a constant buys and costs: what is found, and how late, against pages for nothing.

One row for each value, and below them somebody who knows the onset and all that is usual: where a goal lies
beyond that row, no value of any constant can be expected to reach it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import ceil, inf

from bench.nights import figures
from bench.nights.figures import Delays
from bench.nights.night import Case
from bench.nights.plan import BUSY, HARMLESS
from bench.nights.trial import Fire, Trial

HEAD = (
    "{key}",
    "5x at ≥ 100/h, median / p90",
    "10x at ≥ 100/h, median",
    "5x at 10/h, median",
    "missed, ≥ 5x at ≥ 10/h",
    "critical before the hundredth, ≤ 1,000/h",
    "first 48 h: found",
    "false pages per topic and month",
    "harmless nights that page",
    "first 48 h: false pages, mean / most",
)
CLAIRVOYANT = "clairvoyant"
AT_ONCE = 3
"""Cells of what is paged for nothing: a clairvoyant pages for nothing of the kind."""

When = Callable[[Trial, Fire, bool], float]
"""At which minute a fire was found, or paged as critical, endless if it was not."""


def curve(
    key: str,
    values: Sequence[str],
    plan: Sequence[Case],
    play: Callable[[Sequence[Case], str], Iterable[Trial]],
) -> Iterator[str]:
    """Yield a Markdown table: the same nights once for each of the *values* of *key*."""
    yield _row(name.format(key=key) for name in HEAD)
    yield "|" + "---|" * len(HEAD)
    trials: list[Trial] = []
    for value in values:
        trials = list(play(plan, f"{key}={value}"))
        yield _row((value, *_found(trials, _paged), *_false(trials)))
    if any(trial.fires for trial in trials):
        yield _row((CLAIRVOYANT, *_found(trials, _foreseen), *["-"] * AT_ONCE))


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _paged(trial: Trial, fire: Fire, critical: bool) -> float:  # noqa: FBT001 - a kind of page, said by its place
    at = trial.found(figures.WATCH, fire, woken=critical)
    return inf if at is None else at


def _foreseen(trial: Trial, fire: Fire, critical: bool) -> float:  # noqa: FBT001 - every page of theirs is critical
    del trial, critical
    return fire.clairvoyant if fire.clairvoyant <= fire.deadline else inf


def _found(trials: Sequence[Trial], when: When) -> Iterator[str]:
    fires = [one for one in trials if one.scenario == "fire"]
    five = _delays([one for one in fires if one.multiple == 5 and one.rate >= 100], when)
    ten = _delays([one for one in fires if one.multiple == 10 and one.rate >= 100], when)
    few = _delays([one for one in fires if one.multiple == 5 and one.rate == 10], when)
    asked = _delays([one for one in fires if one.multiple >= 5 and one.rate >= 10], when)
    cold = _delays([one for one in trials if one.scenario == "cold fire"], when)
    yield f"{figures.minutes(five.median)} / {figures.minutes(five.tenth)} min" if five.fires else "-"
    yield f"{figures.minutes(ten.median)} min" if ten.fires else "-"
    yield f"{figures.minutes(few.median)} min" if few.fires else "-"
    yield f"{asked.missed} of {asked.fires}" if asked.fires else "-"
    yield _in_time([one for one in fires if one.rate < BUSY], when)
    yield f"{cold.fires - cold.missed} of {cold.fires}" if cold.fires else "-"


def _false(trials: Sequence[Trial]) -> Iterator[str]:
    calm = [one for one in trials if one.scenario == "calm"]
    harmless = [one for one in trials if one.scenario in HARMLESS]
    cold = [len(one.false(figures.WATCH)) for one in trials if one.scenario == "cold calm"]
    yield f"{figures.monthly(calm):.2f}" if calm else "-"
    yield f"{figures.paging(harmless)} of {len(harmless)}" if harmless else "-"
    yield f"{sum(cold) / len(cold):.2f} / {max(cold)}" if cold else "-"


def _delays(trials: Sequence[Trial], when: When) -> Delays:
    late = [max(0.0, when(trial, fire, False) - fire.onset) for trial, fire in figures.fires(trials)]  # noqa: FBT003
    quantile = figures.quantile
    return Delays(quantile(late, 0.5), quantile(late, 0.9), sum(one == inf for one in late), len(late))


def _in_time(trials: Sequence[Trial], when: When) -> str:
    """Return how many fires with a hundred critical posts were critical before these came."""
    could = [(trial, fire) for trial, fire in figures.fires(trials) if fire.hundredth < inf]
    woken = sum(when(trial, fire, True) <= ceil(fire.hundredth) for trial, fire in could)  # noqa: FBT003
    return f"{woken} of {len(could)}" if could else "-"
