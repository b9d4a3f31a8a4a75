"""The loop around every source: resume, back off, notice gaps, and hand batches on."""

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from datetime import datetime, timedelta
from random import Random

import structlog

from listener.sources.backoff import Backoff
from listener.sources.outflow import Outflow
from listener.sources.source import Report, Source, SourceError
from models.clock import Clock
from models.post import Batch, Gap, Post

log = structlog.get_logger(__name__)

Load = Callable[[], Awaitable[str | None]]
Send = Callable[[Batch], Awaitable[None]]

SHORTEST_GAP = timedelta(seconds=60)
# A connection that stood is known to have been alive this long before it failed (ping 20 s, time-out 20 s).
LIVENESS = timedelta(seconds=40)


async def listen(
    source: Source, *, load: Load, send: Send, report: Report, clock: Clock, random: Random
) -> None:
    """Read *source* until it is exhausted, refused for good, or this task is cancelled.

    *load* returns the durable cursor; *send* may wait (its queue is full). Once it returned, the batch will
    be stored, so a reconnect within this process resumes from the cursor handed on last.
    """
    async with Outflow(source, send, report) as out:
        listener = _Listener(source, out, report, clock, Backoff(random))
        listener.cursor = await load()
        listener.seen = source.reached(listener.cursor) if listener.cursor else None
        while not await listener.attempt():
            await clock.sleep_until(listener.again_at)


class _Listener:
    def __init__(self, source: Source, out: Outflow, report: Report, clock: Clock, backoff: Backoff) -> None:
        self._source, self._out, self._report, self._clock = source, out, report, clock
        self._backoff = backoff
        self._why = ""
        self._down = False
        self._up_since: datetime | None = None
        self.cursor: str | None = None
        self.seen: datetime | None = None  # everything up to here has been handed on
        self.again_at = clock.now()

    async def attempt(self) -> bool:
        """Read until the source ends (True) or fails (False)."""
        self._up_since = None
        try:
            async with aclosing(self._source.batches(self.cursor)) as batches:
                async for batch in batches:
                    await self._hand_on(batch)
        except SourceError as error:
            return self._failed(error)
        return True

    async def _hand_on(self, batch: Batch) -> None:
        now = self._clock.now()
        if self._up_since is None:
            self._connected(batch, now)
        self.seen = now
        self._count(batch, now)
        if batch.items or batch.confirm or batch.cursor != self.cursor:
            await self._out.send(batch)
        self.cursor = batch.cursor or self.cursor

    def _count(self, batch: Batch, now: datetime) -> None:
        self._report.alive(now)
        posts = [item for item in batch.items if isinstance(item, Post)]
        if posts:
            self._report.received(len(posts))
            newest = max(post.created_at for post in posts)
            self._report.lag(max(0.0, (now - newest).total_seconds()))

    def _connected(self, batch: Batch, now: datetime) -> None:
        """Note that the source speaks, and put the gap it left into the first batch.

        A source that knows what it lost says so itself; otherwise what it replays is backfilled.
        """
        self._up_since = now
        self._report.up()
        known = any(isinstance(item, Gap) for item in batch.items)
        start = self.seen if self._marks_gaps() else None
        if start is not None and now - start >= SHORTEST_GAP and not known:
            why = self._why or "not running"
            gap = Gap(
                source=self._source.name, start=start, end=now, reason=why, backfilled=self._source.replays
            )
            batch.items.insert(0, gap)
        if self._down:
            log.info("source_up", source=self._source.name)
        self._down, self._why = False, ""

    def _marks_gaps(self) -> bool:
        return self.cursor is None or self._source.reached(self.cursor) is not None

    def _failed(self, error: SourceError) -> bool:
        now = self._clock.now()
        if self._up_since is not None:
            self._backoff.healthy(now - self._up_since)
            self.seen = max(self.seen or self._up_since, self._up_since, now - LIVENESS)
        if not error.retryable:
            log.error("source_refused", source=self._source.name, why=str(error))
            self._report.down(str(error), permanent=True)
            return True
        if not self._down:
            log.warning("source_down", source=self._source.name, why=str(error))
        self._report.down(str(error))
        self._down, self._why = True, self._why or str(error)
        self.again_at = now + self._backoff.pause(error.retry_after)
        return False
