"""`hinoban outbox`: what waits, what could not be delivered, and sending that again."""

import asyncio
import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated, Any, TextIO
from zoneinfo import ZoneInfo

import msgspec
from cyclopts import Parameter
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from alerts.notification_log import Page
from alerts.routing import Receiver
from config.decode import SettingsError
from config.settings import Settings
from listener import assembly, routes, solo
from listener.commands.formats import Format, for_people
from listener.commands.incident_card import Reader
from listener.commands.places import Config, place
from listener.control import ControlError, absent, ask
from listener.storage.database import Database
from listener.storage.dead_letters import DeadLetters
from listener.storage.errors import StorageError
from listener.terminal import Language, spoken
from models.clock import SystemClock

DONE, PROBLEMS = 0, 1
WIDTH = 100
HEADINGS = {
    "en": ("", "since", "to", "channel", "kind", "tries", "why"),
    "ja": ("", "時刻", "宛先", "経路", "種類", "試行", "理由"),
}
KINDS: dict[Language, dict[str, str]] = {
    "en": {"state": "state (for programs)", "event": "event (for programs)"},
    "ja": {
        "first": "最初",
        "grown": "拡大",
        "reminder": "再通知",
        "escalation": "応援要請",
        "resolved": "収束",
        "digest": "朝の報告",
        "gap": "当番の空白",
        "notice": "不達の知らせ",
        "drill": "訓練",
        "state": "状態(機械用)",
        "event": "出来事(機械用)",
    },
}
MARKS = {"dead": "!!", "pending": ".."}
SAID = {
    "en": {
        "none": "Nothing waits, and everything was delivered.",
        "end": "{dead} could not be delivered (!!), {waiting} wait (..). "
        "Send again: hinoban outbox retry KEY, or --all",
        "again": "[SENT AGAIN, of {at}]",
        "links": "Its links no longer work; answer by: hinoban incidents ack {incident}",
    },
    "ja": {
        "none": "待っているものも、届かなかったものもありません。",
        "end": "配信不能 {dead}件(!!)、待ち {waiting}件(..)。再送は hinoban outbox retry KEY、または --all",
        "again": "【再送・{at}のもの】",
        "links": "本文のリンクは使えません。対応する: hinoban incidents ack {incident}",
    },
}
_GONE = "/a/…"


def listed(
    *,
    limit: Annotated[int, Parameter(help="At most so many, the newest.")] = 100,
    config: Config = None,
    format: Format = "auto",  # noqa: A002 - the option's name
) -> int:
    """List what waits and what could not be delivered; exit code 1 when something could not."""
    settings = assembly.read_settings(place(config))
    path = settings.storage.path
    if not path.exists():
        raise ControlError(f"{path} is not there: nothing was sent yet, or [storage] path names another file")
    pages = asyncio.run(_unsettled(path, limit))
    if for_people(format):
        name_of = routes.people(settings, ()).shown
        show(pages, sys.stdout, Reader(spoken(), ZoneInfo(settings.time_zone), name_of))
    else:
        sys.stdout.writelines(msgspec.json.encode(row(page)).decode() + "\n" for page in pages)
    return PROBLEMS if any(page.outcome == "dead" for page in pages) else DONE


def retry(
    *keys: Annotated[str, Parameter(help="Keys, as `hinoban outbox list` prints them.")],
    all: Annotated[bool, Parameter(help="Everything that could not be delivered.")] = False,  # noqa: A002 - the option's name
    config: Config = None,
) -> int:
    """Send again what could not be delivered; it says that it is sent again, and of when it is."""
    if bool(keys) == all:
        raise SettingsError("name the keys to send again, or --all; hinoban outbox list prints them")
    settings = assembly.read_settings(place(config))
    sent = asyncio.run(_retried(settings, keys))
    sys.stdout.write(f"{len(sent)} will be sent again\n" if sent else "nothing is to be sent again\n")
    return DONE


