"""The port of delivery: one way to tell somebody outside."""

from typing import Protocol

from alerts.notification_log import Page


class DeliveryError(Exception):
    """A page could not be delivered; ``retryable`` says whether trying again can help."""

    def __init__(self, message: str, *, retryable: bool, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retryable = retryable
        self.retry_after = retry_after


class Notifier(Protocol):
    """Delivers pages to one channel; it owns its connection between ``run`` and cancellation."""

    wakes: bool

    async def run(self) -> None:
        """Keep the connection up until cancelled (a notifier without one returns at once)."""
        ...

    async def deliver(self, page: Page) -> None:
        """Return once the channel confirmed the page; raise ``DeliveryError`` otherwise."""
        ...

    async def close(self) -> None:
        """Let go of everything; also after a failed or never started ``run``."""
        ...
