"""The morning after, with a real daemon: the digest on every channel, and the reports on the command line."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from alerts.incident import Entry
from alerts.notification_log import Page
from listener.storage.database import Database
from models.clock import SystemClock
from tests.fakes_alerts import an_incident
from tests.town import Town
from tests.watch import Finished, hinoban, until

pytestmark = pytest.mark.servers

DAY = timedelta(days=1)
TOKYO = ZoneInfo("Asia/Tokyo")


async def report(town: Town, *arguments: str) -> Finished:
    """Run `hinoban report` beside the watch."""
    return await hinoban("report", *arguments, "--config", town.watch.config)


async def burning(town: Town) -> str:
    """Leave a critical fire of four minutes ago, and its page, in the database of the next daemon."""
    at = SystemClock().now() - timedelta(minutes=4)
    first = Entry(at=at, what="opened", by="hinoban")
    one = msgspec.structs.replace(
        an_incident("critical"),
        id=f"sakura:pudding:{at:%Y%m%dT%H%MZ}",
        started_at=at,
        opened_at=at,
        updated_at=at,
        paged_at=at,
        timeline=(first,),
    )
    rung = Page(
        key="the page",
        incident=one.id,
        brand=one.brand,
        channel="terminal",
        to="oncall",
        kind="first",
        severity="critical",
        created_at=at,
        decided_at=at,
        outcome="done",
        sound="one",
    )
    async with Database.open(town.watch.database, SystemClock()) as database:
        await database.log.record([one], [rung])
    return one.id


async def test_a_digest_that_was_missed_comes_late_on_every_channel_once(town: Town) -> None:
    """Printed, by MQTT and by the webhook; nothing rings, and a restart does not repeat it."""
    async with Database.open(town.watch.database, SystemClock()) as database:
        await database.chronicle.begin("1.0", SystemClock().now() - 2 * DAY)
    await town.watch.start()
    await until(lambda: town.ear.events("digest"), "the digest, by MQTT")
    await until(lambda: "digest" in _events(town), "the digest, at the pager")
    [told] = town.ear.events("digest")
    assert told["rings"] is False
    assert told["text"].startswith("【朝の報告】")
    assert "遅れの報告です" in told["text"]
    assert "見張り停止" in told["text"]
    assert any("【朝の報告】" in line for line in town.watch.out)
    assert await town.watch.metric("hinoban_pages_total") == 0
    assert await town.watch.metric("hinoban_page_latency_seconds_count") == 0
    await town.watch.stop()
    await town.watch.start()
    await town.watch.connected("street")
    assert len(town.ear.events("digest")) == 1
    assert _events(town).count("digest") == 1


async def test_the_reports_tell_what_the_daemon_did(town: Town) -> None:
    """The night so far and the month so far, beside the running daemon and after it."""
    town.watch.config.write_text(
        town.watch.config.read_text("utf-8") + '\n[digest]\nbegins = "07:00"\n', "utf-8"
    )
    incident = await burning(town)
    await town.watch.start()
    assert (await town.watch.command("ack", incident, "--by", "sato")).code == 0
    today = SystemClock().now().astimezone(TOKYO)
    morning = (today if today.hour < 7 else today + DAY).date()
    [told] = (await report(town, "morning", "--date", str(morning))).lines
    [fire] = told["fires"]
    assert (fire["incident"], fire["severity"], fire["handled"]) == (incident, "critical", "sato")
    assert 240 <= fire["seconds"] < 300
    assert fire["names"]["ja"] == "さくらプリン"
    shown = (await town.watch.command("show", incident)).lines[0]
    assert shown["stand_down"] == {**fire["stand_down"], "at": None}
    assert (await town.watch.command("resolve", incident, "--by", "sato", "--verdict", "noise")).code == 0
    assert await town.watch.metric("hinoban_time_to_acknowledge_seconds_count") == 1
    await town.watch.stop()
    read = await report(town, "morning", "--date", str(morning), "--format", "table")
    assert "■緊急 さくらプリン" in read.out
    assert "判定: 誤報" in read.out
    rows = (await report(town, "monthly", "--month", f"{today:%Y-%m}")).lines
    assert rows[0]["fires"] == 1
    assert rows[0]["false_share"][0] == 1
    assert sum(row["calls"] for row in rows if row["part"] == "hour") == 1
    assert {row["code"] for row in rows if row["part"] == "unknown"} >= {"no_real", "partial", "blind"}


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("morning", "--date", "yesterday"), 2, "--date yesterday: no day; write it like 2026-11-21"),
        (("morning", "--date", "2999-01-01"), 2, "--date 2999-01-01: that night has not begun yet"),
        (("morning", "--receiver", "x"), 2, "--receiver x: no receiver has this name; there is: oncall"),
        (("monthly", "--month", "2026-13"), 2, "--month 2026-13: no month; write it like 2026-11"),
        (("monthly", "--month", "2999-01"), 2, "--month 2999-01: it has not begun yet"),
        (("monthly",), 3, "is not there: nothing has been watched yet"),
    ],
)
async def test_a_mistake_is_one_sentence(
    town: Town, arguments: tuple[str, ...], code: int, says: str
) -> None:
    """Before anything is read."""
    done = await report(town, *arguments)
    assert (done.code, done.out) == (code, "")
    assert says in done.err
    assert done.err.count("\n") == 1


def _events(town: Town) -> list[str]:
    return [body["event"] for _, body in town.pager.taken]
