"""Bluesky's Jetstream: a WebSocket without an account, on either of its two wires."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime, timedelta
from typing import Annotated, Literal
from urllib.parse import urlencode

import msgspec
from aiohttp import ClientError, ClientSession, ClientTimeout
from msgspec import Meta

from listener.sources import jetstream_wire, websocket
from listener.sources.bluesky_record import Field
from listener.sources.jetstream_cursor import Cursor
from listener.sources.jetstream_wire import Event
from listener.sources.json_frame import KEPT, LONGEST, BadPost
from listener.sources.refusal import Refused, tell_why
from listener.sources.source import SourceError, Surroundings
from models.post import Batch, Gap, Item

PATHS = {"v1": "/subscribe", "v2": "/xrpc/network.bsky.jetstream.subscribeEvents"}
CONNECT_SECONDS = 20
# Far above any event of the network: what is larger ends the connection instead of being quarantined.
HUGE = 64 * 1024 * 1024
LOST = {
    "CursorTooOld": "the server no longer had the posts since the cursor",
    "OutdatedCursor": "the server no longer had the posts since the cursor",
    "FutureCursor": "the cursor belongs to another server",
}


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A Jetstream server; it needs no account."""

    url: Annotated[str, Meta(pattern="^wss?://[^/]")] = "wss://jetstream2.us-east.bsky.network"
    wire: Literal["v1", "v2"] = "v1"
    fields: tuple[Field, ...] = ("text",)  # what counts as text: also "alt" (images) and "card" (links)
    ping_seconds: Annotated[float, Meta(gt=0)] = (
        20.0  # after so much silence a ping, after as much again the connection is dead
    )
    gap_seconds: Annotated[float, Meta(gt=0)] = (
        60.0  # a first event so much later than the cursor means lost history
    )


class Jetstream:
    """Posts and reposts of Bluesky; the server replays up to 36 hours from a cursor."""

    replays = True

    def __init__(self, name: str, settings: Settings, around: Surroundings) -> None:
        self.name = name
        self._settings = settings
        self._clock, self._report = around.clock, around.report

    def reached(self, cursor: str) -> datetime | None:
        """Return the time of the event the cursor stands after."""
        parsed = Cursor.parse(cursor)
        return parsed.at if parsed else None

    async def batches(self, cursor: str | None) -> AsyncGenerator[Batch, None]:
        """Yield posts, reposts and deletions from *cursor* (rewound by 5 s) on; never ends by itself."""
        start = Cursor.parse(cursor) if cursor else None
        async with ClientSession(timeout=ClientTimeout(total=None), middlewares=(tell_why,)) as session:
            socket, lost = await self._connect(session, start)
            # a server with nothing to say yet is not down
            self._report.up()
            events = _Events(self.name, self._settings, start, lost)
            settings = self._settings
            reading = websocket.frames(socket, quiet=settings.ping_seconds, alive=self._alive)
            try:
                async with aclosing(reading):
                    async for frames in reading:
                        items = self._items(events, frames)
                        yield Batch(source=self.name, items=items, cursor=events.cursor or cursor)
            finally:
                await socket.close()

    async def _connect(self, session: ClientSession, start: Cursor | None) -> tuple[websocket.Socket, str]:
        """Open the socket at *start*, or live with the reason if the server no longer goes that far back."""
        try:
            return await self._opened(session, start), ""
        except Refused as refused:
            if start is None or refused.error not in LOST:
                raise refused.explained(self._settings.url, self._clock.now()) from None
        try:
            return await self._opened(session, None), "CursorTooOld"
        except Refused as refused:
            raise refused.explained(self._settings.url, self._clock.now()) from None

    async def _opened(self, session: ClientSession, start: Cursor | None) -> websocket.Socket:
        url = self._address(start)
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                return await session.ws_connect(
                    url, autoping=False, decode_text=False, max_msg_size=HUGE, compress=0
                )
        except TimeoutError:
            message = f"{self._settings.url} did not answer within {CONNECT_SECONDS} s"
            raise SourceError(message, retryable=True) from None
        except (ClientError, OSError) as error:
            raise SourceError(f"{self._settings.url} cannot be reached ({error})", retryable=True) from None

    def _address(self, start: Cursor | None) -> str:
        wire = self._settings.wire
        if wire == "v1":
            asked = [("wantedCollections", name) for name in jetstream_wire.COLLECTIONS]
        else:
            asked = [("kinds", kind) for kind in ("commit", "identity", "account")]
            asked += [("collections", name) for name in jetstream_wire.COLLECTIONS]
        if start is not None:
            asked.append(("cursor", str(start.asked(wire))))
        return f"{self._settings.url.rstrip('/')}{PATHS[wire]}?{urlencode(asked)}"

    def _items(self, events: "_Events", frames: list[bytes]) -> list[Item]:
        received = self._clock.now()
        items: list[Item] = []
        for frame in frames:
            try:
                events.read(frame, received, items)
            except BadPost as error:
                self._report.quarantined(frame[:KEPT], error.reason)
                self._report.dropped("oversize" if len(frame) > LONGEST else "bad", 1)
        return items

    def _alive(self) -> None:
        self._report.alive(self._clock.now())


class _Events:
    """One connection's events in order; notices history that the server did not give."""

    def __init__(self, name: str, settings: Settings, start: Cursor | None, lost: str) -> None:
        reader = jetstream_wire.Reader(name, frozenset(settings.fields))
        self._read = reader.read_v1 if settings.wire == "v1" else reader.read_v2
        self._name, self._settings = name, settings
        self._start, self._lost = start, lost
        self._newest: Event | None = None

    @property
    def cursor(self) -> str | None:
        """Return the cursor after the newest event; None before the first one."""
        return str(Cursor.after(self._newest, self._settings.wire)) if self._newest else None

    def read(self, frame: bytes, received: datetime, items: list[Item]) -> None:
        """Add what *frame* says to *items*; raises BadPost, and SourceError for an error frame."""
        event = self._read(frame, received)
        if event.error:
            raise SourceError(f"the server ended the stream ({event.error})", retryable=True)
        if event.info:
            self._lost = event.info if event.info in LOST else self._lost
            return
        if self._start is not None:
            items += self._missing(self._start, event)
            self._start = None
        # The newest to arrive, not the latest: at the cut-over from replay to live the order is not kept.
        self._newest = event
        if event.item is not None:
            items.append(event.item)

    def _missing(self, start: Cursor, first: Event) -> list[Item]:
        """Return the gap between the cursor and the first event: v1 clamps an old cursor silently."""
        late = first.at - start.at > timedelta(seconds=self._settings.gap_seconds)
        if not (late or self._lost):
            return []
        reason = LOST[self._lost or "OutdatedCursor"]
        return [Gap(source=self._name, start=start.at, end=max(first.at, start.at), reason=reason)]
