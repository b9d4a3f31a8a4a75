"""The far end of a channel: what a phone shows, and when."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from alerts.incident import Incident
from alerts.notification_log import Page
from models.clock import Clock


class Heard(NamedTuple):
    """A page that arrived."""

    at: datetime
    page: Page


class Phone:
    """A notifier that confirms at once and hands on what arrived."""

    publishes = False

    def __init__(self, clock: Clock, *, wakes: bool, heard: Callable[[Heard], None]) -> None:
        self.wakes = wakes
        self._clock = clock
        self._heard = heard

    async def restore(self, incidents: Sequence[Incident]) -> None:
        """Remember nothing."""

    async def run(self) -> None:
        """Return at once."""

    async def deliver(self, page: Page) -> None:
        """Let it arrive."""
        self._heard(Heard(self._clock.now(), page))

    async def close(self) -> None:
        """Close nothing."""
