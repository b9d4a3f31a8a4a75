"""Why a server refused a connection: its status, its words, and whether to come again."""

from datetime import datetime

import msgspec
from aiohttp import ClientHandlerType, ClientRequest, ClientResponse

from listener.sources import backoff
from listener.sources.source import SourceError

PERMANENT = frozenset({400, 401, 403, 410})


class _Envelope(msgspec.Struct):
    error: str = ""
    message: str = ""


class Refused(Exception):  # noqa: N818 - the other side's answer, turned into a SourceError by its reader
    """An upgrade was answered with something else than 101; ``error`` is the XRPC error's name."""

    def __init__(self, status: int, body: bytes, retry_after: str | None) -> None:
        super().__init__(status)
        self.status = status
        self.retry_after = retry_after
        try:
            envelope = msgspec.json.decode(body, type=_Envelope)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            envelope = _Envelope()
        self.error = envelope.error
        self.message = envelope.message

    def explained(self, url: str, now: datetime) -> SourceError:
        """Return the error for ``resume``: a sentence, and whether trying again can help."""
        words = ": ".join(filter(None, (self.error, self.message)))[:300]
        return SourceError(
            f"{url} refused the connection (HTTP {self.status}{', ' + words if words else ''})",
            retryable=self.status not in PERMANENT,
            retry_after=backoff.retry_after(self.retry_after, now),
        )


async def tell_why(request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
    """Read the body of a refused upgrade, which aiohttp's ``ws_connect`` would throw away (middleware)."""
    response = await handler(request)
    if response.status == 101 or 300 <= response.status < 400:  # noqa: PLR2004 - HTTP's own numbers
        return response
    body = await response.content.read(4096)
    response.release()
    raise Refused(response.status, body, response.headers.get("Retry-After"))
