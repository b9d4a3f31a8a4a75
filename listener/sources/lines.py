"""Bytes to lines, however they are cut into chunks; a line that is too long is named, never held."""

from collections.abc import Iterator
from typing import NamedTuple

from listener.sources.json_frame import KEPT, LONGEST


class Line(NamedTuple):
    """A line without its end; of one longer than 2 MiB only the beginning. ``end`` is the offset after it."""

    raw: bytes
    length: int
    end: int

    @property
    def too_long(self) -> bool:
        """Tell whether only the beginning of the line was kept."""
        return self.length > LONGEST


class Lines:
    """Cuts chunks into lines and counts offsets, from *offset* on."""

    def __init__(self, offset: int = 0) -> None:
        self._parts: list[bytes] = []
        self._length = 0
        self._end = offset

    def feed(self, chunk: bytes) -> Iterator[Line]:
        """Yield the lines that *chunk* completes."""
        *complete, rest = chunk.split(b"\n")
        for part in complete:
            self._keep(part)
            yield self._finish(ending=1)
        self._keep(rest)

    def rest(self) -> Iterator[Line]:
        """Yield the last line if it lacks its end."""
        if self._length:
            yield self._finish(ending=0)

    def _keep(self, part: bytes) -> None:
        if self._length <= LONGEST:
            self._parts.append(part)
        self._length += len(part)
        if self._length > LONGEST and len(self._parts) != 1:
            self._parts = [b"".join(self._parts)[:KEPT]]

    def _finish(self, ending: int) -> Line:
        self._end += self._length + ending
        raw = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        line = Line(raw if self._length <= LONGEST else raw[:KEPT], self._length, self._end)
        self._parts, self._length = [], 0
        return line
