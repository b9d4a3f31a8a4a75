"""Jetstream's two wires: a frame's bytes to a post, a deletion, or just a step of the cursor.

v1 is ``{"did","time_us","kind","commit":{...}}``, v2 ``{"$type":"message","payload":{"seq",...}}``
(bluesky-social/jetstream, docs/README.md sections 5.1 and 5.2).
"""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypeVar

import msgspec

from listener.sources import bluesky_record, claimed_time, json_frame
from listener.sources.bluesky_record import REPOST, Field, Record
from listener.sources.json_frame import BadPost
from models.post import Author, Deletion, Post

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
COLLECTIONS = (bluesky_record.POST, REPOST)
GONE = frozenset({"deleted", "takendown"})
HIDDEN = frozenset({"deactivated", "suspended"})


class Event(NamedTuple):
    """One frame understood; ``cursor`` is time_us on v1 and seq on v2, 0 where the frame has none."""

    cursor: int
    at: datetime
    item: Post | Deletion | None = None
    info: str = ""
    error: str = ""


class _Commit(msgspec.Struct, gc=False):
    operation: str = ""
    collection: str = ""
    rkey: str = ""
    record: Record | None = None


class _Account(msgspec.Struct, gc=False):
    active: bool = True
    status: str | None = None


class _V1(msgspec.Struct, gc=False):
    did: str
    time_us: int
    kind: str
    commit: _Commit | None = None
    account: _Account | None = None


class _Payload(msgspec.Struct, gc=False):
    type: str = msgspec.field(name="$type")
    seq: int = 0
    did: str = ""
    time: str = ""
    operation: str = ""
    collection: str = ""
    rkey: str = ""
    record: Record | None = None
    account: _Account | None = None
    name: str | None = None


class _V2(msgspec.Struct, gc=False):
    type: str = msgspec.field(name="$type")
    payload: _Payload | None = None
    error: str = ""
    message: str | None = None


_v1 = msgspec.json.Decoder(_V1)
_v2 = msgspec.json.Decoder(_V2)
Envelope = TypeVar("Envelope", _V1, _V2)
_anything = msgspec.json.Decoder(dict[str, Any])
# Beyond this a microsecond count is no instant (year 9999) and datetime would overflow.
_LAST_US = 253_402_300_799_000_000


class Reader:
    """Turns frames of one source into events; *fields* are the parts of a post that are matched."""

    def __init__(self, source: str, fields: frozenset[Field] = frozenset({"text"})) -> None:
        self._source = source
        self._fields = fields
        self._bare = fields == {"text"}

    def read(self, frame: bytes, received: datetime | None) -> Event:
        """Return what *frame* of either wire says, or raise BadPost; *received* may be its own time."""
        return self.read_v1(frame, received) if b'"time_us"' in frame else self.read_v2(frame, received)

    def read_v1(self, frame: bytes, received: datetime | None) -> Event:
        """Return what a frame of ``/subscribe`` says, or raise BadPost."""
        try:
            event = json_frame.read(frame, _v1)
        except BadPost as error:
            event = _salvaged(frame, "commit", _v1, error)
        at = _instant(event.time_us)
        if event.commit is not None:
            commit = event.commit
            item = self._item(event.did, commit, at, received or at)
            return Event(event.time_us, at, item)
        return Event(event.time_us, at, self._status(event.did, event.account, received or at))

    def read_v2(self, frame: bytes, received: datetime | None) -> Event:
        """Return what a frame of ``subscribeEvents`` says, or raise BadPost."""
        try:
            message = json_frame.read(frame, _v2)
        except BadPost as error:
            message = _salvaged(frame, "payload", _v2, error)
        payload = message.payload
        if payload is None:
            if message.type != "error":
                raise BadPost(f'a frame of type "{message.type[:40]}" has no payload', "payload")
            return Event(0, received or EPOCH, error=f"{message.error}: {message.message or ''}".rstrip(": "))
        if payload.type.endswith("#info"):
            return Event(0, received or EPOCH, info=payload.name or "info")
        at = claimed_time.parsed(payload.time)
        if at is None:
            raise BadPost(f'"time" is no RFC 3339 time: {payload.time[:40]!r}', "time")
        at = claimed_time.believed(at, at)
        if payload.type.endswith("#commit"):
            return Event(payload.seq, at, self._item(payload.did, payload, at, received or at))
        return Event(payload.seq, at, self._status(payload.did, payload.account, received or at))

    def _item(
        self, did: str, commit: _Commit | _Payload, at: datetime, received: datetime
    ) -> Post | Deletion | None:
        collection = commit.collection
        if collection not in COLLECTIONS:
            return None
        if not (did and commit.rkey):
            field = "rkey" if did else "did"
            raise BadPost(f'"{field}" is missing from a commit', field)
        uri = f"at://{did}/{collection}/{commit.rkey}"
        if commit.operation == "delete":
            return Deletion(source=self._source, id=uri, received_at=received)
        record = commit.record
        if record is None:
            raise BadPost('"record" is missing from a commit that creates a post', "record")
        created = claimed_time.parsed(record.createdAt)
        kind, target = bluesky_record.relation(record, collection)
        text = record.text if self._bare and record.facets is None else record.readable(self._fields)
        return Post(
            source=self._source,
            id=uri,
            text=text if len(text) <= json_frame.LONGEST_TEXT else text[: json_frame.LONGEST_TEXT],
            created_at=claimed_time.believed(at if created is None else created, received),
            received_at=received,
            author=Author(did),
            lang=record.lang,
            kind=kind,
            target=target,
            url="" if kind == "repost" else f"https://bsky.app/profile/{did}/post/{commit.rkey}",
            edited=commit.operation == "update",
            truncated=len(text) > json_frame.LONGEST_TEXT,
        )

    def _status(self, did: str, account: _Account | None, received: datetime) -> Deletion | None:
        if account is None or account.active or not did:
            return None
        if account.status in GONE:
            return Deletion(source=self._source, author=did, received_at=received)
        if account.status in HIDDEN:
            return Deletion(source=self._source, author=did, hidden=True, received_at=received)
        return None


def _instant(time_us: int) -> datetime:
    if not 0 <= time_us <= _LAST_US:
        raise BadPost(f'"time_us" is no time in microseconds: {time_us}', "time_us")
    return EPOCH + timedelta(microseconds=time_us)


def _salvaged(frame: bytes, holder: str, decoder: msgspec.json.Decoder[Envelope], error: BadPost) -> Envelope:
    """Read *frame* without the malformed parts of its record; raise *error* if even that fails."""
    document = json_frame.read(frame, _anything)
    commit = document.get(holder)
    if not isinstance(commit, dict):
        raise error
    record = commit.get("record")
    if not isinstance(record, dict) or not isinstance(record.get("text", ""), str):
        raise error
    commit["record"] = bluesky_record.salvaged(record)
    try:
        return msgspec.convert(document, decoder.type)
    except msgspec.ValidationError:
        raise error from None
