"""Time is handed in: the only module that reads the machine's clock."""

import asyncio
import heapq
import itertools
from datetime import UTC, datetime, timedelta
from typing import Protocol

SLACK = 1.0
"""Seconds by which the machine's clock may lag behind the time that really passed."""


class Clock(Protocol):
    """What the rest of the program knows of time."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...

    async def sleep_until(self, deadline: datetime) -> None:
        """Return once ``now() >= deadline``."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        return datetime.now(UTC)

    async def sleep_until(self, deadline: datetime) -> None:
        """Sleep until *deadline*, looking again each minute in case the machine's clock was set.

        A clock that is set back holds nobody for longer than was left at the call.
        """
        loop = asyncio.get_running_loop()
        longest = loop.time() + (deadline - self.now()).total_seconds() + SLACK
        while (left := self._left(deadline, longest - loop.time())) > 0:  # noqa: ASYNC110 - no event tells the time
            await asyncio.sleep(min(left, 60.0))

    def _left(self, deadline: datetime, most: float) -> float:
        return min((deadline - self.now()).total_seconds(), most)


class VirtualClock:
    """A clock that stands still until it is moved: nights replay in seconds and tests never sleep."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)
        self._order = itertools.count()
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        """Return the instant this clock was last moved to."""
        return self._now

    def set(self, now: datetime) -> None:
        """Move to *now* without giving sleepers a turn; never backwards."""
        self._now = max(self._now, now.astimezone(UTC))

    async def sleep_until(self, deadline: datetime) -> None:
        """Wait until somebody moves the clock to *deadline* or past it."""
        if deadline <= self._now:
            await asyncio.sleep(0)
            return
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (deadline, next(self._order), waiting))
        await waiting

    async def advance(self, by: timedelta) -> None:
        """Move forward by *by*, waking each sleeper at its own instant, in order."""
        target = self._now + by
        while self._sleepers and self._sleepers[0][0] <= target:
            deadline, _, waiting = heapq.heappop(self._sleepers)
            self._now = max(self._now, deadline)
            if not waiting.done():
                waiting.set_result(None)
            await self._settle()
        self._now = target
        await self._settle()

    async def _settle(self) -> None:
        for _ in range(10):
            await asyncio.sleep(0)
