"""One contract for every notifier, each before its real far side."""

import asyncio
import contextlib
import json
import random
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import aiomqtt
import msgspec
import pytest
from aiohttp import web

from alerts import lifecycle
from alerts.bodies import event_line
from alerts.command import Answer, Command
from alerts.delivery import NOTIFIERS
from alerts.delivery.notifier import DeliveryError, Notifier, Parts
from alerts.delivery.webhook import signature
from alerts.incident import Explanation, Incident, Quote
from alerts.notification_log import Page
from alerts.routing import Receiver
from listener.drill import Drill, Wish
from models.clock import SystemClock
from tests.alertmanager import Alertmanager, start_alertmanager
from tests.apprise_far import Endpoint, Mailbox, answering, mailbox
from tests.broker import Broker, free_port, start_mosquitto
from tests.fakes_alerts import a_paging, an_incident

pytestmark = pytest.mark.servers
NOW = SystemClock().now()


def _parts(**changes: Any) -> Parts:
    parts = Parts(clock=SystemClock(), random=random.Random(7), secret=lambda _: "s3cret")
    return msgspec.structs.replace(parts, **changes)


def _current(**changes: Any) -> Incident:
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
        await self.until(lambda heard: _retained(heard).get("mark") == mark)

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
        task = asyncio.create_task(listener.listen(client))
        try:
            await listener.settle()
            yield listener
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


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
    notifier = row.make("far", msgspec.convert(settings, row.settings), _parts(**parts))
    task = asyncio.create_task(notifier.run())
    try:
        yield notifier
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await notifier.close()


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """Run one mosquitto for the module."""
    with start_mosquitto(tmp_path_factory.mktemp("broker")) as one:
        yield one


@pytest.fixture(scope="module")
def manager(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alertmanager]:
    """Run one Alertmanager for the module."""
    with start_alertmanager(tmp_path_factory.mktemp("alertmanager")) as one:
        yield one


@pytest.fixture(params=sorted(NOTIFIERS))
async def both(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Notifier, Far]]:
    """Give every notifier of the table with its far side."""
    kind = request.param
    async with contextlib.AsyncExitStack() as stack:
        far: Any
        if kind == "mqtt":
            far = await stack.enter_async_context(listening(request.getfixturevalue("broker")))
        elif kind == "alertmanager":
            far = Manager(request.getfixturevalue("manager"))
        elif kind == "apprise":
            served = await stack.enter_async_context(answering())
            far = Services(served, await stack.enter_async_context(mailbox()))
        elif kind == "webhook":
            far = await stack.enter_async_context(hooked())
        else:
            far = Screen()
        say = far.lines.append if isinstance(far, Screen) else None
        notifier = await stack.enter_async_context(running(kind, far.settings, say=say))
        yield notifier, far


async def test_a_page_is_confirmed_only_when_the_far_side_has_it(both: tuple[Notifier, Far]) -> None:
    """When deliver returns, the page is there."""
    notifier, far = both
    incident = _current(id="sakura:pudding:confirmed")
    await notifier.deliver(page_for(incident))
    assert await far.arrived(incident.id) == 1


async def test_a_drill_is_confirmed_everywhere(both: tuple[Notifier, Far]) -> None:
    """It is no incident's page: nothing but its text is there."""
    notifier, _ = both
    one = Drill({"way": notifier}, SystemClock())
    [tried] = await one.run([Receiver(name="sato", channels=("way",))], Wish(by="op"))
    assert (tried.outcome, tried.error) == ("confirmed", "")


async def test_delivering_twice_pages_once(both: tuple[Notifier, Far]) -> None:
    """The same page again rings nowhere again."""
    notifier, far = both
    incident = _current(id="sakura:pudding:twice")
    page = page_for(incident)
    await notifier.deliver(page)
    await notifier.deliver(page)
    assert await far.arrived(incident.id) == 1


@pytest.mark.parametrize("kind", sorted(set(NOTIFIERS) - {"stdout"}))
async def test_an_unreachable_channel_says_retryable(kind: str) -> None:
    """Nobody listens there: trying again can help, and the sentence says where."""
    port = free_port()
    settings: dict[str, Any] = {"url": f"http://127.0.0.1:{port}"}
    named = str(port)
    if kind == "mqtt":
        settings = {"port": port}
    elif kind == "apprise":
        # its address is a secret: the number of its line is said instead
        settings, named = {"urls": [f"json://127.0.0.1:{port}"]}, r"json \(1\)"
    async with running(kind, settings) as notifier:
        with pytest.raises(DeliveryError, match=named) as error:
            await notifier.deliver(page_for(_current()))
        assert error.value.retryable


