"""The daemon's socket and the incident commands that go through it."""

import asyncio
import contextlib
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from alerts.command import Answer, Command
from alerts.dispatcher import Dispatcher
from listener.commands import incidents
from listener.control import ControlError, ControlServer, ask
from models.clock import VirtualClock
from tests.beside import beside
from tests.fakes_alerts import NIGHT, a_flare, a_paging, minutes
from tests.fakes_log import MemoryLog

ID = "sakura:pudding:20261120T1740Z"


@pytest.fixture
async def socket(tmp_path: Path) -> AsyncIterator[Path]:
    """Serve one burning incident on a socket."""
    log, clock = MemoryLog(), VirtualClock(NIGHT + minutes(20))
    dispatcher = Dispatcher(log, a_paging())
    await dispatcher.flared([a_flare("opened")], now=NIGHT + minutes(10))

    async def handle(command: Command) -> Answer:
        return await dispatcher.command(command, clock.now())

    path = tmp_path / "hinoban.sock"
    path.write_text("left by a killed daemon")
    async with beside(ControlServer(path, incidents.handlers(log, handle, clock)).run()):
        async with asyncio.timeout(5):
            while not path.is_socket():  # noqa: ASYNC110 - a file has no event
                await asyncio.sleep(0)
        yield path


async def test_incidents_are_listed_shown_and_handled(socket: Path) -> None:
    """List, show, ack, snooze and resolve reach the daemon's dispatcher."""
    rows = await incidents.listed(socket)
    assert [row["id"] for row in rows] == [ID]
    assert rows[0]["summaries"] == {"ja": rows[0]["summary"], "en": rows[0]["summaries"]["en"]}
    assert (await incidents.acknowledged(socket, ID, by="sato")).state == "acknowledged"
    assert (await incidents.shown(socket, ID))["owner"] == "sato"
    assert (await incidents.snoozed(socket, ID, 20, by="sato")).state == "snoozed"
    assert (await incidents.resolved(socket, ID, by="sato", verdict="real")).state == "resolved"
    assert await incidents.listed(socket) == []
    assert [row["id"] for row in await incidents.listed(socket, days=1)] == [ID]


async def test_an_answer_that_no_source_shows_is_told(socket: Path) -> None:
    """Once; a later one is refused, and what is shown has the first."""
    when = NIGHT + minutes(12)
    told = await incidents.responded(socket, ID, at=when, by="sato", reason="on television")
    assert f"answered at {when:%Y-%m-%d %H:%M}Z (" in told.text
    shown = await incidents.shown(socket, ID)
    assert shown["first_response"] == {
        "at": f"{when:%Y-%m-%dT%H:%M:%SZ}",
        "kind": "told",
        "by": "sato",
        "channel": "cli",
    }
    with pytest.raises(ControlError, match="a later answer is not the first"):
        await incidents.responded(socket, ID, by="tanaka")


async def test_a_refusal_reaches_the_person_who_asked(socket: Path) -> None:
    """The dispatcher's sentence is the error."""
    with pytest.raises(ControlError, match="minutes from 1 to 1440"):
        await incidents.snoozed(socket, ID, 0, by="sato")
    with pytest.raises(ControlError, match=f"open now: {ID}"):
        await incidents.shown(socket, "nonsense")


@pytest.mark.parametrize(
    "line",
    [b"nonsense\n", b'{"do":"dance"}\n', b"[1]\n", b'{"do":[]}\n', b"\n", b'{"do":' + b"[" * 4_000 + b"\n"],
)
async def test_a_broken_request_is_answered_and_the_socket_lives_on(socket: Path, line: bytes) -> None:
    """Garbage is refused in a sentence."""
    reader, writer = await asyncio.open_unix_connection(str(socket))
    writer.write(line)
    assert b'"ok":false' in await reader.readline()
    writer.close()
    await writer.wait_closed()
    assert await incidents.listed(socket)


async def test_an_endless_line_is_cut_off(socket: Path) -> None:
    """A request that never ends does not fill the memory."""
    reader, writer = await asyncio.open_unix_connection(str(socket))
    with contextlib.suppress(ConnectionError):
        writer.write(b"x" * 200_000)
        await writer.drain()
        await reader.read()
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()
    assert await incidents.listed(socket)


async def test_strangers_cannot_open_the_socket(socket: Path) -> None:
    """Owner and group only."""
    mode = (await asyncio.to_thread(socket.stat)).st_mode
    assert stat.S_IMODE(mode) == 0o660


async def test_without_a_daemon_the_sentence_says_so(tmp_path: Path) -> None:
    """No traceback, but what to look at."""
    with pytest.raises(ControlError, match="is `hinoban run` running"):
        await ask(tmp_path / "none.sock", {"do": "incidents.list"})
