"""`hinoban check --online`: everything is connected to once, and nothing is taken from a running daemon."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import aiomqtt
import pytest

from listener import assembly
from listener.commands import check, connections
from listener.commands.checklist import Checklist
from listener.sources.mqtt import Mqtt, Settings
from models.clock import SystemClock
from tests.alertmanager import start_alertmanager
from tests.broker import Broker, free_port, start_mosquitto
from tests.fakes_sources import read, surroundings
from tests.jetstream_server import start_jetstream

pytestmark = pytest.mark.servers


@asynccontextmanager
async def a_port(answer: bytes = b"") -> AsyncIterator[int]:
    """Listen on a loopback port that answers everything with the same bytes, or with nothing."""
    writers: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        if answer and await reader.read(1024):
            writer.write(answer)
            writer.close()
        await reader.read()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        for writer in writers:
            writer.close()
            await writer.wait_closed()


async def tried(folder: Path, text: str, **more: Any) -> tuple[int, dict[str, str]]:
    """Return the exit code, and what became of each connection."""
    path = folder / "hinoban.toml"
    path.write_text(f"schema = 1\n{text}", "utf-8")
    found = Checklist()
    settings = assembly.read_settings(path)
    await connections.try_all(found, settings, check.secret, SystemClock(), **more)
    return found.code, {finding.check: f"{finding.outcome}: {finding.text}" for finding in found.findings}


def a_broker(broker: Broker, *more: str) -> str:
    """Return a source and a channel on *broker*."""
    where = f'kind = "mqtt"\nhost = "{broker.host}"\nport = {broker.port}\n' + "\n".join(more)
    return f"[sources.shop]\n{where}\n[channels.lamp]\n{where}\n"


async def test_everything_that_answers_is_fine(tmp_path: Path) -> None:
    """A Jetstream without posts, a broker, an Alertmanager and a page's endpoint: the real servers."""
    with start_mosquitto(tmp_path / "broker") as broker, start_alertmanager(tmp_path / "am") as alertmanager:
        async with start_jetstream() as jetstream, a_port() as port:
            code, found = await tried(
                tmp_path,
                a_broker(broker)
                + f'[sources.bluesky]\nkind = "jetstream"\nurl = "{jetstream.url}"\nping_seconds = 0.05\n'
                + f'[channels.alerts]\nkind = "alertmanager"\nurl = "{alertmanager.url}"\n'
                + f'[channels.pager]\nkind = "webhook"\nurl = "http://127.0.0.1:{port}/x"\n'
                + '[sources.file]\nkind = "jsonl"\n[channels.terminal]\nkind = "stdout"\n',
            )
    assert code == 0, found
    assert found["sources.bluesky"] == "ok: is there"
    assert found["sources.shop"] == "ok: lets us in and hear hinoban/main/ingest/shop (MQTT 5)"
    assert found["channels.lamp"] == "ok: lets us in and hear hinoban/main/command/incident/+/+ (MQTT 5)"
    assert found["channels.alerts"].startswith("ok: is Alertmanager 0.")
    assert found["channels.pager"] == "ok: accepts connections; nothing was sent"
    assert not {"sources.file", "channels.terminal"} & set(found)


async def test_posts_of_a_running_daemon_are_left_to_it(tmp_path: Path) -> None:
    """Another client, and a session that ends with it: what waits for the daemon goes on waiting."""
    with start_mosquitto(tmp_path / "broker") as broker:
        place = f'kind = "mqtt"\nhost = "{broker.host}"\nport = {broker.port}\n'
        daemon = Mqtt("shop", Settings(host=broker.host, port=broker.port), surroundings())
        cursor = (await read(daemon, lambda _: True)).cursor
        async with aiomqtt.Client(broker.host, broker.port) as sender:
            post = b'{"id":"1","text":"t","created_at":"2026-11-20T17:40:12Z"}'
            await sender.publish("hinoban/test/ingest/shop", post, qos=1)
        code, _ = await tried(tmp_path, f'site = "test"\n[sources.shop]\n{place}')
        reading = await read(daemon, lambda reading: bool(reading.posts), cursor)
        names = {match[1] for line in broker.log if (match := re.search(r" as (\S+) \(", line))}
    assert code == 0
    assert [one.id for one in reading.posts] == ["1"]
    assert not reading.gaps
    assert {"hinoban-test-shop", "hinoban-test-shop-check"} <= names


