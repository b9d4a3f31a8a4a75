"""What asks for a reload: a signal, a changed file, a month that is over."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs
from watchfiles import Change, awatch
from watchfiles._rust_notify import RustNotify

from listener import refresh
from tests.beside import beside
from tests.fakes_listener import LIST
from tests.reloading import BRAND, CONFIGURATION, House
from tests.unit.storage.files import write


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Give a house whose files are sound."""
    return House(tmp_path)


class Watchers:
    """The watchers of files so far: which folders each looks at, as soon as it does."""

    def __init__(self) -> None:
        self._begun: asyncio.Queue[set[Path]] = asyncio.Queue()

    def begin(self, folders: Sequence[str], *how: Any) -> RustNotify:
        """Begin to watch, as the library would."""
        watcher = RustNotify(list(folders), *how)
        self._begun.put_nowait({Path(folder) for folder in folders})
        return watcher

    async def next(self) -> set[Path]:
        """Wait for the next watcher; return its folders."""
        async with asyncio.timeout(20):
            return await self._begun.get()


@pytest.fixture
def watchers(monkeypatch: pytest.MonkeyPatch) -> Watchers:
    """Tell when files are watched, so that no change comes too early."""
    watchers = Watchers()
    monkeypatch.setattr("watchfiles.main.RustNotify", watchers.begin)
    return watchers


async def test_a_changed_calendar_reloads(house: House, watchers: Watchers) -> None:
    """Also an iCalendar file in a folder of its own that was named a moment ago."""
    calendar = house.path.parent / "calendars" / "sakura.ics"
    calendar.parent.mkdir()
    empty = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n"
    write(calendar, empty)
    async with beside(house.refresh.on_change()):
        await watchers.next()
        house.configure(text=CONFIGURATION + BRAND.replace("sakura.toml", "calendars/sakura.ics"))
        await house.until(lambda: len(house.used) >= 1)
        await watchers.next()
        seen = len(house.used)
        write(calendar, empty + b"\r\n")
        await house.until(lambda: len(house.used) > seen)
    assert house.refresh.trouble == ""


async def test_a_changed_rota_reloads(house: House, watchers: Watchers) -> None:
    """Whoever is on call from now on is asked, without a restart; a broken file changes nothing."""
    rota = house.path.parent / "rota" / "food.toml"
    rota.parent.mkdir()
    write(rota, b'[[layer]]\npeople = ["oncall"]\n')
    more = '[receivers.sato]\nchannels = ["terminal"]\n[rota.food]\nfile = "rota/food.toml"\n'
    async with beside(house.refresh.on_change()):
        await watchers.next()
        house.configure(text=CONFIGURATION + more)
        await house.until(lambda: house.refresh.rotas.current().team() == ("oncall",))
        await watchers.next()
        write(rota, b'[[layer]]\npeople = ["sato"]\n')
        await house.until(lambda: house.refresh.rotas.current("food").team() == ("sato",))
    write(rota, b'[[layer]]\npeople = ["satou"]\n')
    assert not await house.refresh.apply()
    assert "food.toml, line 2: layer[0].people" in house.refresh.trouble
    assert house.refresh.rotas.current("food").team() == ("sato",)


async def test_calendars_are_unrolled_anew_every_month(house: House) -> None:
    """A weekly broadcast goes on for as long as the daemon does."""
    async with beside(house.refresh.on_month()):
        await asyncio.sleep(0)
        await house.clock.advance(timedelta(days=29))
        assert house.used == []
        await house.clock.advance(timedelta(days=2))
        await house.until(lambda: len(house.used) == 1)


async def test_a_signal_reloads(house: House) -> None:
    """Each time that it comes."""
    asked = asyncio.Event()
    async with beside(house.refresh.on_signal(asked)):
        for times in (1, 2):
            asked.set()
            await house.until(lambda: len(house.used) == times)  # noqa: B023 - is called within the loop
    assert len(house.used) == 2


async def test_a_changed_file_reloads(house: House, watchers: Watchers) -> None:
    """A list that is new, and lists elsewhere from now on."""
    async with beside(house.refresh.on_change()):
        await watchers.next()
        write(house.list.parent / "minato.toml", LIST.replace("sakura", "minato").encode())
        await house.until(lambda: len(house.used) == 1)
        assert {key.brand for key in house.used[0][1].topics} == {"sakura", "minato"}
        elsewhere = house.path.parent / "elsewhere"
        elsewhere.mkdir()
        write(elsewhere / "sakura.toml", LIST.encode())
        house.configure('keywords = ["elsewhere"]\n')
        await house.until(lambda: len(house.used) >= 2)
        await watchers.next()
        seen = len(house.used)
        write(elsewhere / "sakura.toml", LIST.replace("さくらプリン", "抹茶").encode())
        await house.until(lambda: len(house.used) > seen)
        assert house.used[-1][1].matcher.find("抹茶")


async def test_only_what_a_reload_reads_asks_for_one(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Notes and the copies of editors that lie beside the lists do not."""
    over = asyncio.Event()

    async def bursts(*_: Path, **__: Any) -> AsyncGenerator[set[tuple[Change, str]], None]:
        for name in ("notes.txt", "sakura.toml~", "sakura.ics"):
            yield {(Change.modified, name)}
        over.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(refresh, "awatch", bursts)
    async with beside(house.refresh.on_change()):
        async with asyncio.timeout(20):
            await over.wait()
    assert len(house.used) == 1


async def test_a_folder_that_is_missing_is_looked_for_again(
    house: House, watchers: Watchers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever watches it waits for a minute; the daemon goes on."""
    missed = asyncio.Event()

    def missing_first(*folders: Path, **how: Any) -> AsyncGenerator[Any, None]:
        if not missed.is_set():
            missed.set()
            raise FileNotFoundError("No path was found.")
        return awatch(*folders, **how)

    monkeypatch.setattr(refresh, "awatch", missing_first)
    with capture_logs() as said:
        async with beside(house.refresh.on_change()):
            async with asyncio.timeout(20):
                await missed.wait()
            await house.clock.advance(timedelta(minutes=1))
            assert await watchers.next() == {house.path.parent, house.list.parent}
    assert [line["event"] for line in said] == ["files_not_watched"]
