"""Incidents and pages that are newer in memory than in the stored log, and how they get there."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime

import structlog

from alerts.incident import Incident
from alerts.links.link import Link
from alerts.notification_log import LogError, NotificationLog, Page

log = structlog.get_logger(__name__)

MOST = 5_000
"""Pages kept in memory; beyond that what was settled goes first, then states, then the oldest."""

Change = Callable[[], Awaitable[None]]


class Overlay:
    """What lies over a stored log: ``incidents`` and ``pages`` as they stand.

    ``changes`` are what became of pages that the stored log knows, the last change of each.
    """

    def __init__(self, most: int = MOST) -> None:
        self.incidents: dict[str, Incident] = {}
        self.pages: dict[str, Page] = {}
        self.changes: dict[str, Change] = {}
        self.used: dict[str, datetime] = {}  # links, by digest
        self._most = most

    def __len__(self) -> int:
        return len(self.incidents) + len(self.pages.keys() | self.changes.keys())

    @property
    def channels(self) -> set[str]:
        """Return the channels that have pages here."""
        return {page.channel for page in self.pages.values()}

    def keep_incidents(self, incidents: Iterable[Incident]) -> None:
        """Hold the latest value of each incident, in the order in which they were held first."""
        self.incidents.update((one.id, one) for one in incidents)
        while len(self.incidents) > self._most:
            closed = (name for name, one in self.incidents.items() if not one.open)
            del self.incidents[next(closed, next(iter(self.incidents)))]

    def keep_page(self, page: Page) -> bool:
        """Hold a page; False when it is held already."""
        if page.key in self.pages:
            return False
        self.pages[page.key] = page
        if len(self.pages) > self._most:
            self._crowd_out()
        return True

    def change(self, key: str, page: Page | None, change: Change) -> None:
        """Hold what became of a page: of one held here, or by *change* of one that is stored."""
        if key not in self.pages or key in self.changes:
            self.changes[key] = change
        if page is not None:
            self.pages[key] = page

    def over_incidents(
        self, stored: Iterable[Incident], wanted: Callable[[Incident], bool]
    ) -> list[Incident]:
        """Return *stored* and what is held, as far as it is *wanted*, oldest first."""
        newest = {one.id: one for one in stored} | self.incidents
        found = [one for one in newest.values() if wanted(one)]
        return sorted(found, key=lambda one: (one.opened_at, one.id))

    def night_pages(self, since: datetime) -> dict[str, int]:
        """Return, per receiver, how many sounds of what is held only here came in their quiet hours."""
        mine = (page for key, page in self.pages.items() if key not in self.changes)
        night = (page for page in mine if page.night and not page.unsent and page.created_at >= since)
        return Counter(to for to, _ in {(page.to, page.sound) for page in night})

    def link(self, digest: str) -> Link | None:
        """Return a one-tap link of a page held here."""
        held = (link for page in self.pages.values() for link in page.links)
        return next((link for link in held if link.digest == digest), None)

    def over_due(self, stored: Iterable[Page], channel: str, now: datetime) -> list[Page]:
        """Return what is due of *channel*: *stored* where nothing else is known here, and what is held."""
        known = [page for page in stored if page.key not in self.pages and page.key not in self.changes]
        mine = [page for page in self.pages.values() if page.channel == channel]
        ready = [
            page
            for page in mine
            if page.outcome == "pending" and (page.next_at is None or page.next_at <= now)
        ]
        return sorted([*known, *ready], key=lambda page: page.created_at)

    async def write(self, stored: NotificationLog) -> None:
        """Store everything as it stands; raises LogError while the log refuses."""
        incidents = list(self.incidents.values())
        pages = [page for key, page in self.pages.items() if key not in self.changes]
        if incidents or pages:
            try:
                await stored.record(incidents, pages)
            except LogError:
                raise
            except Exception:  # noqa: BLE001 - one that cannot be written must not hold back the others
                await _one_by_one(stored, incidents, pages)
            self.incidents.clear()
            self.pages = {key: page for key, page in self.pages.items() if key in self.changes}
        while self.changes:
            key = next(iter(self.changes))
            await self.changes[key]()
            # The last change is all that is held, and it may not be the one that somebody confirmed.
            page = self.pages.get(key)
            for part in page.confirmed_by if page and page.outcome == "pending" else ():
                await stored.note(key, part)
            del self.changes[key]
            self.pages.pop(key, None)

    def _crowd_out(self) -> None:
        gone = min(self.pages.values(), key=_worth)
        del self.pages[gone.key]
        if gone.outcome == "pending":
            log.error("page_given_up", key=gone.key, channel=gone.channel)


def _worth(page: Page) -> tuple[bool, bool]:
    return page.outcome == "pending", page.kind not in {"state", "event"}


async def _one_by_one(stored: NotificationLog, incidents: Sequence[Incident], pages: Sequence[Page]) -> None:
    for some, others in [([one], []) for one in incidents] + [([], [page]) for page in pages]:
        try:
            await stored.record(some, others)
        except LogError:
            raise
        except Exception:
            log.exception("record_given_up", what=[one.id for one in some] or [page.key for page in others])
