"""A notification log that goes on from memory while the stored one refuses."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Protocol, TypeVar

import msgspec
import structlog

from alerts.incident import Incident
from alerts.links.link import Link, LinkLog
from alerts.notification_log import LogError, NotificationLog, Outcome, Page
from listener.overlay import MOST, Overlay
from models.clock import Clock

log = structlog.get_logger(__name__)

Found = TypeVar("Found")

PAUSE = timedelta(seconds=5)
"""How long to leave a log alone that refused: a busy one makes each caller wait for seconds."""
FOREVER = datetime.max.replace(tzinfo=UTC)


class StoredLog(NotificationLog, LinkLog, Protocol):
    """A notification log that can be asked for one page, and for links."""

    async def page(self, key: str) -> Page | None:
        """Return one page as it stands, or None."""
        ...


class SteadfastLog:
    """Decorates a stored log: nothing that alerting decides waits for a disk.

    What cannot be stored is kept in memory, handed out and settled there, and written, each thing as it
    stands by then, as soon as the log takes it. ``trouble`` says what is wrong, empty when nothing is.
    Whatever the stored log's error: a damaged file must not stop a page either.
    """

    def __init__(self, stored: StoredLog, clock: Clock, *, most: int = MOST) -> None:
        self.trouble = ""
        self._stored = stored
        self._clock = clock
        self._held = Overlay(most)
        self._again = clock.now()
        self._unwritable = False
        self._one_at_a_time = asyncio.Lock()

    @property
    def held(self) -> int:
        """Return how many incidents and pages wait to be stored."""
        return len(self._held)

    async def open_incidents(self) -> list[Incident]:
        """Return every incident that is not resolved, oldest first."""
        await self.flush()
        return self._held.over_incidents(await self._stored.open_incidents(), lambda one: one.open)

    async def resolved_since(self, since: datetime) -> list[Incident]:
        """Return the incidents resolved at or after *since*, oldest first."""
        await self.flush()
        return self._held.over_incidents(
            await self._stored.resolved_since(since),
            lambda one: not one.open and (one.resolved_at or one.updated_at) >= since,
        )

    async def incident(self, incident_id: str) -> Incident | None:
        """Return one incident, or None."""
        await self.flush()
        held = self._held.incidents.get(incident_id)
        if held is not None:
            return held
        return await self._read(partial(self._stored.incident, incident_id), None)

    async def with_postponed(self, since: datetime) -> list[Incident]:
        """Return the incidents that changed since *since* and ever postponed a page, oldest first."""
        await self.flush()
        nothing: list[Incident] = []
        stored = await self._read(partial(self._stored.with_postponed, since), nothing)
        return self._held.over_incidents(stored, lambda one: one.updated_at >= since and bool(one.postponed))

    async def night_pages(self, since: datetime) -> dict[str, int]:
        """Return, per receiver, how many sounds since *since* came in their quiet hours."""
        await self.flush()
        nothing: dict[str, int] = {}
        known = Counter(await self._read(partial(self._stored.night_pages, since), nothing))
        known.update(self._held.night_pages(since))
        return dict(known)

    async def record(self, incidents: Sequence[Incident], pages: Sequence[Page]) -> list[Page]:
        """Store incidents and pages together, or hold them; return the pages that were new."""
        async with self._one_at_a_time:
            if await self._caught_up():
                try:
                    fresh = await self._stored.record(incidents, pages)
                except LogError as error:
                    self._refused(error, writing=True)
                else:
                    self._works()
                    return fresh
            self._held.keep_incidents(incidents)
            return [page for page in pages if await self._is_new(page) and self._held.keep_page(page)]

    async def due(self, channel: str, now: datetime, limit: int) -> list[Page]:
        """Return pending pages of *channel* whose ``next_at`` is None or past, oldest first."""
        await self.flush()
        more = limit + len(self._held.changes)
        nothing: list[Page] = []
        stored = await self._read(lambda: self._stored.due(channel, now, more), nothing)
        return self._held.over_due(stored, channel, now)[:limit]

    async def confirm(self, key: str, at: datetime) -> None:
        """Mark a page as delivered."""
        await self._settle(key, partial(self._stored.confirm, key, at), _done)

    async def note(self, key: str, part: str) -> None:
        """Remember that *part* of its channel confirmed a page."""
        await self._settle(key, partial(self._stored.note, key, part), partial(_noted, part=part))

    async def retry(self, key: str, next_at: datetime, error: str) -> None:
        """Count a failed attempt and try again at *next_at*."""

        def postponed(page: Page) -> Page:
            attempts = page.attempts + 1
            return msgspec.structs.replace(page, attempts=attempts, next_at=next_at, error=error)

        await self._settle(key, partial(self._stored.retry, key, next_at, error), postponed)

    async def bury(self, key: str, at: datetime, error: str) -> None:
        """Mark a page as undeliverable."""
        await self._settle(key, partial(self._stored.bury, key, at, error), partial(_dead, error=error))

    async def supersede(self, key: str, at: datetime, by: str) -> None:
        """Close a page unsent: the page *by* says all that it would say."""
        change = partial(self._stored.supersede, key, at, by)
        await self._settle(key, change, partial(_superseded, by=by))

    async def pending(self) -> dict[str, tuple[int, datetime]]:
        """Return, per channel with pending pages, their number and the oldest ``created_at``."""
        await self.flush()
        nothing: dict[str, tuple[int, datetime]] = {}
        known = await self._read(self._stored.pending, nothing)
        if not self._held:
            return known
        counted: dict[str, tuple[int, datetime]] = {}
        for channel in sorted({*known, *self._held.channels}):
            if pages := await self._pending_of(channel, known.get(channel, (0, FOREVER))[0]):
                counted[channel] = (len(pages), pages[0].created_at)
        return counted

    async def page(self, key: str) -> Page | None:
        """Return one page as it stands, or None."""
        held = self._held.pages.get(key)
        return held if held is not None else await self._read(partial(self._stored.page, key), None)

    async def link(self, digest: str) -> Link | None:
        """Return the one-tap link whose token has this digest, or None; raises LogError if nobody knows."""
        link = await self._stored_link(digest) or self._held.link(digest)
        used_at = self._held.used.get(digest)
        return msgspec.structs.replace(link, used_at=link.used_at or used_at) if link else None

    async def use_link(self, digest: str, at: datetime) -> None:
        """Remember when a link was used first."""
        self._held.used.setdefault(digest, at)
        await self._settle(f"link:{digest}", partial(self._stored.use_link, digest, at), _done)
        if not self._held:
            self._held.used.clear()

    async def flush(self) -> bool:
        """Try to store what is held; tell whether nothing is left."""
        if not self._held and not self.trouble:
            return True
        async with self._one_at_a_time:
            return await self._caught_up()

    async def _settle(
        self, key: str, change: Callable[[], Awaitable[None]], as_held: Callable[[Page], Page]
    ) -> None:
        async with self._one_at_a_time:
            if await self._caught_up():
                try:
                    await change()
                except LogError as error:
                    self._refused(error, writing=True)
                else:
                    self._works()
                    return
            page = self._held.pages.get(key) or await self._read(partial(self._stored.page, key), None)
            pending = page is not None and page.outcome == "pending"
            self._held.change(key, as_held(page) if page and pending else page, change)

    async def _stored_link(self, digest: str) -> Link | None:
        try:
            return await self._stored.link(digest)
        except LogError as error:
            self._refused(error)
            if self._held.link(digest) is None:
                # A good link must not be taken for a forged one.
                raise
            return None

    async def _is_new(self, page: Page) -> bool:
        if page.key in self._held.pages:
            return False
        return await self._read(partial(self._stored.page, page.key), None) is None

    async def _pending_of(self, channel: str, stored: int) -> list[Page]:
        pages: list[Page] = []
        if stored:
            pages = await self._read(lambda: self._stored.due(channel, FOREVER, stored), pages)
        return self._held.over_due(pages, channel, FOREVER)

    async def _caught_up(self) -> bool:
        """Write what is held, unless the log refused a moment ago; tell whether nothing is left."""
        if not self._held:
            return True
        if self._clock.now() < self._again:
            return False
        try:
            await self._held.write(self._stored)
        except LogError as error:
            self._refused(error, writing=True)
            return False
        self._works()
        return True

    async def _read(self, look: Callable[[], Awaitable[Found]], otherwise: Found) -> Found:
        try:
            found = await look()
        except LogError as error:
            self._refused(error)
            return otherwise
        if not self._unwritable:
            self._works()
        return found

    def _refused(self, error: LogError, *, writing: bool = False) -> None:
        self._unwritable = self._unwritable or writing
        self._again = self._clock.now() + PAUSE
        if not self.trouble:
            log.error("log_refuses", why=str(error), now="incidents and pages are kept in memory")
        self.trouble = str(error)

    def _works(self) -> None:
        self._unwritable = False
        if self.trouble:
            log.info("log_works_again")
            self.trouble = ""


def _noted(page: Page, part: str) -> Page:
    if part in page.confirmed_by:
        return page
    return msgspec.structs.replace(page, confirmed_by=(*page.confirmed_by, part))


def _done(page: Page) -> Page:
    return _settled(page, "done", "")


def _dead(page: Page, error: str) -> Page:
    return _settled(page, "dead", error)


def _superseded(page: Page, by: str) -> Page:
    return _settled(page, "superseded", f"superseded by {by}")


def _settled(page: Page, outcome: Outcome, error: str) -> Page:
    return msgspec.structs.replace(page, outcome=outcome, next_at=None, error=error)
