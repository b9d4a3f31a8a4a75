"""Hot reload: a signal or a changed file; everything is prepared before anything is committed."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import structlog
from watchfiles import awatch

from config.decode import SettingsError
from config.reload import Commit, Reloader
from config.settings import Kinded, Settings
from listener import assembly
from listener.assembly import Vocabulary
from listener.matching.lists import ListError
from listener.metrics import Metrics
from listener.rota.rotas import Rotas
from models.clock import Clock

log = structlog.get_logger(__name__)

AGAIN = timedelta(minutes=1)
"""When a folder that could not be watched is looked for again."""

MONTH = timedelta(days=30)
ENDINGS = (".toml", ".ics", ".ical")

Use = Callable[[Settings, Vocabulary], None]

AT_START = (
    *("site", "time_zone", "storage", "http", "links", "watchdog"),
    *("sources", "channels", "scorer", "detection", "logging"),
)
"""Settings that are read at the start only; a change of them is announced, and a restart applies it."""


class Refresh:
    """Reads the configuration and the keyword lists again and puts them to use, all or nothing."""

    def __init__(self, path: Path, settings: Settings, metrics: Metrics, clock: Clock, use: Use) -> None:
        self.rotas = Rotas(settings, metrics, clock)
        self._trouble = ""
        self._path = path
        self._settings = settings
        self._metrics = metrics
        self._clock = clock
        self._use = use
        self._files = _files(settings)
        self._elsewhere = asyncio.Event()
        self._reloader = Reloader[Settings]([self._prepare, self.rotas.prepare])
        metrics.reload_successful.set(1)

    @property
    def trouble(self) -> str:
        """Return what is wrong with what was read last, in a sentence; empty when nothing is."""
        return self._trouble or self.rotas.trouble

    async def first(self) -> Vocabulary:
        """Read everything for the start; what is broken is told, and does not hold up the rest."""
        await self.rotas.load()
        now = self._clock.now()
        return await asyncio.to_thread(
            assembly.first_vocabulary, self._settings, now=now, on_broken=self.refused
        )

    def lasting(self, reload: asyncio.Event) -> list[Coroutine[Any, Any, None]]:
        """Return what goes on for as long as the daemon: all that asks for a reload."""
        return [self.on_signal(reload), self.on_change(), self.on_month(), *self.rotas.lasting()]

    async def on_signal(self, reload: asyncio.Event) -> None:
        """Apply whenever *reload* is set."""
        while True:
            await reload.wait()
            reload.clear()
            await self.apply()

    async def on_month(self) -> None:
        """Apply every month: calendars are unrolled for a year ahead only."""
        while True:
            await self._clock.sleep_until(self._clock.now() + MONTH)
            await self.apply()

    async def on_change(self) -> None:
        """Apply whenever a watched file changed; what cannot be watched now is tried again."""
        while True:
            self._elsewhere.clear()
            try:
                async for _ in _changes([self._path, *self._files], self._elsewhere):
                    await self.apply()
            except (OSError, RuntimeError) as error:
                log.warning("files_not_watched", why=str(error))
                await self._clock.sleep_until(self._clock.now() + AGAIN)

    async def apply(self) -> bool:
        """Read and use everything anew; on a mistake say so and keep the last good state."""
        try:
            given = assembly.read_settings(self._path)
            self._reachable(given)
            await self._reloader.apply(self._in_force(given))
        except (SettingsError, ListError) as error:
            self.refused(error)
            return False
        except Exception as error:
            log.exception("reload_failed")
            self._failed(f"{type(error).__name__}: {error}")
            return False
        self._metrics.reload_successful.set(1)
        self._trouble = ""
        if later := list(waiting(self._settings, given)):
            log.warning("restart_to_apply", settings=later)
        log.info("reloaded", file=str(self._path))
        return True

    def refused(self, error: SettingsError | ListError) -> None:
        """Say that something cannot be used, where people look."""
        self._failed(str(error))
        if isinstance(error, ListError):
            self._metrics.keyword_reload_failures.inc()
        log.error("reload_refused", why=str(error))

    def _failed(self, why: str) -> None:
        self._trouble = why
        self._metrics.reload_successful.set(0)

    async def _prepare(self, settings: Settings) -> Commit:
        words = await asyncio.to_thread(_read, settings, self._clock.now())

        def commit() -> None:
            self._use(settings, words)
            if _files(settings) != self._files:
                self._files = _files(settings)
                self._elsewhere.set()

        return commit

    def _in_force(self, given: Settings) -> Settings:
        """Return what may be put to use of *given*: the rest stays as it was at the start, for everybody."""
        return msgspec.structs.replace(given, **{name: getattr(self._settings, name) for name in AT_START})

    def _reachable(self, settings: Settings) -> None:
        """Raise SettingsError where pages would go to a channel that the running watch does not have."""
        for name, one in settings.receivers.items():
            for way in (*one.channels, *one.backup, *one.louder):
                if way not in self._settings.channels:
                    why = f"channel {way!r} is new, and channels are read at the start: restart to use it"
                    raise SettingsError(f"{self._path}: receivers.{name}: {why}")


def waiting(running: Settings, given: Settings) -> Iterator[str]:
    """Yield, by their keys, the settings of *given* that a restart would apply."""
    for name in AT_START:
        yield from _changed(name, getattr(running, name), getattr(given, name))


def _changed(name: str, old: Any, new: Any) -> Iterator[str]:
    if old == new:
        return
    if isinstance(old, dict):
        yield from (f"{name}.{key}" for key in sorted({*old, *new}) if old.get(key) != new.get(key))
    elif isinstance(old, msgspec.Struct) and type(old) is type(new) and not isinstance(old, Kinded):
        keys = zip(old.__struct_encode_fields__, msgspec.structs.astuple(old), strict=True)
        fresh = msgspec.structs.astuple(new)
        yield from (f"{name}.{key}" for (key, was), now in zip(keys, fresh, strict=True) if was != now)
    else:
        yield name


def _read(settings: Settings, now: datetime) -> Vocabulary:
    words = assembly.vocabulary(settings.keywords, now=now, dictionary=settings.matching.dictionary)
    return assembly.with_events(words, settings, now=now)


def _files(settings: Settings) -> tuple[Path, ...]:
    """Return what is watched beside the configuration: keyword lists, calendars of brands, and rotas."""
    calendars = [path for brand in settings.brand.values() for path in brand.calendars]
    rotas = [Path(file) for one in settings.rota.values() for file in (one.file, one.calendar) if file]
    return (*settings.keywords, *calendars, *rotas)


async def _changes(paths: Sequence[Path], stop: asyncio.Event) -> AsyncIterator[None]:
    """Yield after each burst of changes until *stop*; editors replace files, so their folders are watched."""
    folders = {path if path.is_dir() else path.parent for path in paths}
    async for changed in awatch(*folders, recursive=False, stop_event=stop):
        if any(name.endswith(ENDINGS) for _, name in changed):
            yield
