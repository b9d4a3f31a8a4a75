"""`hinoban drill`: one test page down every way to every receiver, and what arrived."""

import asyncio
import getpass
import sys
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Annotated, Any, TextIO

import msgspec
from cyclopts import Parameter
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from alerts.routing import Receiver
from config.settings import Settings
from listener import assembly, drill, logs, routes, solo
from listener.commands.formats import Format, for_people
from listener.commands.places import Config, place
from listener.control import ControlError, absent, ask
from listener.drill import Try, Wish
from listener.matching.lists import ListError
from listener.storage.database import Database
from listener.terminal import Language, spoken
from models.clock import Clock, SystemClock
from models.keyword import Topic, TopicKey

DONE, OUTSIDE = 0, 3
WIDTH = 88
_SLACK = 15.0

MARKS = {"confirmed": "ok", "failed": "!!", "timed out": "!!"}
HEADINGS = {
    "en": ("", "receiver", "channel", "as", "wakes", "arrived", "seconds"),
    "ja": ("", "受信先", "経路", "役割", "起こせる", "到着", "秒"),
}
SAID = {
    "en": {"yes": "yes", "no": "no", "end": "{n} of {of} arrived. Did each make a sound where it had to?"},
    "ja": {
        "yes": "はい",
        "no": "いいえ",
        "end": "{of}件のうち{n}件が届きました。鳴るべき所で音は鳴りましたか?",
        "channel": "通常",
        "louder": "強め",
        "backup": "予備",
        "confirmed": "確認",
        "failed": "失敗",
        "timed out": "時間切れ",
    },
}


def command(
    *,
    brand: Annotated[str, Parameter(help="Only whom the pages of this brand may reach.")] = "",
    receiver: Annotated[str, Parameter(help="Only this receiver.")] = "",
    by: Annotated[str, Parameter(help="Who asks; else the user.")] = "",
    config: Config = None,
    format: Format = "auto",  # noqa: A002 - the option's name
) -> int:
    """Send one test page down every way to every receiver, and say what arrived. Exit code 3 if not all."""
    logs.configure()
    wish = Wish(brand=brand, receiver=receiver, by=by)
    table = for_people(format)
    settings = assembly.read_settings(place(config))
    return asyncio.run(run(settings, wish, sys.stdout, sys.stderr, table=table))


def wish_of(request: Mapping[str, Any]) -> Wish:
    """Read what somebody asks for at the daemon's door; raises ControlError."""
    try:
        return msgspec.convert(dict(request), Wish)
    except msgspec.ValidationError as error:
        raise ControlError(f"not a drill: {error}") from error


def targets(settings: Settings, topics: Mapping[TopicKey, Topic], wish: Wish) -> list[Receiver]:
    """Return whom a drill reaches: one receiver, those of a brand's routes, or everybody.

    Raises ControlError for a name that nobody has.
    """
    known = routes.people(settings, ()).receivers or {settings.alerting.fallback: routes.fallback(settings)}
    names = dict.fromkeys(known)
    if wish.receiver:
        if wish.receiver not in known:
            raise ControlError(f"no receiver {wish.receiver!r}; there is: {', '.join(sorted(known))}")
        names = {wish.receiver: None}
    elif wish.brand:
        names = dict.fromkeys(_of_brand(settings, topics, wish.brand))
    return [known[name] for name in names if name in known]


def _of_brand(settings: Settings, topics: Mapping[TopicKey, Topic], brand: str) -> Iterator[str]:
    keys = [key for key in topics if key.brand == brand]
    if not keys:
        brands = ", ".join(sorted({key.brand for key in topics})) or "none"
        raise ControlError(f"no keyword list has the brand {brand!r}; there is: {brands}")
    for name in filter(None, dict.fromkeys(routes.named(settings, topics, key) for key in keys)):
        yield from _of_route(settings, name)
    yield settings.alerting.fallback


def _of_route(settings: Settings, name: str) -> Iterator[str]:
    route = settings.route[name]
    yield from route.receivers
    if route.rota:
        # A calendar may name anybody.
        layers = [who for layer in settings.rota[route.rota].layer for who in layer.people]
        yield from layers or settings.receivers
    yield from filter(None, (route.fallback, *_last_resorts(settings, route.ladder, route.warning_ladder)))


