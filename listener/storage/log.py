"""The notification log of alerting, in SQLite: incidents and the outbox of pages."""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from alerts.incident import Incident
from alerts.links.link import Link
from alerts.notification_log import Outcome, Page
from listener.storage import digests, erasure, links, redaction, statements
from listener.storage.aggregate import Aggregate
from listener.storage.encoding import json_text, legible
from listener.storage.instants import instant, micros, optional_instant, optional_micros
from listener.storage.redaction import Erased

SQL = statements.load("log")

_incident = msgspec.json.Decoder(Incident)
_page = msgspec.json.Decoder(Page)


class Log(Aggregate):
    """Durable memory of incidents and pages; implements ``alerts.notification_log.NotificationLog``."""

    async def open_incidents(self) -> list[Incident]:
        """Return every incident that is not resolved, oldest first."""
        return await self._incidents("open_incidents")

    async def resolved_since(self, since: datetime) -> list[Incident]:
        """Return the incidents resolved at or after *since*, oldest first."""
        return await self._incidents("resolved_since", since=micros(since))

    async def incident(self, incident_id: str) -> Incident | None:
        """Return one incident, or None."""
        return next(iter(await self._incidents("incident", id=incident_id)), None)

    async def incidents(self, limit: int) -> list[Incident]:
        """Return the latest incidents, newest first."""
        return await self._incidents("incidents", limit=limit)

    async def with_postponed(self, since: datetime) -> list[Incident]:
        """Return the incidents that changed since *since* and ever postponed a page, oldest first."""
        return await self._incidents("with_postponed", since=micros(since))

    async def night_pages(self, since: datetime) -> dict[str, int]:
        """Return, per receiver, how many sounds since *since* broke their quiet hours; none unsent."""
        return dict(await self._rows(SQL["night_pages"], since=micros(since)))

    async def record(self, incidents: Sequence[Incident], pages: Sequence[Page]) -> list[Page]:
        """Store incidents and pages in one durable transaction; return the pages that were new.

        What was deleted since a caller read it is taken out before it is stored (and returned).
        """
        return await self._writer.transact(
            lambda connection: _record(connection, incidents, pages), durable=True
        )

    async def due(self, channel: str, now: datetime, limit: int) -> list[Page]:
        """Return pending pages of *channel* whose ``next_at`` is None or past, oldest first."""
        return await self._pages("due", channel=channel, now=micros(now), limit=limit)

    async def page(self, key: str) -> Page | None:
        """Return one page as it stands, or None."""
        return next(iter(await self._pages("page", key=key)), None)

    async def pages_of(self, incident_id: str) -> list[Page]:
        """Return the pages of an incident, oldest first."""
        return await self._pages("pages_of", incident=incident_id)

    async def confirm(self, key: str, at: datetime) -> None:
        """Mark a pending page as delivered."""
        await self._settle(key, at, "done", "")

    async def note(self, key: str, part: str) -> None:
        """Remember that *part* of its channel confirmed a pending page."""
        await self._write(SQL["note"], durable=True, key=key, part=part)

    async def retry(self, key: str, next_at: datetime, error: str) -> None:
        """Count a failed attempt of a pending page and try again at *next_at*."""
        await self._write(SQL["retry"], durable=True, key=key, next_at=micros(next_at), error=legible(error))

    async def bury(self, key: str, at: datetime, error: str) -> None:
        """Mark a pending page as undeliverable."""
        await self._settle(key, at, "dead", legible(error))

    async def supersede(self, key: str, at: datetime, by: str) -> None:
        """Close a pending page unsent: the page *by* says all that it would say."""
        await self._settle(key, at, "superseded", f"superseded by {by}")

    async def pending(self) -> dict[str, tuple[int, datetime]]:
        """Return, per channel with pending pages, their number and the oldest ``created_at``."""
        rows = await self._rows(SQL["pending"])
        return {channel: (count, instant(oldest)) for channel, count, oldest in rows}

    async def link(self, digest: str) -> Link | None:
        """Return the one-tap link whose token has this digest, or None."""
        rows = await self._rows(links.SQL["link"], digest=digest)
        return links.found(rows[0]) if rows else None

    async def use_link(self, digest: str, at: datetime) -> None:
        """Remember when a link was used first."""
        await self._writer.transact(lambda connection: links.use(connection, digest, at), durable=True)

    async def _settle(self, key: str, at: datetime, outcome: Outcome, error: str) -> None:
        values = {"key": key, "at": micros(at), "outcome": outcome, "error": error}
        await self._writer.transact(lambda connection: _settle(connection, values), durable=True)

    async def _incidents(self, statement: str, **values: Any) -> list[Incident]:
        return [_incident.decode(body) for (body,) in await self._rows(SQL[statement], **values)]

    async def _pages(self, statement: str, **values: Any) -> list[Page]:
        return [page_of(row) for row in await self._rows(SQL[statement], **values)]


