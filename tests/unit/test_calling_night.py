"""A night with routes from the settings, on disk: two people in two zones, a power cut, and who was woken."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from prometheus_client import CollectorRegistry

from alerts.command import Command
from alerts.delivery.notifier import DeliveryError
from alerts.delivery.outbox import Outbox
from alerts.dispatcher import Dispatcher
from alerts.escalation.route import Fixed
from alerts.page import Ways
from alerts.paging import Paging
from config import decode
from listener import assembly
from listener.assembly import Vocabulary
from listener.handover import Handover
from listener.matching import lists
from listener.matching.matcher import Matcher
from listener.metrics import Metrics
from listener.operations import Operations
from listener.steadfast import SteadfastLog
from listener.storage.database import Database
from models.clock import VirtualClock
from models.flareup import FlareUp
from tests.fakes_alerts import FakeChannel, a_flare

TEN_PAST_TWO = datetime(2026, 11, 20, 17, 10, tzinfo=UTC)
SETTINGS = """schema = 1
[channels.push]
kind = "stdout"
[channels.phone]
kind = "stdout"
[channels.mail]
kind = "stdout"
[receivers.oncall]
channels = ["push"]
[receivers.sato]
channels = ["push"]
louder = ["phone"]
backup = ["mail"]
[receivers.mary]
channels = ["push"]
louder = ["phone"]
zone = "Europe/London"
language = "en"
[rota.food]
[[rota.food.layer]]
people = ["sato", "mary"]
from = 2026-11-02
[brand.sakura]
route = "food"
[route.food]
rota = "food"
"""
LIST = """schema = 1
brand = "sakura"
name = "さくら"
[[keyword]]
topic = "pudding"
any = ["さくらプリン"]
"""


class Waking(FakeChannel):
    """A channel that wakes."""

    wakes = True


class Town:
    """What outlives the daemon: the clock, the channels' far sides, and the metrics."""

    def __init__(self) -> None:
        self.clock = VirtualClock(TEN_PAST_TWO)
        self.channels = {"push": FakeChannel(), "phone": Waking(), "mail": FakeChannel()}
        self.metrics = Metrics(CollectorRegistry())

    @property
    def told(self) -> list[tuple[float, str, str, str]]:
        """Return what arrived: after how many minutes, by what, to whom, which kind."""
        arrived = [(page, name) for name, channel in self.channels.items() for page in channel.taken]
        arrived.sort(key=lambda one: one[0].created_at)
        minute = timedelta(minutes=1)
        return [((page.created_at - TEN_PAST_TWO) / minute, way, page.to, page.kind) for page, way in arrived]

    def counted(self, name: str) -> float:
        """Return a person's night pages as the metrics have them."""
        found = self.metrics.registry.get_sample_value("hinoban_night_pages_total", {"responder": name})
        return found or 0.0


class Watch:
    """One daemon's alerting, from its start to its power cut."""

    def __init__(self, town: Town, database: Database, text: str) -> None:
        settings = decode.settings(text, "hinoban.toml", assembly.TABLES)
        listed = lists.parse(LIST, Path("sakura.toml"))
        words = Vocabulary((listed,), Matcher([listed], words=None, now=TEN_PAST_TWO))
        self.database, self.clock = database, town.clock
        self.log = SteadfastLog(database.log, town.clock)
        policy = assembly.routed(settings, words, town.channels, Ways(), lambda _: Fixed(("sato", "mary")))
        self.paging = Paging(policy, words.topics.get)
        self.dispatcher = Dispatcher(self.log, self.paging, on_change=Operations(town.metrics).changed)
        self.handover = Handover(self.dispatcher, town.clock)
        self.outbox = Outbox(
            self.log, town.channels, town.clock, random.Random(1), next_channel=self.paging.next_channel
        )

    async def flares(self, flare: FlareUp) -> None:
        """Hand a flare-up in now."""
        now = self.clock.now()
        await self.handover.flared([msgspec.structs.replace(flare, at=now)], decided_at=now)
        await self.outbox.flush()

    async def passes(self, minutes: float) -> None:
        """Let time pass as the daemon notices it."""
        for _ in range(int(minutes * 12)):
            await self.clock.advance(timedelta(seconds=5))
            due = self.dispatcher.next_due(self.clock.now())
            if due is not None and due <= self.clock.now():
                await self.handover.tick(self.clock.now())
            await self.outbox.flush()


