"""MQTT: retained state for lamps and boards, events for programs, commands from people."""

import contextlib
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, Literal

import aiomqtt
import msgspec
import structlog

from alerts import bodies
from alerts.command import Answer, Command, Handle, answer_line, decode
from alerts.delivery.mqtt_link import Address, Conversation, Link
from alerts.delivery.notifier import Delivered, DeliveryError, Parts
from alerts.incident import Incident
from alerts.notification_log import Page
from models.clock import Clock

log = structlog.get_logger(__name__)

_LARGEST_COMMAND = 8_192
_HEARTBEATS_LAST = 3


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A channel on an MQTT broker."""

    host: str = "127.0.0.1"
    port: int = 1883
    username: str = ""  # empty connects anonymously
    password_file: str = ""  # name of the secret with the password
    tls: bool = False  # speak TLS, trusting the system's certificates or ca_file
    ca_file: str = ""  # path of a PEM file with the broker's authority
    site: str = "main"  # second word of every topic: hinoban/<site>/...
    client_id: str = ""  # empty: hinoban-<site>
    protocol: Literal["auto", "5", "3.1.1"] = "auto"  # auto: 5, falling back to 3.1.1
    heartbeat_seconds: int = 30
    timeout_seconds: float = 10.0  # for one exchange with the broker
    longest_back_off_seconds: float = 60.0
    wakes: bool = False  # whether a listener behind the broker can wake a sleeper


class MqttNotifier:
    """Shows the present state in retained messages, tells every event, and takes commands."""

    publishes = True

    def __init__(
        self,
        settings: Settings,
        link: Link,
        clock: Clock,
        handle: Handle | None = None,
        back: Callable[[], None] = lambda: None,
        brands: Callable[[], Collection[str]] = tuple,
    ) -> None:
        self.wakes = settings.wakes
        self._settings = settings
        self._root = f"hinoban/{settings.site}"
        self._link = link
        self._clock = clock
        self._handle = handle
        self._back = back
        self._board: dict[str, dict[str, Any]] = {}
        self._watched = brands
        self._brands: set[str] = set()
        self._lamps: dict[str, str] = {}  # the words that the broker took in this connection, by topic
        self._delivered = Delivered()
        self._answers = 0

    async def restore(self, incidents: Sequence[Incident]) -> None:
        """Learn what is open; it is published at the next connection."""
        for incident in incidents:
            self._board[incident.id] = bodies.detail(incident)
            self._brands.add(incident.brand)

    async def run(self) -> None:
        """Keep connected until cancelled."""
        conversation = Conversation(
            status_topic=f"{self._root}/status",
            listen_to=f"{self._root}/command/incident/+/+",
            greet=self._greet,
            hear=self._hear,
        )
        await self._link.run(conversation)

    async def deliver(self, page: Page) -> None:
        """Publish a state, an event or a page; return when the broker has all of it."""
        told = msgspec.json.decode(bytes(page.payload)).get("detail")
        if page.kind in {"state", "event"} and told:
            await self._show(told)
        if page.kind == "state" or page.key in self._delivered:
            return
        await self._link.publish(f"{self._root}/event", bytes(page.payload))
        self._delivered.add(page.key)

    async def close(self) -> None:
        """Do nothing: cancelling ``run`` has said farewell."""

    async def _show(self, told: dict[str, Any]) -> None:
        known = self._board.get(told["id"])
        if known is not None and known["revision"] > told["revision"]:
            return
        self._board[told["id"]] = told
        self._brands.add(told["brand"])
        await self._show_incident(told)
        await self._show_brand(told["brand"])
        await self._show_site()
        if told["state"] == "resolved":
            self._forget_oldest_resolved()

    def _forget_oldest_resolved(self, keep: int = 200) -> None:
        # Kept for a while, so that a late old state cannot bring a cleared incident back.
        resolved = [name for name, told in self._board.items() if told["state"] == "resolved"]
        for name in resolved[:-keep]:
            del self._board[name]

    async def _show_incident(self, told: dict[str, Any]) -> None:
        topic = f"{self._root}/incident/{told['id']}"
        if told["state"] == "resolved":
            await self._link.publish(topic, b"", retain=True)
            return
        message = f"{told['id']}:{told['revision']}"
        body = bodies.incident_body(told, message, self._clock.now())
        await self._link.publish(topic, bodies.encode(body), retain=True)

    async def _show_brand(self, brand: str) -> None:
        topic = f"{self._root}/brand/{brand}"
        body = bodies.brand_body(brand, self._board.values(), self._clock.now())
        await self._link.publish(topic, bodies.encode(body), retain=True)
        await self._light(f"{topic}/severity", body["severity"])

    async def _show_site(self) -> None:
        await self._light(f"{self._root}/severity", bodies.worst(self._board.values()))

    async def _light(self, topic: str, word: str) -> None:
        """Show a lamp its word, unless it has it: the broker keeps it for whoever comes later."""
        if self._lamps.get(topic) != word:
            await self._link.publish(topic, word, retain=True)
            self._lamps[topic] = word

    async def _greet(self) -> None:
        """Say that we are here, show everything again, ask for what waits, and then beat."""
        await self._tried(self._show_all)
        self._back()
        while True:
            await self._tried(self._show_new_brands)
            await self._tried(self._beat)
            await self._clock.sleep_until(
                self._clock.now() + timedelta(seconds=self._settings.heartbeat_seconds)
            )

    async def _tried(self, show: Callable[[], Awaitable[None]]) -> None:
        # One message that the broker refuses must not end the heartbeat.
        try:
            await show()
        except DeliveryError as error:
            log.warning("not shown", error=str(error))

    async def _show_all(self) -> None:
        self._lamps.clear()
        self._brands.update(self._watched())
        await self._link.publish(f"{self._root}/status", "online", retain=True)
        for told in list(self._board.values()):
            await self._show_incident(told)
        for brand in sorted(self._brands):
            await self._show_brand(brand)
        await self._show_site()

    async def _show_new_brands(self) -> None:
        """Show brands that a reload brought, calm as they are."""
        for brand in sorted(set(self._watched()) - self._brands):
            await self._show_brand(brand)
            self._brands.add(brand)

    async def _beat(self) -> None:
        now = self._clock.now()
        lasts = timedelta(seconds=self._settings.heartbeat_seconds * _HEARTBEATS_LAST)
        burning = sum(told["state"] != "resolved" for told in self._board.values())
        body = bodies.envelope(f"heartbeat:{bodies.stamp(now)}", now, lasts) | {"open": burning}
        await self._link.publish(f"{self._root}/heartbeat", bodies.encode(body))

    async def _hear(self, message: aiomqtt.Message) -> None:
        *_, incident, action = str(message.topic).split("/")
        answer = await self._answered(action, incident, message)
        self._answers += 1
        now = self._clock.now()
        key = f"answer:{incident}:{action}:{bodies.stamp(now)}:{self._answers}"
        with contextlib.suppress(DeliveryError):
            await self._link.publish(f"{self._root}/event", bodies.encode(answer_line(answer, now, key)))

    async def _answered(self, action: str, incident: str, message: aiomqtt.Message) -> Answer:
        payload = bytes(message.payload or b"")
        if message.retain:
            # A retained command would be carried out again at every reconnect.
            return _refused(action, incident, "commands must not be retained; publish it again without")
        if len(payload) > _LARGEST_COMMAND:
            return _refused(action, incident, f"a command has at most {_LARGEST_COMMAND} bytes")
        try:
            command = decode(action, incident, payload, "mqtt")
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            return _refused(action, incident, f"not a command: {error}")
        return await self._carried_out(command)

    async def _carried_out(self, command: Command) -> Answer:
        if self._handle is None:
            return _refused(command.action, command.incident, "this watch takes no commands here")
        try:
            return await self._handle(command)
        except Exception:
            # The connection must outlive a command that fails: it also carries the pages.
            log.exception("command failed", action=command.action, incident=command.incident)
            return _refused(command.action, command.incident, "it failed inside the watch; see its log")


def _refused(action: str, incident: str, text: str) -> Answer:
    return Answer(ok=False, text=text, action=action, incident=incident)


def make(name: str, settings: Settings, parts: Parts) -> MqttNotifier:
    """Make the notifier of channel *name*."""
    address = Address(
        host=settings.host,
        port=settings.port,
        identifier=settings.client_id or f"hinoban-{settings.site}",
        username=settings.username or None,
        password=parts.secret(settings.password_file) if settings.password_file else None,
        tls=settings.tls,
        ca_file=settings.ca_file or None,
        protocol=settings.protocol,
        timeout=settings.timeout_seconds,
        longest_back_off=settings.longest_back_off_seconds,
    )
    link = Link(address, parts.clock, parts.random)
    back = partial(parts.back, name)
    return MqttNotifier(settings, link, parts.clock, parts.handle, back, parts.brands)
