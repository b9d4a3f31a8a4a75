"""Connecting once to every source and channel, without taking anything from a running daemon."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import aclosing
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import aiomqtt
import msgspec
from aiomqtt import ProtocolVersion
from paho.mqtt.client import MQTT_CLEAN_START_FIRST_ONLY

from alerts.delivery.mqtt_link import reason_code
from config.decode import SettingsError
from config.settings import Kinded, Settings
from listener import heartbeat
from listener.commands.checklist import Checklist, Outcome
from listener.sources import SOURCES, mqtt_session
from listener.sources.source import SourceError, Surroundings
from models.clock import Clock

PATIENCE = 10.0
"""Seconds that each connection may take."""
QUIET = 2.0
"""A source without posts is asked for a sign of life after so many seconds."""

Secret = Callable[[str], str]
Probe = Callable[[], Awaitable[str]]
_OLD = frozenset({1, 132})  # the broker does not speak MQTT 5
_REFUSED = frozenset({401, 403})


class Unheard:
    """A Report that nobody reads."""

    def up(self) -> None:
        """Do nothing."""

    def down(self, why: str, *, permanent: bool = False) -> None:
        """Do nothing."""

    def received(self, posts: int) -> None:
        """Do nothing."""

    def dropped(self, reason: str, posts: int) -> None:
        """Do nothing."""

    def quarantined(self, raw: bytes, reason: str) -> None:
        """Do nothing."""

    def alive(self, at: datetime) -> None:
        """Do nothing."""

    def lag(self, seconds: float) -> None:
        """Do nothing."""


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """One connection to an MQTT broker, whether it reads posts or tells people."""

    check: str
    host: str
    port: int
    client_id: str
    site: str
    topic: str
    username: str
    password_file: str
    tls: bool
    ca_file: str = ""
    protocol: str = "auto"


def links(settings: Settings) -> Iterator[Link]:
    """Yield every connection to an MQTT broker."""
    for name, given in settings.sources.items():
        if given.kind == "mqtt":
            topic = given.settings.topic or f"hinoban/{settings.site}/ingest/{name}"
            client_id = f"hinoban-{settings.site}-{name}"
            yield _link(f"sources.{name}", given.settings, settings.site, topic, client_id)
    for name, given in settings.channels.items():
        if given.kind == "mqtt":
            site = settings.site if given.settings.site == "main" else given.settings.site
            topic = f"hinoban/{site}/command/incident/+/+"
            yield _link(f"channels.{name}", given.settings, site, topic, f"hinoban-{site}")


def _link(check: str, given: Any, site: str, topic: str, client_id: str) -> Link:
    same = {name: getattr(given, name) for name in ("host", "port", "username", "password_file", "tls")}
    more = {name: getattr(given, name) for name in ("ca_file", "protocol") if hasattr(given, name)}
    return Link(check=check, site=site, topic=topic, client_id=given.client_id or client_id, **same, **more)


async def try_all(
    found: Checklist, settings: Settings, secret: Secret, clock: Clock, *, patience: float = PATIENCE
) -> None:
    """Connect to everything at once, and note in order what answered."""
    probes = _probes(settings, secret, clock)
    async with asyncio.TaskGroup() as tasks:
        asked = [(check, tasks.create_task(_asked(probe, patience))) for check, probe in probes.items()]
    for check, task in asked:
        outcome, text = task.result()
        found.note(outcome, check, text)


def _probes(settings: Settings, secret: Secret, clock: Clock) -> dict[str, Probe]:
    """Return what to try, by what it is for; a file, a terminal and who comes to us are not connected to."""
    around = Surroundings(clock, Unheard(), secret, settings.site)
    probes: dict[str, Probe] = {}
    for name, given in settings.sources.items():
        if given.kind not in {"jsonl", "mqtt", "webhook"}:
            probes[f"sources.{name}"] = partial(_first_batch, name, given, around)
    for name, given in settings.channels.items():
        if given.kind in _CHANNELS:
            probes[f"channels.{name}"] = partial(_CHANNELS[given.kind], given.settings.url)
    if settings.watchdog.url or settings.watchdog.url_file:
        probes["watchdog"] = partial(_watchdog, settings, secret)
    return probes | {link.check: partial(_broker, link, secret) for link in links(settings)}


async def _asked(probe: Probe, patience: float) -> tuple[Outcome, str]:
    try:
        async with asyncio.timeout(patience):
            return "ok", await probe()
    except TimeoutError:
        return "unreachable", f"did not answer within {patience:g} s"
    except SourceError as error:
        return "unreachable" if error.retryable else "problem", str(error)
    except SettingsError as error:
        return "problem", str(error)
    except (aiohttp.ClientError, OSError) as error:
        return "unreachable", f"cannot be reached ({str(error) or type(error).__name__})"


async def _first_batch(name: str, given: Kinded, around: Surroundings) -> str:
    """Read a source from its present end until it speaks; what it gives is thrown away."""
    settings = given.settings
    if hasattr(settings, "ping_seconds"):
        settings = msgspec.structs.replace(settings, ping_seconds=min(QUIET, settings.ping_seconds))
    async with aclosing(SOURCES[given.kind].build(name, settings, around).batches(None)) as batches:
        async for batch in batches:
            return f"speaks: {len(batch.items)} posts came" if batch.items else "is there"
    return "is there, and at its end"


async def _broker(link: Link, secret: Secret) -> str:
    """Connect under another name, in a session that ends with us, and ask for the topic."""
    password = secret(link.password_file).strip() if link.password_file else None
    tries = {"5": [ProtocolVersion.V5], "3.1.1": [ProtocolVersion.V311]}
    versions = tries.get(link.protocol, [ProtocolVersion.V5, ProtocolVersion.V311])
    for version in versions:
        try:
            async with _client(link, password, version) as client:
                # A shared subscription would take posts from the daemon.
                if not link.topic.startswith("$share/"):
                    mqtt_session.check_subscription(await client.subscribe(link.topic, qos=1), link.topic)
                return f"lets us in and hear {link.topic} (MQTT {'5' if version is versions[0] else '3.1.1'})"
        except aiomqtt.MqttError as error:
            if version is versions[-1] or reason_code(error) not in _OLD:
                raise mqtt_session.failure(error, f"{link.host}:{link.port}") from None
    raise AssertionError("the last version either connects or raises")


def _client(link: Link, password: str | None, version: ProtocolVersion) -> aiomqtt.Client:
    five = version is ProtocolVersion.V5
    return aiomqtt.Client(
        link.host,
        link.port,
        username=link.username or None,
        password=password,
        identifier=f"{link.client_id}-check",
        protocol=version,
        clean_session=None if five else True,
        clean_start=True if five else MQTT_CLEAN_START_FIRST_ONLY,
        tls_params=aiomqtt.TLSParameters(ca_certs=link.ca_file or None) if link.tls else None,
    )


async def _alertmanager(url: str) -> str:
    """Ask an Alertmanager for its version."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{url.rstrip('/')}/api/v2/status", allow_redirects=False) as answer,
    ):
        if answer.status in _REFUSED:
            raise SourceError(f"{url} refuses us (HTTP {answer.status})", retryable=False)
        answer.raise_for_status()
        try:
            version = msgspec.json.decode(await answer.read())["versionInfo"]["version"]
        except (msgspec.DecodeError, KeyError, TypeError):
            raise SourceError(f"{url} answers, but is no Alertmanager", retryable=False) from None
    return f"is Alertmanager {version}"


async def _endpoint(url: str) -> str:
    """Open a connection and close it: a request might page somebody."""
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    _, writer = await asyncio.open_connection(parts.hostname, port, ssl=secure or None)
    writer.close()
    await writer.wait_closed()
    return f"accepts connections{' by TLS' if secure else ''}; nothing was sent"


async def _watchdog(settings: Settings, secret: Secret) -> str:
    """Open a connection and close it: a ping would say that all is well."""
    return await _endpoint(heartbeat.address(settings.watchdog, secret))


_CHANNELS: dict[str, Callable[[str], Awaitable[str]]] = {"alertmanager": _alertmanager, "webhook": _endpoint}