@asynccontextmanager
async def watching(town: Town, path: Path, text: str = SETTINGS) -> AsyncIterator[Watch]:
    """Start a watch on what is stored at *path*."""
    async with Database.open(path, town.clock) as database:
        watch = Watch(town, database, text)
        await watch.handover.restore()
        yield watch


A_FIRE = a_flare("opened", started=-30, negative=50, size=60)


async def test_a_power_cut_in_the_middle_of_a_ladder_is_not_noticed(tmp_path: Path) -> None:
    """First, louder, dark for two minutes, the second person at six, whose answer ends it."""
    town = Town()
    async with watching(town, tmp_path / "hinoban.db") as watch:
        await watch.flares(A_FIRE)
        await watch.passes(4)
    town.clock.set(town.clock.now() + timedelta(minutes=1))
    async with watching(town, tmp_path / "hinoban.db") as watch:
        await watch.passes(2)
        [incident] = watch.dispatcher.open_incidents
        command = Command(action="ack", incident=incident.id, by="mary", channel="cli")
        assert (await watch.dispatcher.command(command, town.clock.now())).ok
        await watch.passes(20)
        assert await watch.database.log.night_pages(TEN_PAST_TWO) == {"sato": 2}
    assert town.told == [
        (0, "push", "sato", "first"),
        (0, "phone", "sato", "first"),
        (3, "phone", "sato", "reminder"),
        (6, "push", "mary", "escalation"),
        (6, "phone", "mary", "escalation"),
    ]
    assert (town.counted("sato"), town.counted("mary")) == (2, 0)
    assert town.channels["push"].taken[1].text.startswith("[CRITICAL, help]")


async def test_a_page_goes_to_the_next_channel_of_its_own_receiver(tmp_path: Path) -> None:
    """Sato's push does not work: his mail gets the page, not the fallback's channels."""
    town = Town()
    town.channels["push"].failures = [DeliveryError("gone", retryable=False)]
    async with watching(town, tmp_path / "hinoban.db") as watch:
        await watch.flares(A_FIRE)
        await watch.outbox.flush()
    assert town.told == [(0, "phone", "sato", "first"), (0, "mail", "sato", "first")]


async def test_a_backup_that_wakes_rings_once_when_the_push_of_a_sleeper_fails(tmp_path: Path) -> None:
    """Sato sleeps, so his phone rings at once; that his push fails must not ring it a second time."""
    town = Town()
    town.channels["push"].failures = [DeliveryError("gone", retryable=False)]
    spare = SETTINGS.replace('louder = ["phone"]\nbackup = ["mail"]', 'backup = ["phone"]')
    async with watching(town, tmp_path / "hinoban.db", spare) as watch:
        await watch.flares(A_FIRE)
        await watch.passes(2)
    assert town.told == [(0, "phone", "sato", "first")]


async def test_a_warning_follows_the_sun(tmp_path: Path) -> None:
    """At ten past two it is Mary's afternoon; when her night begins, it is morning in Tokyo."""
    town = Town()
    async with watching(town, tmp_path / "hinoban.db") as watch:
        await watch.flares(a_flare("opened", started=-30, negative=8, size=60))
        assert town.told == [(0, "push", "mary", "first")]
        town.clock.set(TEN_PAST_TWO + timedelta(hours=5))  # 22:10 in London, 07:10 in Tokyo
        await watch.passes(1)
        assert {who for _, _, who, _ in town.told[1:]} == {"sato", "oncall"}
        assert await watch.database.log.night_pages(TEN_PAST_TWO) == {}


async def test_what_waits_for_the_morning_is_stored(tmp_path: Path) -> None:
    """While Mary is away everybody sleeps: the warning is kept, survives a restart, and rings at seven."""
    town = Town()
    asleep = SETTINGS.replace('zone = "Europe/London"', 'zone = "Asia/Seoul"')
    async with watching(town, tmp_path / "hinoban.db", asleep) as watch:
        await watch.flares(a_flare("opened", started=-30, negative=8, size=60))
    town.clock.set(TEN_PAST_TWO + timedelta(minutes=289))
    async with watching(town, tmp_path / "hinoban.db", asleep) as watch:
        [kept] = await watch.database.log.with_postponed(TEN_PAST_TWO)
        assert [(one.to, one.became) for one in kept.postponed] == [("sato", "")]
        await watch.passes(1)
    assert town.told == [(290, "push", "sato", "first")]
