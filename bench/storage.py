"""How fast mentions are stored and found again: ``python -m bench.storage [ROWS]``."""

import asyncio
import random
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any, Literal

from listener.storage.database import Database
from listener.storage.intake import Intake
from models.clock import VirtualClock
from models.mention import Mention
from tests.builders import NIGHT, a_mention, a_score

Figure = tuple[str, str]

BATCH = 256
WORDS = [
    "さくら",
    "プリン",
    "虫",
    "入って",
    "た",
    "買った",
    "おいしい",
    "電話",
    "回収",
    "写真",
    "炎",
    "今日",
    "the",
    "pudding",
    "返金",
]
KANJI = [chr(point) for point in range(0x4E00, 0x5200)]


def text(rng: random.Random) -> str:
    """Return some seventy characters that look like a post; one in a thousand speaks of 炎上."""
    words = rng.choices(WORDS, k=18) + rng.choices(KANJI, k=12) + (["炎上"] if rng.random() < 0.001 else [])
    rng.shuffle(words)
    return "".join(words)


def mentions(rows: int) -> list[Mention]:
    """Return mentions that arrive one per second."""
    rng = random.Random(2)
    return [a_mention(text(rng), id=str(number), minutes=number / 60) for number in range(rows)]


async def stored(database: Database, given: list[Mention], *, cursor: bool) -> float:
    """Return how many mentions per second were stored."""
    started = perf_counter()
    for start in range(0, len(given), BATCH):
        position = ("bluesky", str(start)) if cursor else None
        await database.mentions.store(Intake(mentions=given[start : start + BATCH], cursor=position))
    return len(given) / (perf_counter() - started)


def size(path: Path) -> int:
    """Return how many bytes the file has."""
    return path.stat().st_size


async def milliseconds(work: Callable[[], Awaitable[Any]], times: int = 20) -> float:
    """Return the median time of *work*."""
    taken = []
    for _ in range(times):
        started = perf_counter()
        await work()
        taken.append(perf_counter() - started)
    return sorted(taken)[times // 2] * 1_000


async def reading(database: Database, rows: int) -> AsyncIterator[Figure]:
    """Yield what questions cost with so many mentions stored."""
    until = NIGHT + timedelta(seconds=rows)
    since = until - timedelta(minutes=30)
    questions: dict[str, Callable[[], Awaitable[Any]]] = {
        "search 炎上 (a hundred hits)": lambda: database.mentions.search("炎上"),
        "search プリン (everywhere, 100 newest)": lambda: database.mentions.search("プリン"),
        "search 虫 (one character, 100 newest)": lambda: database.mentions.search("虫"),
        "search pudding 返金 (two words)": lambda: database.mentions.search("pudding 返金"),
        "window of 30 min": lambda: database.mentions.window("sakura", ["pudding"], since, until, 2_000),
        "hourly, all": lambda: database.mentions.hourly("sakura", "pudding", NIGHT),
        "256 unscored": lambda: database.mentions.unscored(256),
        "empty batch with a cursor (one fsync)": lambda: database.mentions.store(Intake(cursor=("a", "1"))),
    }
    for name, question in questions.items():
        yield name, f"{await milliseconds(question):.2f} ms"


async def bench(path: Path | Literal[":memory:"], given: list[Mention]) -> AsyncIterator[Figure]:
    """Store everything, score it, ask."""
    async with Database.open(path, VirtualClock(NIGHT)) as database:
        kind = "memory" if path == ":memory:" else "file, cursor in every batch"
        rate = await stored(database, given, cursor=path != ":memory:")
        yield f"stored with index ({kind})", f"{rate:,.0f} mentions/s"
        rows = [(number, a_score()) for number in range(1, min(len(given), 10_000) + 1)]
        started = perf_counter()
        for start in range(0, len(rows), BATCH):
            await database.mentions.score(rows[start : start + BATCH], "lexicon")
        yield "scores kept", f"{len(rows) / (perf_counter() - started):,.0f} /s"
        async for figure in reading(database, len(given)):
            yield figure
    if isinstance(path, Path):
        yield "file", f"{size(path) / len(given):,.0f} bytes per mention"


async def figures(rows: int) -> list[Figure]:
    """Measure with *rows* mentions stored in a file."""
    with tempfile.TemporaryDirectory() as folder:
        return [figure async for figure in bench(Path(folder) / "bench.db", mentions(rows))]


def measure(rows: int = 100_000) -> list[Figure]:
    """Return the rows of `make bench`."""
    return [(f"{rows:,} mentions: {what}", figure) for what, figure in asyncio.run(figures(rows))]


if __name__ == "__main__":
    for what, figure in measure(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000):
        print(f"{what:70} {figure}")
