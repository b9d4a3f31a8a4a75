"""Where the detector loses: which nights to look at, with what it would take to see them again."""

from collections.abc import Iterator, Sequence
from math import inf

from bench.nights import figures
from bench.nights.figures import WATCH
from bench.nights.scenarios import SCENARIOS
from bench.nights.trial import Fire, Trial

LATE = 15.0
"""Minutes behind the clairvoyant from which a delay is a loss."""


def losses(trials: Sequence[Trial]) -> Iterator[str]:
    """Yield a line for each fire that was missed or found late, and for each page for nothing."""
    for trial, fire in figures.fires(trials):
        told = _slow(trial, fire)
        if told:
            yield f"{_name(trial)}: {told}"
    for trial in trials:
        if SCENARIOS[trial.scenario].duty != "report":
            at = set(trial.false(WATCH))
            yield from (
                f"{_name(trial)}: paged for nothing at {page.minute} min"
                f" (scene opens at {trial.opens}): {page.kind} {page.severity} by {page.cause}, {page.why}"
                for page in trial.pages
                if page.minute in at
            )


def _slow(trial: Trial, fire: Fire) -> str:
    late = figures.delay(trial, fire)
    behind = late - min(fire.clairvoyant - fire.onset, 1e6)
    noticed = fire.name == figures.SECOND and figures.stirred(trial, fire)
    if behind < LATE or noticed or (late == inf and fire.clairvoyant == inf):
        return ""
    best = f"clairvoyant after {figures.minutes(fire.clairvoyant - fire.onset)} min"
    what = "missed" if late == inf else f"found after {late:.0f} min"
    fifth = figures.minutes(fire.fifth - fire.onset)
    return f"{fire.name} {what} ({best}, fifth person {fifth}, peak {fire.rise})"


def _name(trial: Trial) -> str:
    return f"{trial.scenario} {trial.multiple:g}x at {trial.rate:g}/h, seed {trial.seed}"