def test_a_closed_screen_is_permanent() -> None:
    """A broken pipe cannot be mended by trying again."""

    def closed(text: str) -> None:
        raise BrokenPipeError(text)

    row = NOTIFIERS["stdout"]
    notifier = row.make("far", row.settings(), _parts(say=closed))
    with pytest.raises(DeliveryError) as error:
        asyncio.run(notifier.deliver(page_for(_current())))
    assert not error.value.retryable


async def test_closing_what_never_ran_is_harmless() -> None:
    """Every notifier can be closed before it was used."""
    for kind, row in NOTIFIERS.items():
        settings = {"url": "http://127.0.0.1:9"} if kind == "webhook" else {}
        notifier = row.make("far", msgspec.convert(settings, row.settings), _parts())
        await notifier.close()
        assert isinstance(notifier.wakes, bool)


@pytest.mark.parametrize(
    ("answer", "retryable", "after"),
    [
        (web.Response(status=429, headers={"Retry-After": "17"}), True, 17.0),
        (web.Response(status=503, headers={"Retry-After": "soon"}), True, None),
        (web.Response(status=500, body=b"\x00\xff" * 400_000), True, None),
        (web.Response(status=404, text="<script>gone</script>"), False, None),
        (web.Response(status=302, headers={"Location": "http://127.0.0.1:9/"}), False, None),
    ],
)
async def test_a_webhook_that_answers_badly(
    answer: web.Response,
    retryable: bool,  # noqa: FBT001 - a column of the table
    after: float | None,
) -> None:
    """5xx and 429 are retried, the rest is permanent, and the answer is bounded and defused."""
    async with hooked() as hook, running("webhook", hook.settings) as notifier:
        hook.answers = [answer]
        with pytest.raises(DeliveryError) as error:
            await notifier.deliver(page_for(_current()))
        assert (error.value.retryable, error.value.retry_after) == (retryable, after)
        assert len(str(error.value)) < 400
        assert "<script>" not in str(error.value)


async def test_a_webhook_that_does_not_answer_in_time_is_retried() -> None:
    """A hanging endpoint holds a page up for the time-out only."""
    stuck = asyncio.Event()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        del reader
        await stuck.wait()
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    settings = {"url": f"http://127.0.0.1:{port}", "timeout_seconds": 0.1}
    async with server, running("webhook", settings) as notifier:
        with pytest.raises(DeliveryError, match="in time") as error:
            await notifier.deliver(page_for(_current()))
        stuck.set()
    assert error.value.retryable


async def test_a_webhook_is_signed_and_carries_its_key() -> None:
    """Timestamp and body are signed; the key lets a receiver tell a repetition."""
    async with hooked() as hook, running("webhook", hook.settings) as notifier:
        page = page_for(_current())
        await notifier.deliver(page)
        headers, body = hook.requests[0]
    assert headers["X-Hinoban-Signature"] == signature(b"s3cret", headers["X-Hinoban-Timestamp"], body)
    assert headers["Idempotency-Key"] == page.key == json.loads(body)["message"]


async def test_an_alert_changes_its_severity_in_one_post_and_ends_with_its_incident(
    manager: Alertmanager,
) -> None:
    """The old label set ends when the severity changes; the all-clear ends the rest."""
    incident = _current(id="sakura:pudding:severity")

    async def severities() -> list[str]:
        alerts = await asyncio.to_thread(manager.alerts)
        return [a["labels"]["severity"] for a in alerts if a["labels"]["incident"] == incident.id]

    async with running("alertmanager", {"url": manager.url}) as notifier:
        await notifier.deliver(page_for(incident, "event"))
        assert await severities() == ["warning"]
        worse = lifecycle.raised(incident, "critical", (), NOW)
        await notifier.deliver(page_for(worse, "event"))
        assert await severities() == ["critical"]
        over = lifecycle.resolved(worse, by="sato", channel="cli", at=NOW)
        await notifier.deliver(page_for(over, "event"))
        assert await severities() == []
        await notifier.deliver(page_for(incident, "event"))
        assert await severities() == [], "an old state must not fire again"


async def test_the_last_page_stays_beside_an_alert_when_only_its_state_changes(
    manager: Alertmanager,
) -> None:
    """Whoever opens the alert reads the page, not the log's summary of a state."""
    incident = _current(id="sakura:pudding:read-out")
    page = page_for(incident, "first")

    async def beside() -> list[str]:
        alerts = await asyncio.to_thread(manager.alerts)
        return [a["annotations"]["page"] for a in alerts if a["labels"]["incident"] == incident.id]

    async with running("alertmanager", {"url": manager.url}) as notifier:
        await notifier.deliver(page)
        await notifier.deliver(page_for(incident, "event"))
        assert await beside() == [page.text]


