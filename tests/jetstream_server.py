"""A real WebSocket server that speaks both wires of Jetstream, and misbehaves on demand."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from aiohttp import WSMsgType, web

V2 = "/xrpc/network.bsky.jetstream.subscribeEvents"
START_US = 1_795_196_412_000_000  # 2026-11-20T17:40:12Z
DID = "did:plc:neko"


def a_commit(text: str, /, *, second: float = 0, rkey: str = "", **record: Any) -> dict[str, Any]:
    """Return a v1 commit that creates a post *second* seconds into the night."""
    at = START_US + int(second * 1_000_000)
    body = {"$type": "app.bsky.feed.post", "text": text, "langs": ["ja"], "createdAt": _iso(at)} | record
    return _event(at, "create", "app.bsky.feed.post", rkey or f"k{text}", body)


def a_repost(target: str, *, second: float = 0) -> dict[str, Any]:
    """Return a v1 commit that reposts *target*."""
    at = START_US + int(second * 1_000_000)
    body = {"$type": "app.bsky.feed.repost", "createdAt": _iso(at), "subject": {"cid": "c", "uri": target}}
    return _event(at, "create", "app.bsky.feed.repost", f"r{second}", body)


def a_delete(rkey: str, *, second: float = 0) -> dict[str, Any]:
    """Return a v1 commit that deletes a post."""
    return _event(START_US + int(second * 1_000_000), "delete", "app.bsky.feed.post", rkey, None)


def an_account(status: str, *, second: float = 0) -> dict[str, Any]:
    """Return a v1 account event; *status* "" is an active account."""
    account = {"active": not status, "did": DID, "seq": 1, "time": _iso(START_US)}
    account |= {"status": status} if status else {}
    at = START_US + int(second * 1_000_000)
    return {"did": DID, "time_us": at, "kind": "account", "account": account}


def an_identity(*, second: float = 0) -> dict[str, Any]:
    """Return a v1 identity event."""
    at = START_US + int(second * 1_000_000)
    return {"did": DID, "time_us": at, "kind": "identity", "identity": {"did": DID, "seq": 2}}


def as_v2(event: dict[str, Any], seq: int) -> dict[str, Any]:
    """Return the same event on the v2 wire."""
    kind = event["kind"]
    payload = {"$type": f"network.bsky.jetstream.subscribeEvents#{kind}", "seq": seq, "did": event["did"]}
    payload["time"] = _iso(event["time_us"])
    payload |= event["commit"] if kind == "commit" else {kind: event[kind]}
    return {"$type": "message", "payload": payload}


def _event(at: int, operation: str, collection: str, rkey: str, body: Any) -> dict[str, Any]:
    commit = {"rev": "3m", "operation": operation, "collection": collection, "rkey": rkey}
    commit |= {"record": body, "cid": "bafy"} if body else {}
    return {"did": DID, "time_us": at, "kind": "commit", "commit": commit}


def _iso(time_us: int) -> str:
    return (
        datetime.fromtimestamp(time_us / 1e6, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    )


class JetstreamServer:
    """Events by position (seq = position + 1); attributes switch the misbehaviour on."""

    def __init__(self) -> None:
        self.url = ""
        self.events: list[dict[str, Any]] = []
        self.raw: list[tuple[bytes, WSMsgType]] = []  # sent as they are, before the events
        self.refusals: list[web.Response] = []  # answers to the next upgrades
        self.floor_us = 0  # older cursors are clamped (v1, silently) or refused (v2)
        self.cutover = 0  # so many events before the tip come twice, the second time backwards
        self.deaf = False  # neither pings nor anything else is answered
        self.break_off = False  # the connection dies in the middle of a frame
        self.close_code = 0  # close after the events
        self.error = ""  # v2: an error frame after the events
        self.queries: list[dict[str, list[str]]] = []
        self.client_frames = 0
        self._live: list[asyncio.Queue[dict[str, Any]]] = []
        self.subscribed = asyncio.Event()  # somebody is connected, and gets what is published
        self._stopping = asyncio.Event()

    def publish(self, event: dict[str, Any]) -> None:
        """Add an event and send it to everybody who is connected."""
        self.events.append(event)
        for queue in self._live:
            queue.put_nowait(event)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Serve one subscriber."""
        query = {name: request.query.getall(name) for name in request.query}
        self.queries.append(query)
        v2 = request.path == V2
        if self.refusals:
            return self.refusals.pop(0)
        if v2 and (refusal := self._v2_refusal(query)) is not None:
            return refusal
        socket = web.WebSocketResponse(autoping=not self.deaf)
        await socket.prepare(request)
        live: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._live.append(live)
        self.subscribed.set()
        sending = asyncio.create_task(self._send(socket, request, live, query))
        try:
            await self._listen(socket, v2=v2)
        finally:
            sending.cancel()
            self._live.remove(live)
        return socket

    async def _listen(self, socket: web.WebSocketResponse, *, v2: bool) -> None:
        if self.deaf:
            await self._stopping.wait()
            return
        async for message in socket:
            self.client_frames += 1
            if v2 and message.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                await socket.close(code=1008)

    async def _send(
        self,
        socket: web.WebSocketResponse,
        request: web.Request,
        live: asyncio.Queue[dict[str, Any]],
        query: dict[str, list[str]],
    ) -> None:
        v2 = request.path == V2
        for raw, opcode in self.raw:
            await socket.send_frame(raw, opcode)
        for event in self._replayed(query):
            await socket.send_str(self._text(event, v2=v2))
        if self.break_off and request.transport:
            request.transport.write(b"\x81\x7e\x10\x00" + b'{"did":"did:plc:half')
            request.transport.close()
            return
        if self.error:
            await socket.send_str(json.dumps({"$type": "error", "error": self.error, "message": "too slow"}))
        if self.close_code:
            await socket.close(code=self.close_code)
            return
        while True:
            await socket.send_str(self._text(await live.get(), v2=v2))

    def _replayed(self, query: dict[str, list[str]]) -> list[dict[str, Any]]:
        if "cursor" not in query:
            return []
        cursor = int(query["cursor"][0])
        seen: Callable[[int], int] = lambda n: n + 1 if cursor < 10**15 else self.events[n]["time_us"]  # noqa: E731 - the two name spaces of cursors, side by side
        start = cursor if cursor < 10**15 else max(cursor, self.floor_us)
        replayed = [event for n, event in enumerate(self.events) if seen(n) >= start]
        again = replayed[-self.cutover :][::-1] if self.cutover else []
        return replayed + again

    def _v2_refusal(self, query: dict[str, list[str]]) -> web.Response | None:
        if "wantedCollections" in query or "wantedDids" in query:
            return web.json_response({"error": "InvalidRequest", "message": "use collections"}, status=400)
        cursor = int(query.get("cursor", ["0"])[0])
        floor = next((n + 1 for n, e in enumerate(self.events) if e["time_us"] >= self.floor_us), 0)
        if self.floor_us and 0 < cursor < floor:
            body = {"error": "CursorTooOld", "message": f"the floor is {floor}"}
            return web.json_response(body, status=400)
        return None

    def _text(self, event: dict[str, Any], *, v2: bool) -> str:
        seq = self.events.index(event) + 1
        return json.dumps(as_v2(event, seq) if v2 else event | {"cursor": seq}, ensure_ascii=False)

    def stop(self) -> None:
        """Let deaf connections end."""
        self._stopping.set()


@asynccontextmanager
async def start_jetstream() -> AsyncIterator[JetstreamServer]:
    """Run a server on a free loopback port for the length of an ``async with``."""
    server = JetstreamServer()
    app = web.Application()
    app.router.add_get("/subscribe", server.answer)
    app.router.add_get(V2, server.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    server.url = f"ws://{host}:{port}"
    try:
        yield server
    finally:
        server.stop()
        await runner.cleanup()
