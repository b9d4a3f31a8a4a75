"""`hinoban learn`: posts or hourly counts of the past, so that the watch knows what is usual."""

import asyncio
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, TextIO

from cyclopts import Parameter

from config.decode import SettingsError
from config.settings import Settings
from listener import assembly, history, imported, logs, rules
from listener.assembly import Vocabulary
from listener.commands.formats import Format, for_people
from listener.commands.places import Config, place
from listener.control import ControlError, ask
from listener.history import HistoryError, Hour, Refused
from listener.imported import Merged
from listener.matching.lists import ListError
from listener.past_posts import PastPosts
from listener.storage.database import Database
from listener.storage.errors import StorageError
from models.clock import Clock, SystemClock
from models.keyword import TopicKey
from models.volume.watch import Watch

DONE, PROBLEMS, OUTSIDE = 0, 1, 3
SENT = 400
"""Hours handed to the daemon at once: a request is a line of 64 KiB at most."""
HOUR = timedelta(hours=1)
SHOWN = 60
"""Characters of a refused line that are shown."""


class Refusals:
    """Says which lines were refused, counts them, and keeps them apart."""

    def __init__(self, err: TextIO, apart: TextIO | None) -> None:
        self.count = 0
        self._err = err
        self._apart = apart

    def say(self, sentence: str) -> None:
        """Say something of the whole."""
        self._err.write(f"hinoban: {sentence}\n")

    def refuse(self, name: str, refused: Refused) -> None:
        """Refuse one line."""
        self.count += 1
        raw = refused.raw.rstrip("\r\n")
        self._err.write(f"hinoban: {name}, line {refused.number}: {refused.why}: {raw[:SHOWN]}\n")
        if self._apart is not None:
            self._apart.write(f"{raw}\n")


def learn(
    *files: Annotated[
        Path, Parameter(allow_leading_hyphen=True, help="JSON lines or CSV; - is standard input.")
    ],
    refused: Annotated[Path | None, Parameter(help="Write refused lines to this file.")] = None,
    config: Config = None,
    format: Format = "auto",  # noqa: A002 - the option's name
) -> int:
    """Teach the watch what is usual, from posts or hourly counts of the past; nothing is paged.

    Posts as JSON lines are matched and scored as if they came now; hourly counts are JSON lines or a CSV
    of brand,topic,hour,people,negative. The same hour teaches once, however often it is given.
    """
    table = for_people(format)
    settings = assembly.read_settings(place(config))
    with ExitStack() as stack:
        apart = (
            stack.enter_context(refused.open("w", encoding="utf-8", errors="replace")) if refused else None
        )
        refusals = Refusals(sys.stderr, apart)
        return asyncio.run(
            run(files or (Path("-"),), settings, SystemClock(), sys.stdout, refusals, table=table)
        )


async def run(
    files: Sequence[Path], settings: Settings, clock: Clock, out: TextIO, refusals: Refusals, *, table: bool
) -> int:
    """Read *files*, hand what they teach to the daemon or its database, and say what was learned."""
    logs.configure()
    now = clock.now()
    try:
        words = assembly.vocabulary(settings.keywords, now=now, dictionary=settings.matching.dictionary)
        hours = await _read(files, settings, words, now, refusals)
    except (ListError, HistoryError) as error:
        raise SettingsError(str(error)) from None
    except OSError as error:
        raise SettingsError(f"{error.filename}: cannot be read: {error.strerror}") from None
    try:
        merged, known = await _hand_over(settings, clock, words, hours)
    except StorageError as error:
        refusals.say(str(error))
        return OUTSIDE
    lines = list(_learned(settings, words, hours, known))
    _print(lines, merged, refusals.count, out, table=table)
    return PROBLEMS if refusals.count else DONE


async def _read(
    files: Sequence[Path], settings: Settings, words: Vocabulary, now: datetime, refusals: Refusals
) -> list[Hour]:
    """Return every hour once, the last figure given for it, those that cannot be used refused."""
    found: dict[tuple[TopicKey, datetime], Hour] = {}
    for file in files:
        name = "standard input" if str(file) == "-" else str(file)
        posts = PastPosts(words.matcher)
        for number, row in _rows(file, name, posts):
            refused = row if isinstance(row, Refused) else _refused(row, number, words, now)
            if refused is not None:
                refusals.refuse(name, refused)
            elif isinstance(row, Hour):
                found[row.key, row.hour] = row
        scoring = assembly.scoring(settings, refusals.say)
        try:
            for hour in await posts.hours(scoring, words.topics, settings.detection.cluster_cap, now):
                found[hour.key, hour.hour] = hour
        finally:
            scoring.close()
    return sorted(found.values())