def page_of(row: Sequence[Any]) -> Page:
    """Return the page of a row as it stands."""
    body, outcome, next_at, attempts, error, confirmed_by = row
    return msgspec.structs.replace(
        _page.decode(body),
        outcome=outcome,
        next_at=optional_instant(next_at),
        attempts=attempts,
        error=error,
        confirmed_by=tuple(msgspec.json.decode(confirmed_by)),
    )


def _settle(connection: sqlite3.Connection, values: dict[str, Any]) -> None:
    if connection.execute(SQL["settle"], values).rowcount:
        links.forget_tokens(connection, values["key"])


def _record(
    connection: sqlite3.Connection, incidents: Sequence[Incident], pages: Sequence[Page]
) -> list[Page]:
    for incident in incidents:
        _keep_incident(connection, incident)
    recorded = (_keep_page(connection, page, incidents) for page in pages)
    return [page for page in recorded if page is not None]


def _keep_incident(connection: sqlite3.Connection, incident: Incident) -> None:
    keys = [digests.of_post(quote.source, quote.id) for quote in redaction.quotes(incident)]
    erased = erasure.erased_among(connection, keys, "incident", incident.id)
    kept = redaction.incident(incident, erased) if erased else incident
    resolved_at = incident.resolved_at or incident.updated_at
    values = {
        "id": incident.id,
        "brand": incident.brand,
        "state": incident.state,
        "started_at": micros(incident.started_at),
        "opened_at": micros(incident.opened_at),
        "updated_at": micros(incident.updated_at),
        "resolved_at": None if incident.open else micros(resolved_at),
        "body": json_text(kept),
    }
    connection.execute(SQL["keep_incident"], values)
    _quotations(connection, "incident", incident.id, (key for key in keys if key not in erased))


def _keep_page(connection: sqlite3.Connection, page: Page, incidents: Iterable[Incident]) -> Page | None:
    links.keep(connection, page.links)
    keys = [digests.of_quoted(key) for key in page.quoted]
    deleted = erasure.erased_among(connection, keys, "incident", page.incident)
    if doomed := deleted.intersection(keys):
        erased = Erased(doomed)
        for incident in incidents:
            erased = redaction.knowing(erased, incident)
        page = redaction.page(page, erased)
    values = {
        "key": page.key,
        "incident": page.incident,
        "channel": page.channel,
        "outcome": page.outcome,
        "created_at": micros(page.created_at),
        "next_at": optional_micros(page.next_at),
        "attempts": page.attempts,
        "error": page.error,
        "confirmed_by": json_text(page.confirmed_by),
        "body": json_text(page),
    }
    if not connection.execute(SQL["keep_page"], values).rowcount:
        return None
    _quotations(connection, "page", page.key, (key for key in keys if key not in deleted))
    return page


def _quotations(connection: sqlite3.Connection, holder: str, key: str, keys: Iterable[int]) -> None:
    connection.executemany(
        SQL["quotation"], [{"digest": digest, "holder": holder, "key": key} for digest in keys]
    )
