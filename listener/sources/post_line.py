"""A post as a line of JSON, as docs and contracts give it: the one format that every sender may use."""

from datetime import UTC, datetime
from typing import Literal

import msgspec

from listener.sources import claimed_time, jetstream_wire, json_frame, markup
from listener.sources.json_frame import BadPost
from models.post import Author, Deletion, Post, PostKind

__all__ = ["BadPost", "decode", "payload_items"]

_LONGEST_ID = 1024
_MOST_FOLLOWERS = 2**53  # what JSON carries exactly, and far within SQLite's integers


class _Author(msgspec.Struct, gc=False):
    id: str = ""
    handle: str | None = None
    name: str | None = None
    followers: int | None = None


class _Line(msgspec.Struct, gc=False):
    id: str
    text: str
    created_at: str
    source: str | None = None
    author: _Author | None = None
    lang: str | None = None
    kind: PostKind = "post"
    target: str | None = None
    url: str | None = None
    format: Literal["plain", "html"] = "plain"
    edited: bool = False
    received_at: str | None = None


class _Delete(msgspec.Struct, gc=False):
    delete: str
    source: str | None = None
    received_at: str | None = None


_line = msgspec.json.Decoder(_Line)
_delete = msgspec.json.Decoder(_Delete)
_list = msgspec.json.Decoder(list[msgspec.Raw])
_one = msgspec.json.Decoder(msgspec.Raw)


def decode(
    line: bytes,
    *,
    source: str,
    received_at: datetime | None,
    latest: datetime | None = None,
    may_claim: bool = True,
) -> Post | Deletion | None:
    """Return the post or deletion in *line*, or raise BadPost with a sentence that names the field.

    None is a Jetstream event that concerns no post. Without *received_at* this is a replay: the line's own
    ``received_at`` counts, else the later of *latest* (the newest ``created_at`` so far) and its own
    ``created_at``. With ``may_claim=False`` the line may not name another source than *source*.
    """
    # Inside a JSON string these quotes would be escaped: both keys are there, or it is a post.
    if b'"did"' in line and (b'"time_us"' in line or b'"payload"' in line):
        return jetstream_wire.Reader(source).read(line, received_at).item
    if b'"delete"' in line and b'"text"' not in line:
        return _deletion(json_frame.read(line, _delete), source, received_at or latest, may_claim=may_claim)
    read = json_frame.read(line, _line)
    claimed = _time(read.created_at, "created_at")
    if received_at is None:
        own = _time(read.received_at, "received_at") if read.received_at else None
        received_at = own or max(claimed, latest or claimed)
    text, truncated = _text(read)
    return Post(
        source=_source(read.source, source, may_claim=may_claim),
        id=_id(read.id, "id"),
        text=text,
        created_at=claimed_time.believed(claimed, received_at),
        received_at=received_at,
        author=_author(read.author),
        lang=read.lang or "",
        kind=read.kind,
        target=_id(read.target, "target") if read.target else None,
        url=(read.url or "")[:2048],
        edited=read.edited,
        truncated=truncated,
    )


def payload_items(body: bytes) -> list[bytes]:
    """Split a payload into its documents: one object, a list of objects, or JSON lines."""
    if len(body) > json_frame.LONGEST:
        raise BadPost(f"the payload has {len(body):,} bytes; at most {json_frame.LONGEST:,} (2 MiB) are read")
    stripped = body.strip()
    if not stripped:
        raise BadPost("this is empty; send a post, a list of posts, or JSON lines")
    if stripped.startswith(b"["):
        return [bytes(item) for item in json_frame.read(stripped, _list)]
    lines = [line for line in stripped.splitlines() if line.strip()]
    if len(lines) < 2:  # noqa: PLR2004 - one line or none
        return lines
    try:
        json_frame.read(stripped, _one)
    except BadPost:
        return lines
    return [stripped]


def _deletion(read: _Delete, source: str, received_at: datetime | None, *, may_claim: bool) -> Deletion:
    own = _time(read.received_at, "received_at") if read.received_at else None
    return Deletion(
        source=_source(read.source, source, may_claim=may_claim),
        id=_id(read.delete, "delete"),
        received_at=received_at or own or claimed_time.OLDEST,
    )


def _source(claimed: str | None, source: str, *, may_claim: bool) -> str:
    if not claimed or claimed == source:
        return source
    if not may_claim:
        raise BadPost(f'"source" says "{claimed[:60]}"; this sender may only speak as "{source}"', "source")
    return _id(claimed, "source")


def _id(text: str, field: str) -> str:
    if not text or len(text) > _LONGEST_ID:
        raise BadPost(f'"{field}" has {len(text)} characters; it needs 1 to {_LONGEST_ID}', field)
    return text


def _time(text: str, field: str) -> datetime:
    instant = claimed_time.parsed(text)
    if instant is None:
        example = "2026-11-20T17:40:12Z"
        raise BadPost(f'"{field}" is no time with a zone: "{text[:40]}"; write it like {example}', field)
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise BadPost(f'"{field}" lies outside the years 1 to 9999 in UTC', field) from None


def _text(read: _Line) -> tuple[str, bool]:
    text = markup.plain(read.text) if read.format == "html" else read.text
    if not text and read.kind != "repost":
        raise BadPost('"text" is empty; only a repost may have an empty text', "text")
    return text[: json_frame.LONGEST_TEXT], len(text) > json_frame.LONGEST_TEXT


def _author(read: _Author | None) -> Author | None:
    if read is None or not (name := read.id or read.handle):
        return None
    followers = read.followers
    if followers is not None and not 0 <= followers <= _MOST_FOLLOWERS:
        followers = None
    return Author(_id(name, "author.id"), (read.handle or "")[:256], (read.name or "")[:256], followers)
