"""A WebSocket as lists of frames: alive by its own pings, and clear about why it ended."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Literal

from aiohttp import ClientError, ClientWebSocketResponse, WSMessage, WSMsgType
from aiohttp.http import WSMessageTextBytes

from listener.sources.source import SourceError

MOST = 256
FLUSH_AFTER = 0.02
# RFC 6455 7.4.1 and IANA's registry: 1012 service restart (come back in 5 to 30 s), 1013 try again later.
STAY_AWAY = {1012: 5.0, 1013: 30.0}

_DATA = (WSMsgType.TEXT, WSMsgType.BINARY)
_HEARTBEAT = (WSMsgType.PING, WSMsgType.PONG)

Message = WSMessage | WSMessageTextBytes
Socket = ClientWebSocketResponse[Literal[False]]


async def frames(
    socket: Socket, *, quiet: float, alive: Callable[[], None]
) -> AsyncGenerator[list[bytes], None]:
    """Yield up to 256 frames at a time, none held back for more than 20 ms.

    After *quiet* seconds of silence a ping is sent, after as long again the connection is given up. An
    empty list says that a ping was answered. Raises SourceError when the connection ends.
    """
    loop = asyncio.get_running_loop()
    waiting: list[bytes] = []
    due, pinged = 0.0, False
    while True:
        try:
            # aiohttp takes a time-out of 0 for none at all.
            message = await socket.receive(max(due - loop.time(), 0.0005) if waiting else quiet)
        except TimeoutError:
            if waiting:
                yield waiting
                waiting = []
                continue
            await _ping(socket, quiet, again=pinged)
            pinged = True
            continue
        pinged = False
        if message.type not in _DATA:
            if waiting:
                yield waiting
                waiting = []
            await _control(socket, message, alive)
            yield []
            continue
        due = due if waiting else loop.time() + FLUSH_AFTER
        waiting.append(message.data)
        if len(waiting) >= MOST or loop.time() >= due:
            yield waiting
            waiting = []


async def _ping(socket: Socket, quiet: float, *, again: bool) -> None:
    if again:
        raise SourceError(f"no answer to a ping for {quiet:g} s", retryable=True)
    try:
        await socket.ping()
    except ClientError as error:
        raise SourceError(f"the connection broke ({error})", retryable=True) from None


async def _control(socket: Socket, message: Message, alive: Callable[[], None]) -> None:
    """Answer a ping, note a pong, and raise SourceError for everything that ends the connection."""
    if message.type not in _HEARTBEAT:
        raise _ended(socket, message)
    alive()
    if message.type is WSMsgType.PING:
        try:
            await socket.pong(message.data)
        except ClientError as error:
            raise SourceError(f"the connection broke ({error})", retryable=True) from None


def _ended(socket: Socket, message: Message) -> SourceError:
    if message.type is WSMsgType.ERROR:
        return SourceError(f"the connection broke ({message.data})", retryable=True)
    code = socket.close_code or 1006
    said = f": {message.extra}" if message.type is WSMsgType.CLOSE and message.extra else ""
    return SourceError(
        f"the server closed the connection (code {code}{said})",
        retryable=True,
        retry_after=STAY_AWAY.get(code),
    )
