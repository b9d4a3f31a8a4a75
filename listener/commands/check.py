"""`hinoban check`: everything that can be wrong before it goes wrong at night."""

import asyncio
import os
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from alerts.delivery import NOTIFIERS
from alerts.delivery.notifier import Notifier
from config import secrets
from config.decode import SLUG, SettingsError
from config.settings import Kinded, Receiver, Settings
from listener import assembly
from listener.commands import calling, connections, dates, duty, links, watchdog
from listener.commands.checklist import TO_WAKE, Checklist
from listener.matching import boundary, lint
from listener.matching import lists as keyword_lists
from listener.matching.lists import ListError
from listener.sources import SOURCES
from listener.sources.source import SourceError, Surroundings
from listener.storage import errors, schema
from listener.storage.errors import StorageError
from models.clock import SystemClock
from models.keyword import KeywordList
from models.sentiment import SCORERS
from models.sentiment.scorer import ScorerError

MISTAKE = 2
CREDENTIALS = Path("/etc/credstore")
_FILTER = re.compile(r"(?:(?:\+|[^+#/]*)/)*(?:\+|#|[^+#/]*)")


async def run(
    path: Path, out: TextIO, err: TextIO, *, online: bool = False, table: bool | None = None
) -> int:
    """Check what the configuration at *path* names, print a line for each thing, return the exit code.

    *table* is for people, the default on a terminal; elsewhere the lines are JSON. *online* also connects
    once to every source and channel.
    """
    try:
        settings = assembly.read_settings(path)
    except SettingsError as error:
        print(f"hinoban: {error}", file=err)
        return MISTAKE
    found = Checklist()
    found.note("ok", "configuration", str(path))
    await _offline(found, settings)
    await duty.look(found, settings, SystemClock().now(), secret, online=online)
    if online:
        await connections.try_all(found, settings, secret, SystemClock())
    found.print(out, table=out.isatty() if table is None else table)
    return found.code


def secret(name: str) -> str:
    """Return a secret as the daemon will see it; outside its unit, from where systemd takes it."""
    if os.environ.get("CREDENTIALS_DIRECTORY") or os.sep in name or os.path.exists(name):  # noqa: PTH110 - Path.exists raises where a folder is closed to us
        return secrets.read(name)
    kept = CREDENTIALS / f"hinoban.{name}"
    if not os.path.exists(kept):  # noqa: PTH110 - as above
        why = f"neither is it a file here, nor is there {kept} (which only root may see); put it there"
        raise SettingsError(f"{name}: the secret cannot be read: {why}")
    return secrets.read(str(kept))


async def _offline(found: Checklist, settings: Settings) -> None:
    now = SystemClock().now()
    _zones(found, settings, now)
    lists = _lists(found, settings, now)
    dates.look(found, settings, lists, now)
    _sources(found, settings)
    channels = _channels(found, settings)
    _receivers(found, settings, channels)
    calling.look(found, settings, lists, channels, now, secret)
    _mqtt(found, settings)
    links.look(found, settings)
    watchdog.look(found, settings, secret)
    await _scorer(found, settings)
    _database(found, settings.storage.path)
    if settings.http.enabled:
        found.note("ok", "http", f"http://{settings.http.listen}/metrics")
    else:
        found.note("warning", "http", "is not enabled: no metrics, no health, and nobody can post")


def _zones(found: Checklist, settings: Settings, now: datetime) -> None:
    own = [receiver.zone for receiver in settings.receivers.values()]
    own += [brand.zone for brand in settings.brand.values()]
    names = dict.fromkeys(filter(None, [settings.time_zone, *own]))
    shown = (f"{name} (now {now.astimezone(ZoneInfo(name)):%H:%M})" for name in names)
    found.note("ok", "time_zone", ", ".join(shown))


