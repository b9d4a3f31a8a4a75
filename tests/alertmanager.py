"""A real Alertmanager on a free loopback port, for every test that needs one."""

import contextlib
import json
import shutil
import signal
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.broker import free_port

ALERTMANAGER = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
_CONFIG = "route:\n  receiver: nobody\nreceivers:\n  - name: nobody\n"


class Alertmanager:
    """A running Alertmanager that notifies nobody; ``alerts`` reads back what it holds."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None
        self._drain: threading.Thread | None = None

    def start(self) -> None:
        """Start it and return once it listens."""
        assert ALERTMANAGER, "prometheus-alertmanager is not installed"
        self._folder.mkdir(parents=True, exist_ok=True)
        config = self._folder / "alertmanager.yml"
        config.write_text(_CONFIG, "utf-8")
        command = [
            ALERTMANAGER,
            f"--config.file={config}",
            f"--storage.path={self._folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{self.port}",
            "--cluster.listen-address=",
        ]
        self._process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        stderr = self._process.stderr
        assert stderr
        seen = []
        for line in stderr:
            seen.append(line)
            if "Listening on" in line or "TLS is disabled" in line:
                break
        else:
            raise RuntimeError("Alertmanager did not start: " + "".join(seen[-5:]))
        self._drain = threading.Thread(target=stderr.read, daemon=True)
        self._drain.start()

    def stop(self) -> None:
        """End it the way systemd would."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a power cut would; it never saves alerts."""
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """Let it hang: connections are taken, and nothing is answered."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on after ``pause``."""
        assert self._process
        self._process.send_signal(signal.SIGCONT)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        self._process.send_signal(signal.SIGCONT)
        self._process.wait(timeout=10)
        assert self._drain
        self._drain.join(timeout=10)
        assert self._process.stderr
        self._process.stderr.close()
        self._process = None

    def alerts(self) -> list[dict[str, Any]]:
        """Return the alerts that are firing; blocking, so call it by ``asyncio.to_thread``."""
        with urllib.request.urlopen(f"{self.url}/api/v2/alerts", timeout=5) as answer:
            alerts: list[dict[str, Any]] = json.load(answer)
            return alerts


@contextlib.contextmanager
def start_alertmanager(folder: Path) -> Iterator[Alertmanager]:
    """Run Alertmanager for the length of a ``with``; skips the test, by name, where it is not installed."""
    if ALERTMANAGER is None:
        pytest.skip("prometheus-alertmanager is not installed")
    running = Alertmanager(folder)
    try:
        running.start()
        yield running
    finally:
        running.stop()
