"""A whole backtest: read what was stored, let it pass on both sides, compare."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from config.decode import SettingsError
from config.settings import Settings
from listener.backtest import certainty, comparison, period, trial
from listener.backtest.ledger import Ledger
from listener.backtest.past import Reader
from listener.backtest.period import Period
from listener.backtest.rehearsal import Remembering, rehearsal
from listener.backtest.report import Report
from listener.backtest.sides import Sides
from listener.backtest.trial import Setup, Trial
from listener.recognition import Recognition
from listener.recovery import ALIVE
from listener.storage.database import Database
from models.clock import VirtualClock
from models.post import Post
from models.volume.duplicates import Clusters

OnProgress = Callable[[Period, datetime], None]
"""Hears up to which instant of the period everything has passed."""
EPOCH = datetime.fromtimestamp(0, UTC)


class Wish(NamedTuple):
    """What is to be tried, over how many days, with so many examples; ``instead`` is a configuration."""

    keywords: tuple[Path, ...] = ()
    adjustments: tuple[str, ...] = ()
    instead: tuple[Path, Settings] | None = None
    days: int = 7
    examples: int = 5


class Material(NamedTuple):
    """What is tried, on which days, and how many fires the watch itself paged for in them."""

    trial: Trial
    period: Period
    reader: Reader
    recorded: int


async def report(
    settings: Settings,
    place: Path,
    wish: Wish,
    on_fallback: Callable[[str], None],
    on_progress: OnProgress = lambda _, __: None,
) -> Report:
    """Return the report on *wish* over the database at *place*; raises SettingsError and StorageError.

    The database is read while the posts pass, a page at a time; a daemon that holds it is not disturbed.
    """
    if not place.is_file():  # noqa: ASYNC240 - one look, before anything else runs
        raise SettingsError(
            f"{place}: there is no such database; name it with --database, or let `hinoban run` make it first"
        )
    async with Database.open(place, VirtualClock(EPOCH), read_only=True) as database:
        material = await _prepared(settings, database, wish)
        sides = await _both(material, on_fallback, on_progress)
    found = comparison.report(sides, most=wish.examples)
    return msgspec.structs.replace(found, notes=tuple(certainty.notes(sides, found, material.recorded)))


async def _prepared(settings: Settings, database: Database, wish: Wish) -> Material:
    extent = await database.archive.extent()
    alive = await database.state.load(ALIVE)
    seen = alive.saved_at if alive else None
    now = max(filter(None, (extent.last, extent.last_sampled, seen)), default=EPOCH)
    tried = trial.prepared(
        settings, keywords=wish.keywords, adjustments=wish.adjustments, instead=wish.instead, now=now
    )
    tested = period.chosen(extent, seen, wish.days, wider=bool(tried.widened))
    reader = await Reader.of(database, tested, _wanted(tried))
    fires = await database.archive.fires(tested.start, tested.end)
    recorded = sum(fire.paged_at is not None and fire.brand in tried.brands for fire in fires)
    return Material(tried, tested, reader, recorded)


def _wanted(tried: Trial) -> Callable[[Post], bool]:
    """Return what tells whether either side matches a post."""
    eyes = [_eye(side) for side in (tried.current, tried.changed)]
    return lambda post: any(eye.mentions_of(post) for eye in eyes)


def _eye(side: Setup) -> Recognition:
    recognition = Recognition(Clusters())
    recognition.use(side.words.matcher)
    return recognition


async def _both(material: Material, on_fallback: Callable[[str], None], on_progress: OnProgress) -> Sides:
    """Let the past pass on both sides, slice by slice."""
    tried, tested, reader, _ = material
    ledger = Ledger(tested)
    async with AsyncExitStack() as stack:
        judges = _judges(tried, stack, on_fallback)
        scenes = [(tried.current, judges[0]), (tried.changed, judges[-1])][: 1 if tried.unchanged else 2]
        rehearsals = [
            await stack.enter_async_context(rehearsal(setup, tested, judge, reader.again))
            for setup, judge in scenes
        ]
        async for given in reader.slices():
            judges[0].know(given.scores)
            for other in judges[1:]:
                # It judges by itself; what it said of texts that are long gone it may forget.
                other.know({})
            found = [await one.take(given.items) for one in rehearsals]
            ledger.add(given, found[0], found[-1])
            on_progress(tested, given.until)
        outcomes = [await one.end() for one in rehearsals]
    return Sides(tried, tested, reader.past, ledger, outcomes[0], outcomes[-1])


def _judges(tried: Trial, stack: AsyncExitStack, on_fallback: Callable[[str], None]) -> list[Remembering]:
    """Return one scorer for both sides, that knows what was stored; a second one if that is what is tried."""
    sides = [tried.current, tried.changed] if tried.rescored else [tried.current]
    judges = []
    for side in sides:
        given = side.settings.scorer
        judges.append(Remembering(given.kind, given.settings, on_fallback=on_fallback))
        stack.callback(judges[-1].close)
    return judges
