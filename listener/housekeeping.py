"""What is done beside the way of a post: what waited for the disk is written, old things are forgotten."""

from collections import deque
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from config.settings import Storage
from listener.reception import Frame
from listener.storage.database import Database
from listener.storage.errors import StorageError
from listener.storage.retention import Policy
from models.clock import Clock

log = structlog.get_logger(__name__)

WRITE = timedelta(seconds=2)
SWEEP = timedelta(hours=1)


async def nothing_waits() -> bool:
    """Know of nothing that waits for the disk."""
    return True


class Housekeeping:
    """Runs beside the pipeline; the database refusing it is logged, and tried again.

    *catch_up* stores what waits for the disk: senders are answered, also when no further post comes.
    """

    def __init__(
        self,
        database: Database,
        settings: Storage,
        frames: deque[Frame],
        clock: Clock,
        catch_up: Callable[[], Awaitable[bool]] = nothing_waits,
    ) -> None:
        self._database = database
        self._catch_up = catch_up
        self._frames = frames
        self._clock = clock
        self._swept = clock.now()
        self._trouble = ""
        self._policy = Policy(
            posts=settings.posts_days,
            authors=settings.author_days,
            samples=settings.unmatched_days,
            incidents=settings.incident_days,
        )

    async def run(self) -> None:
        """Write and sweep until cancelled."""
        while True:
            await self._clock.sleep_until(self._clock.now() + WRITE)
            await self._catch_up()
            try:
                await self.write()
                await self._sweep()
            except StorageError as error:
                self._refused(error)
            else:
                self._trouble = ""

    async def write(self) -> None:
        """Store the frames that were kept apart."""
        while self._frames:
            frame = self._frames[0]
            try:
                await self._database.quarantine.add(frame.source, frame.at, frame.reason, frame.raw)
            except StorageError:
                raise
            except Exception:
                log.exception("frame_given_up", source=frame.source)
            self._frames.popleft()

    async def _sweep(self) -> None:
        now = self._clock.now()
        if now - self._swept >= SWEEP:
            gone = await self._database.retention.sweep(now, self._policy)
            self._swept = now
            log.info("swept", **{name: count for name, count in gone.items() if count})

    def _refused(self, error: StorageError) -> None:
        if not self._trouble:
            log.warning("housekeeping_refused", why=str(error))
        self._trouble = str(error)
