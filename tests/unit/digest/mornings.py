"""A life of the daemon, as far as mornings go, and what it left in the outbox."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from alerts.notification_log import Page
from alerts.rota.vacancies import Vacancy
from config import decode
from config.settings import Settings
from listener import mornings
from listener.assembly import TABLES
from listener.mornings import Mornings
from listener.steadfast import SteadfastLog
from listener.storage.database import Database
from models.clock import VirtualClock
from tests.unit.digest.nights import NIGHT, clock, topic_of

EVENING = clock("17:00")
CONFIG = """
schema = 1
[channels.terminal]
kind = "stdout"
[channels.lamp]
kind = "mqtt"
[receivers.oncall]
channels = ["terminal", "lamp"]
[receivers.berlin]
channels = ["terminal"]
language = "en"
zone = "Europe/Berlin"
"""


def settings(more: str = "") -> Settings:
    """Return the settings of two receivers, with *more*."""
    return decode.settings(CONFIG + more, "hinoban.toml", TABLES)


class Watch:
    """A life of the daemon, as far as mornings go."""

    def __init__(self, database: Database, now: datetime, given: Settings) -> None:
        self.clock = VirtualClock(now)
        self.log = SteadfastLog(database.log, self.clock)
        self.woken = 0
        self.chronicle = database.chronicle
        self.vacant: list[Vacancy] = []
        self.mornings = Mornings(
            self.chronicle,
            self.log,
            self.clock,
            self.wake,
            notebook=database.meta,
            vacancies=lambda _: self.vacant,
        )
        self.mornings.company = mornings.company(given, topic_of)

    def wake(self) -> None:
        """Count that the outbox was woken."""
        self.woken += 1

    async def until(self, then: datetime) -> None:
        """Let time pass, minute by minute, and give the disk its turn."""
        while self.clock.now() < then:
            await self.clock.advance(min(timedelta(hours=1), then - self.clock.now()))
            await self.mornings.look()


@asynccontextmanager
async def living(path: Path, now: datetime, more: str = "") -> AsyncIterator[Watch]:
    """Run a daemon's mornings from *now* on."""
    async with Database.open(path, VirtualClock(now)) as database:
        await database.chronicle.begin("1", now)
        watch = Watch(database, now, settings(more))
        await watch.mornings.look()
        yield watch


async def digests(path: Path) -> list[Page]:
    """Return what is in the outbox of every channel."""
    async with Database.open(path, VirtualClock(EVENING), read_only=True) as database:
        found = [
            await database.log.due(channel, NIGHT.end + timedelta(days=9), 99)
            for channel in ("terminal", "lamp")
        ]
    return [page for pages in found for page in pages if page.kind == "digest"]