async def test_an_old_broker_is_spoken_to_in_its_version(tmp_path: Path) -> None:
    """As the daemon would."""
    with start_mosquitto(tmp_path / "broker", version5=False) as broker:
        code, found = await tried(tmp_path, a_broker(broker))
    assert code == 0, found
    assert all(text.endswith("(MQTT 3.1.1)") for text in found.values())


async def test_a_wrong_password_is_ours_to_mend(tmp_path: Path) -> None:
    """The broker is there: not the outside world failed."""
    (tmp_path / "wrong").write_text("guessed")
    credentials = ('username = "hinoban"', f'password_file = "{tmp_path / "wrong"}"')
    with start_mosquitto(tmp_path / "broker", passwords={"hinoban": "secret"}) as broker:
        code, found = await tried(tmp_path, a_broker(broker, *credentials))
    assert code == 1
    assert {text.split(" (")[0] for text in found.values()} == {
        f"problem: {broker.host}:{broker.port} refused the connection"
    }


async def test_what_is_not_there_is_the_outside_worlds_fault(tmp_path: Path) -> None:
    """Every one is told, and the exit code is its own."""
    port = free_port()
    broker = f'kind = "mqtt"\nhost = "127.0.0.1"\nport = {port}\n'
    code, found = await tried(
        tmp_path,
        f"[sources.shop]\n{broker}[channels.lamp]\n{broker}"
        f'[sources.bluesky]\nkind = "jetstream"\nurl = "ws://127.0.0.1:{port}"\n'
        f'[channels.alerts]\nkind = "alertmanager"\nurl = "http://127.0.0.1:{port}"\n'
        f'[channels.pager]\nkind = "webhook"\nurl = "https://127.0.0.1:{port}/x"\n',
    )
    assert code == 3
    assert len(found) == 5
    assert all(text.startswith("unreachable: ") for text in found.values()), found


async def test_silence_is_waited_for_only_so_long(tmp_path: Path) -> None:
    """A port that accepts and says nothing, of every kind, and all are waited for at once."""
    async with a_port() as port:
        broker = f'kind = "mqtt"\nhost = "127.0.0.1"\nport = {port}\n'
        code, found = await tried(
            tmp_path,
            f"[sources.shop]\n{broker}[channels.lamp]\n{broker}"
            f'[sources.bluesky]\nkind = "jetstream"\nurl = "ws://127.0.0.1:{port}"\n'
            f'[channels.alerts]\nkind = "alertmanager"\nurl = "http://127.0.0.1:{port}"\n',
            patience=0.2,
        )
    assert code == 3
    assert set(found.values()) == {"unreachable: did not answer within 0.2 s"}


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", 1, "problem: "),
        (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", 1, "problem: "),
        (b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", 3, "unreachable: "),
        (b"SSH-2.0-OpenSSH\r\n", 3, "unreachable: "),
    ],
)
async def test_something_else_on_the_port_is_no_alertmanager(
    tmp_path: Path, answer: bytes, code: int, said: str
) -> None:
    """An answer that never comes right is ours to mend; a broken one may be repaired without us."""
    async with a_port(answer) as port:
        url = f"http://127.0.0.1:{port}"
        got, found = await tried(tmp_path, f'[channels.a]\nkind = "alertmanager"\nurl = "{url}"\n')
    assert (got, found["channels.a"].startswith(said)) == (code, True), found


async def test_the_command_tries_what_it_has_checked(tmp_path: Path) -> None:
    """`--online` adds its lines to the others; a problem of ours outweighs the outside world."""
    path = tmp_path / "hinoban.toml"
    path.write_text(
        f'schema = 1\nkeywords = []\n[channels.a]\nkind = "alertmanager"\nurl = "http://127.0.0.1:{free_port()}"'
    )
    out = StringIO()
    assert await check.run(path, out, StringIO(), online=True) == 1
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [line["outcome"] for line in lines if line["check"] == "channels.a"] == ["ok", "unreachable"]
