"""How soon a page is confirmed while everybody speaks at once: a hundred fires in a hundredfold stream.

Run ``make bench ARGS=surge``. A daemon as users start it, with three days learnt, reads posts from a pipe:
usually sixty a second, one in a hundred about one of a hundred brands. Then a hundred times that, unhappy,
until every brand burns. Pages go to an endpoint on loopback; a page is there when that has all of it.
"""

import asyncio
import contextlib
import math
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from bisect import bisect
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from aiohttp import web

from alerts.digest.answers import quantile
from bench._crowd import BRANDS, TIMES, USUAL, usual, words
from bench.pipeline import ROOT, worked
from listener.storage.database import Database
from models.clock import SystemClock
from models.mention import Mention

PATIENCE = 60.0
GOAL = 10.0
CONFIG = """
schema = 1
[logging]
level = "warning"
[http]
enabled = false
[sources.street]
kind = "jsonl"
path = "-"
[channels.pager]
kind = "webhook"
url = "{url}"
wakes = true
[receivers.oncall]
channels = ["pager"]
"""


class Arrival(NamedTuple):
    """A page at the endpoint: its key, whose it is, which it is, and when all of it was there."""

    key: str
    brand: str
    kind: str
    at: datetime


class Latency(NamedTuple):
    """Seconds until a page was there, since the daemon had its deciding post, and since that was written."""

    received: float
    written: float


class Run(NamedTuple):
    """What a run saw: first pages, posts stored of brands, CPU seconds of the daemon, seconds of it all."""

    latencies: list[Latency]
    mentions: int
    cpu: float
    seconds: float


def prepare(folder: Path, url: str) -> Path:
    """Write a configuration with a list for each brand, and teach what is usual; return its path."""
    (folder / "keywords").mkdir()
    for number, word in enumerate(words()):
        written = f'schema = 1\nbrand = "brand{number}"\nname = "{word}"\n'
        written += f'[[keyword]]\ntopic = "all"\nany = ["{word}"]\nmode = "substring"\n'
        (folder / "keywords" / f"brand{number}.toml").write_text(written, "utf-8")
    path = folder / "hinoban.toml"
    path.write_text(CONFIG.format(url=url), "utf-8")
    past = folder / "past.csv"
    past.write_text("\n".join(usual()), "utf-8")
    command = [sys.executable, "-m", "listener", "learn", str(past), "--config", str(path)]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return path


@asynccontextmanager
async def endpoint(arrivals: list[Arrival]) -> AsyncIterator[str]:
    """Take pages on a free port; yield where."""
    clock = SystemClock()

    async def take(request: web.Request) -> web.Response:
        told = await request.json()
        arrivals.append(Arrival(request.headers["Idempotency-Key"], _brand(told), _kind(told), clock.now()))
        return web.Response()

    app = web.Application()
    app.router.add_post("/page", take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}/page"
    finally:
        await runner.cleanup()


def _brand(told: dict[str, str]) -> str:
    return told.get("incident", told.get("id", "")).partition(":")[0]


def _kind(told: dict[str, str]) -> str:
    return told["kind"] if told["event"] == "page" else told["event"]


async def surge(folder: Path) -> Run:
    """Run the daemon and the surge; return how long its pages took."""
    arrivals: list[Arrival] = []
    began = time.perf_counter()
    async with endpoint(arrivals) as url:
        cpu = await _watched(prepare(folder, url), arrivals)
    seconds = time.perf_counter() - began
    async with Database.open(folder / "hinoban.db", SystemClock(), read_only=True) as database:
        mentions = [mention async for mention in _mentions(database)]
        # what was judged together was decided together: the last that was received by then was one of them
        heard = sorted((one.post.received_at, one.post.created_at) for one in mentions)
        found = [
            Latency(_since(page.decided_at, arrival), _since(_before(page.decided_at, heard), arrival))
            for arrival in arrivals
            if arrival.kind == "first"
            for page in await database.log.pages_of(_incident(arrival.key))
            if page.key == arrival.key
        ]
    return Run(found, len(mentions), cpu, seconds)


def _incident(key: str) -> str:
    return key.partition(":first:")[0]


def _since(instant: datetime, arrival: Arrival) -> float:
    return (arrival.at - instant) / timedelta(seconds=1)


def _before(instant: datetime, heard: Sequence[tuple[datetime, datetime]]) -> datetime:
    """Return when the last post that was received up to *instant* was written."""
    return heard[bisect(heard, instant, key=itemgetter(0)) - 1][1]


async def _mentions(database: Database) -> AsyncIterator[Mention]:
    seq = 0
    while found := await database.mentions.after(seq, 5_000):
        seq = found[-1][0]
        for _, mention in found:
            yield mention


async def _watched(path: Path, arrivals: list[Arrival]) -> float:
    """Let the daemon read the surge until every brand's page is there; return its CPU seconds."""
    reading, writing = os.pipe()
    with _systemd(path.parent) as address:
        daemon = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "listener", "run", "--config", str(path)),
            cwd=ROOT,
            env=os.environ | {"NOTIFY_SOCKET": str(address[0])},
            stdin=reading,
        )
        os.close(reading)
        try:
            await asyncio.to_thread(_ready, address[1])
            crowd = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bench._crowd"), cwd=ROOT, stdout=writing
            )
            os.close(writing)
            await crowd.wait()
            await _all_there(arrivals)
            return worked(daemon.pid)
        finally:
            daemon.send_signal(signal.SIGTERM)
            await daemon.wait()


async def _all_there(arrivals: list[Arrival]) -> None:
    """Wait until every brand's page arrived, or for as long as anybody would."""
    patience = time.perf_counter() + PATIENCE
    while time.perf_counter() < patience:
        if {one.brand for one in arrivals if one.kind == "first"} == _brands():
            return
        await asyncio.sleep(0.2)


def _brands() -> set[str]:
    return {f"brand{number}" for number in range(BRANDS)}


@contextlib.contextmanager
def _systemd(folder: Path) -> Iterator[tuple[Path, socket.socket]]:
    address = folder / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as hearing:
        hearing.bind(str(address))
        hearing.settimeout(60)
        yield address, hearing


def _ready(hearing: socket.socket) -> None:
    while not hearing.recv(4096).startswith(b"READY=1"):
        pass


def measure() -> list[tuple[object, ...]]:
    """Measure the pages of a hundred fires under a hundredfold surge."""
    with tempfile.TemporaryDirectory() as folder:
        run = asyncio.run(surge(Path(folder)))
    received, written = (sorted(one[way] for one in run.latencies) or [math.nan] for way in (0, 1))
    worst, median = (quantile(received, share) or 0.0 for share in (0.99, 0.5))
    what = f"{USUAL * TIMES:,} posts/s, {TIMES} times the usual; {len(received)} fires"
    return [
        (
            f"deciding post received → page confirmed, p99: {what}",
            f"{worst:.2f} s (median {median:.2f} s, longest {received[-1]:.2f} s)",
            f"≤ {GOAL:.0f} s",
            worst <= GOAL and len(received) >= BRANDS,
        ),
        ("the same since the post was written, p99", f"{quantile(written, 0.99) or 0:.2f} s"),
        (
            "posts of brands stored and judged on the way, CPU of the daemon",
            f"{run.mentions:,}, {run.cpu:.0f} s in {run.seconds:.0f} s",
        ),
    ]


if __name__ == "__main__":
    print(*(" | ".join(map(str, row)) for row in measure()), sep="\n")
