"""Hours that were imported, beside what the watch saw itself: kept, so that the same file teaches once."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from listener.history import Hour
from listener.rules import Rules
from listener.storage.database import Database
from models.keyword import TopicKey
from models.volume.relearning import Hour as Past

NAME = "history"


class Imported(msgspec.Struct):
    """The hours of one topic by hour since the epoch, and the rules that they were imported under."""

    rules: Rules | None
    hours: dict[int, tuple[int, int]] = {}
    fresh: bool = True
    """Whether the detector was not taught yet."""

    def past(self, rules: Rules | None) -> list[Past]:
        """Return the hours, nothing where another list counts since."""
        if rules != self.rules:
            return []
        return [Past(hour, *counts) for hour, counts in sorted(self.hours.items())]


class Merged(NamedTuple):
    """What became of some hours: how many were new, known already, or replaced another figure."""

    new: int = 0
    known: int = 0
    replaced: int = 0


async def load(database: Database) -> dict[TopicKey, Imported]:
    """Return everything that was imported."""
    snapshot = await database.state.load(NAME)
    if snapshot is None:
        return {}
    kept = msgspec.msgpack.decode(snapshot.blob, type=list[tuple[TopicKey, Imported]])
    return dict(kept)


async def save(database: Database, kept: Mapping[TopicKey, Imported]) -> None:
    """Keep everything that was imported."""
    await database.state.save(NAME, 0, msgspec.msgpack.encode(sorted(kept.items())))


async def merge(database: Database, hours: Iterable[Hour], rules: Mapping[TopicKey, Rules]) -> Merged:
    """Keep *hours* as well; an hour that is known with other figures takes the new ones."""
    kept = await load(database)
    new = known = replaced = 0
    for hour in hours:
        topic = kept.get(hour.key)
        if topic is None or topic.rules != rules.get(hour.key):
            # What another list counted says nothing of this one.
            topic = kept[hour.key] = Imported(rules.get(hour.key))
        at, counts = int(hour.hour.timestamp() // 3600), (hour.people, hour.negative)
        before = topic.hours.get(at)
        if before == counts:
            known += 1
            continue
        topic.hours[at], topic.fresh = counts, True
        new, replaced = new + (before is None), replaced + (before is not None)
    if new or replaced:
        await save(database, kept)
    return Merged(new, known, replaced)
