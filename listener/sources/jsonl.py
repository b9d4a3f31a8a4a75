"""Posts as JSON lines: from standard input, a file, or a file that grows."""

import asyncio
import os
import stat
import sys
from collections.abc import AsyncGenerator, Iterable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from listener.sources import post_line
from listener.sources.json_frame import LONGEST, BadPost
from listener.sources.lines import Line, Lines
from listener.sources.source import SourceError, Surroundings
from listener.sources.tailed_file import TailedFile, position
from models.post import Batch, Gap, Item

CHUNK = 256 * 1024
MOST = 256
LOOK_AGAIN = timedelta(seconds=0.5)


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of posts, one JSON object per line; ``-`` is standard input."""

    path: str = "-"
    follow: bool = False  # wait for the file to grow, through rotations, instead of ending with it


class Jsonl:
    """Reads lines and yields batches of up to 256; the cursor is the offset in this very file.

    A pipe waits while nobody reads it, a file stays: both can be paused without losing a post.
    """

    replays = True

    def __init__(self, name: str, settings: Settings, around: Surroundings) -> None:
        self.name = name
        self._settings = settings
        self._clock, self._report = around.clock, around.report

    def reached(self, cursor: str) -> None:
        """Return None: what is written while nobody reads is still there."""

    async def batches(self, cursor: str | None) -> AsyncGenerator[Batch, None]:
        """Yield the posts after *cursor*; ends with the file unless ``follow`` is set."""
        if self._settings.path == "-" and not stat.S_ISREG(os.fstat(sys.stdin.fileno()).st_mode):
            reading = self._piped()
        else:
            path = Path("/dev/stdin" if self._settings.path == "-" else self._settings.path)
            reading = self._filed(path, cursor)
        try:
            async for batch in reading:
                yield batch
        except OSError as error:
            message = f"{self._settings.path}: reading failed ({error.strerror})"
            raise SourceError(message, retryable=True) from None

    async def _piped(self) -> AsyncGenerator[Batch, None]:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=CHUNK)
        transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        lines = Lines()
        yield Batch(source=self.name, items=[])
        try:
            while chunk := await reader.read(CHUNK):
                for some in _portions(lines.feed(chunk)):
                    yield Batch(source=self.name, items=self._items(some))
            for some in _portions(lines.rest()):
                yield Batch(source=self.name, items=self._items(some))
        finally:
            transport.close()

    async def _filed(self, path: Path, cursor: str | None) -> AsyncGenerator[Batch, None]:
        while True:
            file = await self._open(path, cursor)
            try:
                yield Batch(source=self.name, items=self._lost(file.lost, cursor), cursor=cursor)
                async for batch in self._one_file(file):
                    cursor = batch.cursor
                    yield batch
                if not self._settings.follow:
                    return
                # A file that was cut short is the same file with less in it: the cursor finds that out.
                if await asyncio.to_thread(file.fate) == "rotated":
                    cursor = None
            finally:
                file.close()

    async def _one_file(self, file: TailedFile) -> AsyncGenerator[Batch, None]:
        """Yield what is in *file* until it ends (without ``follow``), is rotated, or is cut short."""
        lines = Lines(file.offset)
        while True:
            fate = await asyncio.to_thread(file.fate)
            # Asked first, read afterwards: what was written before a rotation is not missed.
            while chunk := await asyncio.to_thread(file.read, CHUNK):
                for some in _portions(lines.feed(chunk)):
                    yield self._batch(file, some)
            if fate != "same" or not self._settings.follow:
                break
            await self._clock.sleep_until(self._clock.now() + LOOK_AGAIN)
        for some in _portions(lines.rest()):
            yield self._batch(file, some)

    async def _open(self, path: Path, cursor: str | None) -> TailedFile:
        try:
            return await asyncio.to_thread(TailedFile, path, position(cursor))
        except FileNotFoundError:
            message = f"{path}: there is no such file; create it or correct `path`"
            raise SourceError(message, retryable=self._settings.follow) from None
        except OSError as error:
            raise SourceError(f"{path}: cannot be read ({error.strerror})", retryable=False) from None

    def _lost(self, why: str, cursor: str | None) -> list[Item]:
        after = position(cursor)
        if not why or after is None:
            return []
        return [Gap(source=self.name, start=after.time, end=self._clock.now(), reason=why)]

    def _batch(self, file: TailedFile, lines: list[Line]) -> Batch:
        cursor = str(file.position(lines[-1].end, self._clock.now()))
        return Batch(source=self.name, items=self._items(lines), cursor=cursor)

    def _items(self, lines: list[Line]) -> list[Item]:
        received = self._clock.now()
        found: list[Item] = []
        for line in lines:
            try:
                item = self._item(line, received)
            except BadPost as error:
                self._report.quarantined(line.raw[:4096], error.reason)
                self._report.dropped("oversize" if line.too_long else "bad", 1)
                continue
            if item is not None:
                found.append(item)
        return found

    def _item(self, line: Line, received: datetime) -> Item | None:
        if line.too_long:
            raise BadPost(f"the line has {line.length:,} bytes; at most {LONGEST:,} (2 MiB) are read")
        raw = line.raw.removeprefix(b"\xef\xbb\xbf").strip()
        return post_line.decode(raw, source=self.name, received_at=received) if raw else None


def _portions(lines: Iterable[Line]) -> Iterable[list[Line]]:
    some: list[Line] = []
    for line in lines:
        some.append(line)
        if len(some) == MOST:
            yield some
            some = []
    if some:
        yield some
