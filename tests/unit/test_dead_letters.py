"""Dead letters: kept, told to whoever runs the watch, and sent again by hand."""

import io
import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jsonschema
import msgspec
import pytest

from alerts.notification_log import Page
from alerts.routing import Receiver
from config import decode
from listener import dead_letters
from listener.assembly import TABLES
from listener.commands import outbox
from listener.commands.incident_card import Reader
from listener.control import ControlError
from listener.dead_letters import PAUSE, Around, Undelivered
from listener.storage.database import Database
from models.clock import VirtualClock
from tests.log_rows import NOW, page

MINUTE = timedelta(minutes=1)
SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "event.json"
OPERATOR = Receiver(name="oncall", channels=("mail", "phone"), backup=("chat",), quiet="22:00-07:00")
CONFIG = """
schema = 1
[channels.chat]
kind = "stdout"
[receivers.team]
channels = ["chat"]
language = "en"
[alerting]
fallback = "team"
"""
SETTINGS = decode.settings(CONFIG, "hinoban.toml", TABLES)


class Desk:
    """Notices over a database, in the middle of the night; the phone wakes."""

    def __init__(self, database: Database, clock: VirtualClock) -> None:
        self.database, self.clock, self.woken = database, clock, 0
        around = Around(database.dead_letters, database.meta, database.log, clock, self.wake)
        self.told = Undelivered(around)
        self.told.operator, self.told.waking = OPERATOR, {"phone"}

    def wake(self) -> None:
        """Count."""
        self.woken += 1

    async def bury(self, key: str, error: str = "410 Gone", **changes: Any) -> None:
        """Let a page become a dead letter now."""
        await self.database.log.record([], [page(key, **changes)])
        await self.database.log.bury(key, self.clock.now(), error)

    async def notices(self) -> list[Page]:
        """Return what the operator is sent."""
        found = await self.database.dead_letters.unsettled(99)
        return [one for one in found if one.kind == "notice"]


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """Open a database in memory."""
    clock = VirtualClock(NOW)
    async with Database.open(":memory:", clock) as database:
        yield Desk(database, clock)


async def test_the_operator_hears_of_dead_letters_without_a_sound(desk: Desk) -> None:
    """By every channel that wakes nobody at night, in a line for each channel that failed."""
    await desk.bury("a", to="sato", channel="push")
    await desk.bury("b", "403 @here https://x.example/t0ken", to="mary", channel="push")
    await desk.bury("c", "404", to="hook", channel="hook", kind="event")
    await desk.told.look()
    found = await desk.notices()
    assert {one.channel for one in found} == {"mail", "chat"}
    assert found[0].text.splitlines() == [
        "【配信不能】3件を届けられませんでした(11/21 02:40〜)",
        "・push 2件(sato, mary宛て): 403 ＠here (link)",
        "・hook 1件: 404",
        "一覧は hinoban outbox list、直したあとの再送は hinoban outbox retry",
    ]
    jsonschema.validate(json.loads(bytes(found[0].payload)), json.loads(SCHEMA.read_text("utf-8")))
    assert desk.woken == 1


async def test_each_dead_letter_is_told_once_and_not_each_for_itself(desk: Desk) -> None:
    """The second is told an hour later, also by another life; drills and the notices themselves are not."""
    await desk.bury("a")
    await desk.told.look()
    await desk.bury("drill", kind="drill")
    for one in await desk.notices():
        await desk.database.log.bury(one.key, desk.clock.now(), "410 Gone")
    await desk.clock.advance(MINUTE)
    await desk.bury("b")
    await desk.told.look()
    assert desk.woken == 1
    await desk.clock.advance(PAUSE)
    later = Desk(desk.database, desk.clock)
    await later.told.look()
    assert later.woken == 1
    assert "1件" in (await later.notices())[0].text
    await desk.told.look()
    assert desk.woken == 1


async def test_where_every_channel_wakes_the_morning_is_waited_for(desk: Desk) -> None:
    """Nothing is forgotten over it."""
    desk.told.waking = {"mail", "phone", "chat"}
    await desk.bury("a")
    await desk.told.look()
    assert await desk.notices() == []
    desk.clock.set(NOW + timedelta(hours=5))
    await desk.told.look()
    assert {one.channel for one in await desk.notices()} == {"mail", "phone", "chat"}


