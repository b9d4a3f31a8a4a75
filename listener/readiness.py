"""Telling systemd: READY=1 when listening, WATCHDOG=1 while the loop lives, STOPPING=1 when draining."""

import contextlib
import os
import socket
from datetime import timedelta

from models.clock import Clock


class Readiness:
    """Speaks sd_notify over $NOTIFY_SOCKET; silent where there is none."""

    def __init__(self, environment: dict[str, str] | None = None) -> None:
        given = dict(os.environ) if environment is None else environment
        self._address = given.get("NOTIFY_SOCKET", "")
        self._watchdog = int(given.get("WATCHDOG_USEC", "0") or 0) / 1_000_000

    def ready(self, status: str) -> None:
        """Say that the daemon is listening."""
        self._send(f"READY=1\nSTATUS={' '.join(status.split())}")

    def stopping(self) -> None:
        """Say that the daemon drains."""
        self._send("STOPPING=1\nSTATUS=draining")

    async def keep_alive(self, clock: Clock) -> None:
        """Feed the watchdog at a third of its time, for as long as the event loop turns."""
        while self._watchdog:
            self._send("WATCHDOG=1")
            await clock.sleep_until(clock.now() + timedelta(seconds=self._watchdog / 3))

    def _send(self, message: str) -> None:
        if not self._address:
            return
        # an abstract socket is written with @ in the environment and a zero byte in the kernel
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
            # a full or vanished socket is systemd's trouble, not a reason to stop watching
            out.settimeout(0)
            with contextlib.suppress(OSError):
                out.connect(address)
                out.sendall(message.encode())
