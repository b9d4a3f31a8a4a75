"""A real mosquitto on a free loopback port, for every test that needs a broker."""

import contextlib
import os
import selectors
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.server_process import ServerProcess

MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")


class Broker(ServerProcess):
    """A running mosquitto; ``stop`` and ``start`` let it vanish and come back on the same port."""

    def __init__(self, folder: Path, *, version5: bool, acl: str, passwords: Mapping[str, str]) -> None:
        super().__init__()
        self.host = "127.0.0.1"
        self.port = free_port()
        self._inner = self.port if version5 else free_port()
        self._config = _write_config(folder, self._inner, acl, passwords)
        self._gate = None if version5 else _Gate(self.port, self._inner)

    def start(self) -> None:
        """Start mosquitto and return once it accepts connections."""
        assert MOSQUITTO, "mosquitto is not installed"
        self.launch(
            [MOSQUITTO, "-v", "-c", str(self._config)], lambda line: line.rstrip().endswith("running")
        )

    def save_at_once(self) -> None:
        """Restart it to save at every change, so that ``kill`` makes it forget as little as can be."""
        with self._config.open("a", encoding="utf-8") as config:
            config.write("autosave_on_changes true\nautosave_interval 1\n")
        self.stop()
        self.start()

    def close(self) -> None:
        """End everything."""
        self.stop()
        if self._gate is not None:
            self._gate.close()


@contextlib.contextmanager
def start_mosquitto(
    tmp_path: Path, *, version5: bool = True, acl: str = "", passwords: Mapping[str, str] | None = None
) -> Iterator[Broker]:
    """Run mosquitto for the length of a ``with``; skips the test, by name, where it is not installed.

    ``version5=False`` refuses MQTT 5 as brokers of that age do (CONNACK 1, then close). ``acl`` is the text
    of an ACL file; ``passwords`` (user: password) forbids anonymous clients. Without passwords any user
    name is believed, so an ACL can be tested by user name alone.
    """
    if MOSQUITTO is None:
        pytest.skip("mosquitto is not installed")
    broker = Broker(tmp_path, version5=version5, acl=acl, passwords=passwords or {})
    try:
        broker.start()
        yield broker
    finally:
        broker.close()


def free_port() -> int:
    """Return a TCP port of the loopback interface that nobody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def _write_config(folder: Path, port: int, acl: str, passwords: Mapping[str, str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"listener {port} 127.0.0.1", "persistence true", f"persistence_location {folder}/"]
    lines += ["log_dest stderr", "allow_anonymous " + ("false" if passwords else "true")]
    # A mosquitto started by root becomes another user, who may not read a private folder.
    lines += ["user root"] if os.getuid() == 0 else []
    if acl:
        (folder / "acl").write_text(acl, "utf-8")
        lines.append(f"acl_file {folder}/acl")
    if passwords:
        secrets = folder / "passwords"
        secrets.write_text("".join(f"{user}:{password}\n" for user, password in passwords.items()), "utf-8")
        subprocess.run(["mosquitto_passwd", "-U", str(secrets)], check=True)
        lines.append(f"password_file {secrets}")
    config = folder / "mosquitto.conf"
    config.write_text("\n".join(lines) + "\n", "utf-8")
    return config


class _Gate:
    """Stands before mosquitto and turns MQTT 5 away: mosquitto 2.0 itself has no setting for it."""

    def __init__(self, port: int, inner: int) -> None:
        self._inner = inner
        self._listening = socket.create_server(("127.0.0.1", port))
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._asleep, self._awake = socket.socketpair()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._asleep, selectors.EVENT_READ)
            selector.register(self._listening, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    if key.fileobj is self._asleep:
                        return
                    if key.fileobj is self._listening:
                        self._admit(selector)
                    else:
                        self._carry(selector, key)

    def _admit(self, selector: selectors.BaseSelector) -> None:
        client, _ = self._listening.accept()
        client.settimeout(5)
        first = client.recv(4096)
        name = first.find(b"MQTT")
        if name < 0 or first[name + 4] > 4:
            client.sendall(b"\x20\x02\x00\x01")  # CONNACK: unacceptable protocol version
            client.close()
            return
        try:
            server = socket.create_connection(("127.0.0.1", self._inner))
        except OSError:
            client.close()
            return
        server.sendall(first)
        self._pairs.append((client, server))
        selector.register(client, selectors.EVENT_READ, server)
        selector.register(server, selectors.EVENT_READ, client)

    def _carry(self, selector: selectors.BaseSelector, key: selectors.SelectorKey) -> None:
        source, target = key.fileobj, key.data
        assert isinstance(source, socket.socket)
        with contextlib.suppress(OSError):
            if data := source.recv(65536):
                target.sendall(data)
                return
        for side in (source, target):
            with contextlib.suppress(KeyError, ValueError):
                selector.unregister(side)
            side.close()

    def close(self) -> None:
        """Stop carrying and close every connection."""
        self._awake.send(b"x")
        self._thread.join(timeout=5)
        for side in (self._listening, self._asleep, self._awake, *(s for pair in self._pairs for s in pair)):
            side.close()
