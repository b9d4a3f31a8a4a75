"""Apprise: LINE, Slack, Teams, Discord, PagerDuty, mail, SMS, ntfy, voice, and a hundred others."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterator, Sequence

import msgspec
import structlog

from alerts.delivery.apprise_service import Form, Service, in_a_thread
from alerts.delivery.notifier import Delivered, DeliveryError, Parts
from alerts.incident import Incident
from alerts.notification_log import Page

log = structlog.get_logger(__name__)

_REMEMBERED = 500  # pages of which some services took their copy, and others refused theirs


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A channel of one or more services that Apprise knows, each told separately."""

    urls_file: str = ""  # name of the secret with the Apprise URLs, one a line
    urls: tuple[str, ...] = ()  # further URLs, if there is nothing secret in them
    form: Form = "auto"  # "page", "short", or the short form where only so much fits
    pictures: bool = True  # also the chart of a page, where the service takes pictures
    timeout_seconds: float = 20.0  # for one service
    throttled_seconds: float = 30.0  # a service that says "too many requests" is left alone for so long
    wakes: bool = False  # whether one of them can wake a sleeper


class AppriseNotifier:
    """Tells every service of the channel; who confirmed a page is not told it again for the others' sake."""

    publishes = False

    def __init__(self, settings: Settings, urls: Sequence[str]) -> None:
        self.wakes = settings.wakes
        self._services = [
            Service(
                url,
                number,
                form=settings.form,
                pictures=settings.pictures,
                patience=settings.timeout_seconds,
                throttled=settings.throttled_seconds,
            )
            for number, url in enumerate(urls, 1)
        ]
        self._confirmed = Delivered()
        self._refused: OrderedDict[str, dict[str, DeliveryError]] = OrderedDict()

    async def restore(self, incidents: Sequence[Incident]) -> None:
        """Do nothing: what was not confirmed is still in the outbox."""

    async def run(self) -> None:
        """Load Apprise before the first page needs it, say which URLs are wrong, and return."""
        await in_a_thread(self._look)

    def _look(self) -> None:
        for why in self.mistakes():
            log.error("channel_unusable", why=why)

    def mistakes(self) -> Iterator[str]:
        """Yield a sentence for each URL that cannot be used; loads Apprise."""
        if not self._services:
            yield "there is no URL: name a file of them in urls_file, or list them in urls"
        for service in self._services:
            if why := service.mistake():
                yield why

    async def deliver(self, page: Page) -> None:
        """Tell every service that has not confirmed this page yet; raise for those that failed."""
        if not self._services:
            raise DeliveryError("there is no URL in urls_file or urls", retryable=False)
        refused = self._refused.get(page.key, {})
        left = [one for one in self._services if one.name not in refused and not self._has(one, page)]
        outcomes = await asyncio.gather(*(self._tell(one, page) for one in left))
        failed = {
            one.name: error for one, error in zip(left, outcomes, strict=True) if error is not None
        } | refused
        if not failed:
            return
        self._remember(page, {name: error for name, error in failed.items() if not error.retryable})
        raise _joined(list(failed.values()))

    async def _tell(self, service: Service, page: Page) -> DeliveryError | None:
        error = await service.tell(page)
        if error is None:
            self._confirmed.add(_copy(service, page))
        return error

    def _has(self, service: Service, page: Page) -> bool:
        return _copy(service, page) in self._confirmed

    def _remember(self, page: Page, refused: dict[str, DeliveryError]) -> None:
        # A service that refused for good is not asked again while the page waits for the others.
        self._refused[page.key] = refused
        while len(self._refused) > _REMEMBERED:
            self._refused.popitem(last=False)

    async def close(self) -> None:
        """Do nothing: no connection outlasts a page."""


def _copy(service: Service, page: Page) -> str:
    return f"{page.key}\n{service.name}"


def _joined(errors: Sequence[DeliveryError]) -> DeliveryError:
    """Return one error: worth trying again while one of them is, after the longest wait asked for."""
    after = max((error.retry_after for error in errors if error.retry_after is not None), default=None)
    words = "; ".join(str(error) for error in errors)
    return DeliveryError(words[:400], retryable=any(error.retryable for error in errors), retry_after=after)


def make(name: str, settings: Settings, parts: Parts) -> AppriseNotifier:
    """Make the notifier of channel *name*."""
    del name
    kept = parts.secret(settings.urls_file).splitlines() if settings.urls_file else []
    lines = (line.strip() for line in (*kept, *settings.urls))
    return AppriseNotifier(settings, [line for line in lines if line and not line.startswith("#")])
