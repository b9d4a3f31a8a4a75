"""How soon a page is confirmed while everybody speaks at once: a hundred fires in a stream at a hundredfold.

Run ``make bench ARGS=surge``. A daemon as users start it, with three days learnt, reads posts from a pipe: usually
sixty a second, one in a hundred about one of a hundred brands. Then a hundred times that, unhappy, until every
brand burns. Its pages go to an endpoint on loopback; a page is there when that has all of it.
"""

import asyncio
import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from aiohttp import web

from alerts.digest.answers import quantile
from bench.matching import ENGLISH, JAPANESE, SEED, keywords
from bench.pipeline import ROOT, worked
from listener import assembly
from listener.demo import HOME
from listener.storage.database import Database
from models.clock import SystemClock
from models.mention import Mention
from models.sentiment.batching import score_all

PUDDING = "さくらプリン"
BRANDS = 100
DAYS = 3
"""Of the past that the daemon learnt: a fresh one waits for more people before it wakes anybody."""
USUAL, TIMES = 60, 100
"""Posts a second, and how many times that the surge is."""
SHARE = 100
"""One post in so many is about a brand."""
CALM, SURGE = 10.0, 45.0
"""Seconds before the surge, and of it: each brand is complained about some 27 times."""
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


def words() -> list[str]:
    """Return the names of the brands."""
    return list(dict.fromkeys(keywords(3 * BRANDS, random.Random(SEED))))[:BRANDS]


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
    past.write_text("\n".join(_usual()), "utf-8")
    command = [sys.executable, "-m", "listener", "learn", str(past), "--config", str(path)]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return path


def _usual() -> Iterator[str]:
    """Yield the last days as CSV: every brand in the usual stream, one in eight unhappy."""
    yield "brand,topic,hour,people,negative"
    chance, people = random.Random(SEED), USUAL * 3600 / SHARE / BRANDS
    last = SystemClock().now().replace(minute=0, second=0, microsecond=0)
    for hour in range(DAYS * 24, 0, -1):
        for brand in range(BRANDS):
            spoke = max(0, round(chance.gauss(people, people**0.5)))
            at = f"{last - timedelta(hours=hour):%Y-%m-%dT%H:00:00Z}"
            yield f"brand{brand},all,{at},{spoke},{round(spoke / 8)}"


def complaints() -> list[str]:
    """Return the shipped night's complaints about a pudding, with a gap where it was named."""
    lines = (HOME / "demo" / "night.jsonl").read_text("utf-8").splitlines()
    texts = list(dict.fromkeys(json.loads(line).get("text", "") for line in lines))
    named = [text for text in texts if PUDDING in text]
    judged = score_all(assembly.scorer(None), named, 64)
    pairs = zip(named, judged, strict=True)
    return [text.replace(PUDDING, "{}") for text, score in pairs if score.label == "negative"]


def feed() -> None:
    """Write posts to standard output: the usual rate for a while, then the surge, each second in ten parts."""
    chance, brands, said, clock = random.Random(SEED), words(), complaints(), SystemClock()
    began, sent = time.perf_counter(), 0
    while (elapsed := time.perf_counter() - began) < CALM + SURGE:
        rate = USUAL * (TIMES if elapsed >= CALM else 1)
        due = int(USUAL * min(elapsed, CALM) + rate * max(0.0, elapsed - CALM))
        stamp = clock.now().isoformat()
        fires = said if elapsed >= CALM else ["{}"]
        posts = [_post(number, stamp, chance, brands, fires) for number in range(sent, due)]
        sys.stdout.write("".join(posts))
        sys.stdout.flush()
        sent = max(sent, due)
        time.sleep(0.02)


def _post(number: int, stamp: str, chance: random.Random, brands: Sequence[str], said: Sequence[str]) -> str:
    text = " ".join(chance.choices(JAPANESE if number % 2 else ENGLISH, k=6))
    if number % SHARE == 0:
        text = chance.choice(said).replace("{}", chance.choice(brands))
    post = {"id": f"p{number}", "text": text, "created_at": stamp, "author": {"id": f"a{number}"}}
    return json.dumps(post, ensure_ascii=False) + "\n"


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
        written = {(one.key.brand, one.post.received_at): one.post.created_at for one in mentions}
        found = [
            Latency(_since(page.decided_at, arrival), _since(post, arrival))
            for arrival in arrivals
            if arrival.kind == "first"
            for page in await database.log.pages_of(_incident(arrival.key))
            if page.key == arrival.key
            for post in [written.get((arrival.brand, page.decided_at), page.decided_at)]
        ]
    return Run(found, len(mentions), cpu, seconds)


def _incident(key: str) -> str:
    return key.partition(":first:")[0]


def _since(instant: datetime, arrival: Arrival) -> float:
    return (arrival.at - instant) / timedelta(seconds=1)


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
                *(sys.executable, "-m", "bench.surge", "feed"), cwd=ROOT, stdout=writing
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
    received, written = ([one[way] for one in run.latencies] for way in (0, 1))
    worst = quantile(received, 0.99) or 0.0
    what = f"{USUAL * TIMES:,} posts/s, {TIMES} times the usual; {len(received)} fires"
    return [
        (
            f"deciding post received → page confirmed, p99: {what}",
            f"{worst:.1f} s (median {quantile(received, 0.5) or 0:.1f} s, longest {max(received, default=0):.1f} s)",
            f"≤ {GOAL:.0f} s",
            worst <= GOAL and len(received) >= BRANDS,
        ),
        ("the same since the post was written, p99", f"{quantile(written, 0.99) or 0:.1f} s"),
        (
            "posts of brands stored and judged on the way, CPU of the daemon",
            f"{run.mentions:,}, {run.cpu:.0f} s in {run.seconds:.0f} s",
        ),
    ]


if __name__ == "__main__":
    if sys.argv[1:] == ["feed"]:
        feed()
    else:
        print(*(" | ".join(map(str, row)) for row in measure()), sep="\n")
