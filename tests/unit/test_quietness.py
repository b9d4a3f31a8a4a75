"""A source that is connected and says nothing may be deaf; one that sleeps at night is not."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from math import pi, sin
from random import Random
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from listener.quietness import Quietness, dearth
from listener.storage.database import MEMORY, Database
from models.clock import VirtualClock

START = datetime(2026, 11, 2, tzinfo=UTC)
DAY = 24 * 60


class Radio:
    """A source with a day of its own, heard minute by minute."""

    def __init__(self, per_hour: float, seed: int = 1) -> None:
        self.quietness = Quietness(ZoneInfo("Asia/Tokyo"))
        self.per_hour = per_hour
        self.total = 0
        self.minute = 0
        self.said: list[int] = []
        self._chance = Random(seed)

    def run(self, minutes: int, *, loud: float = 1.0, heard: bool = True) -> None:
        """Let time pass; note the minutes in which it was too quiet."""
        for _ in range(minutes):
            hour = self.minute / 60
            rate = loud * self.per_hour / 60 * (1 + 0.8 * sin(hour / 24 * 2 * pi))
            self.total += sum(self._chance.random() < rate / 20 for _ in range(20))
            now = START + timedelta(minutes=self.minute)
            found = self.quietness.tick(now, {"a": self.total} if heard else {})
            if found.get("a"):
                self.said.append(self.minute)
            self.minute += 1


@pytest.fixture(scope="module")
def learned() -> Radio:
    """Listen for three days to a source of 120 posts an hour, asleep at night."""
    radio = Radio(120)
    radio.run(3 * DAY)
    return radio


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    """Open a database in memory."""
    async with Database.open(MEMORY, VirtualClock(START)) as opened:
        yield opened


async def again(radio: Radio, database: Database) -> Radio:
    """Return a copy of *radio*, by way of what is stored."""
    other = Radio(radio.per_hour, seed=9)
    await radio.quietness.save(database.state)
    await other.quietness.load(database.state)
    other.total, other.minute = radio.total, radio.minute
    return other


def test_an_ordinary_week_is_never_too_quiet() -> None:
    """Day and night, at a usual scatter."""
    radio = Radio(40, seed=4)
    radio.run(7 * DAY)
    assert radio.said == []


async def test_a_deaf_source_is_found_within_the_hour(learned: Radio, database: Database) -> None:
    """And believed again soon after it speaks."""
    radio = await again(learned, database)
    silent = radio.minute + 5 * 60
    radio.run(5 * 60)
    with capture_logs() as said:
        radio.run(120, loud=0)
        first = radio.said[0]
        radio.run(120)
    assert silent + 10 <= first <= silent + 60
    assert radio.said[-1] <= silent + 120 + 40
    assert [line["event"] for line in said] == ["source_too_quiet", "source_speaks_again"]


async def test_half_deaf_is_found_once_the_day_is_known(learned: Radio, database: Database) -> None:
    """After a few days the quiet of an hour may still be its own; after three weeks it is not."""
    radio = await again(learned, database)
    radio.run(4 * 60)
    radio.run(60, loud=0.2)
    assert radio.said == []
    radio.run(18 * DAY - 60)
    radio.run(60, loud=0.2)
    assert radio.said


async def test_the_quiet_of_the_night_is_usual(learned: Radio, database: Database) -> None:
    """What would be deaf at noon is nothing at the hour in which everybody sleeps."""
    radio = await again(learned, database)
    radio.run(18 * 60 - 30)
    radio.run(60, loud=0.4)
    assert radio.said == []


def test_nothing_is_said_in_the_first_two_days() -> None:
    """A source must be known before it can be missed."""
    radio = Radio(120)
    radio.run(DAY + 20 * 60)
    radio.run(3 * 60, loud=0)
    assert radio.said == []


async def test_a_source_that_is_down_is_not_quiet(learned: Radio, database: Database) -> None:
    """It is known to be missing; when it is back, it has half an hour to speak."""
    radio = await again(learned, database)
    level = radio.quietness._sources["a"].baseline.level
    radio.run(6 * 60, heard=False)
    radio.run(5, loud=0)
    assert radio.said == []
    assert radio.quietness._sources["a"].baseline.level == level
    radio.run(60, loud=0)
    assert radio.said != []


async def test_a_silence_is_not_learned_but_a_new_level_is(learned: Radio, database: Database) -> None:
    """For a day the usual stands; what lasts longer is the new usual, and is no news any more."""
    radio = await again(learned, database)
    level = radio.quietness._sources["a"].baseline.level
    radio.run(20 * 60, loud=0.05)
    assert radio.quietness._sources["a"].baseline.level > 0.9 * level
    radio.run(6 * DAY, loud=0.05)
    assert radio.quietness._sources["a"].baseline.level < 0.5 * level
    assert radio.minute - radio.said[-1] > 60


async def test_a_restart_changes_nothing(learned: Radio, database: Database) -> None:
    """What was learned is stored; a counter that begins anew is no silence and no flood."""
    radio = await again(learned, database)
    radio.total = 0
    radio.run(180)
    assert radio.said == []
    await radio.quietness.save(database.state)
    assert await database.state.load("quietness") is not None


async def test_a_state_that_cannot_be_read_is_learned_anew(database: Database) -> None:
    """Damaged, of a later version, or not there at all."""
    quietness = Quietness(ZoneInfo("UTC"))
    await quietness.load(database.state)
    for blob in (b"\xff\x00", b"\x82\xa7version\x63\xa7sources\x80"):
        await database.state.save("quietness", 0, blob)
        await quietness.load(database.state)
    assert quietness.tick(START, {"a": 1, "b": 2}) == {"a": False, "b": False}


async def test_a_full_disk_is_logged(database: Database) -> None:
    """What was learned stays in memory."""
    await database._writer.run(lambda connection: connection.execute("PRAGMA query_only = ON").fetchall())
    with capture_logs() as said:
        await Quietness(ZoneInfo("UTC")).save(database.state)
    assert [line["event"] for line in said] == ["quietness_not_stored"]


def test_dearth_bounds_the_probability_of_so_few() -> None:
    """Chernoff's bound lies above the true probability: for none of 10 Poisson posts that is exp(-10)."""
    assert dearth(0, 10, 1e-9) == pytest.approx(10, rel=1e-6)
    assert dearth(10, 10, 0.1) == 0
    assert dearth(12, 10, 0.1) == 0
    assert dearth(3, 10, 0.5) < dearth(3, 10, 0.1) < dearth(1, 10, 0.1)
