"""A connection to an MQTT broker that comes back, and tells what the broker really took."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any, Literal

import aiomqtt
import msgspec
import structlog
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from alerts.delivery.notifier import DeliveryError
from models.clock import Clock

log = structlog.get_logger(__name__)

_UNSUPPORTED = frozenset({1, 132})  # the broker does not speak this version (3.1.1, 5)
_REFUSED = frozenset({4, 5, 134, 135, 138})  # user, password, authorisation, ban
_FAILURE = 0x80  # reason codes from here on are failures (MQTT 5, 2.4)
_LAST_WORD = 2.0
_SESSION = 3_600
_LARGEST_PACKET = 65_536  # a command is far smaller; a broker that knows MQTT 5 keeps what is larger
_WITHOUT_RETAINED = 2


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Where the broker is, and who we are there."""

    host: str
    port: int
    identifier: str
    username: str | None = None
    password: str | None = None
    tls: bool = False
    ca_file: str | None = None
    protocol: Literal["auto", "5", "3.1.1"] = "auto"
    timeout: float = 10.0
    longest_back_off: float = 60.0

    def __str__(self) -> str:
        return f"the MQTT broker at {self.host}:{self.port}"


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """What to do while connected: ``greet`` runs (and may keep running), ``hear`` takes each message."""

    status_topic: str
    listen_to: str
    greet: Callable[[], Coroutine[Any, Any, None]]
    hear: Callable[[aiomqtt.Message], Awaitable[None]]


class Link:
    """Keeps one connection up with back-off; MQTT 5 falls back to 3.1.1 where the broker is old."""

    def __init__(self, address: Address, clock: Clock, chance: random.Random) -> None:
        self._address = address
        self._clock = clock
        self._random = chance
        self._client: _Client | None = None
        self._lost = asyncio.Event()
        self._settled = asyncio.Event()
        self._error: DeliveryError | None = None
        self._publishing = asyncio.Lock()
        self._version5 = address.protocol != "3.1.1"

    async def run(self, conversation: Conversation) -> None:
        """Connect, converse, and connect again, until cancelled."""
        failures = 0
        while True:
            error = await self._until_lost(conversation)
            if self._fall_back(error):
                continue
            failures = failures + 1 if self._error is not None else 1
            self._fail(error)
            most = min(self._address.longest_back_off, 0.5 * 2.0 ** min(failures, 10))
            wait = self._random.uniform(0.1, most)
            await self._clock.sleep_until(self._clock.now() + timedelta(seconds=wait))

    async def _until_lost(self, conversation: Conversation) -> Exception:
        lost: list[Exception] = []
        try:
            await self._converse(conversation)
        except* aiomqtt.MqttError as group:
            lost.extend(group.exceptions)
        return lost[0]

    async def publish(self, topic: str, body: bytes | str, *, retain: bool = False) -> None:
        """Return when the broker acknowledged a message (QoS 1); raise ``DeliveryError`` otherwise."""
        client = await self._connected()
        async with self._publishing:
            client.refused = None
            sending = asyncio.ensure_future(client.publish(topic, body, qos=1, retain=retain))
            losing = asyncio.ensure_future(self._lost.wait())
            try:
                await asyncio.wait({sending, losing}, return_when=asyncio.FIRST_COMPLETED)
                if not sending.done():
                    raise DeliveryError(f"{self._address} went away", retryable=True)
                sending.result()
            except aiomqtt.MqttError as error:
                raise DeliveryError(f"{self._address} did not confirm: {error}", retryable=True) from error
            finally:
                losing.cancel()
                sending.cancel()
            if client.refused is not None:
                reason = client.refused
                raise DeliveryError(f"{self._address} refuses to publish {topic}: {reason}", retryable=False)

    async def _connected(self) -> "_Client":
        if self._client is None and self._error is None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._settled.wait(), self._address.timeout)
        if self._client is not None:
            return self._client
        if self._error is not None:
            raise DeliveryError(str(self._error), retryable=self._error.retryable)
        raise DeliveryError(f"{self._address} is not connected yet", retryable=True)

    async def _converse(self, conversation: Conversation) -> None:
        # A group, so that the caller sees one shape of failure whatever part of this failed.
        async with asyncio.TaskGroup() as tasks, self._new_client(conversation.status_topic) as client:
            await client.subscribe(conversation.listen_to, **self._without_retained())
            self._client, self._error = client, None
            self._lost.clear()
            self._settled.set()
            log.info("connected", broker=str(self._address), version="5" if self._version5 else "3.1.1")
            greeting = tasks.create_task(conversation.greet())
            try:
                async for message in client.messages:
                    await conversation.hear(message)
            except asyncio.CancelledError:
                await self._say_offline(client, conversation.status_topic)
                raise
            finally:
                self._client = None
                self._lost.set()
                greeting.cancel()

    async def _say_offline(self, client: "_Client", topic: str) -> None:
        """Say what the last will would say: a clean farewell keeps the broker from sending it."""
        with contextlib.suppress(aiomqtt.MqttError):
            await client.publish(topic, "offline", qos=1, retain=True, timeout=_LAST_WORD)

    def _new_client(self, status_topic: str) -> "_Client":
        address = self._address
        tls = aiomqtt.TLSParameters(ca_certs=address.ca_file) if address.tls else None
        session: dict[str, Any] = {"clean_session": False}
        if self._version5:
            lasting = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho has no type here
            lasting.SessionExpiryInterval = _SESSION
            lasting.MaximumPacketSize = _LARGEST_PACKET
            session = {"clean_start": False, "properties": lasting}
        return _Client(
            address.host,
            address.port,
            username=address.username,
            password=address.password,
            identifier=address.identifier,
            protocol=aiomqtt.ProtocolVersion.V5 if self._version5 else aiomqtt.ProtocolVersion.V311,
            will=aiomqtt.Will(status_topic, "offline", qos=1, retain=True),
            timeout=address.timeout,
            keepalive=30,
            tls_params=tls,
            **session,
        )

    def _without_retained(self) -> dict[str, Any]:
        if not self._version5:
            return {"qos": 1}
        return {"options": SubscribeOptions(qos=1, retainHandling=_WITHOUT_RETAINED, retainAsPublished=True)}

    def _fall_back(self, error: Exception) -> bool:
        unsupported = reason_code(error) in _UNSUPPORTED
        if self._address.protocol != "auto" or not self._version5 or not unsupported:
            return False
        self._version5 = False
        return True

    def _fail(self, error: Exception) -> None:
        refused = reason_code(error) in _REFUSED
        what = "refuses us" if refused else "cannot be reached"
        failure = DeliveryError(f"{self._address} {what}: {error}", retryable=not refused)
        if self._error is None or str(self._error) != str(failure):
            log.warning("not connected", broker=str(self._address), error=str(error), refused=refused)
        self._error = failure
        self._settled.set()


def reason_code(error: BaseException) -> int | None:
    """Return the number by which a broker said why, or None when it said nothing."""
    if not isinstance(error, aiomqtt.MqttCodeError):
        return None
    return error.rc.value if isinstance(error.rc, ReasonCode) else error.rc


class _Client(aiomqtt.Client):
    """A client that notices when a PUBACK says no (aiomqtt 2.5 takes any PUBACK for a yes)."""

    refused: str | None = None

    def _on_publish(
        self, client: Any, userdata: Any, mid: int, reason_code: ReasonCode, properties: Properties
    ) -> None:
        if reason_code.value >= _FAILURE:
            self.refused = str(reason_code)
        super()._on_publish(client, userdata, mid, reason_code, properties)
