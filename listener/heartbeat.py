"""The dead man's switch: pings an address outside this host for as long as the watch does its work."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

import aiohttp
import structlog

from config import secrets
from config.settings import Watchdog
from listener.metrics import Metrics
from models.clock import Clock

log = structlog.get_logger(__name__)

VITAL = ("source ", "channel ", "storage", "alerting", "minutes")
"""What must silence us when it is not ready; a keyword list that was refused leaves the last good one."""

Ready = Callable[[], Mapping[str, str]]
Secret = Callable[[str], str]


def address(settings: Watchdog, secret: Secret = secrets.read) -> str:
    """Return the address to ping, empty where there is none; raises SettingsError for a missing secret."""
    return secret(settings.url_file) if settings.url_file else settings.url


def place(url: str) -> str:
    """Return where a ping goes without its path, which is a secret."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}"


class Heartbeat:
    """Pings while all is well; whatever becomes of a ping is logged and counted, and harms nothing.

    *ready* says by name what is wrong. An outage is logged once, not at every ping.
    """

    def __init__(self, url: str, settings: Watchdog, ready: Ready, clock: Clock, metrics: Metrics) -> None:
        self._url = url
        self._settings = settings
        self._ready = ready
        self._clock = clock
        self._counted = metrics.watchdog_pings
        self._trouble = ""

    async def run(self) -> None:
        """Ping until cancelled; without an address return at once."""
        if not self._url:
            return
        limit = aiohttp.ClientTimeout(total=self._settings.timeout_seconds)
        async with aiohttp.ClientSession(timeout=limit) as session:
            while True:
                begun = self._clock.now()
                try:
                    await self._beat(session)
                except Exception:
                    log.exception("watchdog_ping_failed")
                await self._clock.sleep_until(begun + timedelta(seconds=self._settings.seconds))

    async def _beat(self, session: aiohttp.ClientSession) -> None:
        wrong = [f"{name}: {why}" for name, why in self._ready().items() if name.startswith(VITAL)]
        if wrong:
            self._note("withheld", "; ".join(wrong))
            return
        why = await self._ping(session)
        self._note("failed" if why else "done", why)

    async def _ping(self, session: aiohttp.ClientSession) -> str:
        """Return why a ping did not arrive, empty when it did."""
        try:
            async with session.get(
                self._url, headers={"User-Agent": "hinoban"}, allow_redirects=False
            ) as answer:
                return "" if answer.status < HTTPStatus.MULTIPLE_CHOICES else f"it answered {answer.status}"
        except TimeoutError:
            return f"no answer within {self._settings.timeout_seconds:g} s"
        except (aiohttp.ClientError, OSError, ValueError) as error:
            # the message of an error may name the whole address
            return f"it cannot be reached: {type(error).__name__}"

    def _note(self, outcome: str, why: str) -> None:
        self._counted.labels(outcome).inc()
        trouble = f"{outcome} {why}" if why else ""
        if trouble.partition(" ")[0] != self._trouble.partition(" ")[0]:
            where = place(self._url)
            if why:
                log.warning("watchdog_ping", outcome=outcome, to=where, why=why)
            else:
                log.info("watchdog_ping", outcome=outcome, to=where)
        self._trouble = trouble
