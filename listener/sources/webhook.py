"""Posts that others send: signed HTTP requests, answered once they are stored. No HTTP server in here."""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncGenerator, Mapping
from datetime import UTC, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from listener.sources import post_line
from listener.sources.json_frame import KEPT, LONGEST, BadPost
from listener.sources.source import SourceError, Surroundings
from models.post import Batch, Item

SIGNATURE = "x-hinoban-signature"
TIMESTAMP = "x-hinoban-timestamp"
SHORTEST_SECRET = 16
JSON = {"Content-Type": "application/json"}

Answer = tuple[int, bytes, dict[str, str]]


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sender of posts; it signs with the secret in ``secret_file``."""

    secret_file: str
    tolerance_seconds: Annotated[float, Meta(gt=0)] = 300.0  # how far the sender's clock may be off
    queue: Annotated[int, Meta(ge=1)] = 64  # requests waiting to be stored; more are answered 429
    answer_seconds: Annotated[float, Meta(gt=0)] = (
        30.0  # a request that is not stored by then is answered 503, to be sent again
    )


class Webhook:
    """Turns signed requests into batches; ``accept`` is what the daemon's HTTP server calls.

    Nothing is lost while nobody reads: the sender hears 429 or 503 and keeps its posts.
    """

    replays = True

    def __init__(self, name: str, settings: Settings, around: Surroundings) -> None:
        self.name = name
        self._settings = settings
        self._clock, self._report = around.clock, around.report
        self._secret = around.secret(settings.secret_file).strip().encode()
        self._queue: asyncio.Queue[Batch] = asyncio.Queue(settings.queue)
        if len(self._secret) < SHORTEST_SECRET:
            had = f"{settings.secret_file} holds {len(self._secret)} bytes"
            message = f"{had}; put a secret of at least {SHORTEST_SECRET} into it"
            raise SourceError(message, retryable=False)

    def reached(self, cursor: str) -> None:
        """Return None: senders keep what was not answered 202."""

    async def batches(self, cursor: str | None) -> AsyncGenerator[Batch, None]:
        """Yield one batch per request; never ends by itself."""
        del cursor
        yield Batch(source=self.name, items=[])
        while True:
            yield await self._queue.get()

    async def accept(self, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer a request: 202 once its posts are durable, 400, 401, 413, 429 or 503 with a sentence.

        The good posts of a list are stored even if others are refused; the answer is then 400 and names
        the field of each refused one.
        """
        if len(body) > LONGEST:
            self._report.dropped("oversize", 1)
            return _answer(413, f"the body has {len(body):,} bytes; at most {LONGEST:,} (2 MiB) are read")
        if why := self._mistrusted({name.lower(): value for name, value in headers.items()}, body):
            self._report.dropped("signature", 1)
            return _answer(401, why)
        items, refused = self._items(body)
        if items and (failure := await self._stored(items)):
            return failure
        if refused:
            return _answer(400, str(refused[0]["reason"]), accepted=len(items), refused=refused)
        return _answer(202, "", accepted=len(items))

    def _mistrusted(self, headers: Mapping[str, str], body: bytes) -> str:
        """Return why the signature does not hold, "" if it does."""
        stamp, signed = headers.get(TIMESTAMP, "").strip(), headers.get(SIGNATURE, "")
        if not stamp or not signed:
            return "X-Hinoban-Timestamp and X-Hinoban-Signature are needed; see the guide on sources"
        try:
            sent = datetime.fromtimestamp(int(stamp[:20]), UTC)
        except (ValueError, OverflowError, OSError):
            return "X-Hinoban-Timestamp is no number of seconds since 1970"
        expected = (
            hmac.new(self._secret, stamp.encode("utf-8", "replace") + b"." + body, hashlib.sha256)
            .hexdigest()
            .encode()
        )
        # Several signatures may stand there while the secret is being changed; all are compared.
        offered = [
            part.strip().removeprefix("v1=").encode("utf-8", "replace") for part in signed.split(",")[:4]
        ]
        if not sum(hmac.compare_digest(expected, one) for one in offered):
            return "the signature does not match; sign timestamp + '.' + body with HMAC-SHA256"
        if abs((self._clock.now() - sent).total_seconds()) > self._settings.tolerance_seconds:
            return f"the timestamp is more than {self._settings.tolerance_seconds:g} s off; set the clock"
        return ""

    def _items(self, body: bytes) -> tuple[list[Item], list[dict[str, str | int]]]:
        received = self._clock.now()
        items: list[Item] = []
        refused: list[dict[str, str | int]] = []
        try:
            documents = post_line.payload_items(body)
        except BadPost as error:
            self._refuse(body, error)
            return [], [{"index": 0, "field": error.field, "reason": error.reason}]
        for index, document in enumerate(documents):
            try:
                item = post_line.decode(document, source=self.name, received_at=received, may_claim=False)
            except BadPost as error:
                self._refuse(document, error)
                refused.append({"index": index, "field": error.field, "reason": error.reason})
            else:
                items += [] if item is None else [item]
        return items, refused

    def _refuse(self, raw: bytes, error: BadPost) -> None:
        self._report.quarantined(raw[:KEPT], error.reason)
        self._report.dropped("bad", 1)

    async def _stored(self, items: list[Item]) -> Answer | None:
        """Wait until *items* are durable; return the answer of a failure."""
        durable = asyncio.Event()
        try:
            self._queue.put_nowait(Batch(source=self.name, items=items, confirm=durable.set))
        except asyncio.QueueFull:
            return _answer(429, "the queue is full; send this again", later=5)
        try:
            async with asyncio.timeout(self._settings.answer_seconds):
                await durable.wait()
        except TimeoutError:
            return _answer(503, "this could not be stored in time; send it again", later=10)
        return None


def _answer(status: int, error: str, *, later: int = 0, **more: object) -> Answer:
    document = {**({"error": error} if error else {}), **more}
    headers = JSON | ({"Retry-After": str(later)} if later else {})
    return status, msgspec.json.encode(document), headers
