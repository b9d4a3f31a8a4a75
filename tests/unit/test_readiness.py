"""What systemd hears, on a real datagram socket."""

import asyncio
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

import pytest

from listener.readiness import Readiness
from models.clock import VirtualClock


class Ear:
    """Systemd's end of the socket."""

    def __init__(self, address: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(address)
        self._socket.settimeout(0)

    def heard(self) -> list[str]:
        """Return every message since the last time, each at once."""
        messages = []
        while True:
            try:
                messages.append(self._socket.recv(4096).decode())
            except BlockingIOError:
                return messages

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()


@pytest.fixture
def ear(tmp_path: Path) -> Iterator[Ear]:
    """Listen at a path."""
    ear = Ear(str(tmp_path / "notify"))
    yield ear
    ear.close()


@pytest.fixture
def readiness(ear: Ear, tmp_path: Path) -> Readiness:
    """Speak to it, with a watchdog of 30 s."""
    assert ear
    return Readiness({"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "30000000"})


def test_each_state_is_one_message(ear: Ear, readiness: Readiness) -> None:
    """A status goes with it, for `systemctl status`."""
    readiness.ready("listening to 2 sources")
    readiness.stopping()
    assert ear.heard() == [
        "READY=1\nSTATUS=listening to 2 sources",
        "STOPPING=1\nSTATUS=draining",
    ]


def test_a_status_cannot_smuggle_in_another_message(ear: Ear, readiness: Readiness) -> None:
    """Each line of a datagram is an assignment."""
    readiness.ready("listening\nSTOPPING=1")
    assert ear.heard() == ["READY=1\nSTATUS=listening STOPPING=1"]


async def test_the_watchdog_is_fed_at_a_third_of_its_time(ear: Ear, readiness: Readiness) -> None:
    """Two may be lost before systemd believes the daemon hangs."""
    clock = VirtualClock(datetime(2026, 11, 20, 2, 10, tzinfo=UTC))
    feeding = asyncio.create_task(readiness.keep_alive(clock))
    await asyncio.sleep(0)
    assert ear.heard() == ["WATCHDOG=1"]
    await clock.advance(timedelta(seconds=9))
    assert ear.heard() == []
    await clock.advance(timedelta(seconds=21))
    assert ear.heard() == ["WATCHDOG=1"] * 3
    feeding.cancel()


async def test_without_a_watchdog_nothing_is_fed(ear: Ear, tmp_path: Path) -> None:
    """And the task ends."""
    readiness = Readiness({"NOTIFY_SOCKET": str(tmp_path / "notify")})
    await readiness.keep_alive(VirtualClock(datetime(2026, 11, 20, tzinfo=UTC)))
    assert ear.heard() == []


def test_an_abstract_socket_is_understood() -> None:
    """Systemd hands one out in containers, written with an @."""
    name = f"hinoban-test-{id(object())}"
    ear = Ear(f"\0{name}")
    Readiness({"NOTIFY_SOCKET": f"@{name}"}).ready("up")
    assert ear.heard() == ["READY=1\nSTATUS=up"]
    ear.close()


def test_without_systemd_it_is_silent() -> None:
    """The daemon runs in a terminal as well: not even a socket is made."""
    with mock.patch.object(socket, "socket") as made:
        Readiness({}).ready("up")
    assert not made.called


def test_a_socket_that_is_gone_does_not_stop_the_watch(tmp_path: Path) -> None:
    """Telling systemd is no reason to sleep through a fire; once the socket is back it is told again."""
    path = tmp_path / "gone"
    readiness = Readiness({"NOTIFY_SOCKET": str(path)})
    readiness.ready("up")
    ear = Ear(str(path))
    readiness.stopping()
    assert ear.heard() == ["STOPPING=1\nSTATUS=draining"]
    ear.close()
