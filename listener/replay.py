"""A night again: posts with their own times through the whole pipeline, on a virtual clock."""

import itertools
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec
from prometheus_client import CollectorRegistry

from alerts import bodies
from alerts.delivery.outbox import Outbox
from alerts.incident import Incident
from alerts.notification_log import Page
from alerts.page import Ways
from alerts.paging import Change, Paging
from config.settings import Settings
from listener import assembly
from listener.assembly import Engine, Surroundings, Vocabulary
from listener.history import Hour
from listener.metrics import Metrics
from listener.storage.database import MEMORY, Database
from models.clock import VirtualClock
from models.post import Batch, Gap, Item
from models.sentiment.batching import Scoring

CHANNEL = "replay"
MINUTE = timedelta(minutes=1)
BATCH = 256

Say = Callable[[dict[str, Any]], None]


class Printer:
    """The one channel of a replay: says each page as a line."""

    wakes = False
    publishes = False

    def __init__(self, say: Say) -> None:
        self._say = say
        self.pages = 0
        self.expected = False  # whether anything was recorded since it was last asked to deliver

    async def restore(self, incidents: Sequence[Incident]) -> None:
        """Remember nothing: a replay starts from nothing."""

    async def run(self) -> None:
        """Return at once."""

    async def deliver(self, page: Page) -> None:
        """Say the page."""
        self.pages += 1
        self._say(bodies.page_line(page))

    async def close(self) -> None:
        """Close nothing."""


class Night(NamedTuple):
    """A replay under way."""

    engine: Engine
    database: Database
    clock: VirtualClock
    metrics: Metrics
    outbox: Outbox
    printer: Printer
    incidents: set[str]

    def summary(self, seconds: float) -> dict[str, Any]:
        """Return the last line of a replay; *seconds* is how long it took."""
        pipeline = self.engine.pipeline
        return {
            "event": "summary",
            "posts": pipeline.posts,
            "mentions": pipeline.mentions,
            "incidents": len(self.incidents),
            "pages": self.printer.pages,
            "seconds": round(seconds, 3),
        }


@asynccontextmanager
async def night(
    settings: Settings,
    words: Vocabulary,
    scoring: Scoring,
    *,
    start: datetime,
    say: Say,
    place: Path | Literal[":memory:"] = MEMORY,
    brief: type[Database] | None = None,
) -> AsyncIterator[Night]:
    """Set up a replay that begins at *start*, in the database at *place*; nobody is there to be reminded.

    Who only asks when it would ring hands in a *brief* kind of database, and pages carry figures alone.
    """
    clock = VirtualClock(start)
    metrics = Metrics(CollectorRegistry())
    printer = Printer(say)
    incidents: set[str] = set()

    def on_change(change: Change) -> None:
        incidents.add(change.after.id)
        printer.expected = True
        if change.event:
            say(change.event)

    async with (brief or Database).open(place, clock) as database:
        policy = assembly.policy(settings, (), Ways())
        here = msgspec.structs.replace(policy.receiver, channels=(CHANNEL,), backup=())
        paging = Paging(
            msgspec.structs.replace(policy, receiver=here, repeat_minutes=0), topic_of=words.topics.get
        )
        around = Surroundings(database, metrics, clock, on_change, explain=brief is None)
        engine = assembly.engine(settings, words, scoring, paging, around)
        chance = random.Random(0)  # noqa: S311 - the same night again
        outbox = Outbox(database.log, {CHANNEL: printer}, clock, chance)
        yield Night(engine, database, clock, metrics, outbox, printer, incidents)


def learn(engine: Engine, hours: Iterable[Hour]) -> None:
    """Teach the detector the hours of the past, oldest first."""
    for hour in sorted(hours, key=lambda hour: (hour.hour, hour.key)):
        engine.watch.learn_hour(hour.key, hour.hour, hour.people, hour.negative)


async def play(
    night: Night,
    items: Iterable[Item],
    each_minute: Callable[[], Awaitable[None]] | None = None,
    *,
    quiet: timedelta = timedelta(0),
) -> None:
    """Let the night pass minute by minute; everything is scored before the clock moves on.

    The watch goes on for *quiet* after the last post.
    """
    for minute, arrived in _minutes(items):
        while night.clock.now() < minute:
            await _end_minute(night, night.clock.now(), each_minute)
        for batch in _batches(arrived):
            night.clock.set(arrival(batch.items[-1]))
            await night.engine.pipeline.take(batch)
        while await night.engine.pipeline.score(BATCH):
            pass
        await _end_minute(night, minute, each_minute)
    end = night.clock.now() + quiet
    while night.clock.now() < end:
        await _end_minute(night, night.clock.now(), each_minute)


async def _end_minute(
    night: Night, minute: datetime, each_minute: Callable[[], Awaitable[None]] | None
) -> None:
    night.clock.set(minute.replace(second=0, microsecond=0) + MINUTE)
    await night.engine.pipeline.tick()
    # Every page is recorded with a change, and this channel takes each at once: else there is nothing due.
    if night.printer.expected:
        night.printer.expected = False
        await night.outbox.flush()
    if each_minute:
        await each_minute()


def arrival(item: Item) -> datetime:
    """Return when *item* came: for a gap, when the source was heard again, else when it fell silent."""
    return (item.end or item.start) if isinstance(item, Gap) else item.received_at


def _minutes(items: Iterable[Item]) -> Iterator[tuple[datetime, list[Item]]]:
    """Group by the minute of arrival; a line that claims to have come earlier came when it stands."""
    latest: datetime | None = None

    def minute(item: Item) -> datetime:
        nonlocal latest
        latest = max(latest or arrival(item), arrival(item))
        return latest.replace(second=0, microsecond=0)

    for start, group in itertools.groupby(items, key=minute):
        yield start, list(group)


def _batches(arrived: Sequence[Item]) -> Iterator[Batch]:
    for source, group in itertools.groupby(arrived, key=lambda item: item.source):
        items = list(group)
        for first in range(0, len(items), BATCH):
            yield Batch(source=source, items=list(items[first : first + BATCH]))
