"""Apprise: LINE, Slack, Teams, Discord, PagerDuty, mail, SMS, ntfy, voice, and a hundred others."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
import structlog

from alerts.delivery.apprise_service import Form, Manner, Service, in_a_thread
from alerts.delivery.notifier import Delivered, DeliveryError, Parts, unnoted
from alerts.incident import Incident
from alerts.notification_log import LogError, Page
from models.clock import Clock

log = structlog.get_logger(__name__)

_REMEMBERED = 500  # pages of which some services took their copy, and others refused theirs


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A channel of one or more services that Apprise knows, each told separately."""

    urls_file: str = ""  # name of the secret with the Apprise URLs, one a line
    urls: tuple[str, ...] = ()  # further URLs, if there is nothing secret in them
    form: Form = "auto"  # "page", "short", or the short form where only so much fits
    pictures: bool = True  # also the chart of a page, where the service takes pictures
    timeout_seconds: float = 20.0  # for one service
    throttled_seconds: float = 30.0  # how long "too many requests" is heeded, where it does not say how long
    wakes: bool = False  # whether one of them can wake a sleeper


class _Held(NamedTuple):
    """Why a service is not asked for a page: for good, or until it said it would take it."""

    error: DeliveryError
    until: datetime | None = None


class AppriseNotifier:
    """Tells every service of the channel; who confirmed a page is not told it again for the others' sake."""

    publishes = False

    def __init__(
        self,
        settings: Settings,
        urls: Sequence[str],
        clock: Clock,
        note: Callable[[str, str], Awaitable[None]] = unnoted,
    ) -> None:
        self.wakes = settings.wakes
        self._clock = clock
        self._note = note
        manner = Manner(
            settings.form, settings.pictures, settings.timeout_seconds, settings.throttled_seconds
        )
        self._services = [Service(url, number, manner, clock) for number, url in enumerate(urls, 1)]
        self._parts = {one.name: part(one.name, url) for one, url in zip(self._services, urls, strict=True)}
        self._confirmed = Delivered()
        self._held: OrderedDict[str, dict[str, _Held]] = OrderedDict()

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
        now = self._clock.now()
        held = {
            name: one
            for name, one in self._held.get(page.key, {}).items()
            if one.until is None or one.until > now
        }
        left = [one for one in self._services if one.name not in held and not self._has(one, page)]
        outcomes = await asyncio.gather(*(self._tell(one, page) for one in left))
        failed = {one.name: error for one, error in zip(left, outcomes, strict=True) if error is not None}
        self._hold(page, held | self._holding(failed))
        if errors := [*failed.values(), *(self._held_back(one) for one in held.values())]:
            raise _joined(errors, partly=len(errors) < len(self._services))

    async def _tell(self, service: Service, page: Page) -> DeliveryError | None:
        error = await service.tell(page)
        if error is None:
            self._confirmed.add(_copy(service, page))
            if len(self._services) > 1:
                await self._noted(service, page)
        return error

    async def _noted(self, service: Service, page: Page) -> None:
        try:
            await self._note(page.key, self._parts[service.name])
        except LogError as why:
            log.warning("confirmation_not_noted", service=service.name, page=page.key, why=str(why))

    def _has(self, service: Service, page: Page) -> bool:
        return self._parts[service.name] in page.confirmed_by or _copy(service, page) in self._confirmed

    def _holding(self, failed: Mapping[str, DeliveryError]) -> dict[str, _Held]:
        """Return who is not asked again while the page waits for the others, and until when."""
        now = self._clock.now()
        held: dict[str, _Held] = {}
        for name, error in failed.items():
            if not error.retryable:
                held[name] = _Held(error)
            elif error.retry_after:
                held[name] = _Held(error, now + timedelta(seconds=error.retry_after))
        return held

    def _held_back(self, held: _Held) -> DeliveryError:
        if held.until is None:
            return held.error
        left = max(0.0, (held.until - self._clock.now()).total_seconds())
        return DeliveryError(str(held.error), retryable=True, retry_after=left)

    def _hold(self, page: Page, held: dict[str, _Held]) -> None:
        self._held.pop(page.key, None)
        # Once all refused, the page is given up; whoever has it sent again wants them asked again.
        final = all(one.until is None for one in held.values())
        if held and not (final and len(held) == self._missing(page)):
            self._held[page.key] = held
        while len(self._held) > _REMEMBERED:
            self._held.popitem(last=False)

    def _missing(self, page: Page) -> int:
        return sum(not self._has(one, page) for one in self._services)

    async def close(self) -> None:
        """Do nothing: no connection outlasts a page."""


def _copy(service: Service, page: Page) -> str:
    return f"{page.key}\n{service.name}"


def part(name: str, url: str) -> str:
    """Return by which name it is remembered that a service has a page.

    Two bytes of its URL tell whether the file was changed meanwhile, and say nothing about a token in it.
    """
    return f"{name} {hashlib.sha256(url.encode()).hexdigest()[:4]}"


def _joined(errors: Sequence[DeliveryError], *, partly: bool) -> DeliveryError:
    """Return one error: worth trying again while one of them is, as soon as the first of them may be."""
    again = [error.retry_after for error in errors if error.retryable]
    waits = [after for after in again if after is not None]
    after = min(waits) if waits and len(waits) == len(again) else None
    words = "; ".join(str(error) for error in errors)
    return DeliveryError(words[:400], retryable=bool(again), retry_after=after, partly=partly)


def make(name: str, settings: Settings, parts: Parts) -> AppriseNotifier:
    """Make the notifier of channel *name*."""
    del name
    kept = parts.secret(settings.urls_file).splitlines() if settings.urls_file else []
    lines = (line.strip() for line in (*kept, *settings.urls))
    urls = [line for line in lines if line and not line.startswith("#")]
    return AppriseNotifier(settings, urls, parts.clock, parts.note)
