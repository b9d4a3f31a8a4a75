"""The port of listening: a source is an async iterator of batches with a cursor."""

from collections.abc import AsyncIterator
from typing import Protocol

from models.post import Batch


class SourceError(Exception):
    """A source failed; ``retryable`` says whether connecting again can help."""

    def __init__(self, message: str, *, retryable: bool, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retryable = retryable
        self.retry_after = retry_after


class Source(Protocol):
    """Where posts come from; ``listener.sources.resume`` wraps it with back-off, resume and gaps."""

    name: str
    replays: bool  # can it replay from a cursor? then a full queue stops the reading, else it drops

    def batches(self, cursor: str | None) -> AsyncIterator[Batch]:
        """Yield batches after *cursor*; ends when the source is exhausted (a file), raises SourceError."""
        ...
