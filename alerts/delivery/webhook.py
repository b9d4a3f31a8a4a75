"""A webhook: the JSON of the MQTT schema, signed."""

import base64
import hashlib
import hmac
from collections.abc import Sequence

import msgspec

from alerts.chart import picture
from alerts.delivery.http import Endpoint
from alerts.delivery.notifier import Delivered, Parts
from alerts.incident import Incident
from alerts.notification_log import Page
from models.clock import Clock


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A channel that posts JSON to a URL."""

    url: str  # https://... that answers 2xx once it has the page
    secret_file: str = ""  # name of the secret that signs; empty sends unsigned
    timeout_seconds: float = 10.0  # for the whole exchange
    events: bool = True  # also every transition of every incident, not only pages
    wakes: bool = False  # whether what stands behind it can wake a sleeper
    pictures: bool = False  # also the chart of a page, as PNG in base64


class WebhookNotifier:
    """Posts pages; the page's key goes along, so that a receiver can tell a repetition."""

    def __init__(self, settings: Settings, secret: bytes, clock: Clock) -> None:
        self.wakes = settings.wakes
        self.publishes = settings.events
        self._pictures = settings.pictures
        self._secret = secret
        self._clock = clock
        self._endpoint = Endpoint(settings.url, clock, settings.timeout_seconds)
        self._delivered = Delivered()

    async def restore(self, incidents: Sequence[Incident]) -> None:
        """Do nothing: what was not confirmed is still in the outbox."""

    async def run(self) -> None:
        """Return at once: connections are made as pages come."""

    async def deliver(self, page: Page) -> None:
        """Post *page*; plain states, which are no event, are left to the channels that show them."""
        if page.key in self._delivered or page.kind == "state":
            return
        body = await illustrated(page) if self._pictures else bytes(page.payload)
        headers = {"Idempotency-Key": page.key}
        if self._secret:
            timestamp = str(int(self._clock.now().timestamp()))
            headers["X-Hinoban-Timestamp"] = timestamp
            headers["X-Hinoban-Signature"] = signature(self._secret, timestamp, body)
        await self._endpoint.post(body, headers)
        self._delivered.add(page.key)

    async def close(self) -> None:
        """Close the connections."""
        await self._endpoint.close()


async def illustrated(page: Page) -> bytes:
    """Return the body with its chart drawn; without one it is the body as it stands."""
    image = await picture.of_page(page)
    if image is None:
        return bytes(page.payload)
    shown = {"type": picture.MEDIA_TYPE, "base64": base64.b64encode(image).decode("ascii")}
    return msgspec.json.encode(msgspec.json.decode(page.payload) | {"picture": shown})


def signature(secret: bytes, timestamp: str, body: bytes) -> str:
    """Sign a body as the ingest webhook expects it: ``v1=hex(hmac_sha256(secret, timestamp.body))``."""
    return "v1=" + hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def make(name: str, settings: Settings, parts: Parts) -> WebhookNotifier:
    """Make the notifier of channel *name*."""
    del name
    secret = parts.secret(settings.secret_file).encode() if settings.secret_file else b""
    return WebhookNotifier(settings, secret, parts.clock)
