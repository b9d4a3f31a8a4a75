"""A watch with everybody it hears and tells, all of them real, on loopback."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests.alertmanager import Alertmanager, start_alertmanager
from tests.broker import Broker, start_mosquitto
from tests.bystanders import SECRET, Ear, Pager, answering, listening
from tests.jetstream_server import JetstreamServer, start_jetstream
from tests.unhappy import a_post, an_event, native, now
from tests.watch import SITE, Watch, until

INGEST_SECRET = "a secret of the shop's own"

CONFIG = """
schema = 1
site = "{site}"
keywords = ["keywords"]

[http]
listen = "127.0.0.1:0"

[logging]
format = "json"

[scorer]
kind = "lexicon"

[sources.street]
kind = "mqtt"
host = "{broker.host}"
port = {broker.port}

[sources.bluesky]
kind = "jetstream"
url = "{jetstream.url}"

[sources.shop]
kind = "webhook"
secret_file = "{folder}/ingest-secret"

[channels.terminal]
kind = "stdout"

[channels.lamp]
kind = "mqtt"
host = "{broker.host}"
port = {broker.port}
longest_back_off_seconds = 0.5

[channels.alertmanager]
kind = "alertmanager"
url = "{alertmanager.url}"

[channels.pager]
kind = "webhook"
url = "{pager.url}"
secret_file = "{folder}/pager-secret"

[receivers.oncall]
channels = ["terminal", "lamp", "alertmanager", "pager"]
"""


class Town(NamedTuple):
    """A watch, and everybody it hears and tells."""

    watch: Watch
    broker: Broker
    jetstream: JetstreamServer
    alertmanager: Alertmanager
    pager: Pager
    ear: Ear

    async def complain(self, first: int, last: int) -> list[str]:
        """Publish these complaints, by turns by MQTT and by Jetstream; return the ids of the posts."""
        ids: list[str] = []
        for number in range(first, last):
            if number % 2:
                event = an_event(number)
                self.jetstream.publish(event)
                ids.append(native(event))
            else:
                await self.ear.publish("ingest/street", json.dumps(a_post(number)))
                ids.append(f"m{number}")
        return ids

    async def catch_fire(self, posts: int = 40) -> str:
        """Let so many people complain to a watch that is up; return the incident that it pages for."""
        await self.watch.connected("street")
        await self.jetstream.subscribed.wait()
        await self.complain(0, posts)
        return await self.paged()

    async def paged(self) -> str:
        """Return the incident of the first page."""
        await until(self.pager.pages, "a page")
        return str(self.pager.pages()[0][1]["incident"])

    async def alert(self) -> dict[str, Any] | None:
        """Return the one alert that fires, if any."""
        alerts = await asyncio.to_thread(self.alertmanager.alerts)
        assert len(alerts) < 2, alerts
        return alerts[0] if alerts else None


@asynccontextmanager
async def founded(folder: Path) -> AsyncIterator[Town]:
    """Run everything but the watch itself, which is only configured."""
    async with AsyncExitStack() as stack:
        broker = stack.enter_context(start_mosquitto(folder / "mosquitto"))
        alertmanager = stack.enter_context(start_alertmanager(folder / "alertmanager"))
        jetstream = await stack.enter_async_context(start_jetstream())
        pager = await stack.enter_async_context(answering())
        ear = await stack.enter_async_context(listening(broker))
        home = folder / "hinoban"
        places = {"broker": broker, "jetstream": jetstream, "alertmanager": alertmanager, "pager": pager}
        watch = Watch(home, CONFIG.format(site=SITE, folder=home, **places))
        await stack.enter_async_context(watch)
        (home / "ingest-secret").write_text(INGEST_SECRET, "utf-8")
        (home / "pager-secret").write_text(SECRET, "utf-8")
        yield Town(watch, broker, jetstream, alertmanager, pager, ear)


def signed(body: bytes, secret: str = INGEST_SECRET) -> dict[str, str]:
    """Return the headers that a sender of posts signs *body* with."""
    stamp = str(int(now().timestamp()))
    mac = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"X-Hinoban-Timestamp": stamp, "X-Hinoban-Signature": f"v1={mac}"}
