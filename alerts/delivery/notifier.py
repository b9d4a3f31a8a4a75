"""The port of delivery: one way to tell somebody outside."""

import random
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any, NamedTuple, Protocol

import msgspec

from alerts.command import Handle
from alerts.incident import Incident
from alerts.notification_log import Page
from models.clock import Clock


class DeliveryError(Exception):
    """A page could not be delivered; ``retryable`` says whether trying again can help.

    ``partly`` says that some behind the channel have it, and may have the next page before this is repeated.
    """

    def __init__(
        self, message: str, *, retryable: bool, retry_after: float | None = None, partly: bool = False
    ) -> None:
        super().__init__(message)
        self.retryable = retryable
        self.retry_after = retry_after
        self.partly = partly


class Notifier(Protocol):
    """Delivers pages to one channel; it owns its connection between ``run`` and cancellation.

    A notifier that ``publishes`` is told every state of every incident (pages of kind "state" and
    "event"), not only what rings; ``wakes`` says whether it can wake a sleeper.
    """

    wakes: bool
    publishes: bool

    async def restore(self, incidents: Sequence[Incident]) -> None:
        """Learn what is open, before ``run``; it is shown again to whoever can have missed it."""
        ...

    async def run(self) -> None:
        """Keep the connection up until cancelled (a notifier without one returns at once)."""
        ...

    async def deliver(self, page: Page) -> None:
        """Return once the channel confirmed the page; raise ``DeliveryError`` otherwise."""
        ...

    async def close(self) -> None:
        """Let go of everything; also after a failed or never started ``run``."""
        ...


def unheard(channel: str) -> None:
    """Tell nobody that *channel* is back."""


async def unnoted(key: str, part: str) -> None:
    """Remember nothing beyond this process."""
    del key, part


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """What the composition root lends to every notifier; ``back`` hears when a channel is reachable again.

    ``brands`` returns those that are watched now. ``note`` remembers, by a page's key, who behind a channel
    has it while others do not yet.
    """

    clock: Clock
    random: random.Random
    secret: Callable[[str], str]
    handle: Handle | None = None
    brands: Callable[[], Collection[str]] = tuple
    say: Callable[[str], None] | None = None
    back: Callable[[str], None] = unheard
    note: Callable[[str, str], Awaitable[None]] = unnoted


class Kind(NamedTuple):
    """A kind of notifier: its settings, and how one is made of its channel's name, settings and parts."""

    settings: type[msgspec.Struct]
    make: Callable[[str, Any, Parts], Notifier]


class Delivered:
    """Remembers the keys of what a channel confirmed lately, so that a repeated page is not sent again."""

    def __init__(self, limit: int = 2_000) -> None:
        self._keys: OrderedDict[str, None] = OrderedDict()
        self._limit = limit

    def __contains__(self, key: str) -> bool:
        return key in self._keys

    def add(self, key: str) -> None:
        """Remember *key*, forgetting the oldest."""
        self._keys[key] = None
        if len(self._keys) > self._limit:
            self._keys.popitem(last=False)