def _lists(found: Checklist, settings: Settings, now: datetime) -> list[KeywordList]:
    sound = list(_sound_lists(found, settings))
    odd = lint.findings(sound, now=now)
    for one in sound:
        kinds = Counter(finding.kind for finding in odd if finding.list == one.slug)
        spellings = sum(len(keyword.any) for keyword in one.keywords)
        size = f"{one.name}: {len(one.keywords)} keywords, {spellings} spellings"
        doubts = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
        told = f"{size}; doubtful: {doubts} (hinoban keywords lint says more)" if doubts else size
        found.note("warning" if doubts else "ok", f"keywords.{one.slug}", told)
    if not any(one.keywords for one in sound):
        found.note("problem", "keywords", "there is not one keyword, so nothing is watched")
    brands = {one.brand for one in sound}
    for unknown in sorted(settings.brand.keys() - brands):
        known = ", ".join(sorted(brands)) or "none"
        found.note("warning", f"brand.{unknown}", f"no keyword list has this brand; there is: {known}")
    if settings.matching.dictionary and boundary.available() is None:
        found.note(
            "warning", "matching.dictionary", "SudachiPy is not installed: パン may be found in ジャパン"
        )
    return sound


def _sound_lists(found: Checklist, settings: Settings) -> Iterator[KeywordList]:
    """Yield every list that can be used, and note every one that cannot."""
    files: dict[str, Path] = {}
    for path in settings.keywords:
        try:
            for file in keyword_lists.files([path]):
                if one := _sound_list(found, file):
                    if (other := files.setdefault(one.slug, file)) != file:
                        why = f"{file}: {other} is a list called {one.slug!r} too; rename one of the files"
                        found.note("mistake", f"keywords.{one.slug}", why)
                    else:
                        yield one
        except ListError as error:
            found.note("mistake", "keywords", str(error))


def _sound_list(found: Checklist, file: Path) -> KeywordList | None:
    try:
        return keyword_lists.load_file(file)
    except ListError as error:
        found.note("mistake", f"keywords.{file.stem}", str(error))
        return None


def _sources(found: Checklist, settings: Settings) -> None:
    if not settings.sources:
        found.note("problem", "sources", "nothing is listened to; add [sources.NAME]")
    for name, given in settings.sources.items():
        around = Surroundings(SystemClock(), connections.Unheard(), secret, settings.site)
        try:
            SOURCES[given.kind].build(name, given.settings, around)
        except (SettingsError, SourceError) as error:
            found.note("problem", f"sources.{name}", str(error))
        else:
            _source(found, name, given, settings)


def _source(found: Checklist, name: str, given: Kinded, settings: Settings) -> None:
    check, told = f"sources.{name}", f"{given.kind}, {_where(given.settings, f'/ingest/{name}')}"
    path = getattr(given.settings, "path", "-")
    if not os.path.exists(path) and path != "-":  # noqa: PTH110 - Path.exists raises where a folder is closed to us
        here = "" if Path(path).is_absolute() else f" in {Path.cwd()}"
        # One that is followed may still come; the daemon says that the source is silent until then.
        found.note("warning" if given.settings.follow else "problem", check, f"{told}: is not there{here}")
    elif path != "-" and not os.access(path, os.R_OK):
        found.note("problem", check, f"{told}: cannot be read; let the daemon read it")
    elif given.kind == "webhook" and not settings.http.enabled:
        found.note("problem", check, f"{told}: nobody can post while http.enabled is false")
    else:
        found.note("ok", check, told)


def _channels(found: Checklist, settings: Settings) -> dict[str, Notifier]:
    parts = msgspec.structs.replace(assembly.notifier_parts(SystemClock(), tuple), secret=secret)
    built: dict[str, Notifier] = {}
    for name, given in settings.channels.items():
        try:
            _believable(given.settings)
            built[name] = NOTIFIERS[given.kind].make(name, given.settings, parts)
            _usable(built[name])
        except SettingsError as error:
            found.note("problem", f"channels.{name}", str(error))
        else:
            where = _where(given.settings, "")
            found.note("ok", f"channels.{name}", f"{given.kind}, {where}" if where else given.kind)
    return built


def _usable(channel: Notifier) -> None:
    if wrong := "; ".join(getattr(channel, "mistakes", tuple)()):
        raise SettingsError(wrong)


