"""What several contracts share: servers, one of each for a module, and every notification log."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Literal, Protocol

import pytest

from alerts.links.link import LinkLog
from alerts.notification_log import NotificationLog, Page
from listener.steadfast import SteadfastLog
from listener.storage.database import Database
from models.clock import VirtualClock
from tests.alertmanager import Alertmanager, start_alertmanager
from tests.broker import Broker, start_mosquitto
from tests.fakes_log import MemoryLog, RefusingLog
from tests.log_rows import NOW


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """Run one mosquitto for the module."""
    with start_mosquitto(tmp_path_factory.mktemp("broker")) as one:
        yield one


@pytest.fixture(scope="module")
def manager(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alertmanager]:
    """Run one Alertmanager for the module."""
    with start_alertmanager(tmp_path_factory.mktemp("alertmanager")) as one:
        yield one


class Log(NotificationLog, LinkLog, Protocol):
    """The port, and the one look inside that the suite needs."""

    async def page(self, key: str) -> Page | None:
        """Return one page as it stands, or None."""
        ...


@pytest.fixture(params=["memory", "steadfast", "steadfast refused", "sqlite :memory:", "sqlite file"])
async def log(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Log]:
    """Yield every adapter in turn."""
    if not request.param.startswith("sqlite"):
        yield MemoryLog() if request.param == "memory" else _steadfast(request.param)
        return
    path: Path | Literal[":memory:"] = (
        ":memory:" if request.param == "sqlite :memory:" else tmp_path / "hinoban.db"
    )
    async with Database.open(path, VirtualClock(NOW)) as database:
        yield database.log


def _steadfast(kind: str) -> SteadfastLog:
    """Return a steadfast log over one that works, or over one that takes nothing."""
    stored = RefusingLog()
    stored.refuses = kind.endswith("refused")
    return SteadfastLog(stored, VirtualClock(NOW))
