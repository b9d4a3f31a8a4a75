"""`hinoban report`: what a night was, and what a month was."""

import asyncio
import calendar
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from cyclopts import Parameter

from alerts.blindspots import unwatched
from alerts.digest import message, monthly
from alerts.digest.material import Material
from alerts.digest.monthly import Monthly
from alerts.digest.morning import Moment, Morning
from alerts.digest.morning import morning as told_of
from alerts.digest.night import Night
from alerts.page import TopicOf
from alerts.rota import vacancies, wall
from alerts.rota.vacancies import Vacancy
from alerts.wording import Language
from config.decode import SettingsError
from config.settings import Settings
from listener import assembly, mornings, routes
from listener.commands import monthly_table
from listener.commands.formats import Format, for_people
from listener.commands.places import Config, place
from listener.matching.lists import ListError
from listener.mornings import BEFORE
from listener.rota import reading
from listener.storage.database import Database
from listener.storage.errors import StorageError
from listener.terminal import spoken
from models.clock import SystemClock
from models.keyword import Topic, TopicKey

DONE, OUTSIDE = 0, 3
WHOLE = 100_000
"""Characters of a digest that is read on a terminal."""
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


def morning(
    *,
    date: Annotated[str, Parameter(help="The morning, like 2026-11-21; else the last one.")] = "",
    receiver: Annotated[str, Parameter(help="Whose; else the first who gets a digest.")] = "",
    config: Config = None,
    format: Format = "auto",  # noqa: A002 - the option's name
) -> int:
    """Print what the night was: the morning digest, whole."""
    settings, now = assembly.read_settings(place(config)), SystemClock().now()
    reader = mornings.reader(settings, _known(settings, receiver))
    night = reader.hours.ending(_day(date) if date else reader.hours.latest(now))
    if night.start > now:
        raise SettingsError(f"--date {date}: that night has not begun yet")
    topics = _topics(settings)
    rules = mornings.company(settings, topics.get)
    found = asyncio.run(_material(settings, night, now))
    if isinstance(found, str):
        return _outside(found)
    vacant = () if date else _vacant(settings, now)
    told = told_of(found, Moment(night, now, timedelta.max), rules.rule_of, vacant)
    if for_people(format):
        said = message.write(told, reader.receiver, topics.get, name_of=rules.name_of, most=WHOLE)
        sys.stdout.write(said.text + "\n")
    else:
        _line({"report": "morning"} | _plain(told, topics.get))
    return DONE


def month(
    *,
    month: Annotated[str, Parameter(help="Like 2026-11; else the last whole one.")] = "",
    config: Config = None,
    language: Annotated[Literal["ja", "en"] | None, Parameter(help="Else the terminal's.")] = None,
    format: Format = "auto",  # noqa: A002 - the option's name
) -> int:
    """Print what a month was: false pages, nights, answers, and when people are needed."""
    settings, now = assembly.read_settings(place(config)), SystemClock().now()
    zone = ZoneInfo(settings.time_zone)
    whole = _period(month, zone, now)
    period = Night(whole.start, min(whole.end, now))
    if period.start >= now:
        raise SettingsError(f"--month {month}: it has not begun yet")
    found = asyncio.run(_material(settings, period, now))
    if isinstance(found, str):
        return _outside(found)
    kept = timedelta(days=settings.storage.posts_days)
    report = monthly.monthly(
        found, period, zone, forgotten=period.start < now - kept, partial=whole.end > now
    )
    _print_month(report, settings, zone, language or spoken(), table=for_people(format))
    return DONE


def _print_month(
    report: Monthly, settings: Settings, zone: ZoneInfo, language: Language, *, table: bool
) -> None:
    reader = monthly_table.Reader(
        language, zone, unwatched(settings.alerting.blind, settings.sources), settings.storage.posts_days
    )
    if table:
        shown = routes.people(settings, ()).shown
        people = (msgspec.structs.replace(one, name=shown(one.name, language)) for one in report.people)
        monthly_table.write(msgspec.structs.replace(report, people=tuple(people)), reader, sys.stdout)
        return
    for line in lines(report, reader):
        _line({"report": "monthly"} | line)


def lines(report: Monthly, reader: monthly_table.Reader) -> Iterator[dict[str, Any]]:
    """Yield the report as data: its figures, then a line per verdict, person, hour and thing unknown."""
    plain: dict[str, Any] = msgspec.to_builtins(report)
    parts = {"judged": "verdict", "people": "person", "hours": "hour"}
    yield {"part": "figures"} | {key: value for key, value in plain.items() if key not in {*parts, "unknown"}}
    for key, part in parts.items():
        yield from ({"part": part} | each for each in plain[key])
    for code, text in zip(report.unknown, monthly_table.notes(report, reader), strict=False):
        yield {"part": "unknown", "code": code, "text": text}


async def _material(settings: Settings, night: Night, now: datetime) -> Material | str:
    """Read what is known, beside a daemon that may run; a sentence where that cannot be done."""
    path = settings.storage.path
    if not path.exists():
        return f"{path} is not there: nothing has been watched yet, or [storage] path names another file"
    try:
        async with Database.open(path, SystemClock(), read_only=True) as database:
            until = max(night.end, now)
            return await database.chronicle.material(night.start, until, night.start - BEFORE)
    except StorageError as error:
        return str(error)


def _vacant(settings: Settings, now: datetime) -> Iterator[Vacancy]:
    """Yield when soon nobody is on call; what is wrong with a rota is for `hinoban check` to say."""
    for name, given in settings.rota.items():
        if given.tell_gaps:
            with suppress(SettingsError):
                yield from vacancies.vacancies(name, reading.kept(settings, name, now=now).rota, now)


def _plain(told: Morning, topic_of: TopicOf) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(told)
    for part in ("fires", "postponed", "todo", "embers", "praise"):
        for one in plain[part]:
            known = topic_of(TopicKey(one["brand"], one["topic"]))
            one["names"] = dict(known.name) if known else {}
    return plain


def _topics(settings: Settings) -> Mapping[TopicKey, Topic]:
    now = datetime(2000, 1, 1, tzinfo=UTC)  # names do not depend on what is in force
    try:
        return assembly.vocabulary(settings.keywords, now=now, dictionary=False).topics
    except ListError:
        # Without its lists the report still tells, by slugs.
        return {}


def _known(settings: Settings, receiver: str) -> str:
    if not receiver:
        return next(iter(settings.digest.to), settings.alerting.fallback)
    if receiver not in settings.receivers:
        known = ", ".join(sorted(settings.receivers)) or "none"
        raise SettingsError(f"--receiver {receiver}: no receiver has this name; there is: {known}")
    return receiver


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise SettingsError(f"--date {given}: no day; write it like 2026-11-21") from None


def _period(given: str, zone: ZoneInfo, now: datetime) -> Night:
    found = _MONTH.fullmatch(given)
    if given and not found:
        raise SettingsError(f"--month {given}: no month; write it like 2026-11")
    first = now.astimezone(zone).date().replace(day=1)
    start = date(int(found[1]), int(found[2]), 1) if found else (first - timedelta(days=1)).replace(day=1)
    after = start + timedelta(days=calendar.monthrange(start.year, start.month)[1])
    return Night(*(wall.instant(datetime.combine(day, datetime.min.time()), zone) for day in (start, after)))


def _line(told: dict[str, Any]) -> None:
    sys.stdout.write(msgspec.json.encode(told).decode() + "\n")


def _outside(why: str) -> int:
    sys.stderr.write(f"hinoban: {why}\n")
    return OUTSIDE
