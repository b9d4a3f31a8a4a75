"""The rotas in force: read at the start, on a reload and every quarter of an hour; a good one stays."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any

import structlog

from alerts.escalation.quiet_hours import DAYTIME
from alerts.rota import vacancies
from alerts.rota.rota import Gap, Rota
from alerts.rota.vacancies import LATER, SOON, Vacancy
from config.document import SettingsError
from config.reload import Commit
from config.settings import Settings
from listener.metrics import Metrics
from listener.rota import copies, reading
from listener.rota.copies import Copies, FetchError
from listener.rota.reading import Read
from models.clock import Clock

log = structlog.get_logger(__name__)

EVERY = timedelta(minutes=15)
"""How often calendars are fetched and unrolled again."""
Fetch = Callable[[str], Awaitable[str]]


class Rotas:
    """Keeps the rotas of the settings up to date; ``current`` answers at once, whatever the web does."""

    def __init__(
        self, settings: Settings, metrics: Metrics, clock: Clock, *, fetch: Fetch = copies.fetch
    ) -> None:
        self._settings = settings
        self._metrics = metrics
        self._clock = clock
        self._fetch = fetch
        self._copies = Copies(settings.storage.path)
        self._fetched: dict[tuple[str, str], str] = {}
        self._known: dict[str, Read] = {}
        self._troubles: dict[str, str] = {}
        self._told: dict[str, object] = {}
        self._changed = asyncio.Event()
        self._turn = asyncio.Lock()

    @property
    def trouble(self) -> str:
        """Return what is wrong with a rota, in a sentence; empty when nothing is."""
        return next(iter(self._troubles.values()), "")

    def current(self, name: str = "") -> Rota:
        """Return a rota, without a name the first of the settings; one that cannot be had is one gap."""
        name = name or next(iter(self._settings.rota), "")
        known = self._known.get(name)
        return known.rota if known else Rota()

    def vacancies(self, name: str, now: datetime) -> list[Vacancy]:
        """Return when soon nobody is on call by a rota; of one that was never read nothing is known."""
        return vacancies.vacancies(name, self.current(name), now) if name in self._known else []

    def told(self, now: datetime) -> list[Vacancy]:
        """Return when soon nobody is on call by the rotas whose gaps are to be told."""
        spoken = [name for name, given in self._settings.rota.items() if given.tell_gaps]
        return [one for name in spoken for one in self.vacancies(name, now)]

    async def load(self) -> None:
        """Read what can be read without the web: files, and the last good copies; never raises."""
        settings, now = self._settings, self._clock.now()
        for name in settings.rota:
            try:
                self._took(name, await asyncio.to_thread(self._read, settings, name, now))
            except SettingsError as error:
                self._refused(name, str(error))
            except FetchError:
                log.info("rota_to_be_fetched", rota=name)
            except Exception as error:  # noqa: BLE001 - one rota must not end the watch
                self._failed(name, error)
        await self._show(now)

    async def prepare(self, settings: Settings) -> Commit:
        """Read the rotas of new settings, what is new on the web afterwards; raises SettingsError."""
        now = self._clock.now()
        found: dict[str, Read] = {}
        for name in settings.rota:
            try:
                found[name] = await asyncio.to_thread(self._read, settings, name, now)
            except FetchError:
                if name in self._known and settings.rota[name] == self._settings.rota.get(name):
                    found[name] = self._known[name]

        def commit() -> None:
            self._settings = settings
            self._known = found
            self._troubles.clear()
            self._changed.set()

        return commit

    def lasting(self) -> list[Coroutine[Any, Any, None]]:
        """Return what goes on for as long as the daemon."""
        return [self._by_time(), self._on_change()]

    async def refresh(self) -> None:
        """Fetch and read every rota again; a bad one never takes the place of a good one."""
        async with self._turn:
            settings, now = self._settings, self._clock.now()
            for name in settings.rota:
                try:
                    read = await self._anew(settings, name, now)
                except (SettingsError, FetchError) as error:
                    if settings is self._settings:
                        self._refused(name, str(error))
                except Exception as error:  # noqa: BLE001 - as above
                    if settings is self._settings:
                        self._failed(name, error)
                else:
                    if settings is self._settings:
                        self._took(name, read)
            await self._show(now)

    async def _by_time(self) -> None:
        while True:
            await self.refresh()
            await self._clock.sleep_until(self._clock.now() + EVERY)

    async def _on_change(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            await self.refresh()

    async def _anew(self, settings: Settings, name: str, now: datetime) -> Read:
        url = reading.address(settings.rota[name])
        if not url:
            return await asyncio.to_thread(self._read, settings, name, now)
        text = await self._fetch(url)
        read = await asyncio.to_thread(reading.read, settings, name, now=now, copy=text)
        self._fetched[name, url] = text
        try:
            await asyncio.to_thread(self._copies.keep, name, url, text)
        except OSError as error:
            log.warning("rota_copy_not_kept", rota=name, why=error.strerror or str(error))
        return read

    def _read(self, settings: Settings, name: str, now: datetime) -> Read:
        """Read a rota without the web; raises FetchError where there is no copy yet."""
        url = reading.address(settings.rota[name])
        text = self._fetched.get((name, url), "")
        if url and not text:
            copy = self._copies.load(name, url)
            if copy is None:
                raise FetchError("its calendar was not fetched yet")
            text = copy.text
        return reading.read(settings, name, now=now, copy=text)

    def _took(self, name: str, read: Read) -> None:
        self._known[name] = read
        if self._troubles.pop(name, None):
            log.info("rota_read_again", rota=name)

    def _refused(self, name: str, why: str) -> None:
        self._metrics.rota_refusals.inc()
        stays = "the last good one stays" if name in self._known else "until then the fallback is paged"
        sentence = f"rota.{name}: {why}; {stays}"
        if self._troubles.get(name) != sentence:
            self._troubles[name] = sentence
            log.warning("rota_refused", rota=name, why=why, so=stays)

    def _failed(self, name: str, error: Exception) -> None:
        """Refuse what nobody foresaw."""
        log.error("rota_failed", rota=name, exc_info=error)
        self._refused(name, f"{type(error).__name__}: {error}")

    async def _show(self, now: datetime) -> None:
        """Set the metric, and tell by day of gaps to come."""
        ends = []
        for name in self._settings.rota:
            rota = self.current(name)
            until = await asyncio.to_thread(rota.covered_until, now)
            ends.append(until.timestamp() if until else 0.0)
            read = self._known.get(name)
            if read and self._settings.rota[name].tell_gaps:
                soon = [gap for gap in rota.gaps(now, now + LATER) if gap.since < now + SOON]
                self._tell(name, soon, now.astimezone(read.zone))
        self._metrics.rota_covered_until.set(min(ends, default=math.inf))

    def _tell(self, name: str, gaps: list[Gap], local: datetime) -> None:
        """Log the next gap, once a day and whenever another one came up."""
        news = (local.date(), gaps[0].since if gaps and gaps[0].since > local else None)
        if gaps and local.hour in DAYTIME and self._told.get(name) != news:
            self._told[name] = news
            since, until = (f"{at.astimezone(local.tzinfo):%Y-%m-%d %H:%M}" for at in _ends(gaps[0]))
            log.warning("rota_gap", rota=name, since=since, until=until, gaps=len(gaps))


def _ends(gap: Gap) -> tuple[datetime, datetime]:
    return gap.since, gap.until
