"""Between reading and a full queue: a source that can wait waits, another drops its oldest and counts."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

from listener.sources.source import Report, Source
from models.post import Batch, Gap

MOST_WAITING = 64  # batches of up to 256 items


class Outflow:
    """Hands batches on; for a source that cannot replay, from a task of its own."""

    def __init__(self, source: Source, send: Callable[[Batch], Awaitable[None]], report: Report) -> None:
        self._source, self._send, self._report = source, send, report
        self._waiting: deque[Batch] = deque()
        self._news = asyncio.Event()
        self._ended = False
        self._tasks = asyncio.TaskGroup()

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        if not self._source.replays:
            self._tasks.create_task(self._pump(), name=f"outflow of {self._source.name}")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended = True
        self._news.set()
        try:
            await self._tasks.__aexit__(kind, error, trace)
        finally:
            while self._waiting:
                self._drop_oldest()

    async def send(self, batch: Batch) -> None:
        """Hand *batch* on; waits only if the source can wait without losing anything."""
        if self._source.replays:
            await self._send(batch)
            return
        if len(self._waiting) >= MOST_WAITING:
            self._drop_oldest()
        self._waiting.append(batch)
        self._news.set()

    def _drop_oldest(self) -> None:
        dropped = self._waiting.popleft()
        gaps = [item for item in dropped.items if isinstance(item, Gap)]
        self._report.dropped("full", len(dropped.items) - len(gaps))
        if gaps and self._waiting:
            self._waiting[0].items[:0] = gaps

    async def _pump(self) -> None:
        while True:
            while self._waiting:
                await self._send(self._waiting.popleft())
            if self._ended:
                return
            self._news.clear()
            await self._news.wait()
