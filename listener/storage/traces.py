"""What explains a flare-up: every post of it without its words, its topics' past, and posts by name."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from listener.storage import statements
from listener.storage.aggregate import Aggregate
from listener.storage.encoding import json_text
from listener.storage.instants import instant, micros
from listener.storage.rows import mention_of
from models.mention import Mention
from models.post import Post, PostKey

SQL = statements.load("traces")


class Row(NamedTuple):
    """A post of a flare-up; ``key`` and ``target`` are "source/id", ``who`` is its author's key."""

    source: str
    key: str
    who: str
    at: datetime
    kind: str
    target: str
    cluster: str
    label: str


class Traces(Aggregate):
    """Reads what was said, for explanations."""

    async def window(
        self, brand: str, topics: Sequence[str], since: datetime, until: datetime, limit: int
    ) -> list[Row]:
        """Return the posts on *topics* in [since, until), oldest first, hidden and erased ones left out."""
        values = {"brand": brand, "topics": json_text(list(topics)), "limit": limit}
        rows = await self._rows(SQL["window"], **values, since=micros(since), until=micros(until))
        return [
            Row(source, key, who, instant(at), kind, target, cluster, label)
            for source, key, who, at, kind, target, cluster, label in rows
        ]

    async def past(
        self, brand: str, topics: Sequence[str], since: datetime, until: datetime, limit: int
    ) -> list[Mention]:
        """Return the newest mentions with words of their own on *topics* in [since, until)."""
        values = {"brand": brand, "topics": json_text(list(topics)), "limit": limit}
        rows = await self._rows(SQL["past"], **values, since=micros(since), until=micros(until))
        return [mention_of(row)[1] for row in rows]

    async def posts(self, keys: Collection[PostKey]) -> list[Post]:
        """Return the posts with these identities that matched something and may be shown."""
        rows = await self._rows(SQL["posts"], keys=json_text(list(keys)))
        return list({post.key: post for post in (mention_of(row)[1].post for row in rows)}.values())
