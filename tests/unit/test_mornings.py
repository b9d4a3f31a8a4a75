"""Every reader is told once in the morning what the night was."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from structlog.testing import capture_logs

from alerts.notification_log import Page
from config.settings import Settings
from listener import mornings
from listener.storage.database import Database
from listener.storage.errors import StorageError
from models.clock import VirtualClock
from tests.beside import beside
from tests.unit.digest.mornings import EVENING, Watch, digests, living, settings
from tests.unit.digest.nights import NIGHT, answered, topic_of


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Name a database."""
    return tmp_path / "hinoban.db"


async def test_it_comes_at_the_handoff_to_every_channel_once(path: Path) -> None:
    """Not a minute before, and not again."""
    async with living(path, EVENING) as watch:
        await watch.until(NIGHT.end - timedelta(minutes=1))
        assert await digests(path) == []
        await watch.until(NIGHT.end)
        await watch.until(NIGHT.end + timedelta(hours=12))
        assert watch.woken == 1
    found = await digests(path)
    assert [(page.channel, page.to) for page in found] == [("terminal", "oncall"), ("lamp", "oncall")]
    assert found[0].text == "【朝の報告】11/21 07:00 静かな夜でした(18:00〜07:00)"
    assert found[0].created_at == NIGHT.end


async def test_it_never_rings_and_says_so(path: Path) -> None:
    """To programs too; it is no incident's page."""
    async with living(path, EVENING) as watch:
        await watch.until(NIGHT.end)
    body: dict[str, Any] = msgspec.json.decode(bytes((await digests(path))[0].payload))
    assert (body["event"], body["rings"], body["night"]) == ("digest", False, "2026-11-21")
    assert "detail" not in body


def waking(given: Settings) -> mornings.Company:
    """Return the company of *given* where the lamp wakes."""
    return mornings.company(given, topic_of, {"lamp"})


QUIET = '[digest]\nto = ["{to}"]\n[receivers.{to}]\nquiet = "22:00-08:00"\nchannels = {channels}\n'


async def test_it_wakes_nobody_who_still_sleeps(path: Path) -> None:
    """Who sleeps until eight hears at seven by a channel that makes no sound."""
    given = settings(QUIET.format(to="sato", channels='["terminal", "lamp"]'))
    async with living(path, EVENING) as watch:
        watch.mornings.company = waking(given)
        await watch.until(NIGHT.end + timedelta(hours=3))
    assert [(page.channel, page.to) for page in await digests(path)] == [("terminal", "sato")]


async def test_whom_every_channel_wakes_is_told_when_they_are_awake(path: Path) -> None:
    """It does not say that the watch was away: it was there, and waited."""
    given = settings(QUIET.format(to="sato", channels='["lamp"]'))
    async with living(path, EVENING) as watch:
        watch.mornings.company = waking(given)
        await watch.until(NIGHT.end)
        await watch.chronicle.seen(1, NIGHT.end)
        await watch.until(NIGHT.end + timedelta(minutes=59))
        assert await digests(path) == []
        await watch.until(NIGHT.end + timedelta(hours=1))
        await watch.until(NIGHT.end + timedelta(hours=3))
    [page] = await digests(path)
    assert (page.channel, page.created_at) == ("lamp", NIGHT.end + timedelta(hours=1))
    assert "遅れの報告" not in page.text


async def test_a_restart_does_not_repeat_it(path: Path) -> None:
    """Whatever the watch knows by then."""
    async with living(path, EVENING) as watch:
        await watch.until(NIGHT.end)
    async with living(path, NIGHT.end + timedelta(minutes=5)) as watch:
        assert watch.woken == 0
    assert len(await digests(path)) == 2


