"""What the whole way of a post costs, how much memory it takes, and how soon a daemon listens.

Run ``python -m bench.pipeline`` (``--profile`` shows where the time goes). An hour of Jetstream commits, one
in a hundred with one of 10,000 keywords, goes through the daemon's own parts: from the wire's bytes to
database, detector, and scores by the word lists. The WebSocket itself is not part of it.
"""

import asyncio
import cProfile
import itertools
import json
import os
import pstats
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec
from prometheus_client import CollectorRegistry

from alerts.page import Ways
from alerts.paging import Paging
from bench.matching import SEED, keywords, posts
from listener import assembly, logs
from listener.assembly import Engine, Surroundings
from listener.metrics import Metrics
from listener.reception import Reception
from listener.sources.jetstream_wire import Reader
from listener.sources.resume import listen
from listener.storage.database import Database
from models.clock import VirtualClock
from models.post import Batch

START = datetime(2026, 11, 20, 12, tzinfo=UTC)
WRITTEN = b"2026-11-20T17:40:12.240Z"  # when bench.matching's commits say that they were written
HOUR = 216_000
"""Posts of an hour: Bluesky at sixty a second."""
FLAT = 10
"""MB by which half an hour may grow: mentions are remembered (3 KB each), a leak of 100 B a post is more."""
ROOT = Path(__file__).resolve().parents[1]
RATE = 20_000
BATCH, STRETCHES = 256, 6
BRANDS, TOPICS = 10, 10
CONFIG = """
schema = 1
[sources.bluesky]
kind = "jsonl"
path = {posts}
follow = true
[channels.terminal]
kind = "stdout"
[receivers.oncall]
channels = ["terminal"]
[http]
listen = "127.0.0.1:0"
"""


def prepare(folder: Path, words: list[str]) -> Path:
    """Write a configuration with *words* in ten lists of ten topics; return its path."""
    (folder / "keywords").mkdir()
    for brand in range(BRANDS):
        lines = [f'schema = 1\nbrand = "brand{brand}"\nname = "brand {brand}"']
        for topic in range(TOPICS):
            own = words[brand * TOPICS + topic :: BRANDS * TOPICS]
            lines += [f'[[keyword]]\ntopic = "topic{topic}"\nany = [{json.dumps(word)}]' for word in own]
        (folder / "keywords" / f"brand{brand}.toml").write_text("\n".join(lines), "utf-8")
    (folder / "posts.jsonl").touch()
    path = folder / "hinoban.toml"
    path.write_text(CONFIG.format(posts=json.dumps(str(folder / "posts.jsonl"))), "utf-8")
    return path


class Feed:
    """A source of *count* commits, made as they are asked for; ``spent`` is the CPU time of making them."""

    name = "bluesky"
    replays = True

    def __init__(self, count: int, words: list[str], clock: VirtualClock) -> None:
        self.spent = 0.0
        self._count, self._words, self._clock = count, words, clock
        self._reader = Reader(self.name)
        self._rng = random.Random(SEED)

    def reached(self, cursor: str) -> None:
        """Know of no gaps."""

    async def batches(self, cursor: str | None) -> AsyncGenerator[Batch, None]:
        """Yield decoded batches, as the Jetstream source does."""
        del cursor
        for first in range(0, self._count, BATCH):
            started, received = time.process_time(), START + timedelta(hours=first / HOUR)
            self._clock.set(received)
            stamp = f"{received:%Y-%m-%dT%H:%M:%S}.240Z".encode()
            made = posts(min(BATCH, self._count - first), self._words, self._rng)
            frames = [frame.replace(WRITTEN, stamp) for frame in made]
            self.spent += time.process_time() - started
            read = (self._reader.read_v1(frame, received).item for frame in frames)
            yield Batch(
                source=self.name, items=[item for item in read if item is not None], cursor=str(first)
            )


class Run(msgspec.Struct):
    """What a run took without making the posts, and resident MB half-way and at the end.

    ``cpu`` is in microseconds a post, of the fastest stretch of the hour and of all of it: whatever else the
    machine does makes a post dearer, never cheaper. Pages of mapped files (the dictionary of words) are told
    apart: the kernel takes them back when it must.
    """

    posts: int
    mentions: int
    cpu: tuple[float, float]
    wall: float
    half: float
    end: float
    mapped: float


class Stream:
    """Does what the daemon does with every batch, and at the end of every minute."""

    def __init__(self, engine: Engine, clock: VirtualClock, feed: Feed, count: int) -> None:
        self.memory = 0.0
        self.marks = [(0, time.process_time())]
        self._engine, self._clock, self._feed, self._count = engine, clock, feed, count
        self._minute = 0

    async def take(self, batch: Batch) -> None:
        """Take a batch; remember how much memory there was half-way, and the time of every stretch."""
        pipeline = self._engine.pipeline
        await pipeline.take(batch)
        while await pipeline.score():
            pass
        await self._minutes()
        if pipeline.posts >= self._count // 2 and not self.memory:
            self.memory = resident(field="RssAnon")
        if pipeline.posts >= len(self.marks) * self._count // STRETCHES:
            self.marks.append((pipeline.posts, time.process_time() - self._feed.spent))

    async def _minutes(self) -> None:
        pipeline = self._engine.pipeline
        minute = int((self._clock.now() - START).total_seconds()) // 60
        if minute > self._minute:
            self._minute = minute
            await pipeline.tick()
            self._engine.watch.readings(self._clock.now())
            if minute % 5 == 0:
                await pipeline.snapshot()


async def nowhere() -> None:
    """Know no cursor."""


