"""One rig per kind of source: how a test feeds it, whatever it is fed by."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import aiomqtt

from listener.sources import SOURCES
from listener.sources.source import Source
from models.clock import VirtualClock
from tests.broker import start_mosquitto
from tests.fakes_sources import NIGHT, SECRET, Reading, Remembered, read, surroundings
from tests.jetstream_server import DID, START_US, a_commit, a_delete, start_jetstream


class Rig:
    """Feeds one source; the fields are filled in by the rig of its kind.

    ``post`` puts a post of that name where the source will find it, ``rubbish`` something that is no post,
    ``delete`` a deletion. ``redelivers`` says whether unconfirmed batches come again without a cursor,
    ``start`` is the cursor of a source that would otherwise begin with the present.
    """

    post: Callable[[str], Any]
    rubbish: Callable[[], Any]
    delete: Callable[[str], Any]
    redelivers = False
    start: str | None = None

    def __init__(self, kind: str, settings: dict[str, Any]) -> None:
        self.kind = SOURCES[kind]
        self.settings = settings
        self.report = Remembered()

    def build(self) -> Source:
        """Return a new source over the same feed, as after a restart."""
        around = surroundings(VirtualClock(NIGHT), self.report)
        return self.kind.build("feed", self.kind.settings(**self.settings), around)

    def native(self, name: str) -> str:
        """Return the id that a post fed as *name* has."""
        return name

    async def ready(self) -> None:
        """Prepare the feed before anything is fed: a broker must know the session."""

    async def read(self, posts: int, cursor: str | None, *, confirm: bool = True) -> Reading:
        """Read a new source until so many posts or deletions came."""
        return await read(self.build(), lambda r: len(r.items) >= posts, cursor, confirm=confirm)


def a_line(name: str, **fields: Any) -> bytes:
    """Return a post as a JSON line."""
    post = {"id": name, "text": f"text of {name}", "created_at": "2026-11-20T17:40:12Z"}
    return json.dumps(post | fields).encode() + b"\n"


@asynccontextmanager
async def _jsonl(tmp_path: Path) -> AsyncIterator[Rig]:
    path = tmp_path / "posts.jsonl"
    path.touch()
    rig = Rig("jsonl", {"path": str(path), "follow": True})

    def add(line: bytes) -> None:
        with path.open("ab") as file:
            file.write(line)

    rig.post = lambda name: add(a_line(name))
    rig.rubbish = lambda: add(b'{"id":"?","text":"no time"}\n')
    rig.delete = lambda name: add(json.dumps({"delete": name}).encode() + b"\n")
    yield rig


@asynccontextmanager
async def _jetstream(_: Path) -> AsyncIterator[Rig]:
    async with start_jetstream() as server:
        rig = _JetstreamRig("jetstream", {"url": server.url, "gap_seconds": 3600.0})
        rig.start = str(START_US)
        rig.post = lambda name: server.publish(a_commit(name, second=len(server.events)))
        rig.rubbish = lambda: server.publish({"time_us": START_US, "kind": "commit", "commit": "?"})
        rig.delete = lambda name: server.publish(a_delete(f"k{name}", second=len(server.events)))
        yield rig


class _JetstreamRig(Rig):
    def native(self, name: str) -> str:
        return f"at://{DID}/app.bsky.feed.post/k{name}"


@asynccontextmanager
async def _mqtt(tmp_path: Path) -> AsyncIterator[Rig]:
    with start_mosquitto(tmp_path) as broker:
        rig = _MqttRig("mqtt", {"host": broker.host, "port": broker.port})
        rig.redelivers = True

        async def publish(payload: bytes) -> None:
            async with aiomqtt.Client(broker.host, broker.port) as client:
                await client.publish("hinoban/test/ingest/feed", payload, qos=1)

        rig.post = lambda name: publish(a_line(name))
        rig.rubbish = lambda: publish(b'{"id":')
        rig.delete = lambda name: publish(json.dumps({"delete": name}).encode())
        yield rig


class _MqttRig(Rig):
    async def ready(self) -> None:
        await read(self.build(), lambda _: True)


@asynccontextmanager
async def _webhook(_: Path) -> AsyncIterator[Rig]:
    rig = _WebhookRig("webhook", {"secret_file": "secret"})
    rig.redelivers = True
    rig.post = lambda name: rig.keep(a_line(name))
    rig.rubbish = lambda: rig.keep(b'{"id":"?"}')
    rig.delete = lambda name: rig.keep(json.dumps({"delete": name}).encode())
    async with asyncio.TaskGroup() as senders:
        rig.senders = senders
        yield rig
        rig.stop()


class _WebhookRig(Rig):
    """The sender keeps each request until it is answered 202 or 400, and sends it to each new source."""

    senders: asyncio.TaskGroup

    def __init__(self, kind: str, settings: dict[str, Any]) -> None:
        super().__init__(kind, settings)
        self.kept: list[bytes] = []
        self._sending: list[asyncio.Task[None]] = []

    def keep(self, body: bytes) -> None:
        self.kept.append(body)

    def build(self) -> Source:
        source: Any = super().build()
        self.stop()
        self._sending = [self.senders.create_task(self._send(source, body)) for body in self.kept]
        return source  # type: ignore[no-any-return] # its accept is not part of the port

    async def _send(self, source: Any, body: bytes) -> None:
        stamp = str(int(NIGHT.timestamp()))
        mac = hmac.new(SECRET.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        headers = {"X-Hinoban-Timestamp": stamp, "X-Hinoban-Signature": f"v1={mac}"}
        status, _, _ = await source.accept(headers, body)
        if status in (202, 400):
            self.kept.remove(body)

    async def read(self, posts: int, cursor: str | None, *, confirm: bool = True) -> Reading:
        reading = await super().read(posts, cursor, confirm=confirm)
        for _ in range(5):  # the senders hear their answers
            await asyncio.sleep(0)
        return reading

    def stop(self) -> None:
        for task in self._sending:
            task.cancel()


RIGS: dict[str, Callable[[Path], AbstractAsyncContextManager[Rig]]] = {
    "jetstream": _jetstream,
    "jsonl": _jsonl,
    "mqtt": _mqtt,
    "webhook": _webhook,
}
