"""The outbox: decided pages leave it only when their channel confirmed them."""

import asyncio
import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol

import msgspec
import structlog

from alerts.delivery.notifier import DeliveryError, Notifier
from alerts.delivery.succession import by_channel, in_order, nowhere, overtaken, passes_on
from alerts.notification_log import LogError, NotificationLog, Page
from models.clock import Clock

log = structlog.get_logger(__name__)

_AT_ONCE = 256
_AT_A_LOOK = 4096  # waiting rows among which older pages are compared with newer ones
_EVER = datetime.max.replace(tzinfo=UTC)


class Observer(Protocol):
    """Counts what the outbox does."""

    def delivered(self, page: Page, latency: float) -> None:
        """Count a page that was confirmed *latency* seconds after its deciding post was received."""
        ...

    def failed(self, page: Page, error: str) -> None:
        """Count an attempt that failed and will be repeated."""
        ...

    def dead(self, page: Page, error: str) -> None:
        """Count a page that was buried: an operator alert."""
        ...

    def superseded(self, page: Page) -> None:
        """Count a page that was not sent because a newer one does for it."""
        ...


class Unobserved:
    """Counts nothing."""

    def delivered(self, page: Page, latency: float) -> None:
        """Count nothing."""

    def failed(self, page: Page, error: str) -> None:
        """Count nothing."""

    def dead(self, page: Page, error: str) -> None:
        """Count nothing."""

    def superseded(self, page: Page) -> None:
        """Count nothing."""