def _last_resorts(settings: Settings, *ladders: str) -> Iterator[str]:
    for name in ladders:
        if name:
            yield routes.ladder_of(settings, name).last_resort


async def remember(database: Database, at: datetime) -> None:
    """Keep when a whole drill last succeeded."""
    await database.meta.set(drill.LAST, at.isoformat())


def row(one: Try) -> dict[str, Any]:
    """Return one try as data."""
    told: dict[str, Any] = msgspec.to_builtins(one)
    return told


async def run(settings: Settings, wish: Wish, out: TextIO, err: TextIO, *, table: bool) -> int:
    """Drill by the running daemon, else directly; print what arrived, return the exit code."""
    wish = msgspec.structs.replace(wish, by=wish.by or getpass.getuser())
    rows = await _by_daemon(settings, wish)
    if rows is None:
        err.write("hinoban: no daemon runs here, so the channels are tried directly\n")
        rows = [row(one) for one in await directly(settings, wish, SystemClock(), err)]
    if table:
        show(rows, out, spoken())
    else:
        out.writelines(msgspec.json.encode(one).decode() + "\n" for one in rows)
    return DONE if rows and all(one["outcome"] == "confirmed" for one in rows) else OUTSIDE


async def _by_daemon(settings: Settings, wish: Wish) -> list[dict[str, Any]] | None:
    """Return what the daemon reports, None when there is none."""
    request = {"do": "drill", "brand": wish.brand, "receiver": wish.receiver, "by": wish.by}
    try:
        rows: list[dict[str, Any]] = await ask(
            assembly.socket_path(settings), request, patience=drill.PATIENCE + _SLACK
        )
    except ControlError as error:
        if not absent(error):
            raise
        return None
    return rows


async def directly(
    settings: Settings, wish: Wish, clock: Clock, err: TextIO, *, patience: float = drill.PATIENCE
) -> list[Try]:
    """Drill without a daemon: by channels and an outbox that are built for it alone; raises ControlError.

    What a channel prints goes to *err*: standard output is for the report. What waits for the daemon goes on
    waiting: late pages are the daemon's to send.
    """

    def say(text: str) -> None:
        err.write(text + "\n")

    topics = _topics(settings, clock) if wish.brand else {}
    receivers = targets(settings, topics, wish)
    async with AsyncExitStack() as stack:
        database = await solo.memory(settings.storage.path, clock, stack)
        if waiting := sum(count for count, _ in (await database.log.pending()).values()):
            say(f"hinoban: {waiting} messages of before wait in the outbox for a daemon")
        channels = assembly.notifiers(settings, assembly.notifier_parts(clock, tuple, say=say))
        for channel in channels.values():
            stack.push_async_callback(channel.close)
            await channel.restore(await database.log.open_incidents())
        apart = await solo.memory(":memory:", clock, stack)
        tries = await solo.sent(channels, apart.log, clock, patience, receivers, wish)
        if wish.whole and drill.succeeded(tries):
            await remember(database, clock.now())
    return tries


def _topics(settings: Settings, clock: Clock) -> dict[TopicKey, Topic]:
    try:
        return assembly.vocabulary(settings.keywords, now=clock.now(), dictionary=False).topics
    except ListError as error:
        raise ControlError(str(error)) from error


def show(rows: list[dict[str, Any]], out: TextIO, language: Language) -> None:
    """Print what arrived, for people."""
    said = SAID[language]
    console = Console(file=out, highlight=False, width=None if out.isatty() else WIDTH)
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in HEADINGS[language]:
        table.add_column(heading, justify="right" if heading == HEADINGS[language][-1] else "left")
    for one in rows:
        wakes = said["yes" if one["wakes"] else "no"]
        role, outcome = (said.get(one[key], one[key]) for key in ("role", "outcome"))
        cells = (one["receiver"], one["channel"], role, wakes, outcome, f"{one['seconds']:.2f}")
        table.add_row(MARKS[one["outcome"]], *map(escape, cells))
    console.print(table)
    for one in rows:
        if one["error"]:
            console.print(escape(f"{one['channel']}: {one['error']}"), soft_wrap=True)
    arrived = sum(one["outcome"] == "confirmed" for one in rows)
    console.print(said["end"].format(n=arrived, of=len(rows)), soft_wrap=True)
