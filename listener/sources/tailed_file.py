"""A file that grows, is rotated, or is cut short, read from a position that survives restarts."""

import os
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Literal

import msgspec

_MARKED = 256  # bytes at the beginning of a file that tell it from another one with its inode


class Position(msgspec.Struct, frozen=True, array_like=True):
    """Where reading stopped: in which file (inode, checksum of its beginning), after which byte, and when."""

    inode: int
    offset: int
    mark: int
    at: int

    def __str__(self) -> str:
        return msgspec.json.encode(self).decode()

    @property
    def time(self) -> datetime:
        """Return when the position was reached."""
        return datetime.fromtimestamp(self.at, UTC)


def position(cursor: str | None) -> Position | None:
    """Return the position in *cursor*; None for none, and for one written by another kind of source."""
    try:
        return msgspec.json.decode(cursor, type=Position) if cursor else None
    except msgspec.DecodeError:
        return None


class TailedFile:
    """Blocking: call it off the event loop. ``lost`` says why posts may be missing, "" if none are."""

    def __init__(self, path: Path, after: Position | None) -> None:
        self._path = path
        self._file: BinaryIO = self._find(after)
        self.lost = ""
        self.offset = 0
        self._mark = b""
        if after is not None and self._is(self._file, after):
            self.offset = after.offset
        elif after is not None:
            self.lost = "the file was replaced or cut short while nobody watched"
        self._mark = self._file.read(min(_MARKED, self.offset))
        self._file.seek(self.offset)

    def _find(self, after: Position | None) -> BinaryIO:
        """Open the file, or the rotated sibling that *after* points into and that was not read to its end."""
        if after is not None and self._path.stat().st_ino != after.inode:
            for sibling in sorted(self._path.parent.glob(self._path.name + "?*")):
                if sibling.is_file() and sibling.stat().st_ino == after.inode:
                    return sibling.open("rb", buffering=0)
        return self._path.open("rb", buffering=0)

    @staticmethod
    def _is(file: BinaryIO, after: Position) -> bool:
        status = os.fstat(file.fileno())
        if status.st_ino != after.inode or status.st_size < after.offset:
            return False
        mark = zlib.crc32(file.read(min(_MARKED, after.offset)))
        file.seek(0)
        return mark == after.mark

    def read(self, size: int) -> bytes:
        """Return up to *size* new bytes, b"" when there are none yet."""
        chunk = self._file.read(size)
        if len(self._mark) < _MARKED:
            self._mark += chunk[: _MARKED - len(self._mark)]
        self.offset += len(chunk)
        return chunk

    def fate(self) -> Literal["same", "rotated", "cut"]:
        """Tell what became of the file since it was opened."""
        status = os.fstat(self._file.fileno())
        if status.st_size < self.offset:
            return "cut"
        try:
            return "same" if self._path.stat().st_ino == status.st_ino else "rotated"
        except FileNotFoundError:
            return "same"  # moved away, and its successor is not there yet

    def position(self, offset: int, at: datetime) -> Position:
        """Return the position after *offset* bytes, as read at *at*."""
        mark = zlib.crc32(self._mark[: min(_MARKED, offset)])
        return Position(os.fstat(self._file.fileno()).st_ino, offset, mark, int(at.timestamp()))

    def close(self) -> None:
        """Close the file."""
        self._file.close()