def test_a_notice_says_it_in_english_and_ends_somewhere() -> None:
    """Five channels, three names; the rest are numbers."""
    reader = msgspec.structs.replace(OPERATOR, language="en")
    died = [page(f"{n}", channel=f"way{n % 7}", to=f"who{n}", error="gone") for n in range(70)]
    text = dead_letters.written(died, reader, NOW)
    assert text.splitlines()[0] == "[UNDELIVERED] 70 could not be delivered (since 11/21 02:40)"
    assert text.splitlines()[1] == "- way0: 10 (to who0, who7, who14 …): gone"
    assert text.splitlines()[6] == "and 2 more channels"
    assert len(text) < 900


async def test_a_dead_letter_is_taken_up_again_and_says_so(desk: Desk) -> None:
    """As if it had never been tried, but of when it is, and how to answer without its links."""
    text = "[CRITICAL] pudding\nAcknowledge: https://w.example/a/" + "x" * 22
    await desk.bury("a", to="team", text=text, short="[CRITICAL] pudding", link="https://w.example/a/…")
    await desk.database.log.note("a", "json (1)")
    assert await outbox.revived(desk.database.dead_letters, SETTINGS, []) == ["a"]
    kept = await desk.database.log.page("a")
    assert kept is not None
    assert (kept.outcome, kept.attempts, kept.error, kept.link) == ("pending", 0, "", "")
    assert kept.text.splitlines() == [
        "[SENT AGAIN, of 11/21 02:40]",
        "[CRITICAL] pudding",
        "Acknowledge: https://w.example/a/…",
        "Its links no longer work; answer by: hinoban incidents ack sakura:pudding:20261120T1740Z",
    ]
    assert kept.short == "[SENT AGAIN, of 11/21 02:40][CRITICAL] pudding"
    await desk.database.log.bury("a", desk.clock.now(), "410 Gone")
    await outbox.revived(desk.database.dead_letters, SETTINGS, ["a"])
    again = await desk.database.log.page("a")
    assert again is not None
    assert again.text == kept.text


async def test_what_programs_get_is_sent_again_as_it_was_and_a_notice_like_any_message(desk: Desk) -> None:
    """So nothing stays dead that somebody sends again."""
    await desk.bury("state", kind="state", text="words")
    await desk.bury("notice", kind="notice", text="words", to="team")
    assert await outbox.revived(desk.database.dead_letters, SETTINGS, []) == ["state", "notice"]
    state, notice = [await desk.database.log.page(key) for key in ("state", "notice")]
    assert state is not None
    assert notice is not None
    assert (state.text, notice.text) == ("words", "[SENT AGAIN, of 11/21 02:40]\nwords")
    assert await desk.database.dead_letters.dead() == []


async def test_only_a_dead_letter_is_sent_again(desk: Desk) -> None:
    """What was delivered, waits, is unknown or was a drill is not."""
    await desk.database.log.record([], [page("waits"), page("done")])
    await desk.database.log.confirm("done", NOW)
    await desk.bury("drill", kind="drill")
    for key in ("waits", "done", "drill", "unknown"):
        with pytest.raises(ControlError, match=f"no dead letter '{key}'"):
            await outbox.revived(desk.database.dead_letters, SETTINGS, [key])
    assert await outbox.revived(desk.database.dead_letters, SETTINGS, []) == []
    with pytest.raises(ControlError, match="not keys: "):
        outbox.keys_of({"keys": [7]})


def test_the_table_is_by_the_readers_clock_and_has_people_by_name() -> None:
    """A row of what waits: the watch's own zone, and words instead of what programs know."""
    out = io.StringIO()
    tokyo = Reader("ja", ZoneInfo("Asia/Tokyo"), lambda who, _: {"sato": "佐藤"}.get(who, who))
    at = datetime(2026, 11, 20, 17, 40, tzinfo=UTC)
    one = msgspec.structs.replace(page("a", to="sato", channel="push"), kind="reminder", created_at=at)
    outbox.show([one], out, tokyo)
    assert re.search(r"11/21 02:40 +佐藤 +push +再通知", out.getvalue())


def test_the_table_says_what_waits_and_what_is_dead() -> None:
    """With the keys that one types, and nothing of the words."""
    pages = [
        page("a:first:0:sato:push", to="sato", channel="push", outcome="dead", error="[410] Gone"),
        page("b", channel="mail", attempts=3, error="451 greylisted"),
    ]
    out = io.StringIO()
    outbox.show(pages, out, Reader("en", ZoneInfo("Asia/Tokyo")))
    text = out.getvalue()
    assert "[410] Gone" in text
    assert "!! a:first:0:sato:push" in text
    assert "1 could not be delivered (!!), 1 wait (..)." in text
    assert "さくらプリン" not in text
    empty = io.StringIO()
    outbox.show([], empty, Reader("ja", ZoneInfo("Asia/Tokyo")))
    assert empty.getvalue() == "待っているものも、届かなかったものもありません。\n"
