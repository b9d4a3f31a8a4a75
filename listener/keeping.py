"""Storing batches and judgements, and holding them in memory while the disk refuses."""

import asyncio
import itertools
from collections import deque
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

import structlog

from listener.sorting import OnPoison, Sorted
from listener.storage.database import Database
from listener.storage.errors import StorageError
from listener.storage.intake import Outcome, Receipt
from models.clock import Clock
from models.keyword import TopicKey
from models.mention import Mention, Score
from models.post import Item, PostKey

log = structlog.get_logger(__name__)

HELD = 2_000
"""Batches kept in memory while the disk refuses them; beyond that the oldest are given up, loudly."""
UNWRITTEN = 200_000
"""Judgements, and numbers of mentions, kept in memory."""
PAUSE = timedelta(seconds=5)
"""How long to leave a disk alone that refused: a busy one makes each batch wait for seconds."""

Name = tuple[PostKey, TopicKey]


def unheeded(item: Item, error: Exception) -> None:
    """Tell nobody of an item that was left out."""
    del item, error


class Kept(NamedTuple):
    """A mention, its number (0 while it is not stored) and what became of it."""

    seq: int
    mention: Mention
    outcome: Outcome

    @property
    def new(self) -> bool:
        """Tell whether the mention was never seen before."""
        return self.outcome == "new"


class Judged(NamedTuple):
    """A mention's score that is to be stored; the number is 0 when the mention itself still waits."""

    seq: int
    mention: Mention
    score: Score
    model: str


class Keeping:
    """Stores batches in order; while that fails they wait in memory, unconfirmed, and the watch goes on.

    ``numbered`` and ``judged`` are the numbers of the last mention and judgement that were stored late or
    at all: whatever has a number up to them was handed to the caller before.
    """

    def __init__(
        self, database: Database, clock: Clock, *, sample_rate: float, on_poison: OnPoison = unheeded
    ) -> None:
        self.sample_rate = sample_rate
        self.trouble = ""
        self.numbered = 0
        self.judged = 0
        self._database = database
        self._clock = clock
        self._on_poison = on_poison
        self._again = clock.now()
        self._held: deque[Sorted] = deque()
        self._scores: deque[Judged] = deque(maxlen=UNWRITTEN)
        self._numbers: dict[Name, int] = {}
        self._one_at_a_time = asyncio.Lock()

    @property
    def held(self) -> int:
        """Return how many batches wait for the disk."""
        return len(self._held)

    @property
    def behind(self) -> bool:
        """Tell whether anything waits for the disk."""
        return bool(self._held or self._scores)

    async def store(self, found: Sorted) -> list[Kept]:
        """Store and confirm a batch; what could not be stored is returned as new, to be counted."""
        async with self._one_at_a_time:
            if await self._caught_up():
                try:
                    receipts = await self._stored(found)
                except StorageError as error:
                    self._refused(error)
                else:
                    return [
                        Kept(receipt.seq, mention, receipt.outcome)
                        for receipt, mention in zip(receipts, found.mentions, strict=True)
                    ]
            self._hold(found)
            return [Kept(0, mention, "new") for mention in found.mentions]

    async def scores(self, rows: Sequence[tuple[int, Mention, Score]], model: str) -> None:
        """Store scores by mention number, or hold them."""
        async with self._one_at_a_time:
            self._scores.extend(Judged(*row, model) for row in rows)
            await self._caught_up()

    async def flush(self) -> bool:
        """Try to store what is held; tell whether nothing is left."""
        async with self._one_at_a_time:
            return await self._caught_up()

    async def _caught_up(self) -> bool:
        """Store what is held, oldest first, unless the disk refused a moment ago."""
        if not self.behind:
            return True
        if self.trouble and self._clock.now() < self._again:
            return False
        try:
            while self._held:
                self._number(self._held[0], await self._stored(self._held[0]))
                self._held.popleft()
            await self._write_scores()
        except StorageError as error:
            self._refused(error)
            return False
        if self.trouble:
            log.info("storage_works_again")
            self.trouble = ""
        return True

    async def _stored(self, found: Sorted) -> list[Receipt]:
        """Store a batch; where a part of it cannot be stored and the disk can, without that part."""
        try:
            receipts = await self._write(found)
        except StorageError as error:
            if error.retryable or not await self._works():
                raise
            receipts = await self._piecemeal(found)
        except Exception:  # noqa: BLE001 - whatever a text does to a library, the others are stored
            receipts = await self._piecemeal(found)
        self._confirm(found)
        return receipts

    async def _piecemeal(self, found: Sorted) -> list[Receipt]:
        receipts: list[Receipt] = []
        for item, piece in found.pieces():
            try:
                receipts += await self._write(piece)
            except Exception as error:
                if isinstance(error, StorageError) and (error.retryable or not await self._works()):
                    raise
                self._on_poison(item, error)
                receipts += [Receipt(0, "refused") for _ in piece.mentions]
        await self._write(Sorted(found.source, found.cursor, found.confirm))
        return receipts

    async def _write(self, found: Sorted) -> list[Receipt]:
        if found.empty:
            return []
        return await self._database.mentions.store(found.intake(self.sample_rate))

    async def _works(self) -> bool:
        try:
            await self._database.writable()
        except StorageError:
            return False
        return True

    async def _write_scores(self) -> None:
        while self._scores:
            rows = list(self._scores)
            known = [self._judgement(row) for row in rows]
            for model in dict.fromkeys(row.model for row in rows):
                await self._judge(
                    [(row.seq, row.score) for row in known if row.seq and row.model == model], model
                )
            for _ in rows:
                self._scores.popleft()

    async def _judge(self, rows: list[tuple[int, Score]], model: str) -> None:
        if not rows:
            return
        try:
            self.judged = await self._database.mentions.score(rows, model)
        except StorageError:
            raise
        except Exception as error:
            log.exception("scores_given_up", scores=len(rows), why=str(error))

    def _judgement(self, row: Judged) -> Judged:
        return row if row.seq else row._replace(seq=self._numbers.get(_name(row.mention), 0))

    def _number(self, found: Sorted, receipts: Sequence[Receipt]) -> None:
        """Remember the numbers of mentions that were handed out without one."""
        for receipt, mention in zip(receipts, found.mentions, strict=True):
            if receipt.seq:
                self._numbers[_name(mention)] = receipt.seq
                self.numbered = max(self.numbered, receipt.seq)
        for name in list(itertools.islice(self._numbers, max(0, len(self._numbers) - UNWRITTEN))):
            del self._numbers[name]

    def _confirm(self, found: Sorted) -> None:
        try:
            if found.confirm:
                found.confirm()
        except Exception:
            log.exception("not_confirmed", source=found.source)

    def _hold(self, found: Sorted) -> None:
        self._held.append(found)
        if len(self._held) > HELD:
            lost = self._held.popleft()
            log.error("batch_given_up", source=lost.source, mentions=len(lost.mentions))

    def _refused(self, error: StorageError) -> None:
        self._again = self._clock.now() + PAUSE
        if not self.trouble:
            log.error("storage_refuses", why=str(error), now="mentions are kept in memory")
        self.trouble = str(error)


def _name(mention: Mention) -> Name:
    return mention.post.key, mention.key
