"""Posts through a real mosquitto: sessions, acknowledgements, versions, refusals."""

import json
from pathlib import Path
from typing import Any

import aiomqtt
import pytest

from listener.sources.mqtt import Mqtt, Settings
from listener.sources.source import SourceError
from models.clock import VirtualClock
from tests.broker import Broker, free_port, start_mosquitto
from tests.fakes_sources import NIGHT, Remembered, first, read, surroundings, texts

pytestmark = pytest.mark.servers
TOPIC = "hinoban/test/ingest/shop"


def a_source(broker: Broker, report: Remembered | None = None, **settings: Any) -> Mqtt:
    """Return a subscriber of *broker*."""
    return Mqtt("shop", Settings(host=broker.host, port=broker.port, **settings), surroundings(None, report))


def a_payload(*ids: str) -> bytes:
    """Return one post, or a list of them."""
    posts = [{"id": one, "text": f"虫{one}", "created_at": "2026-11-20T17:40:12Z"} for one in ids]
    return json.dumps(posts[0] if len(posts) == 1 else posts).encode()


async def publish(broker: Broker, *payloads: bytes, qos: int = 1) -> None:
    """Send payloads to the topic."""
    async with aiomqtt.Client(broker.host, broker.port) as client:
        for payload in payloads:
            await client.publish(TOPIC, payload, qos=qos)


async def known(source: Mqtt) -> str | None:
    """Connect once, so that the broker keeps a session; return the cursor."""
    return (await read(source, lambda _: True)).cursor


@pytest.mark.parametrize("version5", [True, False])
async def test_posts_wait_at_the_broker_while_nobody_listens(tmp_path: Path, *, version5: bool) -> None:
    """The session persists, by MQTT 5 and by 3.1.1."""
    with start_mosquitto(tmp_path, version5=version5) as broker:
        cursor = await known(a_source(broker))
        await publish(broker, a_payload("1"), a_payload("2", "3"))
        reading = await read(a_source(broker), texts(3), cursor)
    assert [post.id for post in reading.posts] == ["1", "2", "3"]
    assert not reading.gaps


async def test_the_version_that_was_accepted_is_remembered(tmp_path: Path) -> None:
    """One refusal is enough."""
    with start_mosquitto(tmp_path, version5=False) as broker:
        source = a_source(broker)
        await known(source)
        await known(source)
    assert sum("as hinoban-test-shop" in line for line in broker.log) == 2
    assert source._version is aiomqtt.ProtocolVersion.V311


@pytest.mark.parametrize("version5", [True, False])
async def test_what_was_not_confirmed_is_delivered_again(tmp_path: Path, *, version5: bool) -> None:
    """The acknowledgement goes out with confirm, not with reading."""
    with start_mosquitto(tmp_path, version5=version5) as broker:
        await known(a_source(broker))
        await publish(broker, a_payload("1"), a_payload("2"))
        unconfirmed = await read(a_source(broker), texts(2), confirm=False)
        confirmed = await read(a_source(broker), texts(2), confirm=True)
        await publish(broker, a_payload("3"))
        after = await read(a_source(broker), texts(1))
    assert [post.id for post in unconfirmed.posts] == [post.id for post in confirmed.posts] == ["1", "2"]
    assert [post.id for post in after.posts] == ["3"]


async def test_more_than_the_window_flows_while_it_is_confirmed(tmp_path: Path) -> None:
    """The broker stops at its window of unacknowledged messages, and goes on with each confirm."""
    with start_mosquitto(tmp_path) as broker:
        await known(a_source(broker))
        await publish(broker, *(a_payload(f"{n}") for n in range(300)))
        reading = await read(a_source(broker), texts(300))
    assert [post.id for post in reading.posts] == [f"{n}" for n in range(300)]


async def test_a_broker_that_forgot_the_session_leaves_a_gap(tmp_path: Path) -> None:
    """What was published meanwhile is gone, and the gap says so."""
    with start_mosquitto(tmp_path / "one") as broker:
        cursor = await known(a_source(broker))
    with start_mosquitto(tmp_path / "two") as broker:
        (gap,) = (await read(a_source(broker), lambda _: True, cursor)).gaps
    assert "session" in gap.reason
    assert (gap.start, gap.backfilled) == (NIGHT, False)


async def test_rubbish_is_kept_apart_acknowledged_and_the_rest_goes_on(tmp_path: Path) -> None:
    """A poisoned message must not come back for ever."""
    report = Remembered()
    claim = json.dumps({"id": "9", "text": "x", "created_at": "2026-11-20T17:40:12Z", "source": "bluesky"})
    with start_mosquitto(tmp_path) as broker:
        await known(a_source(broker))
        await publish(broker, b"\xff", b"{", claim.encode(), b"x" * (2 * 1024 * 1024 + 1), a_payload("1"))
        reading = await read(a_source(broker, report), texts(1))
        await publish(broker, a_payload("2"))
        assert [post.id for post in (await read(a_source(broker), texts(1))).posts] == ["2"]
    assert [post.id for post in reading.posts] == ["1"]
    assert report.drops == {"bad": 3, "oversize": 1}


async def test_a_broker_that_vanishes_is_retryable(tmp_path: Path) -> None:
    """A sentence with its address."""
    with start_mosquitto(tmp_path) as broker:
        batches = a_source(broker).batches(None)
        await first(batches)
        broker.stop()
        with pytest.raises(SourceError, match=f"127.0.0.1:{broker.port}") as caught:
            await first(batches)
        assert caught.value.retryable
        broker.start()
        await known(a_source(broker))


async def test_confirming_after_the_connection_is_gone_is_harmless(tmp_path: Path) -> None:
    """Storage may finish after the broker left: it will deliver again, and ids tell."""
    with start_mosquitto(tmp_path) as broker:
        await known(a_source(broker))
        await publish(broker, a_payload("1"))
        reading = await read(a_source(broker), texts(1), confirm=False)
        broker.stop()
        for batch in reading.batches:
            if batch.confirm:
                batch.confirm()
        broker.start()
        assert [post.id for post in (await read(a_source(broker), texts(1))).posts] == ["1"]


async def test_nobody_at_the_port_is_retryable() -> None:
    """The broker may come later."""
    source = Mqtt("shop", Settings(host="127.0.0.1", port=free_port()), surroundings())
    with pytest.raises(SourceError, match="failed") as caught:
        await known(source)
    assert caught.value.retryable


@pytest.mark.parametrize("version5", [True, False])
async def test_a_wrong_password_is_refused_for_good(tmp_path: Path, *, version5: bool) -> None:
    """Trying again would only fill the broker's log."""
    passwords = {"hinoban": "right"}
    with (
        start_mosquitto(tmp_path, version5=version5, passwords=passwords) as broker,
        pytest.raises(SourceError, match="refused") as caught,
    ):
        await known(a_source(broker, username="hinoban", password_file="wrong"))
    assert not caught.value.retryable


def test_the_cursor_is_a_time() -> None:
    """It tells since when a session must have kept what was sent."""
    source = Mqtt("shop", Settings(host="h"), surroundings(VirtualClock(NIGHT)))
    assert source.reached(str(int(NIGHT.timestamp()))) == NIGHT
    assert source.reached("?") is None
    assert source.reached("1795196412000000") is None
