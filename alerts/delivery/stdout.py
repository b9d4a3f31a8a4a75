"""The channel that is always there: the page, printed."""

import sys
from collections.abc import Callable, Sequence

import msgspec

from alerts.delivery.notifier import Delivered, DeliveryError, Parts
from alerts.incident import Incident
from alerts.notification_log import Page


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A channel that prints pages."""

    ruler: str = "─" * 40  # printed above and below a page; empty prints none


class StdoutNotifier:
    """Prints each page once."""

    wakes = False
    publishes = False

    def __init__(self, settings: Settings, say: Callable[[str], None]) -> None:
        self._ruler = settings.ruler
        self._say = say
        self._delivered = Delivered()

    async def restore(self, incidents: Sequence[Incident]) -> None:
        """Print nothing: what was said is on the screen."""

    async def run(self) -> None:
        """Return at once: there is no connection."""

    async def deliver(self, page: Page) -> None:
        """Print *page*; a closed pipe cannot be mended, a full disk may be."""
        if page.key in self._delivered:
            return
        lines = (self._ruler, page.text, self._ruler)
        try:
            self._say("\n".join(line for line in lines if line))
        except OSError as error:
            broken = isinstance(error, BrokenPipeError)
            raise DeliveryError(f"standard output: {error}", retryable=not broken) from error
        self._delivered.add(page.key)

    async def close(self) -> None:
        """Do nothing."""


def make(name: str, settings: Settings, parts: Parts) -> StdoutNotifier:
    """Make the notifier of channel *name*."""
    del name
    return StdoutNotifier(settings, parts.say or _print)


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
