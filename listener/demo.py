"""The shipped night, as it happens: calm evening, a campaign, a fire at 02:10, one page."""

import asyncio
import io
import json
import sys
import time
from collections import deque
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any, TextIO
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.live import Live

import config
from config.settings import Settings
from listener import assembly, history, replay
from listener.assembly import Vocabulary
from listener.console import app as console_app
from listener.console import server
from listener.operations import Operations
from listener.reception import Frame, Reception
from listener.replay import Night
from listener.sources import replayed
from listener.terminal import Heard, Picture
from models.post import Deletion, Post

HOME = Path(config.__file__).parent
PACE = 600.0
"""How many times faster than life the night passes on a terminal."""
COLUMN = 15
"""Minutes of the night in one character of a sparkline."""


def emit(line: dict[str, Any], out: TextIO) -> None:
    """Print one JSON line."""
    out.write(json.dumps(line, ensure_ascii=False) + "\n")
    out.flush()


class Show:
    """Draws the night on a terminal while it passes."""

    def __init__(self, night: Night, words: Vocabulary, settings: Settings, console: Console) -> None:
        zone = ZoneInfo(settings.time_zone)
        names = {key: topic.called("ja") for key, topic in words.topics.items()}
        self._night = night
        self._picture = Picture(names, zone, pace=PACE)
        self._heard: dict[str, Heard] = {name: Heard() for name in settings.sources}
        self._minutes = 0
        self._started = time.perf_counter()
        self._live = Live(console=console, auto_refresh=False, screen=False)

    def __enter__(self) -> "Show":
        self._live.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.__exit__(None, None, None)

    def hear(self, item: Post | Deletion) -> Post | Deletion:
        """Count an item on its way in."""
        heard = self._heard.setdefault(item.source, Heard())
        heard.posts += 1
        heard.last = item.received_at
        return item

    def say(self, line: dict[str, Any]) -> None:
        """Show a page when one goes out."""
        if line["event"] == "page":
            self._picture.paged(line["text"], self._night.clock.now())

    async def each_minute(self) -> None:
        """Draw, and wait until this minute of the night is due."""
        now = self._night.clock.now()
        readings = self._night.engine.watch.readings(now)
        self._picture.add(readings, column=self._minutes % COLUMN == 0)
        self._minutes += 1
        incidents = self._night.engine.dispatcher.open_incidents
        mentions = self._night.engine.pipeline.mentions
        self._live.update(self._picture.draw(now, self._heard, incidents, mentions), refresh=True)
        due = self._started + self._minutes * 60.0 / PACE
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
