"""The port of listening: a source is an async iterator of batches with a cursor."""

from collections.abc import AsyncGenerator, Callable
from datetime import datetime
from typing import Any, NamedTuple, Protocol

import msgspec

from models.clock import Clock
from models.post import Batch


class SourceError(Exception):
    """A source failed; ``retryable`` says whether connecting again can help.

    ``retry_after`` is the least number of seconds the other side asked us to stay away.
    """

    def __init__(self, message: str, *, retryable: bool, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retryable = retryable
        self.retry_after = retry_after


class Source(Protocol):
    """Where posts come from; ``listener.sources.resume`` wraps it with back-off, resume and gaps."""

    name: str
    replays: (
        bool  # does pausing or reconnecting lose nothing? then a full queue stops the reading, else it drops
    )

    def batches(self, cursor: str | None) -> AsyncGenerator[Batch, None]:
        """Yield batches after *cursor*; ends when the source is exhausted (a file), raises SourceError.

        Every batch carries a cursor to resume after it. The first batch says that the connection stands; it
        is empty where nothing came yet. A stretch that the source knows to have lost is a ``Gap`` in it.
        """
        ...

    def reached(self, cursor: str) -> datetime | None:
        """Return the instant up to which *cursor* has seen everything; None where gaps mean nothing."""
        ...


class Report(Protocol):
    """What a source tells the operator; the root joins it to metrics and to the quarantine."""

    def up(self) -> None:
        """Say that the connection stands (again)."""
        ...

    def down(self, why: str, *, permanent: bool = False) -> None:
        """Say that the connection is lost; *permanent* means that nobody will try again: alert."""
        ...

    def received(self, posts: int) -> None:
        """Count posts that came in."""
        ...

    def dropped(self, reason: str, posts: int) -> None:
        """Count posts that were lost here, by a reason of the closed list ``DROP_REASONS``."""
        ...

    def quarantined(self, raw: bytes, reason: str) -> None:
        """Keep apart what could not be read (at most its first 4 KiB are handed on)."""
        ...

    def alive(self, at: datetime) -> None:
        """Say that bytes came at *at*, whether or not they held posts."""
        ...

    def lag(self, seconds: float) -> None:
        """Say how far behind the present the newest event is."""
        ...


DROP_REASONS = ("bad", "full", "oversize", "signature")
"""Every value of ``reason`` in ``Report.dropped``; "bad" and "oversize" are quarantined as well."""


class Surroundings(NamedTuple):
    """What the root hands to every source; ``secret`` reads a secret by the name of its file."""

    clock: Clock
    report: Report
    secret: Callable[[str], str]
    site: str = "hinoban"


class SourceKind(NamedTuple):
    """A line of the SOURCES table: the settings of a kind, and how to build one from them."""

    settings: type[msgspec.Struct]
    build: Callable[[str, Any, Surroundings], Source]
