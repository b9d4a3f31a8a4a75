"""Dead letters, for whoever runs the watch: what could not be delivered, and sending it again."""

import sqlite3
from collections.abc import Callable
from datetime import datetime

from alerts.notification_log import Page
from listener.storage import statements
from listener.storage.aggregate import Aggregate
from listener.storage.encoding import json_text
from listener.storage.instants import instant, micros
from listener.storage.log import page_of

SQL = statements.load("dead_letters")


class DeadLetters(Aggregate):
    """Looks at the outbox from the side; what is under way in it goes on."""

    async def unsettled(self, limit: int) -> list[Page]:
        """Return what waits and what could not be delivered, newest first; no drills."""
        return [page_of(row) for row in await self._rows(SQL["unsettled"], limit=limit)]

    async def dead(self) -> list[str]:
        """Return the keys of all that may be sent again, oldest first."""
        return [key for (key,) in await self._rows(SQL["dead"])]

    async def died(self, since: datetime, limit: int) -> list[tuple[datetime, Page]]:
        """Return what could not be delivered since *since*, oldest first, each with when it was given up."""
        rows = await self._rows(SQL["died"], since=micros(since), limit=limit)
        return [(instant(at), page_of(row)) for at, *row in rows]

    async def revive(self, key: str, worded: Callable[[Page], Page]) -> Page | None:
        """Let a dead letter wait again, *worded* anew; None when there is no such dead letter."""
        return await self._writer.transact(lambda connection: _revive(connection, key, worded), durable=True)


def _revive(connection: sqlite3.Connection, key: str, worded: Callable[[Page], Page]) -> Page | None:
    row = connection.execute(SQL["dead_letter"], {"key": key}).fetchone()
    if row is None:
        return None
    page = worded(page_of(row))
    connection.execute(SQL["revive"], {"key": key, "body": json_text(page)})
    return page
