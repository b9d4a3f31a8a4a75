"""The memory of a rehearsal: mentions by number in plain Python, everything else in SQLite as ever.

A rehearsal asks for no text search, no retention and no restart, which is what storing a mention costs.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

import msgspec

from listener.storage.bookkeeping import State
from listener.storage.connection import Connection
from listener.storage.database import Database
from listener.storage.intake import Intake, Receipt
from listener.storage.mentions import Mentions
from models.clock import Clock
from models.keyword import TopicKey
from models.mention import Mention, Score
from models.post import PostKey


class Notes(Mentions):
    """Mentions by number; a past brings each post once, in its last version: nothing is edited or deleted."""

    def __init__(self, writer: Connection, reader: Connection, now: Callable[[], datetime]) -> None:
        super().__init__(writer, reader, now)
        self._mentions: list[Mention] = []
        self._numbers: dict[PostKey, dict[TopicKey, int]] = {}
        self._judged = 0

    async def store(self, batch: Intake) -> list[Receipt]:
        """Note the mentions of a batch; return one receipt per mention, in order."""
        others = msgspec.structs.replace(batch, mentions=())
        if others != Intake(rate=batch.rate):
            await super().store(others)
        return [self._noted(mention) for mention in batch.mentions]

    def _noted(self, mention: Mention) -> Receipt:
        numbers = self._numbers.setdefault(mention.post.key, {})
        if (known := numbers.get(mention.key)) is not None:
            return Receipt(known, "duplicate")
        self._mentions.append(mention)
        numbers[mention.key] = len(self._mentions)
        return Receipt(len(self._mentions), "new")

    async def score(self, rows: Sequence[tuple[int, Score]], model: str) -> int:
        """Keep the judgements by mention number; return the number of the last judgement."""
        del model
        for number, score in rows:
            self._mentions[number - 1] = msgspec.structs.replace(self._mentions[number - 1], score=score)
        self._judged += len(rows)
        return self._judged

    async def after(self, seq: int, limit: int) -> list[tuple[int, Mention]]:
        """Return the mentions numbered after *seq*, in order, with their scores."""
        return list(enumerate(self._mentions[seq : seq + limit], seq + 1))

    async def of_posts(self, keys: Collection[PostKey]) -> dict[PostKey, list[tuple[int, Mention]]]:
        """Return the mentions of some posts, which their reposts inherit; unknown posts are left out."""
        known = {key: self._numbers[key] for key in keys if key in self._numbers}
        return {
            key: [(number, self._mentions[number - 1]) for number in numbers.values()]
            for key, numbers in known.items()
        }


class Unsaved(State):
    """Remembers no state: a rehearsal is never taken up again."""

    async def save(self, name: str, seq: int, blob: bytes, *, judged: int = 0) -> None:
        """Keep nothing."""


class Notebook(Database):
    """A database in memory for one rehearsal."""

    def __init__(self, writer: Connection, reader: Connection, clock: Clock) -> None:
        super().__init__(writer, reader, clock)
        self.mentions = Notes(writer, reader, clock.now)
        self.state = Unsaved(writer, reader, clock.now)
