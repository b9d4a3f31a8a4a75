"""Posts by MQTT: a persistent session, and an acknowledgement only for what is stored."""

import re
from collections.abc import AsyncGenerator, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

import aiomqtt
import msgspec
import structlog
from aiomqtt import ProtocolVersion
from msgspec import Meta
from paho.mqtt.client import MQTT_CLEAN_START_FIRST_ONLY

from listener.sources import mqtt_session, post_line
from listener.sources.json_frame import KEPT, LONGEST, BadPost
from listener.sources.mqtt_session import Session
from listener.sources.source import Surroundings
from models.post import Batch, Gap, Item

log = structlog.get_logger(__name__)

MOST = 256
_IS_TIME = re.compile(r"[0-9]{1,11}")


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A broker, and the fixed client id under which it keeps our messages while we are away."""

    host: Annotated[str, Meta(min_length=1)]
    port: Annotated[int, Meta(ge=1, le=65535)] = 1883
    tls: bool = False
    username: str = ""
    password_file: str = ""
    client_id: str = ""  # empty: hinoban-SITE-NAME
    topic: str = ""  # empty: hinoban/SITE/ingest/NAME
    keep_alive_seconds: Annotated[int, Meta(ge=5, le=3600)] = 20
    session_days: Annotated[int, Meta(ge=1, le=10_000)] = 7  # how long the broker keeps our session (MQTT 5)


class Mqtt:
    """Subscribes with QoS 1 to one topic; the payload is a post, a list of posts, or JSON lines.

    The broker keeps what was not acknowledged, so reading may pause. MQTT 5 is tried first and 3.1.1 is
    used where it is refused.
    """

    replays = True

    def __init__(self, name: str, settings: Settings, around: Surroundings) -> None:
        self.name = name
        self._settings = settings
        self._clock, self._report = around.clock, around.report
        self._password = around.secret(settings.password_file).strip() if settings.password_file else None
        self._topic = settings.topic or f"hinoban/{around.site}/ingest/{name}"
        self._client_id = settings.client_id or f"hinoban-{around.site}-{name}"
        self._version = ProtocolVersion.V5

    def reached(self, cursor: str) -> datetime | None:
        """Return when the last message came."""
        return datetime.fromtimestamp(int(cursor), UTC) if _IS_TIME.fullmatch(cursor) else None

    async def batches(self, cursor: str | None) -> AsyncGenerator[Batch, None]:
        """Yield what waits at the broker, then what comes; *cursor* tells since when it must have waited."""
        try:
            async with AsyncExitStack() as stack:
                session = await self._session(stack)
                yield self._first(session, cursor)
                async for messages in session.messages(MOST):
                    yield self._batch(session, messages)
        except aiomqtt.MqttError as error:
            raise mqtt_session.failure(error, f"{self._settings.host}:{self._settings.port}") from None

    async def _session(self, stack: AsyncExitStack) -> Session:
        session = Session(self._client())
        try:
            await stack.enter_async_context(session.client)
        except aiomqtt.MqttError as error:
            if self._version is ProtocolVersion.V311 or not mqtt_session.refuses_version(error):
                raise
            log.info("mqtt_version", source=self.name, version="3.1.1", why="the broker refused MQTT 5")
            self._version = ProtocolVersion.V311
            session = Session(self._client())
            await stack.enter_async_context(session.client)
        mqtt_session.check_subscription(await session.client.subscribe(self._topic, qos=1), self._topic)
        return session

    def _client(self) -> aiomqtt.Client:
        settings = self._settings
        five = self._version is ProtocolVersion.V5
        return aiomqtt.Client(
            settings.host,
            settings.port,
            username=settings.username or None,
            password=self._password,
            identifier=self._client_id,
            protocol=self._version,
            keepalive=settings.keep_alive_seconds,
            clean_session=None if five else False,
            clean_start=False if five else MQTT_CLEAN_START_FIRST_ONLY,
            properties=mqtt_session.connect_properties(settings.session_days) if five else None,
            max_queued_incoming_messages=mqtt_session.MOST_QUEUED,
            tls_params=aiomqtt.TLSParameters() if settings.tls else None,
        )

    def _first(self, session: Session, cursor: str | None) -> Batch:
        """Say that the connection stands, and what was lost if the broker forgot our session."""
        now = self._clock.now()
        items: list[Item] = []
        start = self.reached(cursor) if cursor else None
        if start is not None and not session.present:
            reason = "the broker had not kept our session"
            items.append(Gap(source=self.name, start=min(start, now), end=now, reason=reason))
        return Batch(source=self.name, items=items, cursor=str(int(now.timestamp())))

    def _batch(self, session: Session, messages: list[aiomqtt.Message]) -> Batch:
        now = self._clock.now()
        items: list[Item] = []
        for message in messages:
            items += self._items(message.payload, now)
        return Batch(
            source=self.name,
            items=items,
            cursor=str(int(now.timestamp())),
            confirm=partial(session.acknowledge, messages),
        )

    def _items(self, payload: bytes, received: datetime) -> Iterator[Item]:
        try:
            documents = post_line.payload_items(payload)
        except BadPost as error:
            self._refuse(payload, error)
            return
        for document in documents:
            try:
                item = post_line.decode(document, source=self.name, received_at=received, may_claim=False)
            except BadPost as error:
                self._refuse(document, error)
                continue
            if item is not None:
                yield item

    def _refuse(self, raw: bytes, error: BadPost) -> None:
        self._report.quarantined(raw[:KEPT], error.reason)
        self._report.dropped("oversize" if len(raw) > LONGEST else "bad", 1)