async def test_one_that_was_missed_comes_late_and_says_so(path: Path) -> None:
    """And since when the watch was away."""
    async with living(path, EVENING):
        pass
    async with living(path, NIGHT.end + timedelta(hours=3)):
        pass
    lines = (await digests(path))[0].text.splitlines()
    assert lines[1] == "07:00に見張りが止まっていたため、3時間遅れの報告です"
    assert "見張り停止 18:00〜07:00(13時間)" in lines[2]


async def test_a_watch_that_is_new_tells_no_night(path: Path) -> None:
    """It was not there."""
    async with living(path, NIGHT.end + timedelta(hours=3)):
        pass
    assert await digests(path) == []


async def test_it_tells_what_happened(path: Path) -> None:
    """From the incidents and pages that are stored."""
    burnt, sent = answered()
    async with living(path, EVENING) as watch:
        rows = [
            Page(
                key=str(number),
                incident=each.incident,
                brand=each.brand,
                channel="terminal",
                to=each.to,
                kind="first",
                severity=each.severity,
                created_at=each.at,
                decided_at=each.at,
                night=True,
                sound=each.sound,
            )
            for number, each in enumerate(sent)
        ]
        await watch.log.record([burnt], rows)
        await watch.until(NIGHT.end)
    text = (await digests(path))[0].text
    assert "■緊急 さくらプリン 02:10〜06:33" in text
    assert "tanakaが6分で応答" in text


async def test_everybody_is_told_at_their_own_seven_in_their_own_words(path: Path) -> None:
    """Berlin wakes eight hours after Tokyo."""
    async with living(path, EVENING, '[digest]\nto = ["oncall", "berlin"]\n') as watch:
        await watch.until(NIGHT.end + timedelta(hours=7, minutes=59))
        assert {page.to for page in await digests(path)} == {"oncall"}
        await watch.until(NIGHT.end + timedelta(hours=8))
    [page] = [page for page in await digests(path) if page.to == "berlin"]
    assert page.text == "[MORNING] 11/21 07:00 a quiet night (18:00–07:00)"


async def test_it_can_be_off_or_at_another_hour(path: Path) -> None:
    """Settings decide, also while it runs."""
    async with living(path, EVENING, "[digest]\nenabled = false\n") as watch:
        await watch.until(NIGHT.end)
        assert await digests(path) == []
        watch.mornings.company = mornings.company(settings('[digest]\nhandoff = "08:30"\n'), topic_of)
        await watch.until(NIGHT.end + timedelta(hours=1, minutes=30))
    assert len(await digests(path)) == 2


async def test_a_database_that_refuses_is_tried_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The digest comes once it can be made; the daemon goes on."""
    async with living(path, EVENING) as watch:

        async def refuse(*_: object) -> None:
            raise StorageError("the disk is away", retryable=True)

        with monkeypatch.context() as patch:
            patch.setattr(watch.mornings._chronicle, "material", refuse)
            await watch.until(NIGHT.end)
        assert watch.woken == 0
        await watch.mornings.look()
        assert watch.woken == 1


async def test_a_digest_that_cannot_be_written_stops_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is logged once, with what went wrong."""

    def broken(*_: object) -> None:
        raise KeyError("a word that is missing")

    monkeypatch.setattr("alerts.digest.message.write", broken)
    async with living(path, EVENING) as watch:
        with capture_logs() as logs:
            await watch.until(NIGHT.end)
            await watch.mornings.look()
    assert [line["event"] for line in logs] == ["digest_failed"]
    assert await digests(path) == []


async def test_it_looks_by_itself(path: Path) -> None:
    """The loop needs nobody to ask it."""
    async with Database.open(path, VirtualClock(EVENING)) as database:
        await database.chronicle.begin("1", EVENING)
        watch = Watch(database, NIGHT.end - timedelta(seconds=30), settings())
        async with beside(watch.mornings.run()), asyncio.timeout(5):
            while not watch.woken:
                await watch.clock.advance(timedelta(seconds=10))
                await database.meta.get("the disk has its turn")
    assert len(await digests(path)) == 2
