"""Everything around a daemon, for every test in this folder."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.town import Town, founded


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """Run everything but the watch itself; skips, by name, what needs a server that is not installed."""
    async with founded(tmp_path) as town:
        yield town
