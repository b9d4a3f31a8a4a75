"""A real Alertmanager on a free loopback port, for every test that needs one."""

import contextlib
import json
import shutil
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.broker import free_port
from tests.server_process import ServerProcess

ALERTMANAGER = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
_CONFIG = "route:\n  receiver: nobody\nreceivers:\n  - name: nobody\n"


class Alertmanager(ServerProcess):
    """A running Alertmanager that notifies nobody; ``alerts`` reads back what it holds."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = folder

    def start(self) -> None:
        """Start it and return once it listens; killed, it never saves alerts."""
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
        self.launch(command, lambda line: "Listening on" in line or "TLS is disabled" in line)

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
