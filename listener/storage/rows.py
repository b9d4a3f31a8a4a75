"""Between the database's rows and the types everyone speaks."""

from typing import Any

import msgspec

from listener.storage.encoding import legible
from listener.storage.instants import instant, micros
from models.mention import Match, Mention, Score
from models.post import Author, Post

Row = tuple[Any, ...]

_MENTION_COLUMNS = 13  # then the post's, in the order of the view stored_mentions
_LARGEST = 2**63 - 1

_matches = msgspec.json.Decoder(tuple[Match, ...])


def post_values(post: Post, *, hidden: bool) -> dict[str, Any]:
    """Return the values of *post* by column."""
    author = post.author or Author("")
    return {
        "source": post.source,
        "native_id": legible(post.id),
        "text": legible(post.text),
        "created_at": micros(post.created_at),
        "received_at": micros(post.received_at),
        "author_id": legible(author.id) if post.author else None,
        "author_handle": legible(author.handle),
        "author_name": legible(author.name),
        "followers": None if author.followers is None else min(author.followers, _LARGEST),
        "lang": legible(post.lang),
        "kind": post.kind,
        "target": None if post.target is None else legible(post.target),
        "url": legible(post.url),
        "edited": post.edited,
        "truncated": post.truncated,
        "hidden": hidden,
    }


def mention_of(row: Row) -> tuple[int, Mention]:
    """Return the number and the mention of a row of the view ``stored_mentions``."""
    seq, brand, topic, matches, inherited, cluster, late = row[:7]
    return seq, Mention(
        post=post_of(row[_MENTION_COLUMNS:]),
        brand=brand,
        topic=topic,
        matches=() if matches == "[]" else _matches.decode(matches),
        inherited=bool(inherited),
        cluster=cluster,
        late=bool(late),
        score=score_of(row[7:_MENTION_COLUMNS]),
    )


def score_of(columns: Row) -> Score | None:
    """Return the score in six columns, None where there is none."""
    label, negative, neutral, positive, unsure, voice = columns
    if label is None:
        return None
    return Score(
        label=label,
        negative=negative,
        neutral=neutral,
        positive=positive,
        unsure=bool(unsure),
        voice=voice,
    )


def post_of(columns: Row) -> Post:
    """Return the post in the first fifteen columns."""
    source, native_id, text, created_at, received_at = columns[:5]
    author_id, handle, name, followers, lang, kind, target, url, edited, truncated = columns[5:15]
    return Post(
        source=source,
        id=native_id,
        text=text,
        created_at=instant(created_at),
        received_at=instant(received_at),
        author=None if author_id is None else Author(author_id, handle, name, followers),
        lang=lang,
        kind=kind,
        target=target,
        url=url,
        edited=bool(edited),
        truncated=bool(truncated),
    )
