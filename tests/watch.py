"""`hinoban` as its users run it: the daemon as a process that can be killed, and the other commands."""

import asyncio
import contextlib
import inspect
import io
import json
import os
import resource
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple, Self, TypeVar, overload

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from listener.storage.database import Database
from models.clock import SystemClock

HOME = Path(__file__).parent.parent
HINOBAN = Path(sys.executable).parent / "hinoban"
SITE = "test"
LOOK = 0.05
PATIENCE = 20.0

Found = TypeVar("Found")
ALONE = """
schema = 1
keywords = ["keywords"]

[http]
listen = "127.0.0.1:0"

[logging]
format = "json"

[sources.inbox]
kind = "jsonl"
path = "{folder}/inbox.jsonl"
follow = true

[channels.terminal]
kind = "stdout"

[receivers.oncall]
channels = ["terminal"]
"""
"""A watch without servers: a growing file, a terminal, and one receiver; ``folder`` is its home."""


class Finished(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Return what was printed, which must be JSON lines and nothing else."""
        return [json.loads(line) for line in self.out.splitlines()]


@overload
async def until(look: Callable[[], Awaitable[Found]], what: str, *, within: float = ...) -> Found: ...
@overload
async def until(look: Callable[[], Found], what: str, *, within: float = ...) -> Found: ...
async def until(look: Callable[[], Any], what: str, *, within: float = PATIENCE) -> Any:
    """Return what *look* returns once that is true; fail, naming *what* was awaited, after a while."""
    seen: Any = None
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(within):
            while True:
                answer = look()
                seen = await answer if inspect.isawaitable(answer) else answer
                if seen:
                    return seen
                await asyncio.sleep(LOOK)
    raise AssertionError(f"not within {within:g} s: {what}; last seen: {seen!r}")


async def hinoban(
    *arguments: str | Path, given: str = "", cwd: Path = HOME, within: float = 60.0
) -> Finished:
    """Run one command to its end, with *given* on standard input."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        HINOBAN, *map(str, arguments), stdin=pipe, stdout=pipe, stderr=pipe, cwd=cwd, env=_environment()
    )
    try:
        async with asyncio.timeout(within):
            out, err = await process.communicate(given.encode("utf-8", "surrogateescape"))
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode is not None
    return Finished(process.returncode, out.decode(), err.decode())


