"""The memory of a rehearsal: mentions of the present slice in plain Python, everything else in SQLite.

A rehearsal asks for no text search, no retention and no restart, which is what storing a mention costs;
what came long before is read again where it is stored.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime

import msgspec

from listener.storage.bookkeeping import State
from listener.storage.connection import Connection
from listener.storage.database import Database
from listener.storage.intake import Intake, Receipt
from listener.storage.mentions import Mentions
from models.clock import Clock
from models.mention import Mention, Score
from models.post import PostKey


class Notes(Mentions):
    """Mentions by number; a past brings each post once, in its last version: nothing is seen twice or edited.

    ``taken`` hands out what was noted since it was asked last; ``recall`` returns the mentions of posts
    that came long before.
    """

    recall: Callable[[Collection[PostKey]], Awaitable[list[Mention]]] | None = None

    def __init__(self, writer: Connection, reader: Connection, now: Callable[[], datetime]) -> None:
        super().__init__(writer, reader, now)
        self._first = 1
        self._fresh: list[Mention] = []
        self._judged = 0

    def taken(self) -> list[Mention]:
        """Return the new mentions in order, with their scores, and forget them."""
        taken, self._fresh = self._fresh, []
        self._first += len(taken)
        return taken

    async def store(self, batch: Intake) -> list[Receipt]:
        """Note the mentions of a batch; return one receipt per mention, in order."""
        others = msgspec.structs.replace(batch, mentions=())
        if others != Intake(rate=batch.rate):
            await super().store(others)
        number = self._first + len(self._fresh)
        self._fresh += batch.mentions
        return [Receipt(number + place, "new") for place in range(len(batch.mentions))]

    async def score(self, rows: Sequence[tuple[int, Score]], model: str) -> int:
        """Keep the judgements by mention number; return the number of the last judgement."""
        del model
        for number, score in rows:
            place = number - self._first
            if place >= 0:
                self._fresh[place] = msgspec.structs.replace(self._fresh[place], score=score)
        self._judged += len(rows)
        return self._judged

    async def of_posts(self, keys: Collection[PostKey]) -> dict[PostKey, list[tuple[int, Mention]]]:
        """Return the mentions of some posts, which their reposts inherit; unknown posts are left out."""
        found: dict[PostKey, list[tuple[int, Mention]]] = {}
        for mention in await self.recall(keys) if self.recall else ():
            found.setdefault(mention.post.key, []).append((0, mention))
        return found


class Unsaved(State):
    """Remembers no state: a rehearsal is never taken up again."""

    async def save(self, name: str, seq: int, blob: bytes, *, judged: int = 0) -> None:
        """Keep nothing."""


class Notebook(Database):
    """A database in memory for one rehearsal."""

    def __init__(self, writer: Connection, reader: Connection, clock: Clock) -> None:
        super().__init__(writer, reader, clock)
        self.mentions: Notes = Notes(writer, reader, clock.now)
        self.state = Unsaved(writer, reader, clock.now)
