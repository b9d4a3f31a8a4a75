"""A database in memory and one in a file, for the tests of storage."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from listener.storage.database import Database
from models.clock import VirtualClock
from tests.builders import NIGHT


@pytest.fixture
def clock() -> VirtualClock:
    """Stand still at 02:10 in Tokyo."""
    return VirtualClock(NIGHT)


@pytest.fixture
async def database(clock: VirtualClock) -> AsyncIterator[Database]:
    """Open a database in memory."""
    async with Database.open(":memory:", clock) as opened:
        yield opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Name a database that does not exist yet."""
    return tmp_path / "hinoban.db"
