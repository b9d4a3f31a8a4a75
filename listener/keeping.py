"""Storing batches, and holding them in memory while the disk refuses."""

from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

import msgspec
import structlog

from listener.storage.database import Database
from listener.storage.errors import StorageError
from listener.storage.intake import Intake, Receipt
from models.mention import Mention, Score
from models.post import Deletion, Gap, Post, PostKey

log = structlog.get_logger(__name__)

HELD = 2_000
"""Batches kept in memory while the disk refuses them; beyond that the oldest are given up, loudly."""


class Sorted(msgspec.Struct):
    """One batch taken apart; ``newest`` is when the last of its mentions was received."""

    source: str
    cursor: str | None
    confirm: Callable[[], None] | None
    mentions: list[Mention] = msgspec.field(default_factory=list)
    unmatched: list[Post] = msgspec.field(default_factory=list)
    deletions: list[Deletion] = msgspec.field(default_factory=list)
    gaps: list[Gap] = msgspec.field(default_factory=list)
    withdrawn: list[PostKey] = msgspec.field(default_factory=list)
    newest: datetime | None = None

    @property
    def empty(self) -> bool:
        """Tell whether there is nothing to remember, not even a cursor."""
        return not (
            self.mentions or self.unmatched or self.deletions or self.gaps or self.withdrawn or self.cursor
        )


class Kept(NamedTuple):
    """A mention that is to be counted or scored, by its number (0 while it is not stored)."""

    seq: int
    mention: Mention
    new: bool


class Keeping:
    """Stores batches in order; while that fails they wait in memory, unconfirmed, and the watch goes on."""

    def __init__(self, database: Database, *, sample_rate: float) -> None:
        self.sample_rate = sample_rate
        self.trouble = ""
        self._database = database
        self._held: deque[Sorted] = deque()

    @property
    def held(self) -> int:
        """Return how many batches wait for the disk."""
        return len(self._held)

    async def store(self, found: Sorted) -> list[Kept]:
        """Store and confirm a batch; what could not be stored is returned all the same, to be counted."""
        try:
            await self.flush()
            receipts = await self._write(found)
        except StorageError as error:
            self._hold(found, error)
            return [Kept(0, mention, new=True) for mention in found.mentions]
        return [
            Kept(receipt.seq, mention, receipt.outcome == "new")
            for receipt, mention in zip(receipts, found.mentions, strict=True)
            if receipt.outcome in ("new", "edited")
        ]

    async def scores(self, rows: list[tuple[int, Score]], model: str) -> int | None:
        """Store scores by mention number; return the number of the last one, None when the disk refuses."""
        try:
            return await self._database.mentions.score([row for row in rows if row[0]], model)
        except StorageError as error:
            self._complain(error)
            return None

    async def flush(self) -> None:
        """Store what was held, oldest first; raises StorageError while the disk still refuses."""
        while self._held:
            await self._write(self._held[0])
            self._held.popleft()
            if not self._held:
                log.info("storage_works_again")
                self.trouble = ""

    async def _write(self, found: Sorted) -> list[Receipt]:
        receipts: list[Receipt] = []
        if not found.empty:
            receipts = await self._database.mentions.store(
                Intake(
                    mentions=found.mentions,
                    deletions=found.deletions,
                    gaps=found.gaps,
                    cursor=(found.source, found.cursor) if found.cursor else None,
                    unmatched=found.unmatched,
                    rate=self.sample_rate,
                    withdrawn=found.withdrawn,
                    durable=found.confirm is not None,
                )
            )
        if found.confirm:
            found.confirm()
        return receipts

    def _hold(self, found: Sorted, error: StorageError) -> None:
        self._complain(error)
        self._held.append(found)
        if len(self._held) > HELD:
            lost = self._held.popleft()
            log.error("batch_given_up", source=lost.source, mentions=len(lost.mentions))

    def _complain(self, error: StorageError) -> None:
        if not self.trouble:
            log.error("storage_refuses", why=str(error))
        self.trouble = str(error)
