"""`hinoban drill` and the dead man's switch, with a real daemon and everybody it tells."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from models.clock import SystemClock
from tests.bystanders import ROOT, retained
from tests.town import Town
from tests.watch import ALONE, Finished, Watch, hinoban, until

pytestmark = pytest.mark.servers

DAY = timedelta(days=1)
NOW = SystemClock().now()
WAYS = ["terminal", "lamp", "alertmanager", "pager"]
WATCHDOG = """
[watchdog]
url = "{url}"
seconds = 5
timeout_seconds = 0.5
"""


async def drill(town: Town, *arguments: str) -> Finished:
    """Run `hinoban drill` beside the watch."""
    return await hinoban("drill", *arguments, "--config", town.watch.config)


async def test_a_drill_arrives_everywhere_and_opens_nothing(town: Town) -> None:
    """By the running daemon's own connections; every channel shows that it is a drill."""
    await town.watch.start()
    assert await town.watch.metric("hinoban_drill_last_success_timestamp_seconds") == 0
    done = await drill(town, "--by", "op")
    assert done.code == 0, done
    assert [(one["channel"], one["outcome"]) for one in done.lines] == [(way, "confirmed") for way in WAYS]
    assert await town.watch.metric("hinoban_drill_last_success_timestamp_seconds") > 1.7e9
    await until(lambda: town.ear.events("drill"), "the drill, by MQTT")
    assert any("【訓練】" in line for line in town.watch.out)
    [alert] = await asyncio.to_thread(town.alertmanager.alerts)
    assert alert["labels"]["alertname"] == "HinobanDrill"
    assert await town.watch.incidents() == []
    assert await town.watch.metric("hinoban_pages_total") == 0
    assert await town.watch.metric("hinoban_night_pages_total") == 0
    assert (await retained(town.broker))[f"{ROOT}/severity"] == b"calm"


async def test_a_channel_that_is_down_is_found_by_day(town: Town) -> None:
    """The exit code says so; the last success stays what it was."""
    await town.watch.start()
    town.pager.failing = True
    done = await drill(town)
    assert done.code == 3
    failed = {one["channel"]: one["error"] for one in done.lines if one["outcome"] != "confirmed"}
    assert list(failed) == ["pager"]
    assert "answered 503" in failed["pager"]
    assert await town.watch.metric("hinoban_drill_last_success_timestamp_seconds") == 0


async def test_without_a_daemon_the_channels_are_tried_directly(town: Town) -> None:
    """And the next daemon knows when that was."""
    done = await drill(town)
    assert done.code == 0, done
    assert "no daemon runs here" in done.err
    assert "【訓練】" in done.err
    assert len(done.lines) == len(WAYS)
    await until(lambda: town.ear.events("drill"), "the drill, by MQTT")
    await town.watch.start()
    assert await town.watch.metric("hinoban_drill_last_success_timestamp_seconds") > 1.7e9


async def test_a_wrong_name_is_one_sentence(town: Town) -> None:
    """With the names that there are."""
    await town.watch.start()
    done = await drill(town, "--receiver", "yamada")
    assert (done.code, done.out) == (1, "")
    assert done.err == "hinoban: no receiver 'yamada'; there is: oncall\n"


@pytest.fixture
async def pings() -> AsyncIterator[tuple[list[str], str]]:
    """Let a real server count pings; give its list and its address."""
    seen: list[str] = []

    async def take(request: web.Request) -> web.Response:
        seen.append(request.path)
        return web.Response(status=500 if len(seen) == 1 else 200)

    app = web.Application()
    app.router.add_get("/beat", take)
    async with TestServer(app) as far:
        yield seen, str(far.make_url("/beat"))


async def test_a_daemon_pings_while_it_is_well(tmp_path: Path, pings: tuple[list[str], str]) -> None:
    """A refused ping is counted and tried again; a stop ends them."""
    seen, url = pings
    folder = tmp_path / "home"
    async with Watch(folder, ALONE.format(folder=folder) + WATCHDOG.format(url=url)) as watch:
        (folder / "inbox.jsonl").touch()
        await watch.start()
        await until(lambda: len(seen) >= 2, "two pings")
        assert await watch.metric("hinoban_watchdog_pings_total", outcome="failed") == 1
        assert await watch.metric("hinoban_watchdog_pings_total", outcome="done") >= 1
        assert watch.entries("watchdog_ping")[0]["why"] == "it answered 500"
        assert url not in str(watch.log)
        assert await watch.stop() == 0
        known = len(seen)
        async with watch.memory() as database:
            found = await database.chronicle.material(NOW - DAY, NOW + DAY, NOW)
        assert len(found.runs) == 1
        assert found.runs[0].seen >= found.runs[0].started
        assert len(seen) == known
