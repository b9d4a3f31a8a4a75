"""The far side of Apprise on loopback: a real mail server, and an HTTP endpoint that behaves as told."""

import asyncio
import email
import email.policy
import warnings
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from email.message import EmailMessage
from typing import Any, NamedTuple

from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session
from apprise.manager_plugins import NotificationManager

from tests.broker import free_port

with warnings.catch_warnings():
    # Apprise reads all its plug-ins at once, and with them whatever old libraries are installed.
    warnings.simplefilter("ignore")
    PLUGINS = NotificationManager()  # type: ignore[no-untyped-call] # Apprise has types nearly everywhere
    PLUGINS.load_modules()  # type: ignore[no-untyped-call] # as above


class Request(NamedTuple):
    """A request that came in."""

    headers: Mapping[str, str]
    body: bytes

    @property
    def key(self) -> str:
        """Return its idempotency key."""
        return self.headers.get("Idempotency-Key", "")


class Answer(NamedTuple):
    """What an endpoint answers; ``never`` holds the connection open instead, ``raw`` is no HTTP at all."""

    status: int = 200
    headers: Mapping[str, str] = {}
    body: bytes = b""
    never: bool = False
    raw: bytes = b""


class Endpoint:
    """Answers in order as told, then 200."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.requests: list[Request] = []
        self.answers: list[Answer] = []
        self.released = asyncio.Event()

    def url(self, schema: str, path: str = "hook") -> str:
        """Return the Apprise URL of this endpoint."""
        return f"{schema}://127.0.0.1:{self.port}/{path}"

    async def take(self, request: web.Request) -> web.StreamResponse:
        """Take a request."""
        self.requests.append(Request(dict(request.headers), await request.read()))
        answer = self.answers.pop(0) if self.answers else Answer()
        if answer.never:
            await self.released.wait()
        if answer.raw and request.transport:
            request.transport.write(answer.raw)
            request.transport.close()
        return web.Response(status=answer.status, headers=dict(answer.headers), body=answer.body)


@asynccontextmanager
async def answering() -> AsyncIterator[Endpoint]:
    """Serve an endpoint for the length of an ``async with``."""
    endpoint = Endpoint(free_port())
    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", endpoint.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", endpoint.port).start()
    try:
        yield endpoint
    finally:
        endpoint.released.set()
        await runner.cleanup()


class Mailbox:
    """Takes mail by SMTP; refuses it with ``refusal`` while there is one."""

    def __init__(self, port: int) -> None:
        self.url = f"mailto://127.0.0.1:{port}?from=watch@example.com&to=oncall@example.com"
        self.mails: list[EmailMessage] = []
        self.refusal = ""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        """Take a recipient, or refuse."""
        del server, session, options
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        """Take a mail."""
        del server, session
        assert isinstance(envelope.content, bytes)
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 Message accepted for delivery"


@asynccontextmanager
async def mailbox() -> AsyncIterator[Mailbox]:
    """Serve a mailbox for the length of an ``async with``."""
    port = free_port()
    box = Mailbox(port)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(box, enable_SMTPUTF8=True, loop=loop), "127.0.0.1", port)
    async with server:
        yield box