class Watch:
    """One configured daemon; ``start`` it, ``kill`` it, ``stop`` it, and look at it from outside."""

    def __init__(self, folder: Path, config: str) -> None:
        self.folder = folder
        self.config = folder / "hinoban.toml"
        self.database = folder / "hinoban.db"
        self.keywords = folder / "keywords"
        self.log: list[dict[str, Any]] = []
        self.out: list[str] = []
        self.told: list[str] = []  # what systemd was told
        self.port = 0
        self._session: aiohttp.ClientSession | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._reading: list[asyncio.Task[None]] = []
        self._systemd: socket.socket | None = None
        self.keywords.mkdir(parents=True)
        for shipped in (HOME / "config" / "keywords").glob("*.toml"):
            (self.keywords / shipped.name).write_text(shipped.read_text("utf-8"), "utf-8")
        self.config.write_text(config, "utf-8")

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=40))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.kill()
        if self._session is not None:
            await self._session.close()

    async def start(self, *, within: float = PATIENCE) -> None:
        """Start the daemon and return once it told systemd READY=1, and its log on which port it listens."""
        lives = len(self.entries("watching"))
        await self.launch()
        await until(self._ready, "READY=1", within=within)
        [*_, watching] = await until(lambda: self.entries("watching")[lives:], "the port, in the log")
        self.port = watching["port"]

    async def launch(self) -> None:
        """Start the daemon without waiting for anything."""
        self._listen_to_notifications()
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(
            HINOBAN,
            *("run", "--config", str(self.config)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=pipe,
            stderr=pipe,
            cwd=self.folder,
            env=_environment() | {"NOTIFY_SOCKET": self._address},
        )
        assert self._process.stdout
        assert self._process.stderr
        self._reading = [
            asyncio.create_task(self._read(self._process.stdout, self.out.append)),
            asyncio.create_task(self._read(self._process.stderr, self._logged)),
        ]

    async def kill(self) -> None:
        """End the daemon as a power cut would."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
        await self.ended()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    def limit_files(self, size: int) -> None:
        """Let no file of the daemon grow beyond *size* bytes, as on a full disk; -1 lifts the limit."""
        assert self._process is not None
        resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    async def stop(self) -> int:
        """End the daemon as systemd would, and return its exit code."""
        self.signal(signal.SIGTERM)
        return await self.ended()

    async def ended(self, within: float = 30.0) -> int:
        """Wait for the end of the daemon and of what it printed; return the exit code."""
        if self._process is None:
            return 0
        async with asyncio.timeout(within):
            code = await self._process.wait()
            await asyncio.gather(*self._reading)
        self._process, self._reading = None, []
        if self._systemd is not None:
            self._hear_notifications(self._systemd)
            self._systemd.close()
        return code

    def entries(self, event: str) -> list[dict[str, Any]]:
        """Return the log's entries of one event."""
        return [entry for entry in self.log if entry.get("event") == event]

    async def get(self, path: str) -> tuple[int, Any]:
        """Ask the daemon's HTTP server for JSON."""
        assert self._session is not None
        async with self._session.get(self.url(path)) as answer:
            return answer.status, await answer.json()

    async def post(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, Any]:
        """Send the daemon's HTTP server a body."""
        assert self._session is not None
        async with self._session.post(self.url(path), data=io.BytesIO(body), headers=headers) as answer:
            return answer.status, await answer.json(content_type=None)

    def url(self, path: str) -> str:
        """Return the address of a page of the daemon."""
        return f"http://127.0.0.1:{self.port}{path}"

    async def samples(self) -> list[tuple[str, dict[str, str], float]]:
        """Return everything on /metrics: name, labels, value."""
        assert self._session is not None
        async with self._session.get(self.url("/metrics")) as answer:
            families = text_string_to_metric_families(await answer.text())
        return [(one.name, dict(one.labels), one.value) for family in families for one in family.samples]

    async def metric(self, name: str, /, **labels: str) -> float:
        """Return the sum of the samples of that name which have these labels."""
        return sum(
            value
            for known, given, value in await self.samples()
            if known == name and labels.items() <= given.items()
        )

    async def connected(self, *sources: str) -> None:
        """Return once these sources are up."""
        for source in sources:
            await until(lambda: self.metric("hinoban_source_up", source=source), f"{source} is up")  # noqa: B023 - awaited here

    async def incidents(self, *arguments: str) -> list[dict[str, Any]]:
        """Ask `hinoban incidents list`."""
        return (await self.command("list", *arguments)).lines

    async def command(self, *arguments: str) -> Finished:
        """Run `hinoban incidents ...` against this daemon."""
        return await hinoban("incidents", *arguments, "--config", self.config)

    @asynccontextmanager
    async def memory(self) -> AsyncIterator[Database]:
        """Look into the database, whether the daemon runs or not."""
        async with Database.open(self.database, SystemClock(), read_only=True) as database:
            yield database

    async def stored(self) -> list[str]:
        """Return the ids of the stored mentions' posts, one per mention."""
        async with self.memory() as database:
            return [mention.post.id for _, mention in await database.mentions.after(0, 100_000)]

    @property
    def _address(self) -> str:
        assert self._systemd is not None
        return f"@{self._systemd.getsockname()[1:].decode()}"

    def _listen_to_notifications(self) -> None:
        # an abstract socket: the path of a test's folder may be too long for one in the file system
        self._systemd = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._systemd.bind("")
        self._systemd.setblocking(False)  # noqa: FBT003 - the method has no keyword
        self.told = []

    def _ready(self) -> bool:
        assert self._systemd is not None
        assert self._process is not None
        assert self._process.returncode is None, f"it ended: {self.log[-3:]}"
        self._hear_notifications(self._systemd)
        # the log is read by another task, and may come a moment later
        return any("READY=1" in told for told in self.told) and bool(self.entries("watching"))

    def _hear_notifications(self, systemd: socket.socket) -> None:
        with contextlib.suppress(BlockingIOError):
            while True:
                self.told.append(systemd.recv(4096).decode())

    def _logged(self, line: str) -> None:
        try:
            self.log.append(json.loads(line))
        except ValueError:
            self.log.append({"event": "unstructured", "line": line})

    async def _read(self, stream: asyncio.StreamReader, keep: Callable[[str], None]) -> None:
        async for line in stream:
            keep(line.decode().rstrip("\n"))


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HINOBAN", "NOTIFY"))}
    return kept | {"PYTHONUTF8": "1"}
