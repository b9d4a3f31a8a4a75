"""The port of a layer: one line of a rota, however it came to be."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol


class Layer(Protocol):
    """Says whom one line of a rota puts on duty."""

    @property
    def name(self) -> str:
        """Return what people call it."""
        ...

    @property
    def people(self) -> tuple[str, ...]:
        """Return everyone in it, in order, each once."""
        ...

    def on_duty(self, at: datetime) -> tuple[str, ...]:
        """Return who is on duty at an instant, the first first; often one, sometimes nobody."""
        ...

    def following(self, at: datetime) -> tuple[str, ...]:
        """Return its people in the order in which they come after *at*."""
        ...

    def changes(self, since: datetime, until: datetime) -> Iterable[datetime]:
        """Return every instant in between at which ``on_duty`` may change, in any order."""
        ...
