"""The port of judging: turns texts into scores."""

from collections.abc import Sequence
from typing import Any, Protocol

from models.mention import Score


class ScorerError(Exception):
    """A scorer cannot be had: the sentence says what is missing and what would be right."""


class Scorer(Protocol):
    """Judges how texts feel. Not async and CPU-bound: ``batching`` owns it and runs it off the event loop.

    ``prepare`` may be called for many texts at once, ``infer`` for one micro-batch of prepared inputs of
    similar length, ``finish`` turns raw outputs into scores.
    """

    name: str
    version: str

    def prepare(self, texts: Sequence[str]) -> list[Any]:
        """Return one prepared input per text; ``len()`` of it is its cost."""
        ...

    def infer(self, prepared: Sequence[Any]) -> Any:
        """Return the raw outputs of one micro-batch."""
        ...

    def finish(self, raw: Any) -> list[Score]:
        """Return one score per input of the micro-batch, in order."""
        ...

    def warm_up(self) -> None:
        """Load what is slow to load; raises ScorerError when it cannot be had."""
        ...
