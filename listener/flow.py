"""The flow of batches through the pipeline: counted at once, scored as fast as it goes, drained."""

import asyncio

import structlog

from listener.metrics import Metrics
from listener.pipeline import Pipeline
from models.post import Batch

log = structlog.get_logger(__name__)

QUEUE = 64
"""Batches of up to 256 items between the sources and the pipeline."""
SCORED_AT_ONCE = 64


class Flow:
    """Carries batches from the sources to *pipeline*; counting never waits for scoring."""

    def __init__(self, pipeline: Pipeline, metrics: Metrics) -> None:
        self._pipeline = pipeline
        self._metrics = metrics
        self._queue: asyncio.Queue[Batch] = asyncio.Queue(QUEUE)
        self._news = asyncio.Event()

    async def put(self, batch: Batch) -> None:
        """Take a batch from a source; wait while too many wait."""
        await self._queue.put(batch)

    def wake(self) -> None:
        """Say that something waits to be scored."""
        self._news.set()

    async def take(self) -> None:
        """Hand batches to the pipeline until cancelled."""
        while True:
            batch = await self._queue.get()
            self._metrics.queue_depth.labels("match").set(self._queue.qsize())
            await self._pipeline.take(batch)
            self._news.set()
            self._queue.task_done()

    async def score(self) -> None:
        """Score what waits until cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            while await self._pipeline.score(SCORED_AT_ONCE):
                self._metrics.scoring_backlog.set(len(self._pipeline.backlog))
            self._metrics.scoring_backlog.set(len(self._pipeline.backlog))

    async def drain(self, seconds: float) -> None:
        """Take and score all that is here, for so many seconds; then note where the pipeline stands."""
        log.info("draining", batches=self._queue.qsize(), unscored=len(self._pipeline.backlog))
        try:
            async with asyncio.timeout(seconds):
                await self._queue.join()
                while await self._pipeline.score(SCORED_AT_ONCE):
                    pass
        except TimeoutError:
            log.warning("drained_in_part", unscored=len(self._pipeline.backlog))
        await self._pipeline.snapshot()
