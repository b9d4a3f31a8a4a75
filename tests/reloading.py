"""A house whose configuration, keyword list and calendar a test rewrites, and what is put to use of them."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from prometheus_client import CollectorRegistry

from config.settings import Settings
from listener import assembly
from listener.assembly import Vocabulary
from listener.metrics import Metrics
from listener.refresh import Refresh
from models.clock import VirtualClock
from tests.builders import NIGHT
from tests.fakes_listener import LIST
from tests.unit.storage.files import write

CONFIGURATION = """
schema = 1
[matching]
dictionary = false
[channels.terminal]
kind = "stdout"
[receivers.oncall]
channels = ["terminal"]
"""


class House:
    """A folder with a configuration and a keyword list, and what was put to use of it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "hinoban.toml"
        self.list = folder / "keywords" / "sakura.toml"
        self.list.parent.mkdir()
        self.configure()
        self.write(LIST)
        self.registry = CollectorRegistry()
        self.clock = VirtualClock(NIGHT)
        self.used: list[tuple[Settings, Vocabulary]] = []
        self._news = asyncio.Event()
        settings = assembly.read_settings(self.path)
        metrics = Metrics(self.registry)
        self.refresh = Refresh(self.path, settings, metrics, self.clock, self._use)

    def write(self, text: str) -> None:
        """Replace the keyword list."""
        write(self.list, text.encode())

    def configure(self, more: str = "", text: str = CONFIGURATION) -> None:
        """Replace the configuration."""
        write(self.path, (more + text).encode())

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something *holds*, looking whenever something was put to use."""
        async with asyncio.timeout(20):
            while not holds():
                self._news.clear()
                await self._news.wait()

    def sample(self, name: str) -> float | None:
        """Return a metric."""
        return self.registry.get_sample_value(f"hinoban_{name}")

    def _use(self, settings: Settings, words: Vocabulary) -> None:
        self.used.append((settings, words))
        self._news.set()


CALENDAR = """
[[event]]
kind = "campaign"
topics = ["pudding"]
from = 2026-11-20T10:00:00
to = 2026-11-20T12:00:00
"""
BRAND = '[brand.sakura]\ncalendars = ["sakura.toml"]\n'
