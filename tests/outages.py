"""Servers that fail while a watch needs them: killed, stopped and hung, one after the other, and timed."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from tests.alertmanager import Alertmanager
from tests.beside import beside
from tests.broker import Broker
from tests.town import Town
from tests.unhappy import now
from tests.watch import until

CHANNELS = ("lamp", "alertmanager")
WAYS = ("killed", "stopped", "hung")


class Outage(NamedTuple):
    """What happened to the server of a channel, from when to when."""

    channel: str
    way: str
    began: datetime
    ended: datetime

    def covers(self, instant: datetime, before: timedelta) -> bool:
        """Tell whether *instant* lies in it, or so long before it."""
        return self.began - before <= instant <= self.ended


def drawn(count: int, chance: random.Random) -> Iterator[tuple[str, str]]:
    """Yield channels and ways to fail, all of them in some order before any comes again."""
    every = [(channel, way) for channel in CHANNELS for way in WAYS]
    found: list[tuple[str, str]] = []
    while len(found) < count:
        found += chance.sample(every, len(every))
    yield from found[:count]


async def fail(town: Town, channel: str, way: str, seconds: float) -> Outage:
    """Let the server of *channel* fail for so long; return when it is back."""
    server: Broker | Alertmanager = town.broker if channel == "lamp" else town.alertmanager
    ways: dict[str, tuple[Callable[[], None], Callable[[], None]]] = {
        "killed": (server.kill, server.start),
        "stopped": (server.stop, server.start),
        "hung": (server.pause, server.resume),
    }
    down, up = ways[way]
    began = now()
    await asyncio.to_thread(down)
    await pass_by(seconds)
    await asyncio.to_thread(up)
    return Outage(channel, way, began, now())


async def pass_by(seconds: float) -> None:
    """Let so much time pass."""
    end = now() + timedelta(seconds=seconds)
    await until(lambda: now() >= end, "the time to pass", within=seconds + 5)


async def recovered(town: Town, outage: Outage, within: float) -> float:
    """Wait until all that waited for a channel was delivered there; return how many seconds it took."""

    async def none_left() -> bool:
        # whoever looks all the time takes the processor from whom he looks at
        await pass_by(0.2)
        async with town.watch.memory() as database:
            waiting = await database.log.pending()
        return outage.channel not in waiting or waiting[outage.channel][1] > outage.ended

    await until(none_left, f"{outage.channel}, {outage.way}, has all", within=within)
    return (now() - outage.ended).total_seconds()


class Glances(list[dict[str, Any]]):
    """What the watch said of itself, again and again: seconds it took, /healthz, what waits by channel."""

    async def look(self, town: Town) -> None:
        """Ask until cancelled."""
        while True:
            began = now()
            alive, _ = await town.watch.get("/healthz")
            _, ready = await town.watch.get("/readyz")
            samples = await town.watch.samples()
            waits = {at["channel"]: n for name, at, n in samples if name == "hinoban_outbox_pending"}
            took = (now() - began).total_seconds()
            self.append({"at": began, "took": took, "alive": alive, "waits": waits} | ready)
            await pass_by(0.5)


@asynccontextmanager
async def glancing(town: Town) -> AsyncIterator[Glances]:
    """Look at what the watch says of itself for the length of an ``async with``."""
    seen = Glances()
    async with beside(seen.look(town)):
        yield seen
