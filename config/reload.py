"""Hot reload: prepare everything that may fail, then commit everything."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")

Commit = Callable[[], None]
Prepare = Callable[[T], Awaitable[Commit]]


class Reloader(Generic[T]):
    """Applies new settings all or nothing; the last good state stays when any part refuses."""

    def __init__(self, prepares: Sequence[Prepare[T]]) -> None:
        self._prepares = prepares
        # a signal and a changed file may ask at once; the later one must win
        self._turn = asyncio.Lock()

    async def apply(self, settings: T) -> None:
        """Prepare every part with *settings* (any may raise), then commit every part."""
        async with self._turn:
            commits = [await prepare(settings) for prepare in self._prepares]
            for commit in commits:
                commit()