async def stream(path: Path, words: list[str], count: int) -> Run:
    """Send *count* posts through everything that *path* configures."""
    settings = assembly.read_settings(path)
    vocabulary = assembly.vocabulary(settings.keywords, now=START)
    vocabulary.matcher.find(words[0] + "ア")  # loads the dictionary
    clock, metrics, chance = VirtualClock(START), Metrics(CollectorRegistry()), random.Random(SEED)
    scoring = assembly.scoring(settings, print)
    await scoring.warm_up()
    feed = Feed(count, words, clock)
    report = Reception(feed.name, metrics, clock, deque())
    async with Database.open(settings.storage.path, clock) as database:
        paging = Paging(assembly.policy(settings, (), Ways()), topic_of=vocabulary.topics.get)
        around = Surroundings(database, metrics, clock, lambda _: None)
        engine = assembly.engine(settings, vocabulary, scoring, paging, around)
        there, wall = Stream(engine, clock, feed, count), time.perf_counter()
        await listen(feed, load=nowhere, send=there.take, report=report, clock=clock, random=chance)
        wall = time.perf_counter() - wall - feed.spent
        end = resident(field="RssAnon")
    scoring.close()
    pipeline = engine.pipeline
    mapped = resident(field="RssFile")
    stretches = [(b[1] - a[1]) / (b[0] - a[0]) * 1e6 for a, b in itertools.pairwise(there.marks)]
    cpu = min(stretches), (there.marks[-1][1] - there.marks[0][1]) / there.marks[-1][0] * 1e6
    return Run(pipeline.posts, pipeline.mentions, cpu, wall, there.memory, end, mapped)


def resident(process: int | str = "self", field: str = "VmRSS") -> float:
    """Return how many MB of a process are in memory."""
    status = Path(f"/proc/{process}/status").read_text("ascii", "replace")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(field)) / 1024


def worked(process: int) -> float:
    """Return the CPU seconds of a process so far (utime and stime, proc(5))."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Start(NamedTuple):
    """How long a daemon took until it said that it listens, how much of it on a core, and its MB then."""

    seconds: float
    cpu: float
    memory: float


def start(path: Path) -> Start:
    """Start `hinoban run` as systemd would, and stop it."""
    address = path.parent / "notify"
    address.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as hearing:
        hearing.bind(str(address))
        hearing.settimeout(60)
        began = time.perf_counter()
        command = [sys.executable, "-m", "listener", "run", "--config", str(path)]
        environment = os.environ | {"NOTIFY_SOCKET": str(address)}
        with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE) as daemon:
            try:
                while not hearing.recv(4096).startswith(b"READY=1"):
                    pass
                seconds = time.perf_counter() - began
                return Start(seconds, worked(daemon.pid), resident(daemon.pid))
            except TimeoutError:
                raise OSError("hinoban run did not say that it listens") from None
            finally:
                daemon.send_signal(signal.SIGTERM)
                daemon.communicate(timeout=60)


def measure(count: int = HOUR, size: int = 10_000, starts: int = 3) -> list[tuple[object, ...]]:
    """Measure the way in a process of its own, then the start of the daemon with the same lists."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        path = prepare(place, keywords(size, random.Random(SEED)))
        command = [sys.executable, "-m", "bench.pipeline", str(path), str(count), str(size)]
        answer = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)
        run = msgspec.json.decode(answer.stdout, type=Run)
        started = [start(path) for _ in range(starts)]
    return [*_rows(run, size), *_start_rows(started, size)]


def _rows(run: Run, size: int) -> list[tuple[object, ...]]:
    (best, all_of_it), growth = run.cpu, run.end - run.half
    rate = 1e6 / best
    what = f"{run.posts:,} posts, {run.mentions / run.posts:.1%} matching, {size:,} keywords"
    return [
        (f"whole way, bytes to scores: {what}", f"{rate:,.0f} posts/s of CPU", "≥ 20,000", rate >= RATE),
        (
            f"the same over the whole run, not the fastest of {STRETCHES}",
            f"{1e6 / all_of_it:,.0f} posts/s of CPU",
        ),
        ("the same by the clock, every batch synced to disk", f"{run.posts / run.wall:,.0f} posts/s"),
        (
            "memory of its own, half-way and at the end",
            f"{run.half:,.0f} MB, {growth:+,.1f} MB (and {run.mapped:,.0f} MB of mapped files)",
            f"flat: ≤ {FLAT} MB",
            growth <= FLAT,
        ),
    ]


def _start_rows(started: list[Start], size: int) -> list[tuple[object, ...]]:
    seconds, cpu, _ = min(started)
    memory = max(one.memory for one in started)
    what = f"start to listening, {size:,} keywords, best of {len(started)}"
    return [
        (what, f"{seconds:.1f} s ({cpu:.1f} s of CPU)", "≤ 3 s", seconds <= 3),
        ("resident then, scorer loaded", f"{memory:,.0f} MB", "≤ 320 MB", memory <= 320),
    ]


def main(arguments: list[str]) -> None:
    """Print the rows; with arguments, be the process in which the way is measured."""
    logs.configure("json", "error")
    if arguments[:1] == ["--profile"]:
        _profile(int(arguments[1]) if len(arguments) > 1 else 30_000)
    elif arguments:
        words = keywords(int(arguments[2]), random.Random(SEED))
        run = asyncio.run(stream(Path(arguments[0]), words, int(arguments[1])))
        print(msgspec.json.encode(run).decode())
    else:
        print(*(" | ".join(map(str, row)) for row in measure()), sep="\n")


def _profile(count: int) -> None:
    words = keywords(10_000, random.Random(SEED))
    with tempfile.TemporaryDirectory() as folder:
        profile = cProfile.Profile()
        profile.runcall(asyncio.run, stream(prepare(Path(folder), words), words, count))
    pstats.Stats(profile).sort_stats("tottime").print_stats(35)


if __name__ == "__main__":
    main(sys.argv[1:])