def _rows(file: Path, name: str, posts: PastPosts) -> Iterator[tuple[int, Hour | Refused]]:
    with ExitStack() as stack:
        raw = sys.stdin.buffer if str(file) == "-" else stack.enter_context(file.open("rb"))
        lines = (line.decode("utf-8", "surrogateescape") for line in raw)
        yield from history.rows(posts.taken(lines), name)
        yield from ((refused.number, refused) for refused in posts.refused)


def _refused(hour: Hour, number: int, words: Vocabulary, now: datetime) -> Refused | None:
    raw = f"{hour.key},{hour.hour:%Y-%m-%dT%H:%M:%SZ},{hour.people},{hour.negative}"
    if hour.key not in words.topics:
        return Refused(number, raw, f"no keyword list has the topic {hour.key}")
    if hour.hour + HOUR > now:
        return Refused(number, raw, "this hour is not over yet")
    return None


async def _hand_over(
    settings: Settings, clock: Clock, words: Vocabulary, hours: Sequence[Hour]
) -> tuple[Merged, dict[TopicKey, int]]:
    """Give *hours* to the running daemon, or else write them where its next start finds them."""
    socket = assembly.socket_path(settings)
    try:
        return await _send(socket, hours)
    except ControlError as error:
        if error.reached:
            raise
    async with Database.open(settings.storage.path, clock) as database:
        known = rules.of(words.lists, dictionary=words.matcher.dictionary)
        merged = await imported.merge(database, hours, known)
        return merged, {key: len(one.hours) for key, one in (await imported.load(database)).items()}


async def _send(socket: Path, hours: Sequence[Hour]) -> tuple[Merged, dict[TopicKey, int]]:
    merged, known = Merged(), dict[TopicKey, int]()
    for first in range(0, max(len(hours), 1), SENT):
        some = [
            (*_named(hour), hour.hour.isoformat(), hour.people, hour.negative)
            for hour in hours[first : first + SENT]
        ]
        told = await ask(socket, {"do": "learn", "hours": some, "more": first + SENT < len(hours)})
        merged = Merged(*(a + told[name] for name, a in merged._asdict().items()))
        known |= {TopicKey(brand, topic): count for brand, topic, count in told["topics"]}
    return merged, known


def _named(hour: Hour) -> tuple[str, str]:
    return hour.key.brand, hour.key.topic


def _learned(
    settings: Settings, words: Vocabulary, hours: Iterable[Hour], known: dict[TopicKey, int]
) -> Iterator[dict[str, Any]]:
    """Yield what the files say of each topic, and whether that ends its cold start."""
    hours = sorted(hours, key=lambda hour: hour.hour)
    for key in sorted({hour.key for hour in hours}):
        mine = [hour for hour in hours if hour.key == key]
        watch = Watch([key], settings.detection, {}, assembly.almanac_of(settings, words))
        for hour in mine:
            watch.learn_hour(key, hour.hour, hour.people, hour.negative)
        reading = watch.reading(key, mine[-1].hour + HOUR)
        kept = known.get(key, len(mine))
        yield {
            "brand": key.brand,
            "topic": key.topic,
            "hours": len(mine),
            "from": f"{mine[0].hour:%Y-%m-%dT%H:%MZ}",
            "to": f"{mine[-1].hour + HOUR:%Y-%m-%dT%H:%MZ}",
            "people_an_hour": round(sum(hour.people for hour in mine) / len(mine), 1),
            "usual_share": round(reading.share_usual, 3),
            "hours_known": kept,
            "hours_needed": settings.detection.cold_hours,
            "cold_start_over": kept >= settings.detection.cold_hours,
        }


def _print(
    lines: Sequence[dict[str, Any]], merged: Merged, refused: int, out: TextIO, *, table: bool
) -> None:
    total = merged._asdict() | {"refused": refused}
    if not table:
        told = [*({"event": "learned"} | line for line in lines), {"event": "summary"} | total]
        out.writelines(json.dumps(line) + "\n" for line in told)
        return
    for line in lines:
        still = (
            "knows enough"
            if line["cold_start_over"]
            else f"still learning: {line['hours_known']} of {line['hours_needed']:g} hours"
        )
        out.write(
            f"{line['brand']}:{line['topic']}  {line['hours']} hours, {line['people_an_hour']:,.1f} people"
            f" an hour, {line['usual_share']:.0%} negative: {still}\n"
        )
    out.write(", ".join(f"{count} {word}" for word, count in total.items()) + "\n")
