"""Retention by age, per table, in batches so small that nobody waits for them."""

import sqlite3
from datetime import datetime, timedelta
from typing import Any

import msgspec

from listener.storage import posts, statements
from listener.storage.connection import Connection
from listener.storage.instants import micros

SQL = statements.load("retention")

_FREED = 256  # pages given back to the file system after each batch
_MERGED = 128  # pages of the search index that one step merges
_LINKS = timedelta(days=30)  # so long a link that expired is still told so, not taken for a forged one
_STEPS = 50  # steps per sweep; a large index is merged over several sweeps


class Policy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many days everything is kept."""

    posts: int = 90  # posts with their mentions, from their arrival
    authors: int = 30  # who wrote them, and who lit a fire that is over; later nobody is traced to a post
    samples: int = 7  # the sample of unmatched posts
    incidents: int = 730  # resolved incidents and settled pages, gaps too
    quarantine: int = 7  # frames that could not be read


class Retention:
    """Forgets what is too old; ``sweep`` runs as often as one likes."""

    def __init__(self, writer: Connection) -> None:
        self._writer = writer

    async def sweep(self, now: datetime, policy: Policy, *, batch: int = 500) -> dict[str, int]:
        """Forget everything older than *policy* says at *now*; return how many rows went, per statement."""
        ages = {
            "drop_samples": timedelta(days=policy.samples),
            "drop_deletions": posts.REMEMBERED,
            "drop_quarantine": timedelta(days=policy.quarantine),
            "drop_gaps": timedelta(days=policy.incidents),
            "drop_runs": timedelta(days=policy.incidents),
            "drop_pages": timedelta(days=policy.incidents),
            "drop_links": _LINKS,
            "drop_incidents": timedelta(days=policy.incidents),
            "forget_authors": timedelta(days=policy.authors),
            "forget_roles": timedelta(days=policy.authors),
            "old_posts": timedelta(days=policy.posts),
            "drop_responses": timedelta(days=policy.posts),
            "drop_quotations": timedelta(0),
        }
        gone = {name: await self._sweep(name, now - age, batch) for name, age in ages.items()}
        await self._compact()
        return gone

    async def _compact(self) -> None:
        """Merge the search index: what was unindexed leaves the file only then."""
        for _ in range(_STEPS):
            if not await self._writer.transact(_merge):
                break
        await self._writer.run(_give_back)

    async def _sweep(self, statement: str, before: datetime, batch: int) -> int:
        values = {"before": micros(before), "limit": batch}
        step = _drop_posts if statement == "old_posts" else _step
        total = 0
        while gone := await self._writer.transact(lambda connection: step(connection, statement, values)):
            await self._writer.run(_give_back)
            total += gone
        return total


def _step(connection: sqlite3.Connection, statement: str, values: dict[str, Any]) -> int:
    return connection.execute(SQL[statement], values).rowcount


def _drop_posts(connection: sqlite3.Connection, statement: str, values: dict[str, Any]) -> int:
    rows = connection.execute(SQL[statement], values).fetchall()
    for identity, text in rows:
        posts.unindex(connection, identity, text)
    connection.executemany(SQL["drop_post"], [{"id": identity} for identity, _ in rows])
    return len(rows)


def _merge(connection: sqlite3.Connection) -> bool:
    before = connection.total_changes
    connection.execute(SQL["merge"], {"pages": -_MERGED})
    return connection.total_changes - before > 1  # FTS5's own sign that there was something to do


def _give_back(connection: sqlite3.Connection) -> None:
    # execute() would step the pragma once, which frees a single page; a script is run to its end.
    connection.executescript(f"PRAGMA incremental_vacuum({_FREED})")
