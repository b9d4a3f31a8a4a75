"""Posting to an HTTP endpoint that may be slow, broken or hostile."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import aiohttp

from alerts.defuse import clip, defuse
from alerts.delivery.notifier import DeliveryError
from models.clock import Clock

_LOOKED_AT = 2_048  # bytes of an answer that are read
LONGEST_WAIT = 600.0
"""Seconds for which a page waits at most because its channel asks for it."""


class Endpoint:
    """One URL; its connection pool is made at the first post."""

    def __init__(self, url: str, clock: Clock, timeout: float) -> None:
        self.url = url
        self._clock = clock
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._session: aiohttp.ClientSession | None = None

    async def post(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Return when the endpoint answered 2xx; raise ``DeliveryError`` otherwise."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout)
        sent = {"Content-Type": "application/json", "User-Agent": "hinoban", **headers}
        try:
            async with self._session.post(
                self.url, data=body, headers=sent, allow_redirects=False
            ) as response:
                # The rest of a huge answer is never read: leaving the block drops the connection.
                said = b"" if response.ok else await response.content.read(_LOOKED_AT)
                self._judge(response, said)
        except TimeoutError as error:
            raise DeliveryError(f"{self.url} did not answer in time", retryable=True) from error
        except (aiohttp.InvalidURL, ValueError) as error:
            raise DeliveryError(
                f"{self.url!r} is not a URL that can be posted to", retryable=False
            ) from error
        except (aiohttp.ClientError, OSError) as error:
            reason = str(error) or type(error).__name__
            raise DeliveryError(f"{self.url} cannot be reached: {reason}", retryable=True) from error

    def _judge(self, response: aiohttp.ClientResponse, said: bytes) -> None:
        status = response.status
        if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            return
        retryable = status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in {
            HTTPStatus.REQUEST_TIMEOUT,
            HTTPStatus.TOO_EARLY,
            HTTPStatus.TOO_MANY_REQUESTS,
        }
        after = retry_after(response.headers.get("Retry-After", ""), self._clock.now()) if retryable else None
        words = clip(defuse(said.decode("utf-8", "replace")), 160)
        message = f"{self.url} answered {status}{': ' if words else ''}{words}"
        raise DeliveryError(message, retryable=retryable, retry_after=after)

    async def close(self) -> None:
        """Close the connection pool."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def retry_after(value: str, now: datetime) -> float | None:
    """Return the seconds a Retry-After header asks for (RFC 9110, 10.2.3), None when it asks nothing.

    However long it asks for, it gets ``LONGEST_WAIT``.
    """
    value = value.strip()
    if value.isascii() and value.isdigit() and len(value) < 10:  # noqa: PLR2004 - longer is nonsense
        return min(float(value), LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if at.tzinfo is None:
        return None
    return min(max((at - now).total_seconds(), 0.0), LONGEST_WAIT)
