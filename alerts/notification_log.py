"""What alerting needs remembered: incidents, and the pages that go out for them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Protocol

import msgspec

from alerts.incident import Incident, Severity
from alerts.links.link import Link

PageKind = Literal["first", "grown", "reminder", "escalation", "resolved"]
Outcome = Literal["pending", "done", "dead", "superseded"]


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One message to one receiver by one channel, as it stands in the outbox.

    ``key`` is the idempotency key: the same page decided twice (before and after a crash) is one row.
    ``quoted`` are the keys ("source/id") of the posts whose text ``text`` or ``payload`` carries, so that
    a deletion finds its copies. ``payload`` is the JSON the structured channels send.
    ``kind`` "state" publishes the incident's present state and rings nowhere; neither do "digest", whose
    ``incident`` is the night it tells of, "gap" of a rota, "notice" of dead letters, and an "event".
    ``night``: it was decided in the quiet hours of its receiver; ``sound`` names the sound it is part of,
    and is the same for the rows of one call; ``silent``: that sound was made by another page a moment ago,
    so this one makes none.
    ``link`` is the first of the one-tap links in ``text``; ``links`` is what is remembered of them.
    ``confirmed_by`` are those behind the channel who have it, while others do not.
    """

    key: str
    incident: str
    brand: str
    channel: str
    to: str
    kind: PageKind | Literal["state", "event", "digest", "drill", "gap", "notice"]
    severity: Severity
    created_at: datetime
    decided_at: datetime
    text: str = ""
    short: str = ""
    payload: msgspec.Raw = msgspec.Raw(b"{}")
    quoted: tuple[str, ...] = ()
    outcome: Outcome = "pending"
    attempts: int = 0
    next_at: datetime | None = None
    error: str = ""
    night: bool = False
    sound: str = ""
    silent: bool = False
    link: str = ""
    links: tuple[Link, ...] = ()
    confirmed_by: tuple[str, ...] = ()

    @property
    def unsent(self) -> bool:
        """Tell whether it was given up, or closed, before anybody behind its channel had it."""
        return self.outcome in {"dead", "superseded"} and not self.confirmed_by


class LogError(Exception):
    """The log cannot be read or written now; ``retryable`` says whether trying again can help."""

    def __init__(self, message: str, *, retryable: bool) -> None:
        super().__init__(message)
        self.retryable = retryable


class NotificationLog(Protocol):
    """Durable memory of incidents and pages, by ``listener.storage``; each method may raise ``LogError``."""

    async def open_incidents(self) -> list[Incident]:
        """Return every incident that is not resolved, oldest first."""
        ...

    async def resolved_since(self, since: datetime) -> list[Incident]:
        """Return the incidents resolved at or after *since* (they may be reopened), oldest first."""
        ...

    async def incident(self, incident_id: str) -> Incident | None:
        """Return one incident, or None."""
        ...

    async def night_pages(self, since: datetime) -> dict[str, int]:
        """Return, per receiver, how many sounds since *since* broke their quiet hours; none unsent."""
        ...

    async def with_postponed(self, since: datetime) -> list[Incident]:
        """Return the incidents that changed since *since* and ever postponed a page, oldest first."""
        ...

    async def record(self, incidents: Sequence[Incident], pages: Sequence[Page]) -> list[Page]:
        """Store incidents and pages in ONE durable transaction; return the pages that were new.

        A page whose ``key`` is stored already is left as it is.
        """
        ...

    async def due(self, channel: str, now: datetime, limit: int) -> list[Page]:
        """Return pending pages of *channel* whose ``next_at`` is None or past, oldest first."""
        ...

    async def confirm(self, key: str, at: datetime) -> None:
        """Mark a page as delivered: the channel confirmed it."""
        ...

    async def note(self, key: str, part: str) -> None:
        """Remember that *part* of its channel confirmed a pending page, and is not to be told again."""
        ...

    async def retry(self, key: str, next_at: datetime, error: str) -> None:
        """Count a failed attempt and try again at *next_at*."""
        ...

    async def bury(self, key: str, at: datetime, error: str) -> None:
        """Mark a page as undeliverable: a dead letter, kept."""
        ...

    async def supersede(self, key: str, at: datetime, by: str) -> None:
        """Close a pending page unsent: the page *by*, which is stored already, says all that it would say."""
        ...

    async def pending(self) -> dict[str, tuple[int, datetime]]:
        """Return, per channel with pending pages, their number and the oldest ``created_at``."""
        ...
