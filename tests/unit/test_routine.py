"""What goes on beside the way of a post is made of the daemon's own parts."""

from pathlib import Path

from prometheus_client import CollectorRegistry

from config import decode
from listener.assembly import TABLES
from listener.metrics import Metrics
from listener.routine import Routine, Surroundings
from listener.storage.database import Database
from models.clock import VirtualClock
from tests.fakes_alerts import NIGHT, FakeChannel


async def test_mornings_know_which_channels_wake(tmp_path: Path) -> None:
    """The channels that run say so, not the settings of a reload."""
    clock, lamp = VirtualClock(NIGHT), FakeChannel()
    lamp.wakes = True
    settings = decode.settings("schema = 1\n", "hinoban.toml", TABLES)
    async with Database.open(tmp_path / "hinoban.db", clock) as database:
        channels = {"terminal": FakeChannel(), "lamp": lamp}
        around = Surroundings(
            database, database.log, channels, clock, Metrics(CollectorRegistry()), dict, lambda: None
        )
        assert set(Routine(settings, {}, around)._mornings.company.waking) == {"lamp"}
