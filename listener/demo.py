"""The shipped night, as it happens: calm evening, a campaign, a fire at 02:10, one page."""

import asyncio
import contextlib
import json
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any, Self, TextIO
from zoneinfo import ZoneInfo

import msgspec
from rich.console import Console
from rich.live import Live

import config
from config.settings import Settings
from listener import assembly, history, logs, replay
from listener.assembly import Vocabulary
from listener.console import app as console_app
from listener.console import server
from listener.operations import Operations
from listener.replay import Night
from listener.sources import replayed
from listener.terminal import COLUMN, Heard, Language, Picture, spoken
from models.post import Deletion, Post

HOME = Path(config.__file__).parent
PACE = 660.0
"""How many times faster than life the night passes on a terminal: it takes a minute."""
QUIET = timedelta(minutes=25)
"""How long the watch goes on after the last post, so that the all-clear is seen."""


def emit(line: dict[str, Any], out: TextIO) -> None:
    """Print one JSON line."""
    out.write(json.dumps(line, ensure_ascii=False) + "\n")
    out.flush()


class Refusing:
    """What the shipped files report to: a bad line in them is a mistake of ours, and ends the demo."""

    def quarantined(self, raw: bytes, reason: str) -> None:
        """Refuse."""
        raise ValueError(f"the shipped night has a bad line: {reason}: {raw[:80]!r}")

    def dropped(self, reason: str, posts: int) -> None:
        """Count nothing: ``quarantined`` already refused."""


class Show:
    """Draws the night on a terminal while it passes."""

    def __init__(self, settings: Settings, words: Vocabulary, console: Console, language: Language) -> None:
        topics = dict(sorted(words.topics.items()))
        self._picture = Picture(topics, ZoneInfo(settings.time_zone), language, pace=PACE)
        self._brands = {key.brand for key in topics}
        self._heard: dict[str, Heard] = {}
        self._minutes = 0
        self._started = time.perf_counter()
        self._live = Live(console=console, auto_refresh=False)

    def __enter__(self) -> Self:
        self._live.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.__exit__(None, None, None)

    def watch(self, night: Night, port: int) -> None:
        """Follow *night*, whose metrics are served on *port*."""
        self._night = night
        self._operations = Operations(night.metrics)
        night.metrics.expect_topics(night.engine.watch.keys, ())
        self._picture.footer = f"http://127.0.0.1:{port}/metrics"

    def hear(self, item: Post | Deletion) -> Post | Deletion:
        """Count an item on its way in."""
        heard = self._heard.setdefault(item.source, Heard())
        heard.posts += 1
        heard.last = item.received_at
        self._night.metrics.posts_received.labels(item.source).inc()
        return item

    def say(self, line: dict[str, Any]) -> None:
        """Show what happens to incidents, and a page when one goes out."""
        now = self._night.clock.now()
        if line["event"] == "page":
            self._picture.paged(line["text"], now)
        else:
            self._picture.changed(line, now)

    async def each_minute(self) -> None:
        """Draw, and wait until this minute of the night is due."""
        readings = self._night.engine.watch.readings(self._night.clock.now())
        self._picture.add(readings, column=self._minutes % COLUMN == 0)
        self._operations.show_readings(readings)
        self._operations.show_open(self._brands, self._night.engine.dispatcher.open_incidents)
        self._minutes += 1
        self.draw()
        due = self._started + self._minutes * 60.0 / PACE
        await asyncio.sleep(max(0.0, due - time.perf_counter()))

    def draw(self) -> None:
        """Draw the night as it stands."""
        engine = self._night.engine
        self._live.update(
            self._picture.draw(
                self._night.clock.now(),
                self._heard,
                engine.dispatcher.open_incidents,
                engine.pipeline.mentions,
            ),
            refresh=True,
        )


async def run(*, once: bool) -> int:
    """Replay the shipped night: drawn at its pace on a terminal, else as JSON lines."""
    logs.configure()
    console = Console()
    started = time.perf_counter()
    settings = _speaking(assembly.read_settings(HOME / "demo.toml"), spoken())
    with (HOME / "demo" / "night.jsonl").open("rb") as lines:
        items = list(replayed.posts(lines, source="night", report=Refusing()))
    start = items[0].received_at.replace(second=0, microsecond=0)
    words = assembly.vocabulary(settings.keywords, now=start)
    show = Show(settings, words, console, spoken()) if console.is_terminal else None
    async with AsyncExitStack() as stack:
        scoring = assembly.scoring(settings, lambda reason: print(reason, file=sys.stderr))
        stack.callback(scoring.close)
        say = show.say if show else _print
        night = await stack.enter_async_context(replay.night(settings, words, scoring, start=start, say=say))
        with (HOME / "demo" / "history.csv").open(encoding="utf-8") as past:
            replay.learn(night.engine, history.read(past, "history.csv"))
        with _interruptible():
            if show:
                await _draw(show, night, items, stack, settings, once=once)
            else:
                await replay.play(night, items, quiet=QUIET)
        summary = night.summary(time.perf_counter() - started)
    _print(summary)
    return 0


def _speaking(settings: Settings, language: Language) -> Settings:
    """Return *settings* with every receiver's pages in *language*."""
    receivers = {
        name: msgspec.structs.replace(receiver, language=language)
        for name, receiver in settings.receivers.items()
    }
    return msgspec.structs.replace(settings, receivers=receivers)


async def _draw(
    show: Show,
    night: Night,
    items: list[Post | Deletion],
    stack: AsyncExitStack,
    settings: Settings,
    *,
    once: bool,
) -> None:
    """Let the night pass on the terminal, and stay on its last picture unless *once*."""
    port = await _serve_metrics(stack, night, settings.http.listen)
    show.watch(night, port)
    with show:
        await replay.play(night, map(show.hear, items), show.each_minute, quiet=QUIET)
        if not once:
            await asyncio.Event().wait()


async def _serve_metrics(stack: AsyncExitStack, night: Night, listen: str) -> int:
    """Serve /metrics; when the port is taken, on any free one."""
    app = console_app.create(night.metrics.registry, alive=dict, ready=dict, ingest={})
    try:
        bound = server.bind(listen)
    except OSError:
        bound = server.bind("127.0.0.1:0")
    return await stack.enter_async_context(server.serving(app, bound))


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C end what is inside, and go on after it."""
    task = asyncio.current_task()
    assert task is not None
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    try:
        yield
    except asyncio.CancelledError:
        task.uncancel()
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


def _print(line: dict[str, Any]) -> None:
    emit(line, sys.stdout)