async def test_an_alert_says_in_the_readers_words_what_burns(manager: Alertmanager) -> None:
    """The summary is the headline and the page stands whole; insults are not among the quotes."""
    rude = Quote(source="b", id="1", text="この会社死ね", others=3)
    said = Quote(source="b", id="2", text="さくらプリンに虫", others=3)
    incident = _current(id="sakura:pudding:words", explanation=Explanation(quotes=(rude, said)))
    paging = a_paging(channels=("far",), publishers=("far",))
    incident = msgspec.structs.replace(incident, summary=paging.summary(incident))
    async with running("alertmanager", {"url": manager.url}) as notifier:
        await notifier.restore([incident])
        await notifier.deliver(page_for(incident, "event"))
        alerts = await asyncio.to_thread(manager.alerts)
    (told,) = [a["annotations"] for a in alerts if a["labels"]["incident"] == incident.id]
    assert told["summary"].startswith("【注意】pudding 不満12人/30分(普段2)")
    assert told["page"].startswith(told["summary"])
    assert told["quotes"] == "さくらプリンに虫 (+3)"


async def test_an_alertmanager_never_hears_of_embers_and_buzz(manager: Alertmanager) -> None:
    """What pages nobody is no alert."""
    ember = _current(id="sakura:pudding:ember", severity="ember")
    buzz = _current(id="sakura:pudding:buzz", mood="buzz")
    async with running("alertmanager", {"url": manager.url}) as notifier:
        await notifier.deliver(page_for(ember, "event"))
        await notifier.deliver(page_for(buzz, "event"))
    assert await Manager(manager).arrived(ember.id) == 0
    assert await Manager(manager).arrived(buzz.id) == 0


async def test_open_alerts_are_sent_again_after_a_restart(manager: Alertmanager) -> None:
    """A fresh notifier that is told what is open lets it fire again."""
    said = Quote(source="b", id="2", text="さくらプリンに虫")
    incident = _current(id="sakura:pudding:restart", explanation=Explanation(quotes=(said,), terms=("虫",)))
    row = NOTIFIERS["alertmanager"]
    notifier = row.make("far", msgspec.convert({"url": manager.url}, row.settings), _parts())
    await notifier.restore([incident])
    task = asyncio.create_task(notifier.run())
    async with asyncio.timeout(10):
        while not await Manager(manager).arrived(incident.id):  # noqa: ASYNC110 - Alertmanager has no event
            await asyncio.sleep(0)
    assert not task.done()
    alerts = await asyncio.to_thread(manager.alerts)
    (told,) = [a["annotations"] for a in alerts if a["labels"]["incident"] == incident.id]
    assert "さくらプリンに虫" in told["page"], "what burns is told before the next change"
    assert told["terms"] == "虫"
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await notifier.close()


def _retained(heard: list[tuple[str, bytes, bool]]) -> dict[str, bytes]:
    """Return the last thing heard per topic."""
    return {topic.removeprefix("hinoban/main/"): body for topic, body, _ in heard}


async def test_an_incident_is_retained_while_open_and_cleared_afterwards(broker: Broker) -> None:
    """State, brand board and lamp words follow the incident, and events tell each transition."""
    incident = _current(id="fuji:tea:life", brand="fuji")
    async with listening(broker) as listener, running("mqtt", listener.settings) as notifier:
        await notifier.deliver(page_for(incident, "event"))
        async with listening(broker) as late:
            shown = _retained(late.heard)
            assert json.loads(shown[f"incident/{incident.id}"])["incident"]["state"] == "triggered"
            assert shown["brand/fuji/severity"] == shown["severity"] == b"warning"
            assert json.loads(shown["brand/fuji"])["incidents"][0]["id"] == incident.id
            assert shown["status"] == b"online"
        over = lifecycle.resolved(incident, by="sato", channel="cli", at=NOW)
        await notifier.deliver(page_for(over, "event"))
        await listener.settle()
        assert _retained(listener.heard)["severity"] == b"calm"
        assert _retained(listener.heard)[f"incident/{incident.id}"] == b""
        assert [body["state"] for body in listener.events("incident")] == ["triggered", "resolved"]
        await notifier.deliver(page_for(incident, "state"))
    async with listening(broker) as after:
        assert f"incident/{incident.id}" not in _retained(after.heard)
        assert _retained(after.heard)["status"] == b"offline"


