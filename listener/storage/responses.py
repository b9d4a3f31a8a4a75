"""What brands answered in public: kept beside the mentions, whichever of the two came first."""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import msgspec

from listener.storage import digests, posts, statements
from listener.storage.aggregate import Aggregate
from listener.storage.encoding import json_text, legible
from listener.storage.instants import instant, micros
from models.response import FirstResponse, Response, ResponseKind

SQL = statements.load("responses")

_NEVER = datetime(9999, 1, 1, tzinfo=UTC)


class Responses(Aggregate):
    """Finds the first answer to a fire; implements ``alerts.first_response.Responses``."""

    async def first(
        self, brand: str, topics: Sequence[str], since: datetime, until: datetime | None = None
    ) -> FirstResponse | None:
        """Return the first answer to what was said on *topics* in [since, until), or statement on them.

        An answer to praise is none to a fire.
        """
        stretch = {"since": micros(since), "until": micros(until or _NEVER)}
        rows = await self._rows(SQL["first"], brand=brand, topics=json_text(list(topics)), **stretch)
        return next((_first(*row) for row in rows), None)


def _first(at: int, kind: ResponseKind, account: str, source: str) -> FirstResponse:
    return FirstResponse(at=instant(at), kind=kind, by=account, channel=source)


def keep(connection: sqlite3.Connection, responses: Iterable[Response]) -> None:
    """Store *responses*; the same again change nothing, and no answer names a post that was deleted."""
    for response in responses:
        if response.target and _deleted(connection, response):
            continue
        plain = msgspec.structs.asdict(response)
        words = {name: legible(str(plain[name])) for name in ("account", "target")}
        times = {"at": micros(response.at), "received_at": micros(response.received_at)}
        connection.execute(SQL["insert"], {**plain, **words, **times})


def _deleted(connection: sqlite3.Connection, response: Response) -> bool:
    digest = digests.of_post(response.source, response.target)
    values = {"digest": digest, "since": micros(response.received_at - posts.REMEMBERED)}
    return connection.execute(SQL["target_deleted"], values).fetchone() is not None
