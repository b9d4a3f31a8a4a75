"""A whole backtest: read what was stored, let it pass on both sides, compare."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from config.decode import SettingsError
from config.settings import Settings
from listener.backtest import certainty, comparison, past, period, rehearsal, trial
from listener.backtest.past import Past
from listener.backtest.period import Period
from listener.backtest.rehearsal import Outcome, Remembering
from listener.backtest.report import Report
from listener.backtest.sides import Sides
from listener.backtest.trial import Setup, Trial
from listener.recognition import Recognition
from listener.recovery import ALIVE
from listener.storage.database import Database
from models.clock import VirtualClock
from models.post import Post
from models.volume.duplicates import Clusters

EPOCH = datetime.fromtimestamp(0, UTC)


class Wish(NamedTuple):
    """What is to be tried, over how many days, with so many examples; ``instead`` is a configuration."""

    keywords: tuple[Path, ...] = ()
    adjustments: tuple[str, ...] = ()
    instead: tuple[Path, Settings] | None = None
    days: int = 7
    examples: int = 5


class Material(NamedTuple):
    """What was read from the database; it is closed before anything is tried."""

    trial: Trial
    period: Period
    past: Past
    recorded: int


async def report(settings: Settings, place: Path, wish: Wish, on_fallback: Callable[[str], None]) -> Report:
    """Return the report on *wish* over the database at *place*; raises SettingsError and StorageError."""
    material = await _read(settings, place, wish)
    with ExitStack() as stack:
        outcomes = await _both(material, stack, on_fallback)
    sides = Sides(material.trial, material.period, material.past, *outcomes)
    found = comparison.report(sides, most=wish.examples)
    return msgspec.structs.replace(found, notes=tuple(certainty.notes(sides, found, material.recorded)))


async def _read(settings: Settings, place: Path, wish: Wish) -> Material:
    if not place.is_file():  # noqa: ASYNC240 - one look, before anything else runs
        raise SettingsError(
            f"{place}: there is no such database; name it with --database, or let `hinoban run` make it first"
        )
    async with Database.open(place, VirtualClock(EPOCH), read_only=True) as database:
        extent = await database.archive.extent()
        alive = await database.state.load(ALIVE)
        seen = alive.saved_at if alive else None
        now = max(filter(None, (extent.last, extent.last_sampled, seen)), default=EPOCH)
        tried = trial.prepared(
            settings, keywords=wish.keywords, adjustments=wish.adjustments, instead=wish.instead, now=now
        )
        tested = period.chosen(extent, seen, wish.days, wider=bool(tried.widened))
        stored = await past.read(database, tested, _wanted(tried))
        fires = await database.archive.fires(tested.start, tested.end)
    recorded = sum(fire.paged_at is not None and fire.brand in tried.brands for fire in fires)
    return Material(tried, tested, stored, recorded)


def _wanted(tried: Trial) -> Callable[[Post], bool]:
    """Return what tells whether either side matches a post."""
    eyes = [_eye(side) for side in (tried.current, tried.changed)]
    return lambda post: any(eye.mentions_of(post) for eye in eyes)


def _eye(side: Setup) -> Recognition:
    recognition = Recognition(Clusters())
    recognition.use(side.words.matcher)
    return recognition


async def _both(
    material: Material, stack: ExitStack, on_fallback: Callable[[str], None]
) -> tuple[Outcome, Outcome]:
    """Let the past pass on both sides; one scorer judges for both, unless that is what is tried."""
    tried, stored = material.trial, material.past

    def judge(side: Setup, known: Past | None) -> Remembering:
        given = side.settings.scorer
        scores = known.scores if known else {}
        scoring = Remembering(given.kind, given.settings, known=scores, on_fallback=on_fallback)
        stack.callback(scoring.close)
        return scoring

    before = judge(tried.current, stored)
    after = judge(tried.changed, None) if tried.rescored else before
    current = await rehearsal.rehearse(tried.current, stored, material.period, before)
    if tried.unchanged:
        return current, current
    return current, await rehearsal.rehearse(tried.changed, stored, material.period, after)