class Patience(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the outbox retries."""

    first_seconds: float = 1.0  # the longest wait after the first failure; doubles with each
    longest_seconds: float = 60.0
    give_up_hours: float = 24.0  # older pages are buried
    switch_after: int = 3  # failures after which the next channel is tried beside this one
    switch_seconds: float = 15.0  # a channel that asks for a longer wait is not waited for: the next is tried
    drill_seconds: float = 60.0  # an older drill is stale, and rings nobody
    one_page_seconds: float = 60.0  # whatever takes longer has failed
    look_seconds: float = 5.0  # how often to look without being woken

    def wait(self, page: Page, error: DeliveryError, chance: random.Random) -> timedelta:
        """Return how long to wait: full jitter (Brooker 2015), but no less than the channel asks for."""
        most = min(self.longest_seconds, self.first_seconds * 2.0 ** min(page.attempts, 16))
        return timedelta(seconds=max(chance.uniform(0.05, most), error.retry_after or 0.0))

    def switches(self, page: Page, error: DeliveryError) -> bool:
        """Tell whether this failure is the one after which the next channel is tried."""
        failures = page.attempts + 1
        early = failures < self.switch_after and (error.retry_after or 0.0) > self.switch_seconds
        return early or failures == self.switch_after

    def stale(self, page: Page, now: datetime) -> bool:
        """Tell whether a drill comes too late: nobody waits for it, and it must not ring at night."""
        return page.kind == "drill" and now - page.created_at > timedelta(seconds=self.drill_seconds)


class Outbox:
    """Delivers due pages, one task per channel, so that a failed channel holds up no other."""

    def __init__(
        self,
        notification_log: NotificationLog,
        notifiers: Mapping[str, Notifier],
        clock: Clock,
        chance: random.Random,
        *,
        patience: Patience | None = None,
        observer: Observer | None = None,
        next_channel: Callable[[Page], str | None] = nowhere,
    ) -> None:
        self._log = notification_log
        self._notifiers = dict(notifiers)
        self._clock = clock
        self._random = chance
        self._patience = patience or Patience()
        self._observer = observer or Unobserved()
        self._next_channel = next_channel
        self._bells = {name: asyncio.Event() for name in self._notifiers}
        self._next_try: dict[str, datetime] = {}
        self._passing = {name: asyncio.Lock() for name in self._notifiers}
        self._returned: set[str] = set()
        self._heirs: set[str] = set()

    def wake(self) -> None:
        """Say that there are new pages."""
        for bell in self._bells.values():
            bell.set()

    def back(self, channel: str) -> None:
        """Say that *channel* can be reached again: what backs off from it is tried at once."""
        self._returned.add(channel)
        self._bells[channel].set()

    async def run(self) -> None:
        """Deliver until cancelled."""
        await self._forsake()
        async with asyncio.TaskGroup() as tasks:
            for channel in self._notifiers:
                tasks.create_task(self._serve(channel), name=f"outbox {channel}")

    async def flush(self) -> None:
        """Try everything that is due now, once."""
        await asyncio.gather(*(self._pass(channel) for channel in self._notifiers))

    async def drain(self, deadline: datetime) -> bool:
        """Deliver what is pending until *deadline*; tell whether nothing is left."""
        while True:
            await self.flush()
            ours = [name for name in await self._log.pending() if name in self._notifiers]
            if not ours:
                return True
            now = self._clock.now()
            if now >= deadline:
                return False
            await self._clock.sleep_until(min(deadline, now + timedelta(seconds=0.2)))

    async def _forsake(self) -> None:
        """Bury what waits for channels that are no more; what rings goes to the receiver's next one."""
        try:
            for channel in (await self._log.pending()).keys() - self._notifiers.keys():
                gone = DeliveryError(f"there is no channel {channel!r} any more", retryable=False)
                while pages := await self._log.due(channel, _EVER, _AT_ONCE):
                    for page in pages:
                        await self._failed(page, gone)
        except LogError as error:
            log.warning("outbox cannot use its log", error=str(error))

    async def _serve(self, channel: str) -> None:
        bell = self._bells[channel]
        while True:
            bell.clear()
            try:
                await self._pass(channel)
            except LogError as error:
                # Nothing is lost: whatever could not be marked stays due, and is tried again.
                log.warning("outbox cannot use its log", channel=channel, error=str(error))
            await self._rest(channel, bell)

    async def _rest(self, channel: str, bell: asyncio.Event) -> None:
        look = self._clock.now() + timedelta(seconds=self._patience.look_seconds)
        look = min(look, self._next_try.pop(channel, look))
        ringing = asyncio.ensure_future(bell.wait())
        looking = asyncio.ensure_future(self._clock.sleep_until(look))
        try:
            await asyncio.wait({ringing, looking}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ringing.cancel()
            looking.cancel()

    async def _pass(self, channel: str) -> None:
        async with self._passing[channel]:
            ahead = timedelta(hours=self._patience.give_up_hours if channel in self._returned else 0)
            self._returned.discard(channel)
            while pages := await self._newest(channel, self._clock.now() + ahead):
                current, superseded = in_order(pages)
                for page in superseded:
                    await self._log.confirm(page.key, self._clock.now())
                for page in current:
                    if not await self._attempt(page):
                        # The rest would fail too, each after its own time-out: look again when this one may.
                        return

    async def _newest(self, channel: str, until: datetime) -> list[Page]:
        """Return what is due; close what newer pages do for: after an outage one page rings, not ten."""
        # What backs off counts too: it would ring later, on top of the newer page.
        waiting = await self._log.due(channel, _EVER, _AT_A_LOOK)
        does_for = overtaken(waiting)
        for page in waiting:
            if newer := does_for.get(page.key):
                await self._supersede(page, newer)
        return await self._log.due(channel, until, _AT_ONCE)

    async def _supersede(self, page: Page, newer: Page) -> None:
        await self._log.supersede(page.key, self._clock.now(), newer.key)
        if page.attempts or page.key in self._heirs:
            self._heirs.add(newer.key)
        self._heirs.discard(page.key)
        self._observer.superseded(page)
        log.info("superseded", channel=page.channel, page=page.key, by=newer.key)

    async def _attempt(self, page: Page) -> bool:
        """Deliver one page; tell whether the channel can take the next."""
        if self._patience.stale(page, self._clock.now()):
            await self._log.bury(page.key, self._clock.now(), "too late for a drill")
            return True
        try:
            async with asyncio.timeout(self._patience.one_page_seconds):
                await self._notifiers[page.channel].deliver(page)
        except DeliveryError as error:
            await self._failed(page, error)
            return error.partly or not error.retryable
        except Exception as error:
            log.exception("notifier failed", channel=page.channel, page=page.key)
            await self._failed(page, DeliveryError(f"{type(error).__name__}: {error}", retryable=True))
            return False
        now = self._clock.now()
        await self._log.confirm(page.key, now)
        self._heirs.discard(page.key)
        self._observer.delivered(page, (now - page.decided_at).total_seconds())
        log.info("delivered", channel=page.channel, page=page.key, attempts=page.attempts + 1)
        return True

    async def _failed(self, page: Page, error: DeliveryError) -> None:
        now = self._clock.now()
        too_old = now - page.created_at > timedelta(hours=self._patience.give_up_hours)
        if too_old or not error.retryable:
            await self._pass_on(page)
            await self._log.bury(page.key, now, str(error))
            self._heirs.discard(page.key)
            self._observer.dead(page, str(error))
            log.error("undeliverable", channel=page.channel, page=page.key, error=str(error))
            return
        wait = self._patience.wait(page, error, self._random)
        await self._log.retry(page.key, now + wait, str(error))
        self._next_try[page.channel] = min(now + wait, self._next_try.get(page.channel, now + wait))
        self._observer.failed(page, str(error))
        log.warning("not delivered", channel=page.channel, page=page.key, error=str(error))
        # The channel failed for its older pages already: nobody waits through two more failures.
        if self._patience.switches(page, error) or page.key in self._heirs:
            await self._pass_on(page)

    async def _pass_on(self, page: Page) -> None:
        """Give what rings to the receiver's next channel, unless the same call went there already."""
        channel = self._next_channel(page) if passes_on(page) else None
        if channel is None or channel not in self._notifiers:
            return
        if await self._log.record([], [by_channel(page, channel)]):
            log.info("passed_on", page=page.key, to=channel)
        self._bells[channel].set()
