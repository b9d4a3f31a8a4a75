"""A reload is all or nothing, and a mistake leaves the last good state."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs
from watchfiles import awatch

from config.settings import Settings
from listener import assembly, refresh
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
        settings = assembly.read_settings(self.path)
        metrics = Metrics(self.registry)
        self.refresh = Refresh(self.path, settings, metrics, self.clock, lambda *new: self.used.append(new))

    def write(self, text: str) -> None:
        """Replace the keyword list."""
        write(self.list, text.encode())

    def configure(self, more: str = "", text: str = CONFIGURATION) -> None:
        """Replace the configuration."""
        write(self.path, (more + text).encode())

    def sample(self, name: str) -> float | None:
        """Return a metric."""
        return self.registry.get_sample_value(f"hinoban_{name}")


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Give a house whose files are sound."""
    return House(tmp_path)


async def test_new_words_are_put_to_use(house: House) -> None:
    """The matcher that is handed on finds them."""
    house.write(LIST.replace("さくらプリン", "抹茶プリン"))
    assert await house.refresh.apply()
    [(_, words)] = house.used
    assert [match.topic for match in words.matcher.find("抹茶プリン")] == ["pudding"]
    assert words.matcher.find("さくらプリン") == []
    assert house.sample("config_last_reload_successful") == 1


async def test_a_broken_list_leaves_the_last_good_one(house: House) -> None:
    """Nothing is put to use; the mistake is told by metric, readiness and log, until it is mended."""
    house.write(LIST.replace('topic = "pudding"', "topic = pudding"))
    with capture_logs() as said:
        assert not await house.refresh.apply()
    assert house.used == []
    assert "sakura.toml" in house.refresh.trouble
    assert "line" in house.refresh.trouble
    assert house.sample("config_last_reload_successful") == 0
    assert house.sample("keyword_reload_failures_total") == 1
    assert [line["event"] for line in said] == ["reload_refused"]
    house.write(LIST)
    assert await house.refresh.apply()
    assert (house.refresh.trouble, house.sample("config_last_reload_successful")) == ("", 1)
    assert house.sample("keyword_reload_failures_total") == 1


async def test_a_broken_configuration_leaves_the_last_good_one(house: House) -> None:
    """It is no failure of a keyword list."""
    house.configure("schemata = 2\n")
    assert not await house.refresh.apply()
    assert house.used == []
    assert "schemata" in house.refresh.trouble
    assert house.sample("keyword_reload_failures_total") == 0


async def test_a_sound_configuration_with_a_broken_list_changes_nothing(house: House) -> None:
    """All or nothing: the new settings wait for the list."""
    house.configure(text=CONFIGURATION + "[alerting]\nremind_minutes = 3\n")
    house.write("schema = 9")
    assert not await house.refresh.apply()
    assert house.used == []
    house.write(LIST)
    assert await house.refresh.apply()
    assert house.used[0][0].alerting.remind_minutes == 3


async def test_missing_files_are_mistakes_too(house: House) -> None:
    """An editor that is just replacing a file must not stop the watch."""
    house.list.unlink()
    house.list.parent.rmdir()
    assert not await house.refresh.apply()
    house.path.unlink()
    assert not await house.refresh.apply()
    assert house.used == []
    assert "hinoban.toml" in house.refresh.trouble


