"""What a constant buys and costs: delay and misses against pages for nothing, one row for each value."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from bench.nights import figures
from bench.nights.night import Case
from bench.nights.plan import HARMLESS
from bench.nights.trial import Trial

HEAD = (
    "{key}",
    "5x at ≥ 100/h, median / p90",
    "10x at ≥ 100/h, median",
    "5x at 10/h, median",
    "missed, ≥ 5x at ≥ 10/h",
    "false pages per topic and month",
    "harmless nights that page",
)


def curve(
    key: str,
    values: Sequence[str],
    plan: Sequence[Case],
    play: Callable[[Sequence[Case], str], Iterable[Trial]],
) -> Iterator[str]:
    """Yield a Markdown table: the same nights once for each of the *values* of *key*."""
    yield "| " + " | ".join(name.format(key=key) for name in HEAD) + " |"
    yield "|" + "---|" * len(HEAD)
    for value in values:
        yield "| " + " | ".join((value, *_cells(list(play(plan, f"{key}={value}"))))) + " |"


def _cells(trials: Sequence[Trial]) -> Iterator[str]:
    fires = [one for one in trials if one.scenario == "fire"]
    five = figures.delays([one for one in fires if one.multiple == 5 and one.rate >= 100])
    ten = figures.delays([one for one in fires if one.multiple == 10 and one.rate >= 100])
    few = figures.delays([one for one in fires if one.multiple == 5 and one.rate == 10])
    asked = figures.delays([one for one in fires if one.multiple >= 5 and one.rate >= 10])
    calm = [one for one in trials if one.scenario == "calm"]
    harmless = [one for one in trials if one.scenario in HARMLESS]
    yield f"{figures.minutes(five.median)} / {figures.minutes(five.tenth)} min" if five.fires else "-"
    yield f"{figures.minutes(ten.median)} min" if ten.fires else "-"
    yield f"{figures.minutes(few.median)} min" if few.fires else "-"
    yield f"{asked.missed} of {asked.fires}"
    yield f"{figures.monthly(calm):.2f}" if calm else "-"
    yield f"{figures.paging(harmless)} of {len(harmless)}" if harmless else "-"
