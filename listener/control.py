"""The daemon's own door: a local socket that takes one JSON line and answers with one."""

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import structlog

log = structlog.get_logger(__name__)

_LONGEST_LINE = 65_536
_LONGEST_ANSWER = 8 * 1024 * 1024
_PATIENCE = 10.0

Handler = Callable[[dict[str, Any]], Awaitable[Any]]


class ControlError(Exception):
    """The daemon cannot be asked, or refused; the sentence is meant for people."""

    def __init__(self, message: str, *, reached: bool = False) -> None:
        super().__init__(message)
        self.reached = reached


class ControlServer:
    """Serves requests ``{"do": NAME, ...}`` from local users who may open the socket (mode 0660)."""

    def __init__(self, path: Path, handlers: dict[str, Handler]) -> None:
        self._path = path
        self._handlers = handlers

    async def run(self) -> None:
        """Serve until cancelled; a socket left by a killed daemon is replaced."""
        # The database's exclusive lock already made sure that no second daemon lives.
        self._path.unlink(missing_ok=True)
        server = await asyncio.start_unix_server(self._talk, str(self._path), limit=_LONGEST_LINE)
        self._path.chmod(0o660)
        try:
            async with server:
                await server.serve_forever()
        finally:
            with contextlib.suppress(OSError):
                self._path.unlink(missing_ok=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                line = await reader.readline()
            writer.write(msgspec.json.encode(await self._answer(line)) + b"\n")
            await writer.drain()
        except (TimeoutError, ConnectionError, ValueError):
            log.info("control request broken off")
        finally:
            writer.close()

    async def _answer(self, line: bytes) -> dict[str, Any]:
        try:
            request = msgspec.json.decode(line, type=dict[str, Any])
        except (msgspec.DecodeError, RecursionError) as error:
            return {"ok": False, "error": f"not a request: {error}"}
        name = request.pop("do", "")
        handler = self._handlers.get(name) if isinstance(name, str) else None
        if handler is None:
            known = ", ".join(sorted(self._handlers))
            return {"ok": False, "error": f"{name!r} is not a request: one of {known}"}
        try:
            return {"ok": True, "result": await handler(request)}
        except ControlError as error:
            return {"ok": False, "error": str(error)}
        except Exception as error:
            log.exception("control request failed", request=name)
            return {"ok": False, "error": f"it failed inside the daemon: {type(error).__name__}: {error}"}


def absent(error: ControlError) -> bool:
    """Tell whether there is no daemon at all, rather than one that may not be asked or does not answer."""
    return isinstance(error.__cause__, FileNotFoundError | ConnectionRefusedError)


async def ask(path: Path, request: dict[str, Any], *, patience: float = _PATIENCE) -> Any:
    """Ask the daemon behind *path*; raises ``ControlError`` when it cannot be reached or refuses."""
    try:
        async with asyncio.timeout(patience):
            answer = await _exchange(path, request)
    except (FileNotFoundError, ConnectionError) as error:
        raise ControlError(f"no daemon answers at {path}: is `hinoban run` running?") from error
    except PermissionError as error:
        user = os.environ.get("USER", "this user")
        raise ControlError(f"{user} may not open {path}: use sudo, or join the daemon's group") from error
    except (TimeoutError, OSError, ValueError) as error:
        raise ControlError(f"the daemon at {path} does not answer: {error or 'timed out'}") from error
    if not answer.get("ok"):
        raise ControlError(str(answer.get("error", "refused")), reached=True)
    return answer.get("result")


async def _exchange(path: Path, request: dict[str, Any]) -> dict[str, Any]:
    reader, writer = await asyncio.open_unix_connection(str(path), limit=_LONGEST_ANSWER)
    try:
        writer.write(msgspec.json.encode(request) + b"\n")
        await writer.drain()
        return msgspec.json.decode(await reader.readline(), type=dict[str, Any])
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