def keys_of(request: Mapping[str, Any]) -> list[str]:
    """Read which dead letters somebody names at the daemon's door; raises ControlError."""
    try:
        return msgspec.convert(request.get("keys", []), list[str])
    except msgspec.ValidationError as error:
        raise ControlError(f"not keys: {error}") from error


async def revived(dead: DeadLetters, settings: Settings, keys: list[str]) -> list[str]:
    """Let these dead letters wait again, or all where none is named; raises ControlError for a wrong key."""
    known = await dead.dead()
    if unknown := [key for key in keys if key not in known]:
        raise ControlError(f"no dead letter {unknown[0]!r}; hinoban outbox list prints their keys")
    people = routes.people(settings, ()).receivers

    def worded(page: Page) -> Page:
        return again(page, people.get(page.to) or routes.fallback(settings))

    return [key for key in keys or known if await dead.revive(key, worded)]


def again(page: Page, reader: Receiver) -> Page:
    """Return *page* as it is sent again: it says so, of when it is, and how to answer without its links."""
    if page.kind in {"state", "event"}:
        return page
    said = SAID[reader.language]
    label = said["again"].format(at=f"{page.created_at.astimezone(reader.clock):%m/%d %H:%M}")
    if page.text.startswith(label):
        return page
    links = "\n" + said["links"].format(incident=page.incident) if _GONE in page.text else ""
    short = f"{label}{page.short}"[:70] if page.short else ""
    return msgspec.structs.replace(page, text=f"{label}\n{page.text}{links}", short=short, link="")


def row(page: Page) -> dict[str, Any]:
    """Return what is printed of a page: nothing of its words."""
    return {
        "key": page.key,
        "outcome": page.outcome,
        "created_at": page.created_at,
        "to": page.to,
        "channel": page.channel,
        "kind": page.kind,
        "severity": page.severity,
        "incident": page.incident,
        "attempts": page.attempts,
        "next_at": page.next_at,
        "confirmed_by": list(page.confirmed_by),
        "error": page.error,
    }


def show(pages: list[Page], out: TextIO, reader: Reader) -> None:
    """Print what waits and what could not be delivered, for people."""
    language = reader.language
    said, console = SAID[language], Console(file=out, highlight=False, width=None if out.isatty() else WIDTH)
    if not pages:
        console.print(said["none"])
        return
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in HEADINGS[language]:
        table.add_column(heading, overflow="fold")
    for page in pages:
        kind = KINDS[language].get(page.kind, page.kind)
        cells = (reader.person(page.to), page.channel, kind, str(page.attempts), page.error)
        table.add_row(MARKS[page.outcome], reader.time(page.created_at), *map(escape, cells))
    console.print(table)
    dead = [page for page in pages if page.outcome == "dead"]
    for page in dead:
        console.print(f"!! {escape(page.key)}", soft_wrap=True)
    console.print(said["end"].format(dead=len(dead), waiting=len(pages) - len(dead)), soft_wrap=True)


async def _unsettled(path: Path, limit: int) -> list[Page]:
    """Look beside a daemon that may run."""
    async with AsyncExitStack() as stack:
        database = await solo.memory(path, SystemClock(), stack, read_only=True)
        try:
            return await database.dead_letters.unsettled(limit)
        except StorageError as error:
            old = "; an older hinoban wrote it: this one's daemon brings it up to date when it starts"
            raise ControlError(f"{error}{old if 'no such column' in str(error) else ''}") from error


async def _retried(settings: Settings, keys: tuple[str, ...]) -> list[str]:
    request = {"do": "outbox.retry", "keys": list(keys)}
    try:
        sent: list[str] = await ask(assembly.socket_path(settings), request)
    except ControlError as error:
        if not absent(error):
            raise
        sys.stderr.write("hinoban: no daemon runs here, so it is sent by the next one\n")
        async with AsyncExitStack() as stack:
            database: Database = await solo.memory(settings.storage.path, SystemClock(), stack)
            return await revived(database.dead_letters, settings, list(keys))
    return sent