async def test_a_bug_while_reloading_leaves_the_last_good_state(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is logged with its traceback, and the watch goes on."""

    def broken(*_: object, **__: object) -> Vocabulary:
        raise RecursionError("too deep")

    monkeypatch.setattr(assembly, "vocabulary", broken)
    with capture_logs() as said:
        assert not await house.refresh.apply()
    assert house.refresh.trouble == "RecursionError: too deep"
    assert [line["event"] for line in said] == ["reload_failed"]


async def test_what_is_read_at_the_start_only_is_announced(house: House) -> None:
    """The rest is applied."""
    house.configure('site = "osaka"\ntime_zone = "UTC"\n')
    with capture_logs() as said:
        assert await house.refresh.apply()
    assert [line["settings"] for line in said if line["event"] == "restart_to_apply"] == [
        ["site", "time_zone"]
    ]
    assert len(house.used) == 1


PHONE = '[channels.phone]\nkind = "stdout"\n'
SATO = '[receivers.sato]\nchannels = ["terminal"]\n{way} = ["phone"]\n'


@pytest.mark.parametrize("way", ["backup", "louder"])
async def test_nobody_is_called_by_a_channel_that_is_not_there_yet(house: House, way: str) -> None:
    """Their pages would wait in the outbox for a restart: the reload is refused, and says so."""
    house.configure(text=CONFIGURATION + PHONE + SATO.format(way=way))
    assert not await house.refresh.apply()
    assert house.used == []
    assert "receivers.sato: channel 'phone' is new" in house.refresh.trouble
    house.configure(text=CONFIGURATION + PHONE)
    assert await house.refresh.apply()
    assert list(house.used[0][0].channels) == ["terminal"]


CALENDAR = """
[[event]]
kind = "campaign"
topics = ["pudding"]
from = 2026-11-20T10:00:00
to = 2026-11-20T12:00:00
"""
BRAND = '[brand.sakura]\ncalendars = ["sakura.toml"]\n'


async def test_a_calendar_is_put_to_use_and_a_broken_one_is_not(house: House) -> None:
    """The last good one stays, and the mistake is told with file and line."""
    calendar = house.path.parent / "sakura.toml"
    house.configure(text=CONFIGURATION + BRAND)
    write(calendar, CALENDAR.encode())
    assert await house.refresh.apply()
    assert [event.kind for event in house.used[0][1].events["sakura"]] == ["campaign"]
    for broken in (CALENDAR.replace("pudding", "puding"), CALENDAR.replace("T12:", "T09:")):
        write(calendar, broken.encode())
        assert not await house.refresh.apply()
        assert "sakura.toml, line" in house.refresh.trouble
    assert len(house.used) == 1
    assert house.sample("keyword_reload_failures_total") == 0


async def test_a_changed_calendar_reloads(house: House) -> None:
    """Also an iCalendar file in a folder of its own that was named a moment ago."""
    calendar = house.path.parent / "calendars" / "sakura.ics"
    calendar.parent.mkdir()
    empty = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n"
    write(calendar, empty)
    async with running(house.refresh.on_change()):
        await settle()
        house.configure(text=CONFIGURATION + BRAND.replace("sakura.toml", "calendars/sakura.ics"))
        await until(lambda: len(house.used) >= 1)
        await settle()
        seen = len(house.used)
        write(calendar, empty + b"\r\n")
        await until(lambda: len(house.used) > seen)
    assert house.refresh.trouble == ""


async def test_a_changed_rota_reloads(house: House) -> None:
    """Whoever is on call from now on is asked, without a restart; a broken file changes nothing."""
    rota = house.path.parent / "rota" / "food.toml"
    rota.parent.mkdir()
    write(rota, b'[[layer]]\npeople = ["oncall"]\n')
    more = '[receivers.sato]\nchannels = ["terminal"]\n[rota.food]\nfile = "rota/food.toml"\n'
    async with running(house.refresh.on_change()):
        await settle()
        house.configure(text=CONFIGURATION + more)
        await until(lambda: house.refresh.rotas.current().team() == ("oncall",))
        await settle()
        write(rota, b'[[layer]]\npeople = ["sato"]\n')
        await until(lambda: house.refresh.rotas.current("food").team() == ("sato",))
    write(rota, b'[[layer]]\npeople = ["satou"]\n')
    assert not await house.refresh.apply()
    assert "food.toml, line 2: layer[0].people" in house.refresh.trouble
    assert house.refresh.rotas.current("food").team() == ("sato",)


async def test_calendars_are_unrolled_anew_every_month(house: House) -> None:
    """A weekly broadcast goes on for as long as the daemon does."""
    async with running(house.refresh.on_month()):
        await asyncio.sleep(0)
        await house.clock.advance(timedelta(days=29))
        assert house.used == []
        await house.clock.advance(timedelta(days=2))
        await until(lambda: len(house.used) == 1)


async def test_a_signal_reloads(house: House) -> None:
    """Each time that it comes."""
    asked = asyncio.Event()
    async with running(house.refresh.on_signal(asked)):
        for times in (1, 2):
            asked.set()
            await until(lambda: len(house.used) == times)  # noqa: B023 - is called within the loop
    assert len(house.used) == 2


async def test_a_changed_file_reloads(house: House) -> None:
    """A list that is written, a list that is new, and lists elsewhere from now on; nothing else."""
    async with running(house.refresh.on_change()):
        await settle()
        write(house.list.parent / "notes.txt", b"x")
        write(house.list.parent / "minato.toml", LIST.replace("sakura", "minato").encode())
        await until(lambda: len(house.used) == 1)
        assert {key.brand for key in house.used[0][1].topics} == {"sakura", "minato"}
        elsewhere = house.path.parent / "elsewhere"
        elsewhere.mkdir()
        write(elsewhere / "sakura.toml", LIST.encode())
        house.configure('keywords = ["elsewhere"]\n')
        await until(lambda: len(house.used) >= 2)
        await settle()
        seen = len(house.used)
        write(elsewhere / "sakura.toml", LIST.replace("さくらプリン", "抹茶").encode())
        await until(lambda: len(house.used) > seen)
        assert house.used[-1][1].matcher.find("抹茶")


async def test_a_folder_that_is_missing_is_looked_for_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever watches it waits for a minute; the daemon goes on."""
    tries: list[tuple[Path, ...]] = []

    def missing_first(*folders: Path, **how: Any) -> AsyncGenerator[Any, None]:
        tries.append(folders)
        if len(tries) == 1:
            raise FileNotFoundError("No path was found.")
        return awatch(*folders, **how)

    monkeypatch.setattr(refresh, "awatch", missing_first)
    with capture_logs() as said:
        async with running(house.refresh.on_change()):
            await until(lambda: len(tries) == 1)
            await house.clock.advance(timedelta(minutes=1))
            await until(lambda: len(tries) == 2)
    assert [line["event"] for line in said] == ["files_not_watched"]


@asynccontextmanager
async def running(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Let *work* run beside what is inside."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something *holds*, at most 20 seconds."""
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 - a changed file has no event
            await asyncio.sleep(0.02)


async def settle() -> None:
    """Give the watcher of files a moment to begin."""
    await asyncio.sleep(0.6)
