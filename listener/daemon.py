"""`hinoban run`: signals, and the watch until it is told to stop."""

import asyncio
import signal
import sys
from pathlib import Path

from config.decode import SettingsError
from config.settings import Settings
from listener import assembly, logs
from listener.app import Daemon
from listener.matching.lists import ListError
from listener.sources.source import SourceError
from listener.storage.errors import StorageError
from models.clock import SystemClock

USAGE, OUTSIDE = 2, 3


def run(path: Path, version: str) -> int:
    """Watch with the configuration at *path*; return the exit code."""
    settings = assembly.read_settings(path)
    logs.configure(settings.logging.format, settings.logging.level)
    code = 0
    try:
        asyncio.run(_watch(path, settings, version))
    except* (SettingsError, ListError, SourceError) as mistakes:
        code = _refused(mistakes, USAGE)
    except* (StorageError, OSError) as troubles:
        code = _refused(troubles, OUTSIDE)
    return code


async def _watch(path: Path, settings: Settings, version: str) -> None:
    stop, reload = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    loop.add_signal_handler(signal.SIGHUP, reload.set)
    await Daemon(path, settings, SystemClock(), version).run(stop, reload)


def _refused(errors: BaseExceptionGroup[BaseException], code: int) -> int:
    """Say each mistake once, without a traceback."""
    for error in _leaves(errors):
        print(f"hinoban: {_sentence(error)}", file=sys.stderr)
    return code


def _sentence(error: BaseException) -> str:
    """Return what an error says without the system's number for it."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)


def _leaves(group: BaseExceptionGroup[BaseException]) -> list[BaseException]:
    found: list[BaseException] = []
    for error in group.exceptions:
        found += _leaves(error) if isinstance(error, BaseExceptionGroup) else [error]
    return found
