"""Who hears of a fire: everything on a broker, and a pager that verifies signatures."""

import asyncio
import contextlib
import hashlib
import hmac
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiomqtt
from aiohttp import web

from tests.broker import Broker
from tests.watch import LOOK, SITE

SECRET = "a secret of the pager's own"
ROOT = f"hinoban/{SITE}"


class Ear:
    """Hears everything a watch publishes, across restarts of the broker, in a session of its own."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._client: aiomqtt.Client | None = None
        self.said: list[tuple[str, bytes]] = []  # everything in order
        self.shown: dict[str, bytes] = {}  # the present content of each topic
        self.listening = asyncio.Event()

    def events(self, kind: str) -> list[dict[str, Any]]:
        """Return the bodies on ``event`` of one kind: incident, page or answer."""
        bodies = [json.loads(payload) for topic, payload in self.said if topic == f"{ROOT}/event"]
        return [body for body in bodies if body["event"] == kind]

    def words(self, topic: str) -> list[str]:
        """Return everything that was said on one topic."""
        return [payload.decode() for known, payload in self.said if known == f"{ROOT}/{topic}"]

    def incident(self, incident: str) -> dict[str, Any]:
        """Return the shown body of an incident, empty when it is cleared or was never there."""
        payload = self.shown.get(f"{ROOT}/incident/{incident}", b"")
        told: dict[str, Any] = json.loads(payload)["incident"] if payload else {}
        return told

    def burning(self) -> list[str]:
        """Return the ids of the incidents that are shown."""
        prefix = f"{ROOT}/incident/"
        return [
            topic.removeprefix(prefix)
            for topic, body in self.shown.items()
            if topic.startswith(prefix) and body
        ]

    async def publish(self, topic: str, payload: str | bytes) -> None:
        """Say something, and wait until the broker has it."""
        assert self._client is not None
        await self._client.publish(f"{ROOT}/{topic}", payload, qos=1)

    async def run(self) -> None:
        """Listen until cancelled."""
        while True:
            with contextlib.suppress(aiomqtt.MqttError):
                await self._listen()
            self.listening.clear()
            await asyncio.sleep(LOOK)

    async def _listen(self) -> None:
        async with aiomqtt.Client(
            self._broker.host, self._broker.port, identifier="ear", clean_session=False
        ) as client:
            self._client = client
            await client.subscribe(f"{ROOT}/#", qos=1)
            self.listening.set()
            async for message in client.messages:
                payload = bytes(message.payload or b"")
                self.said.append((str(message.topic), payload))
                self.shown[str(message.topic)] = payload


@asynccontextmanager
async def listening(broker: Broker) -> AsyncIterator[Ear]:
    """Hear everything on *broker* for the length of an ``async with``."""
    ear = Ear(broker)
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(ear.run())
        await ear.listening.wait()
        yield ear
        task.cancel()


async def retained(broker: Broker) -> dict[str, bytes]:
    """Return what the broker keeps for whoever comes new."""
    kept: dict[str, bytes] = {}
    async with aiomqtt.Client(broker.host, broker.port, identifier="newcomer") as client:
        await client.subscribe(f"{ROOT}/#", qos=1)
        # retained messages come before anything that is said after the subscription
        await client.publish(f"{ROOT}/newcomer", b"?", qos=1)
        async for message in client.messages:
            if str(message.topic) == f"{ROOT}/newcomer":
                break
            if message.retain:
                kept[str(message.topic)] = bytes(message.payload or b"")
    return kept


class Pager:
    """An endpoint that takes pages; a wrong signature is answered 401 and remembered."""

    def __init__(self) -> None:
        self.url = ""
        self.taken: list[tuple[str, dict[str, Any]]] = []  # what was answered 200: key and body
        self.forged = 0
        self.failing = False

    def pages(self) -> list[tuple[str, dict[str, Any]]]:
        """Return the pages among what came."""
        return [(key, body) for key, body in self.taken if body["event"] == "page"]

    def times(self) -> Counter[str]:
        """Return how often each key was delivered."""
        return Counter(key for key, _ in self.taken)

    async def take(self, request: web.Request) -> web.Response:
        """Take one delivery."""
        body = await request.read()
        stamp = request.headers.get("X-Hinoban-Timestamp", "")
        right = hmac.new(SECRET.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(f"v1={right}", request.headers.get("X-Hinoban-Signature", "")):
            self.forged += 1
            return web.Response(status=401)
        if self.failing:
            return web.Response(status=503)
        self.taken.append((request.headers["Idempotency-Key"], json.loads(body)))
        return web.Response()


@asynccontextmanager
async def answering() -> AsyncIterator[Pager]:
    """Run a pager on a free loopback port for the length of an ``async with``."""
    pager = Pager()
    app = web.Application()
    app.router.add_post("/page", pager.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    pager.url = f"http://{host}:{port}/page"
    try:
        yield pager
    finally:
        await runner.cleanup()
