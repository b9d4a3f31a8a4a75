"""A reload is all or nothing."""

import asyncio

import pytest

from config.reload import Commit, Reloader


class Part:
    """A part of the daemon that keeps the last settings it committed."""

    def __init__(self, happened: list[str], name: str, *, refuses: str = "") -> None:
        self._happened = happened
        self._name = name
        self._refuses = refuses
        self.state = "old"

    async def prepare(self, settings: str) -> Commit:
        """Refuse the settings this part was made to refuse."""
        self._happened.append(f"prepare {self._name}")
        if settings == self._refuses:
            raise ValueError(f"{self._name} refuses")
        return lambda: self._commit(settings)

    def _commit(self, settings: str) -> None:
        self._happened.append(f"commit {self._name}")
        self.state = settings


async def test_everything_is_prepared_before_anything_is_committed() -> None:
    """In the order of the parts."""
    happened: list[str] = []
    parts = [Part(happened, "lists"), Part(happened, "channels")]
    await Reloader([part.prepare for part in parts]).apply("new")
    assert happened == ["prepare lists", "prepare channels", "commit lists", "commit channels"]
    assert [part.state for part in parts] == ["new", "new"]


async def test_one_refusal_keeps_the_last_good_state_of_all() -> None:
    """Also of the parts that had prepared already."""
    happened: list[str] = []
    parts = [Part(happened, "lists"), Part(happened, "channels", refuses="broken")]
    reloader = Reloader([part.prepare for part in parts])
    with pytest.raises(ValueError, match="channels refuses"):
        await reloader.apply("broken")
    assert [part.state for part in parts] == ["old", "old"]
    await reloader.apply("mended")
    assert [part.state for part in parts] == ["mended", "mended"]


async def test_of_two_reloads_at_once_the_later_wins() -> None:
    """However long the earlier one takes to prepare."""
    slow = asyncio.Event()
    happened: list[str] = []
    part = Part(happened, "lists")

    async def prepare(settings: str) -> Commit:
        if settings == "first":
            await slow.wait()
        return await part.prepare(settings)

    reloader = Reloader([prepare])
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(reloader.apply("first"))
        tasks.create_task(reloader.apply("second"))
        await asyncio.sleep(0)
        slow.set()
    assert part.state == "second"
