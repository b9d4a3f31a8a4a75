"""The far sides of notifiers: one rig per kind, and what a notifier is lent."""

import asyncio
import contextlib
import json
import random
from collections.abc import AsyncIterator, Callable
from typing import Any, Protocol

import aiomqtt
import msgspec
from aiohttp import web

from alerts.bodies import event_line
from alerts.delivery import NOTIFIERS
from alerts.delivery.notifier import Notifier, Parts
from alerts.incident import Incident
from alerts.notification_log import Page
from models.clock import SystemClock
from tests.alertmanager import Alertmanager
from tests.apprise_far import Endpoint, Mailbox
from tests.beside import beside
from tests.broker import Broker, free_port
from tests.fakes_alerts import a_paging, an_incident

NOW = SystemClock().now()


def lent(**changes: Any) -> Parts:
    """Return what a notifier is lent, with *changes*."""
    parts = Parts(clock=SystemClock(), random=random.Random(7), secret=lambda _: "s3cret")
    return msgspec.structs.replace(parts, **changes)


def current(**changes: Any) -> Incident:
    """Return an incident of this moment."""
    return msgspec.structs.replace(an_incident(), opened_at=NOW, updated_at=NOW, **changes)


def page_for(incident: Incident, kind: Any = "first") -> Page:
    """Build the row of one channel for an incident, as the dispatcher would."""
    paging = a_paging(channels=("far",), publishers=("far",))
    if kind in {"state", "event"}:
        event = event_line(incident) if kind == "event" else None
        return paging.states(incident, event, now=NOW, decided_at=NOW)[0]
    return paging.pages(incident, kind, "0", now=NOW, decided_at=NOW)[0]


class Far(Protocol):
    """The far side of a notifier in a test: its settings, and what arrived there."""

    settings: dict[str, Any]

    async def arrived(self, incident: str) -> int:
        """Return how many pages about *incident* are there now."""
        ...


class Screen:
    """The far side of stdout."""

    def __init__(self) -> None:
        self.settings: dict[str, Any] = {}
        self.lines: list[str] = []

    async def arrived(self, incident: str) -> int:
        """Count what was printed."""
        return sum(incident in line for line in self.lines)


class Hook:
    """A local HTTP endpoint; ``answers`` are given in order, then 200."""

    def __init__(self, port: int) -> None:
        self.settings: dict[str, Any] = {"url": f"http://127.0.0.1:{port}/hook", "secret_file": "hook"}
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[web.Response] = []

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Take a request."""
        body = await request.read()
        self.requests.append((dict(request.headers), body))
        return self.answers.pop(0) if self.answers else web.Response()

    async def arrived(self, incident: str) -> int:
        """Count the requests that carry the incident."""
        return sum(json.loads(body)["incident"] == incident for _, body in self.requests)


class Services:
    """What two services behind Apprise took: an HTTP endpoint and a mailbox."""

    def __init__(self, endpoint: Endpoint, mailbox: Mailbox) -> None:
        self.endpoint = endpoint
        self.mailbox = mailbox
        self.settings: dict[str, Any] = {"urls": [endpoint.url("json"), mailbox.url]}

    async def arrived(self, incident: str) -> int:
        """Count what both took of the incident's pages; it must be the same."""
        posted = sum(incident in request.key for request in self.endpoint.requests)
        mailed = sum(incident in mail["X-Hinoban-Page"] for mail in self.mailbox.mails)
        assert posted == mailed
        return posted


class Manager:
    """A real Alertmanager."""

    def __init__(self, running: Alertmanager) -> None:
        self.running = running
        self.settings: dict[str, Any] = {"url": running.url}

    async def arrived(self, incident: str) -> int:
        """Count the firing alerts of the incident."""
        alerts = await asyncio.to_thread(self.running.alerts)
        return sum(alert["labels"]["incident"] == incident for alert in alerts)


def retained(heard: list[tuple[str, bytes, bool]]) -> dict[str, bytes]:
    """Return the last thing heard per topic."""
    return {topic.removeprefix("hinoban/main/"): body for topic, body, _ in heard}


class Listener:
    """A real mosquitto, and a client that hears everything of the site."""

    def __init__(self, broker: Broker) -> None:
        self.settings: dict[str, Any] = {"port": broker.port, "longest_back_off_seconds": 0.2}
        self.heard: list[tuple[str, bytes, bool]] = []
        self.changed = asyncio.Condition()
        self.client: aiomqtt.Client | None = None
        self._marks = 0

    async def settle(self) -> None:
        """Publish a mark and wait for it: what the broker had before was then heard."""
        assert self.client
        self._marks += 1
        mark = str(self._marks).encode()
        await self.client.publish("hinoban/main/mark", mark, qos=1)
        await self.until(lambda heard: retained(heard).get("mark") == mark)

    async def listen(self, client: aiomqtt.Client) -> None:
        """Write down what arrives."""
        async for message in client.messages:
            async with self.changed:
                self.heard.append((str(message.topic), bytes(message.payload), message.retain))
                self.changed.notify_all()

    async def until(self, wanted: Callable[[list[tuple[str, bytes, bool]]], bool]) -> None:
        """Wait until what was heard is as *wanted*."""
        async with asyncio.timeout(10), self.changed:
            await self.changed.wait_for(lambda: wanted(self.heard))

    def events(self, kind: str) -> list[dict[str, Any]]:
        """Return the bodies on ``event`` of one kind."""
        bodies = [json.loads(body) for topic, body, _ in self.heard if topic == "hinoban/main/event"]
        return [body for body in bodies if body["event"] == kind]

    async def arrived(self, incident: str) -> int:
        """Count the page events, once all of them must have been heard."""
        await self.settle()
        return sum(body["incident"] == incident for body in self.events("page"))


@contextlib.asynccontextmanager
async def listening(broker: Broker) -> AsyncIterator[Listener]:
    """Listen to a broker for the length of a ``with``."""
    listener = Listener(broker)
    async with aiomqtt.Client("127.0.0.1", broker.port, protocol=aiomqtt.ProtocolVersion.V311) as client:
        await client.subscribe("hinoban/main/#", qos=1)
        listener.client = client
        async with beside(listener.listen(client)):
            await listener.settle()
            yield listener


@contextlib.asynccontextmanager
async def hooked() -> AsyncIterator[Hook]:
    """Serve a hook for the length of a ``with``."""
    port = free_port()
    hook = Hook(port)
    app = web.Application()
    app.router.add_post("/hook", hook.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield hook
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def running(kind: str, settings: dict[str, Any], **parts: Any) -> AsyncIterator[Notifier]:
    """Make and run a notifier for the length of a ``with``."""
    row = NOTIFIERS[kind]
    notifier = row.make("far", msgspec.convert(settings, row.settings), lent(**parts))
    try:
        async with beside(notifier.run()):
            yield notifier
    finally:
        await notifier.close()
