"""What one batch brings, stored in one transaction: deletions, mentions, samples, gaps and the cursor."""

import itertools
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

import msgspec

from listener.storage import erasure, posts, responses, statements
from listener.storage.encoding import json_text, legible
from listener.storage.instants import micros, optional_micros
from models.mention import Mention
from models.post import Deletion, Gap, Post, PostKey
from models.response import Response

SQL = statements.load("intake")

Outcome = Literal["new", "edited", "duplicate", "refused"]


class Receipt(NamedTuple):
    """What became of a mention: its number (0 when refused: it was deleted before it came)."""

    seq: int
    outcome: Outcome


class Intake(msgspec.Struct, kw_only=True):
    """One batch as the pipeline hands it over.

    ``cursor`` is (source, value) and makes the commit durable; so does ``durable``, for a sender who is
    told that the posts are safe.
    ``unmatched`` are the sampled posts that no list wanted, ``rate`` the share of their like that is
    sampled; ``withdrawn`` are edited posts whose new text matches nothing any more; ``responses`` are what
    the brands answered.
    """

    mentions: Sequence[Mention] = ()
    deletions: Sequence[Deletion] = ()
    gaps: Sequence[Gap] = ()
    cursor: tuple[str, str] | None = None
    unmatched: Sequence[Post] = ()
    rate: float = 1.0
    withdrawn: Sequence[PostKey] = ()
    responses: Sequence[Response] = ()
    durable: bool = False


def store(connection: sqlite3.Connection, batch: Intake, now: datetime) -> list[Receipt]:
    """Store *batch*; return one receipt per mention, in order.

    Deletions go first: a post that its own batch deletes is never stored.
    """
    for deletion in batch.deletions:
        erasure.erase(connection, deletion)
    for key in batch.withdrawn:
        erasure.forget(connection, key)
    receipts = list(_mentions(connection, batch.mentions))
    responses.keep(connection, batch.responses)
    connection.executemany(SQL["sample"], list(_samples(connection, batch.unmatched, batch.rate)))
    connection.executemany(SQL["gap"], [gap_values(gap) for gap in batch.gaps])
    if batch.cursor:
        source, value = batch.cursor
        connection.execute(SQL["cursor"], {"source": source, "value": value, "saved_at": micros(now)})
    return receipts


def gap_values(gap: Gap) -> dict[str, Any]:
    """Return the values of *gap* by column."""
    starts, ends = micros(gap.start), optional_micros(gap.end)
    reason = legible(gap.reason)
    return {
        "source": gap.source,
        "starts": starts,
        "ends": ends,
        "reason": reason,
        "backfilled": gap.backfilled,
    }


def _mentions(connection: sqlite3.Connection, mentions: Iterable[Mention]) -> Iterator[Receipt]:
    # A post's mentions stand together; its text is compared once, before it is replaced.
    for _, together in itertools.groupby(mentions, key=lambda mention: (mention.post.key, mention.post.text)):
        yield from _post(connection, list(together))


def _post(connection: sqlite3.Connection, mentions: list[Mention]) -> list[Receipt]:
    post = mentions[0].post
    known = posts.find(connection, post)
    if known is None:
        if posts.deleted(connection, post):
            return [Receipt(0, "refused") for _ in mentions]
        identity = posts.insert(connection, post)
        return [_count(connection, identity, mention) for mention in mentions]
    if posts.supersedes(post, known):
        posts.edit(connection, known, post)
        _withdraw_others(connection, known.id, mentions)
        return [_edit(connection, known.id, mention) for mention in mentions]
    return [_count(connection, known.id, mention) for mention in mentions]


def _insert(connection: sqlite3.Connection, post: int, mention: Mention) -> Receipt:
    values = {
        "post": post,
        "brand": mention.brand,
        "topic": mention.topic,
        "created_at": micros(mention.post.created_at),
        "matches": json_text(mention.matches),
        "inherited": mention.inherited,
        "cluster": mention.cluster,
        "late": mention.late,
    }
    return Receipt(connection.execute(SQL["insert_mention"], values).fetchone()[0], "new")


def _edit(connection: sqlite3.Connection, post: int, mention: Mention) -> Receipt:
    seq = _seq(connection, post, mention)
    if seq is None:
        return _insert(connection, post, mention)
    values = {
        "matches": json_text(mention.matches),
        "inherited": mention.inherited,
        "cluster": mention.cluster,
    }
    connection.execute(SQL["edit_mention"], {**values, "seq": seq})
    return Receipt(seq, "edited")


def _count(connection: sqlite3.Connection, post: int, mention: Mention) -> Receipt:
    seq = _seq(connection, post, mention)
    return _insert(connection, post, mention) if seq is None else Receipt(seq, "duplicate")


def _seq(connection: sqlite3.Connection, post: int, mention: Mention) -> int | None:
    values = {"post": post, "brand": mention.brand, "topic": mention.topic}
    found = connection.execute(SQL["find_mention"], values).fetchone()
    return found[0] if found else None


def _withdraw_others(connection: sqlite3.Connection, post: int, mentions: list[Mention]) -> None:
    kept = {(mention.brand, mention.topic) for mention in mentions}
    for seq, brand, topic in connection.execute(SQL["topics_of"], {"post": post}).fetchall():
        if (brand, topic) not in kept:
            connection.execute(SQL["withdraw"], {"seq": seq})


def _samples(
    connection: sqlite3.Connection, unmatched: Iterable[Post], rate: float
) -> Iterator[dict[str, object]]:
    for post in unmatched:
        if not posts.deleted(connection, post):
            yield {
                "source": post.source,
                "native_id": legible(post.id),
                "author_id": legible(post.author.id) if post.author else None,
                "created_at": micros(post.created_at),
                "received_at": micros(post.received_at),
                "rate": rate,
                "body": json_text(post),
            }
