"""SIGTERM under load, SIGHUP, and keyword lists that change or break while the watch runs."""

import asyncio
import json
import signal

import pytest

from listener.recovery import SNAPSHOT
from tests.town import Town, signed
from tests.unhappy import a_post, now
from tests.watch import until

pytestmark = pytest.mark.servers

SOBA = """
schema = 1
brand = "tanuki"
name = "たぬきそば本舗"
owner = "brand-team"
purpose = "complaints"

[[keyword]]
topic = "soba"
any = ["たぬきそば本舗"]
"""


async def test_a_stop_under_load_drains(town: Town) -> None:
    """What was received before SIGTERM is stored and scored; senders who heard 202 may forget theirs."""
    await town.watch.start()
    await town.watch.connected("street", "shop")
    await town.jetstream.subscribed.wait()
    published = await town.complain(998, 1000)
    await until(lambda: _stored(town, *published), "a cursor to resume from")
    accepted: list[str] = []
    stopping = asyncio.Event()

    async def send(number: int) -> None:
        body = json.dumps(a_post(number)).encode()
        while not stopping.is_set():
            status, _ = await town.watch.post("/ingest/shop", body, signed(body))
            if status == 202:
                accepted.append(f"m{number}")
                return

    async with asyncio.TaskGroup() as senders:
        for number in range(0, 100, 2):
            senders.create_task(send(number))
        published += await town.complain(1000, 1100)
        stopping.set()
        code = asyncio.create_task(town.watch.stop())
    assert await code == 0
    assert town.watch.entries("drained")
    async with town.watch.memory() as database:
        snapshot = await database.state.load(SNAPSHOT)
        last, _ = await database.mentions.last()
        assert await database.mentions.unscored(10) == []
        assert await database.log.pending() == {}
    assert snapshot is not None
    assert snapshot.seq == last
    stored = await town.watch.stored()
    assert accepted
    assert set(accepted) <= set(stored)
    await until(lambda: town.ear.words("status") == ["online", "offline"], "one goodbye")
    await town.watch.start()
    await until(lambda: _stored(town, *published), "what the broker still had is stored after the restart")


async def test_sighup_puts_a_changed_list_to_use(town: Town) -> None:
    """A list behind a link, whose change no file watch sees, is read again on SIGHUP, without a restart."""
    elsewhere = town.watch.folder / "shared" / "soba.toml"
    elsewhere.parent.mkdir()
    elsewhere.write_text(SOBA.replace("たぬきそば本舗", "きつねそば本舗"), "utf-8")
    (town.watch.keywords / "soba.toml").symlink_to(elsewhere)
    await town.watch.start()
    await town.watch.connected("street")
    await _say(town, "before", "たぬきそば本舗、ぬるい")
    await _say(town, "kitsune", "きつねそば本舗、ぬるい")
    await until(lambda: _stored(town, "kitsune"), "the old word")
    elsewhere.write_text(SOBA, "utf-8")
    town.watch.signal(signal.SIGHUP)
    await until(lambda: town.watch.entries("reloaded"), "the reload")
    await _say(town, "after", "たぬきそば本舗、ぬるい")
    await until(lambda: _stored(town, "after"), "the new word")
    assert "before" not in await town.watch.stored()
    assert await town.watch.metric("hinoban_mentions_total", brand="tanuki", topic="soba") == 2


async def test_a_new_list_is_noticed_without_a_signal(town: Town) -> None:
    """A list that is put into the folder is used."""
    await town.watch.start()
    await town.watch.connected("street")
    (town.watch.keywords / "soba.toml").write_text(SOBA, "utf-8")
    await until(lambda: town.watch.entries("reloaded"), "the reload")
    await _say(town, "soba", "たぬきそば本舗、ぬるい")
    await until(lambda: _stored(town, "soba"), "the new word")
    assert await town.watch.metric("hinoban_mentions_total", brand="tanuki", topic="soba") == 1


async def test_a_broken_list_keeps_the_last_good_one(town: Town) -> None:
    """It is counted, said on /readyz and in the log with its line, and forgotten once it is mended."""
    await town.watch.start()
    await town.watch.connected("street", "shop")
    await town.jetstream.subscribed.wait()
    good = town.watch.keywords / "sakura.toml"
    text = good.read_text("utf-8")
    good.write_text(text.replace('topic = "pudding"', 'topci = "pudding"', 1), "utf-8")
    await until(lambda: town.watch.metric("hinoban_keyword_reload_failures_total"), "the failure")
    assert await town.watch.metric("hinoban_config_last_reload_successful") == 0
    status, body = await town.watch.get("/readyz")
    line = text.splitlines().index('topic = "pudding"') + 1
    assert status == 503
    assert body["wrong"]["configuration"].startswith(f"{good}, line {line}: ")
    assert "topci" in body["wrong"]["configuration"]
    assert town.watch.entries("reload_refused")[0]["why"] == body["wrong"]["configuration"]
    published = await town.complain(0, 4)
    await until(lambda: _stored(town, *published), "posts are still recognised")
    good.write_text(text, "utf-8")
    await until(lambda: town.watch.metric("hinoban_config_last_reload_successful"), "the mended list")
    assert (await town.watch.get("/readyz"))[1] == {"ok": True, "wrong": {}}


async def _say(town: Town, name: str, text: str) -> None:
    post = {"id": name, "text": text, "created_at": now().isoformat(), "author": {"id": name}}
    await town.ear.publish("ingest/street", json.dumps(post))


async def _stored(town: Town, *names: str) -> bool:
    return set(names) <= set(await town.watch.stored())
