"""An outbox over two channels that fail as told, and what it counts."""

import random
from datetime import timedelta

import msgspec

from alerts.delivery.outbox import Outbox, Patience
from alerts.notification_log import Page
from models.clock import VirtualClock
from tests.fakes_alerts import NIGHT, FakeChannel
from tests.fakes_log import MemoryLog


def a_page(key: str = "k", channel: str = "chat") -> Page:
    """Build a page that waits for *channel*."""
    return Page(
        key=key,
        incident="sakura:pudding:20261120T1740Z",
        brand="sakura",
        channel=channel,
        to="fallback",
        kind="first",
        severity="warning",
        created_at=NIGHT,
        decided_at=NIGHT - timedelta(seconds=2),
        text="page",
        payload=msgspec.Raw(b"{}"),
    )


class Count:
    """An observer that writes down what it is told."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, float]] = []

    def delivered(self, page: Page, latency: float) -> None:
        """Write it down."""
        self.lines.append(("delivered", page.key, latency))

    def failed(self, page: Page, error: str) -> None:
        """Write it down."""
        self.lines.append((f"failed {error}", page.key, 0))

    def dead(self, page: Page, error: str) -> None:
        """Write it down."""
        self.lines.append((f"dead {error}", page.key, 0))

    def superseded(self, page: Page) -> None:
        """Write it down."""
        self.lines.append(("superseded", page.key, 0))


class Post:
    """An outbox with two channels over an in-memory log."""

    def __init__(self) -> None:
        self.log, self.clock, self.count = MemoryLog(), VirtualClock(NIGHT), Count()
        self.chat, self.mail = FakeChannel(), FakeChannel()
        self.outbox = Outbox(
            self.log,
            {"chat": self.chat, "mail": self.mail},
            self.clock,
            random.Random(1),
            patience=Patience(first_seconds=2),
            observer=self.count,
            next_channel=lambda page: "mail" if page.channel == "chat" else None,
        )
