"""The dead man's switch: it beats while the watch works, and only then."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from config import secrets
from config.decode import SettingsError
from config.settings import Watchdog
from listener import assembly, heartbeat
from listener.commands import watchdog
from listener.commands.checklist import Checklist
from listener.health import Health
from listener.heartbeat import Heartbeat
from listener.metrics import Metrics
from listener.reception import Frame, Reception
from models.clock import VirtualClock
from tests.beside import beside
from tests.builders import NIGHT
from tests.unit.commands.places import a_place
from tests.watch import until

MINUTE = timedelta(minutes=1)
SECRET = "9f1c-secret-path"


class Far:
    """Somebody far away who counts pings, and answers as told."""

    def __init__(self) -> None:
        self.pings: list[str] = []
        self.answer: Callable[[], Awaitable[web.StreamResponse]] = self.ok
        self.hangs = asyncio.Event()

    async def take(self, request: web.Request) -> web.StreamResponse:
        """Count a ping."""
        self.pings.append(request.path)
        return await self.answer()

    async def ok(self) -> web.StreamResponse:
        """Be content."""
        return web.Response(text="OK")

    async def broken(self) -> web.StreamResponse:
        """Be broken."""
        return web.Response(status=500)

    async def elsewhere(self) -> web.StreamResponse:
        """Send the visitor on."""
        raise web.HTTPFound("/login")

    async def hang(self) -> web.StreamResponse:
        """Never answer."""
        await self.hangs.wait()
        return web.Response()


class Rig:
    """A heartbeat on a virtual clock, a real server far away, and the real health of one source."""

    def __init__(self, far: Far, url: str) -> None:
        self.far = far
        self.clock = VirtualClock(NIGHT)
        self.registry = CollectorRegistry()
        metrics = Metrics(self.registry)
        metrics.expect_stages()
        self.health = Health(self.clock)
        self.source = Reception("bluesky", metrics, self.clock, deque[Frame]())
        self.source.up()
        self.trouble = {"storage": "", "configuration": ""}
        settings = Watchdog(url=url, seconds=60, timeout_seconds=0.2)
        self.heartbeat = Heartbeat(url, settings, self.ready, self.clock, metrics)

    def ready(self) -> dict[str, str]:
        """Return what is wrong."""
        return {**self.health.ready([self.source], self.trouble)}

    def counted(self, outcome: str) -> float:
        """Return how many pings became of that."""
        return self.registry.get_sample_value("hinoban_watchdog_pings_total", {"outcome": outcome}) or 0

    async def minute(self, outcome: str) -> None:
        """Let a minute pass, and wait until something became of its ping."""
        before = self.counted(outcome)
        await self.clock.advance(MINUTE)
        await until(lambda: self.counted(outcome) == before + 1, f"a ping is {outcome}")


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    """Let the heart beat once."""
    far = Far()
    app = web.Application()
    app.router.add_get("/{path:.*}", far.take)
    async with TestServer(app) as server:
        rig = Rig(far, str(server.make_url(f"/{SECRET}")))
        async with beside(rig.heartbeat.run()):
            await until(lambda: rig.counted("done") == 1, "the first ping")
            yield rig
            far.hangs.set()


async def test_it_beats_every_minute(rig: Rig) -> None:
    """At once, and then by the clock."""
    await rig.minute("done")
    await rig.minute("done")
    assert rig.far.pings == [f"/{SECRET}"] * 3


async def test_it_stops_when_a_source_dies_and_returns_with_it(rig: Rig) -> None:
    """A source that only reconnects is not dead."""
    rig.source.down("the line is cut")
    await rig.clock.advance(timedelta(seconds=1))
    with capture_logs() as logs:
        await rig.minute("withheld")
        await rig.minute("withheld")
        assert len(rig.far.pings) == 1
        rig.source.up()
        await rig.minute("done")
    assert len(rig.far.pings) == 2
    assert [(line["outcome"], line["log_level"]) for line in logs] == [
        ("withheld", "warning"),
        ("done", "info"),
    ]
    assert "source bluesky: silent since" in logs[0]["why"]


@pytest.mark.parametrize("part", ["storage", "channel"])
async def test_it_stops_when_nothing_can_be_kept_or_told(rig: Rig, part: str) -> None:
    """Storage and outbox are as vital as the sources."""
    if part == "storage":
        rig.trouble["storage"] = "the disk is full"
    else:
        rig.health.waiting = {"pager": (3, NIGHT - 10 * MINUTE)}
    await rig.minute("withheld")
    assert len(rig.far.pings) == 1


async def test_a_refused_configuration_does_not_silence_it(rig: Rig) -> None:
    """The last good one still watches; nobody is woken for a typing mistake by day."""
    rig.trouble["configuration"] = "keywords/a.toml: a mistake"
    await rig.minute("done")
    assert len(rig.far.pings) == 2


@pytest.mark.parametrize("answer", ["broken", "elsewhere", "hang"])
async def test_a_bad_answer_is_survived(rig: Rig, answer: str) -> None:
    """It is counted and logged once, without the address, which is a secret; then all is well again."""
    rig.far.answer = getattr(rig.far, answer)
    with capture_logs() as logs:
        await rig.minute("failed")
        await rig.minute("failed")
        rig.far.answer = rig.far.ok
        rig.far.hangs.set()
        await rig.minute("done")
    assert [line["outcome"] for line in logs] == ["failed", "done"]
    assert SECRET not in str(logs)


async def test_nobody_there_is_survived() -> None:
    """A refused connection, or an address that is none."""
    for url in ("http://127.0.0.1:1/ping", "https://"):
        rig = Rig(Far(), url)
        beating = asyncio.create_task(rig.heartbeat.run())
        await until(lambda rig=rig: rig.counted("failed") == 1, "the ping failed")  # type: ignore[misc] # the default binds the loop's value
        assert not beating.done()
        beating.cancel()


async def test_without_an_address_nothing_beats() -> None:
    """It ends at once."""
    rig = Rig(Far(), "")
    await rig.heartbeat.run()
    assert rig.counted("done") == rig.counted("failed") == 0


def test_the_address_may_be_a_secret(tmp_path: Path) -> None:
    """In a file of its own; one that is not there is said."""
    kept = tmp_path / "url"
    kept.write_text("https://hc.example/1234\n")
    assert heartbeat.address(Watchdog(url_file=str(kept))) == "https://hc.example/1234"
    with pytest.raises(SettingsError, match="the secret cannot be read"):
        heartbeat.address(Watchdog(url_file=str(tmp_path / "none")))


MQTT = '[channels.lamp]\nkind = "mqtt"\nhost = "{}"\n'


@pytest.mark.parametrize(
    ("text", "outcome", "says"),
    [
        ("", "warning", "nobody outside this host would notice"),
        ('[watchdog]\nurl = "http://127.0.0.1:8000/x"\n', "warning", "http://127.0.0.1 is this host"),
        ('[watchdog]\nurl = "https://hc.example/x"\n', "ok", "https://hc.example is pinged every 60 s"),
        ('[watchdog]\nurl_file = "nowhere"\n', "problem", "the secret cannot be read"),
        (MQTT.format("127.0.0.1"), "warning", "set [watchdog] url"),
        (MQTT.format("mqtt.example"), "ok", "the heartbeat goes to lamp (mqtt.example)"),
    ],
)
def test_check_asks_who_would_notice(tmp_path: Path, text: str, outcome: str, says: str) -> None:
    """Broker, host and daemon may die together."""
    found = Checklist()
    settings = assembly.read_settings(a_place(tmp_path, text))
    watchdog.look(found, settings, lambda name: secrets.read(str(tmp_path / name)))
    [finding] = found.findings
    assert finding.outcome == outcome
    assert says in finding.text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            '[watchdog]\nurl = "hc.example"\n',
            'watchdog.url: "hc.example" is no address; it begins with https://',
        ),
        ('[watchdog]\nurl = "https://a"\nurl_file = "b"\n', "watchdog.url_file: `url` is there too"),
        ("[watchdog]\nseconds = 1\n", "watchdog.seconds: expected a whole number, at least 5"),
        ('[digest]\nhandoff = "7:00"\n', 'digest.handoff: "7:00" is no time of the day; write it like 07:00'),
        ('[digest]\nto = ["sato"]\n', 'digest.to: no receiver "sato"; there is none yet'),
    ],
)
def test_a_mistake_is_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    """With the key, and what would be right."""
    with pytest.raises(SettingsError) as refused:
        assembly.read_settings(a_place(tmp_path, text))
    assert sentence in str(refused.value)
