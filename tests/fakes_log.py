"""An in-memory notification log that passes the same contract suite as the stored one."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from alerts.incident import Incident
from alerts.links.link import Link
from alerts.notification_log import LogError, Outcome, Page


class MemoryLog:
    """Remembers incidents and pages for as long as it lives."""

    def __init__(self) -> None:
        self.incidents: dict[str, Incident] = {}
        self.pages: dict[str, Page] = {}
        self.links: dict[str, Link] = {}
        self.used: dict[str, datetime] = {}

    async def open_incidents(self) -> list[Incident]:
        """Return every incident that is not resolved, oldest first."""
        return _oldest_first(each for each in self.incidents.values() if each.open)

    async def resolved_since(self, since: datetime) -> list[Incident]:
        """Return the incidents resolved at or after *since*, oldest first."""
        resolved = (each for each in self.incidents.values() if not each.open)
        return _oldest_first(each for each in resolved if (each.resolved_at or each.updated_at) >= since)

    async def incident(self, incident_id: str) -> Incident | None:
        """Return one incident, or None."""
        return self.incidents.get(incident_id)

    async def with_postponed(self, since: datetime) -> list[Incident]:
        """Return the incidents that changed since *since* and ever postponed a page, oldest first."""
        return _oldest_first(
            one for one in self.incidents.values() if one.postponed and one.updated_at >= since
        )

    async def night_pages(self, since: datetime) -> dict[str, int]:
        """Return, per receiver, how many sounds since *since* came in their quiet hours."""
        rang = [page for page in self.pages.values() if page.night and not page.unsent]
        sounds = {(page.to, page.sound) for page in rang if page.created_at >= since}
        return Counter(to for to, _ in sounds)

    async def record(self, incidents: Sequence[Incident], pages: Sequence[Page]) -> list[Page]:
        """Keep incidents and pages; return the pages that were new."""
        self.incidents.update((each.id, each) for each in incidents)
        fresh = []
        for page in pages:
            self.links.update((link.digest, link) for link in page.links)
            if page.key not in self.pages:
                self.pages[page.key] = page
                fresh.append(page)
        return fresh

    async def due(self, channel: str, now: datetime, limit: int) -> list[Page]:
        """Return pending pages of *channel* whose ``next_at`` is None or past, oldest first."""
        waiting = (each for each in self.pages.values() if each.outcome == "pending")
        mine = [each for each in waiting if each.channel == channel]
        ready = [each for each in mine if each.next_at is None or each.next_at <= now]
        return sorted(ready, key=lambda page: page.created_at)[:limit]

    async def confirm(self, key: str, at: datetime) -> None:  # noqa: ARG002 - the port hands it in
        """Mark a pending page as delivered."""
        self._settle(key, "done", "")

    async def note(self, key: str, part: str) -> None:
        """Remember that *part* of its channel confirmed a pending page."""
        page = self.pages.get(key)
        if page is not None and page.outcome == "pending" and part not in page.confirmed_by:
            self.pages[key] = msgspec.structs.replace(page, confirmed_by=(*page.confirmed_by, part))

    async def retry(self, key: str, next_at: datetime, error: str) -> None:
        """Count a failed attempt of a pending page and try again at *next_at*."""
        page = self.pages.get(key)
        if page is not None and page.outcome == "pending":
            attempts = page.attempts + 1
            self.pages[key] = msgspec.structs.replace(page, attempts=attempts, next_at=next_at, error=error)

    async def bury(self, key: str, at: datetime, error: str) -> None:  # noqa: ARG002 - the port hands it in
        """Mark a pending page as undeliverable."""
        self._settle(key, "dead", error)

    async def supersede(self, key: str, at: datetime, by: str) -> None:  # noqa: ARG002 - the port hands it in
        """Close a pending page unsent."""
        self._settle(key, "superseded", f"superseded by {by}")

    async def pending(self) -> dict[str, tuple[int, datetime]]:
        """Return, per channel with pending pages, their number and the oldest ``created_at``."""
        waiting: dict[str, list[datetime]] = {}
        for page in self.pages.values():
            if page.outcome == "pending":
                waiting.setdefault(page.channel, []).append(page.created_at)
        return {channel: (len(times), min(times)) for channel, times in waiting.items()}

    async def page(self, key: str) -> Page | None:
        """Return one page as it stands, or None (not in the port: for tests and the command line)."""
        return self.pages.get(key)

    async def link(self, digest: str) -> Link | None:
        """Return the one-tap link whose token has this digest, or None."""
        link = self.links.get(digest)
        return link and msgspec.structs.replace(link, used_at=self.used.get(digest))

    async def use_link(self, digest: str, at: datetime) -> None:
        """Remember when a link was used first."""
        self.used.setdefault(digest, at)

    def _settle(self, key: str, outcome: Outcome, error: str) -> None:
        page = self.pages.get(key)
        if page is not None and page.outcome == "pending":
            self.pages[key] = msgspec.structs.replace(page, outcome=outcome, next_at=None, error=error)


class RefusingLog(MemoryLog):
    """A log that takes nothing while ``refuses``, and shows nothing while ``blind``."""

    def __init__(self) -> None:
        super().__init__()
        self.refuses = False
        self.blind = False
        self.retryable = True
        self.tried = 0

    async def record(self, incidents: Sequence[Incident], pages: Sequence[Page]) -> list[Page]:
        """Keep incidents and pages, or refuse."""
        self._refuse()
        return await super().record(incidents, pages)

    async def confirm(self, key: str, at: datetime) -> None:
        """Mark a page as delivered, or refuse."""
        self._refuse()
        await super().confirm(key, at)

    async def note(self, key: str, part: str) -> None:
        """Remember a part's confirmation, or refuse."""
        self._refuse()
        await super().note(key, part)

    async def retry(self, key: str, next_at: datetime, error: str) -> None:
        """Count a failed attempt, or refuse."""
        self._refuse()
        await super().retry(key, next_at, error)

    async def bury(self, key: str, at: datetime, error: str) -> None:
        """Mark a page as undeliverable, or refuse."""
        self._refuse()
        await super().bury(key, at, error)

    async def supersede(self, key: str, at: datetime, by: str) -> None:
        """Close a page unsent, or refuse."""
        self._refuse()
        await super().supersede(key, at, by)

    async def incident(self, incident_id: str) -> Incident | None:
        """Return one incident, or refuse."""
        self._look()
        return await super().incident(incident_id)

    async def due(self, channel: str, now: datetime, limit: int) -> list[Page]:
        """Return what is due, or refuse."""
        self._look()
        return await super().due(channel, now, limit)

    async def pending(self) -> dict[str, tuple[int, datetime]]:
        """Return what is pending, or refuse."""
        self._look()
        return await super().pending()

    async def link(self, digest: str) -> Link | None:
        """Return a link, or refuse."""
        self._look()
        return await super().link(digest)

    async def use_link(self, digest: str, at: datetime) -> None:
        """Remember when a link was used first, or refuse."""
        self._refuse()
        await super().use_link(digest, at)

    async def page(self, key: str) -> Page | None:
        """Return one page, or refuse."""
        self._look()
        return await super().page(key)

    def _refuse(self) -> None:
        self.tried += 1
        if self.refuses:
            raise LogError("the disk is full", retryable=self.retryable)

    def _look(self) -> None:
        if self.blind:
            raise LogError("the disk cannot be read", retryable=self.retryable)


def _oldest_first(incidents: Iterable[Incident]) -> list[Incident]:
    return sorted(incidents, key=lambda incident: (incident.opened_at, incident.id))