def _believable(given: Any) -> None:
    """Raise SettingsError for an address nobody can be at, or a certificate nobody can read."""
    url = getattr(given, "url", None)
    if url is not None and not (urlsplit(url).scheme in {"http", "https"} and urlsplit(url).hostname):
        raise SettingsError(f"{url!r} is no address; write it like https://pager.example/hinoban")
    if getattr(given, "ca_file", ""):
        secrets.read(given.ca_file)


def _receivers(found: Checklist, settings: Settings, built: Mapping[str, Notifier]) -> None:
    name = settings.alerting.fallback
    receiver = settings.receivers.get(name) or Receiver(channels=tuple(settings.channels))
    if not receiver.channels:
        add = f"add [channels.NAME] and [receivers.{name}]"
        found.note("problem", "receivers", f"nobody can be paged; {add}")
        return
    if not settings.receivers:
        found.note("warning", "receivers", f"every channel is paged; add [receivers.{name}] to say which")
    ways = [*receiver.channels, *receiver.louder, *receiver.backup]
    backup = f", then {', '.join(receiver.backup)}" if receiver.backup else ""
    told = f"is paged by {', '.join(receiver.channels)}{backup}"
    if any(way in built and built[way].wakes for way in ways):
        found.note("ok", f"receivers.{name}", told)
    else:
        found.note("warning", f"receivers.{name}", f"{told}, none of which wakes a sleeper; {TO_WAKE}")


def _mqtt(found: Checklist, settings: Settings) -> None:
    """Look for what brokers refuse without a word: wrong topics, and two clients of one name."""
    clients: dict[tuple[str, int, str], str] = {}
    for link in connections.links(settings):
        if not SLUG.fullmatch(link.site):
            found.note("problem", link.check, f"{link.site!r} is no site; it has only a-z, 0-9, - and _")
        if not _FILTER.fullmatch(link.topic):
            why = f"{link.topic!r} is no topic; + stands for one whole level, # only at the end"
            found.note("problem", link.check, why)
        address = (link.host, link.port, link.client_id)
        if (other := clients.setdefault(address, link.check)) != link.check:
            why = f"is the same client as {other} ({link.client_id}), whom it would throw out; set client_id"
            found.note("problem", link.check, why)


async def _scorer(found: Checklist, settings: Settings) -> None:
    kind, given = SCORERS[settings.scorer.kind], settings.scorer.settings
    try:
        scorer = await asyncio.to_thread(kind.build, given or kind.settings())
        await asyncio.to_thread(scorer.warm_up)
    except ScorerError as error:
        found.note("problem", "scorer", f"{error}; until then the word lists judge")
    except Exception as error:  # noqa: BLE001 - whatever a library raises, the rest is still to be checked
        why = str(error).strip().partition("\n")[0] or type(error).__name__
        found.note("problem", "scorer", f"{settings.scorer.kind} cannot be loaded: {why}")
    else:
        found.note("ok", "scorer", f"{settings.scorer.kind}, {scorer.name} {scorer.version}")


def _database(found: Checklist, path: Path) -> None:
    newest = max(schema.migrations())
    try:
        version = _schema_version(path) if path.exists() else None
    except (StorageError, OSError) as error:
        found.note("problem", "storage", str(error))
        return
    folder = next(parent for parent in path.absolute().parents if parent.is_dir())
    if not os.access(folder, os.W_OK):
        found.note("problem", "storage", f"{path}: {folder} is not writable; let the daemon write there")
    elif version is None:
        found.note("ok", "storage", f"{path}, made at the first start")
    else:
        later = "" if version == newest else f", becomes {newest} at the next start"
        found.note("ok", "storage", f"{path}, schema {version}{later}")


def _schema_version(path: Path) -> int:
    """Return the schema of a database without its lock, and without leaving a file beside it.

    A reader of a WAL database makes files beside it that its daemon, another user, could not write.
    """
    still = "" if path.with_name(f"{path.name}-wal").exists() else "&immutable=1"
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro{still}", uri=True)
        try:
            return schema.check(connection, path)
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise errors.explain(error, path) from None


def _where(given: Any, otherwise: str) -> str:
    if url := getattr(given, "url", ""):
        return str(url)
    if host := getattr(given, "host", ""):
        return f"{host}:{given.port}"
    path = getattr(given, "path", "")
    return "standard input" if path == "-" else path or otherwise
