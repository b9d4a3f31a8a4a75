"""Calendars from the web: fetched with bounds, and the last good copy kept beside the database."""

import hashlib
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import aiohttp

LARGEST = 5_000_000
"""Bytes of a calendar, unpacked."""
PATIENCE = 20.0
"""Seconds that one fetch may take."""


class FetchError(Exception):
    """A calendar could not be fetched: one sentence, without its address, which may be a secret."""


class Copy(NamedTuple):
    """A good copy, and when it was fetched."""

    text: str
    at: datetime


class Copies:
    """The last good copy of each rota's calendar; one of another address is not found."""

    def __init__(self, database: Path) -> None:
        self._folder = database.with_suffix(".rota")

    def load(self, name: str, url: str) -> Copy | None:
        """Return the copy of a rota, or None."""
        path = self._path(name, url)
        try:
            changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            return Copy(path.read_text("utf-8"), changed)
        except (OSError, UnicodeDecodeError):
            return None

    def keep(self, name: str, url: str, text: str) -> None:
        """Put a good copy in the place of the last one, and drop those of other addresses; raises OSError."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        path = self._path(name, url)
        fresh = path.with_suffix(".new")
        fresh.write_text(text, "utf-8")
        fresh.replace(path)
        for other in self._folder.glob(f"{name}.????????????.ics"):
            if other != path:
                other.unlink(missing_ok=True)

    def _path(self, name: str, url: str) -> Path:
        return self._folder / f"{name}.{hashlib.sha256(url.encode()).hexdigest()[:12]}.ics"


async def fetch(url: str) -> str:
    """Return the calendar at *url*; raises FetchError."""
    asked = f"https{url.removeprefix('webcal')}" if url.startswith("webcal:") else url
    host = urlsplit(asked).hostname
    try:
        timeout = aiohttp.ClientTimeout(total=PATIENCE)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(asked, max_redirects=5, headers={"Accept": "text/calendar"}) as answer,
        ):
            if answer.status != HTTPStatus.OK:
                raise FetchError(f"{host} answered {answer.status}")
            return (await _body(answer, host)).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FetchError(f"{host} sent no UTF-8 text") from None
    except TimeoutError:
        raise FetchError(f"{host} did not answer within {PATIENCE:.0f} s") from None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise FetchError(f"{host} cannot be asked: {_plain(error)}") from None


async def _body(answer: aiohttp.ClientResponse, host: str | None) -> bytes:
    body = bytearray()
    async for chunk in answer.content.iter_chunked(65_536):
        body += chunk
        if len(body) > LARGEST:
            raise FetchError(f"{host} sent more than {LARGEST:,} bytes; export only the shifts")
    return bytes(body)


def _plain(error: Exception) -> str:
    """Return what went wrong without the address that some of aiohttp's messages contain."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return error.os_error.strerror or type(error.os_error).__name__
    return type(error).__name__