@pytest.mark.parametrize("version5", [True, False])
async def test_commands_by_mqtt_are_answered(tmp_path: Path, version5: bool) -> None:  # noqa: FBT001 - both brokers
    """Good ones reach the handler; retained, broken and unknown ones are refused; by MQTT 5 and 3.1.1."""
    handled: list[Command] = []

    async def handle(command: Command) -> Answer:
        handled.append(command)
        return Answer(ok=True, text="done", action=command.action, incident=command.incident)

    root = "hinoban/main/command/incident/fuji:tea:x"
    with start_mosquitto(tmp_path, version5=version5) as own:
        async with listening(own) as listener, running("mqtt", listener.settings, handle=handle):
            await listener.until(lambda heard: "severity" in _retained(heard))
            sends = aiomqtt.Client("127.0.0.1", own.port, protocol=aiomqtt.ProtocolVersion.V311)
            async with sends as client:
                await client.publish(f"{root}/ack", b'{"by":"sato","minutes":20}', qos=1)
                await client.publish(f"{root}/snooze", b'{"by":"sato","minutes":"soon"}', qos=1)
                await client.publish(f"{root}/dance", b'{"by":"sato"}', qos=1)
                await client.publish(f"{root}/ack", b"\xff\xfe{", qos=1)
                await client.publish(f"{root}/ack", b"x" * 9_000, qos=1)
            await listener.until(lambda _: len(listener.events("answer")) == 5)
    answers = [(body["ok"], body["text"][:12]) for body in listener.events("answer")]
    assert answers[0] == (True, "done")
    assert all(not ok for ok, _ in answers[1:])
    assert [(c.action, c.by, c.minutes, c.channel) for c in handled] == [("ack", "sato", 20, "mqtt")]


async def test_a_retained_command_is_refused(tmp_path: Path) -> None:
    """Whether it lies there or arrives live (MQTT 5 keeps the flag), it is never carried out."""
    handled: list[Command] = []

    async def handle(command: Command) -> Answer:
        handled.append(command)
        return Answer(ok=True, text="done", action=command.action, incident=command.incident)

    topic = "hinoban/main/command/incident/fuji:tea:x/ack"
    with start_mosquitto(tmp_path, version5=False) as own:
        async with listening(own) as listener:
            async with aiomqtt.Client("127.0.0.1", own.port, protocol=aiomqtt.ProtocolVersion.V311) as client:
                await client.publish(topic, b'{"by":"sato"}', qos=1, retain=True)
            async with running("mqtt", listener.settings, handle=handle):
                await listener.until(lambda _: len(listener.events("answer")) == 1)
    assert "must not be retained" in listener.events("answer")[0]["text"]
    assert handled == []


async def test_a_broker_that_vanishes_is_retryable_and_its_state_comes_back(tmp_path: Path) -> None:
    """After the broker's return what is open is retained again, and what waits in the outbox is asked for."""
    incident, returns = _current(id="fuji:tea:back", brand="fuji"), list[str]()
    with start_mosquitto(tmp_path) as own:
        settings = {"port": own.port, "longest_back_off_seconds": 0.2, "timeout_seconds": 5}
        async with running("mqtt", settings, back=returns.append) as notifier:
            await notifier.deliver(page_for(incident, "event"))
            await asyncio.to_thread(own.stop)
            assert len(returns) == 1
            with pytest.raises(DeliveryError) as error:
                await notifier.deliver(page_for(incident))
            assert error.value.retryable
            (tmp_path / "mosquitto.db").unlink()
            await asyncio.to_thread(own.start)
            async with listening(own) as listener:
                await listener.until(lambda heard: f"incident/{incident.id}" in _retained(heard))
                await listener.until(lambda _: len(returns) == 2)


async def test_a_broker_that_refuses_us_is_a_permanent_failure(tmp_path: Path) -> None:
    """A wrong password and a topic that the ACL forbids are said so, and not retried."""
    with start_mosquitto(tmp_path, passwords={"hinoban": "right"}) as own:
        settings = {"port": own.port, "username": "hinoban", "password_file": "mqtt"}
        async with running("mqtt", settings) as notifier:
            with pytest.raises(DeliveryError, match="refuses us") as error:
                await notifier.deliver(page_for(_current()))
            assert not error.value.retryable
        async with running("mqtt", settings, secret=lambda _: "right") as notifier:
            await notifier.deliver(page_for(_current()))


async def test_a_publication_that_the_acl_forbids_is_not_confirmed(tmp_path: Path) -> None:
    """A PUBACK that says no is no confirmation (MQTT 5)."""
    acl = "topic readwrite hinoban/main/status\ntopic read hinoban/main/command/#\n"
    with start_mosquitto(tmp_path, acl=acl) as own:
        async with running("mqtt", {"port": own.port}) as notifier:
            with pytest.raises(DeliveryError, match="refuses to publish hinoban/main/event") as error:
                await notifier.deliver(page_for(_current()))
            assert not error.value.retryable
