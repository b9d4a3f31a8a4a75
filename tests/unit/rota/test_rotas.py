"""The rotas in force: the last good ones stay, whatever becomes of files and of the web."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from config.document import SettingsError
from config.reload import Commit
from listener.rota.copies import FetchError
from listener.rota.rotas import EVERY
from tests.beside import beside
from tests.unit.rota.sheets import NOON, WEB, Watch, calendar, event, night

SHEET = '[rota.sheet]\nfile = "rota.toml"\n'


def sheet(folder: Path, who: str) -> None:
    """Write the file of a rota."""
    (folder / "rota.toml").write_text(f'[[layer]]\npeople = ["{who}"]\n', "utf-8")


async def test_a_calendar_on_the_web_is_fetched_and_its_copy_outlives_the_process(tmp_path: Path) -> None:
    """The next start has somebody on call while the web is away."""
    first = Watch(tmp_path, WEB)
    first.answer = night("sato")
    await first.rotas.load()
    assert first.on_call() == ()
    await first.rotas.refresh()
    assert first.on_call() == ("sato",)
    second = Watch(tmp_path, WEB)
    await second.rotas.load()
    await second.rotas.refresh()
    assert second.on_call("web") == ("sato",)
    assert second.rotas.trouble == "rota.web: calendar.example answered 500; the last good one stays"
    assert second.sample("refusals_total") == 1


@pytest.mark.parametrize(
    "bad", ["<html>Sign in</html>", "", calendar(event("lunch")), night("sato")[:-40], FetchError("gone")]
)
async def test_a_bad_copy_never_takes_the_place_of_a_good_one(tmp_path: Path, bad: str | FetchError) -> None:
    """Not in memory, and not on the disk; it is told once, and counted each time."""
    watch = Watch(tmp_path, WEB)
    watch.answer = night("sato")
    await watch.rotas.refresh()
    watch.answer = bad
    with capture_logs() as logs:
        await watch.rotas.refresh()
        await watch.rotas.refresh()
    assert watch.on_call() == ("sato",)
    assert [line["event"] for line in logs if line["log_level"] == "warning"] == ["rota_refused"]
    assert watch.sample("refusals_total") == 2
    again = Watch(tmp_path, WEB)
    await again.rotas.load()
    assert again.on_call() == ("sato",)


async def test_what_nobody_foresaw_does_not_end_the_watch(tmp_path: Path) -> None:
    """It is logged with all that is needed to mend it, and the rota stays."""
    watch = Watch(tmp_path, WEB)
    watch.answer = night("sato")
    await watch.rotas.refresh()
    watch.answer = RuntimeError("a bug of ours")
    with capture_logs() as logs:
        await watch.rotas.refresh()
    assert watch.on_call() == ("sato",)
    assert "RuntimeError: a bug of ours; the last good one stays" in watch.rotas.trouble
    assert [line["event"] for line in logs][:2] == ["rota_failed", "rota_refused"]


async def test_a_round_that_a_reload_overtook_says_nothing(tmp_path: Path) -> None:
    """Neither of a web that refused it nor of what nobody foresaw: its settings are the past."""
    for error in (FetchError("gone"), RuntimeError("a bug of ours")):
        watch = Watch(tmp_path, WEB)
        commit = await watch.rotas.prepare(watch.settings(""))

        async def overtaken(url: str, error: Exception = error, commit: Commit = commit) -> str:
            del url
            commit()
            raise error

        watch.rotas._fetch = overtaken
        await watch.rotas.refresh()
        assert (watch.rotas.trouble, watch.sample("refusals_total")) == ("", 0)


async def test_trouble_is_over_with_the_next_good_answer(tmp_path: Path) -> None:
    """And the news are in force."""
    watch = Watch(tmp_path, WEB)
    await watch.rotas.refresh()
    assert "until then the fallback is paged" in watch.rotas.trouble
    watch.answer = night("tanaka")
    await watch.rotas.refresh()
    assert (watch.rotas.trouble, watch.on_call()) == ("", ("tanaka",))


async def test_it_is_asked_every_quarter_of_an_hour(tmp_path: Path) -> None:
    """At the start, and then by the clock."""
    watch = Watch(tmp_path, WEB)
    watch.answer = night("sato")
    async with beside(*watch.rotas.lasting()):
        await until(watch, 1)
        for asked in range(2, 5):
            await watch.clock.advance(EVERY - timedelta(seconds=1))
            assert watch.asked == asked - 1
            await watch.clock.advance(timedelta(seconds=1))
            await until(watch, asked)
        assert watch.asked == 4


async def until(watch: Watch, asked: int) -> None:
    """Wait until the web was asked so often and the answer is in force."""
    async with asyncio.timeout(10):
        while watch.asked < asked or watch.rotas._turn.locked():  # noqa: ASYNC110 - nothing tells when a round ends
            await asyncio.sleep(0.001)


async def test_a_broken_file_at_the_start_leaves_the_other_rotas(tmp_path: Path) -> None:
    """The first of the settings is the one that is meant without a name."""
    watch = Watch(tmp_path, SHEET + '[rota.other]\n[[rota.other.layer]]\npeople = ["tanaka"]\n')
    await watch.rotas.load()
    assert (watch.on_call(), watch.on_call("sheet"), watch.on_call("other")) == ((), (), ("tanaka",))
    assert "rota.toml: there is no such file; until then the fallback is paged" in watch.rotas.trouble
    assert watch.rotas.current("unheard of").on_call(NOON) == ()


async def test_a_reload_takes_a_changed_file(tmp_path: Path) -> None:
    """Only when it is committed."""
    sheet(tmp_path, "sato")
    watch = Watch(tmp_path, SHEET)
    await watch.rotas.load()
    sheet(tmp_path, "tanaka")
    commit = await watch.rotas.prepare(watch.settings(SHEET))
    assert watch.on_call() == ("sato",)
    commit()
    assert watch.on_call() == ("tanaka",)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[[layer]]\npeople = ["nobody"]\n', r'line 2: layer\[0\].people: no receiver "nobody"'),
        ("[[layer]]\npeople = [", "not valid TOML"),
        ('zone = "Mars/Base"\n[[layer]]\npeople = ["sato"]\n', 'line 1: zone: unknown time zone "Mars/Base"'),
        ("", r"it names nobody; add \[\[layer\]\]"),
        ("schema = 2", "schema"),
    ],
)
async def test_a_reload_of_a_broken_file_is_refused(tmp_path: Path, text: str, why: str) -> None:
    """With file and line; what was read last stays."""
    sheet(tmp_path, "sato")
    watch = Watch(tmp_path, SHEET)
    await watch.rotas.load()
    (tmp_path / "rota.toml").write_text(text, "utf-8")
    with pytest.raises(SettingsError, match=why):
        await watch.rotas.prepare(watch.settings(SHEET))
    await watch.rotas.refresh()
    assert watch.on_call() == ("sato",)


async def test_a_reload_while_the_web_is_away_keeps_its_rota(tmp_path: Path) -> None:
    """A change of keywords must not leave anybody unpaged."""
    watch = Watch(tmp_path, WEB)
    watch.answer = night("sato")
    await watch.rotas.refresh()
    watch.answer = FetchError("gone")
    (await watch.rotas.prepare(watch.settings(WEB)))()
    assert watch.on_call() == ("sato",)


async def test_an_override_stands_beside_a_calendar(tmp_path: Path) -> None:
    """Where the calendar itself may not be changed."""
    instead = '[[rota.web.override]]\nwho = "tanaka"\nfrom = 2026-11-20\nto = 2026-11-20\n'
    watch = Watch(tmp_path, WEB + instead)
    watch.answer = night("sato")
    await watch.rotas.refresh()
    assert watch.on_call() == ("tanaka",)
    watch.clock.set(NOON + timedelta(days=1))
    assert watch.on_call() == ("sato",)
