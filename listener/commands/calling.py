"""What `hinoban check` says of routes: whether a critical page wakes everybody it calls, and who climbs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from alerts.delivery.notifier import Notifier
from alerts.escalation.ladder import Ladder
from alerts.escalation.route import People, Route
from alerts.routing import Receiver
from config import secrets
from config.decode import SettingsError
from config.settings import Settings
from listener import assembly, routes
from listener.commands.checklist import TO_WAKE, Checklist
from listener.rota import reading
from models.keyword import KeywordList

Secret = Callable[[str], str]


class Crew(NamedTuple):
    """Everybody whom a route may call, and the names of those whom its receivers or its rota name."""

    members: tuple[Receiver, ...]
    named: frozenset[str]


def look(
    found: Checklist,
    settings: Settings,
    lists: Sequence[KeywordList],
    channels: Mapping[str, Notifier],
    now: datetime,
    secret: Secret = secrets.read,
) -> None:
    """Note every route, and the topics that name one that is not there."""
    people = routes.people(settings, assembly.waking(channels))
    crews = {name: _crew(settings, name, people, now, secret) for name in settings.route}
    for name, crew in crews.items():
        _route(found, routes.route(settings, name), crew, people)
    for one in lists:
        for topic in one.topics:
            if topic.route and topic.route not in settings.route:
                why = f"names route {topic.route!r}, which is not there; add [route.{topic.route}]"
                found.note("problem", f"keywords.{one.slug}", f"topic {topic.slug} {why}")
    if any(given.owner == "hinoban" for given in settings.route.values()):
        _twice(found, settings, channels)
    _climbed_twice(found, settings, crews)


def _route(found: Checklist, route: Route, crew: Crew, people: People) -> None:
    check, members = f"route.{route.name}", crew.members
    if route.owner == "pager":
        found.note("ok", check, f"{_names(members)} once; the pager climbs")
        lonely = [one.name for one in members if not one.backup]
        if lonely:
            why = f"where the pager cannot be reached, {_names(members)} has no backup, and nobody is called"
            found.note("warning", check, why)
        return
    deaf = [one for one in members if not _wakes(route.ladder, people, one)]
    for one in deaf:
        ways = ", ".join(dict.fromkeys((*one.channels, *one.louder)))
        why = (
            f"no critical page would wake {one.name}: none of {ways} wakes a sleeper when the ladder uses it"
        )
        found.note("problem", check, f"{why}; name one that does in `louder`; {TO_WAKE}")
    if not deaf:
        found.note("ok", check, f"{_names(members)}; {_steps(route.ladder)}")


def _crew(settings: Settings, name: str, people: People, now: datetime, secret: Secret) -> Crew:
    """Return everybody whom a critical page may call, as far as the rota can be read without the web."""
    route, given = routes.route(settings, name), settings.route[name]
    named = given.receivers or _team(settings, given.rota, now, secret)
    last = (route.fallback.name, route.ladder.last_resort) if route.owner == "hinoban" else ()
    known = (people.receivers.get(who) for who in dict.fromkeys((*named, *last)))
    return Crew(tuple(one for one in known if one is not None), frozenset(named))


def _team(settings: Settings, rota: str, now: datetime, secret: Secret) -> tuple[str, ...]:
    """Return everybody in a rota, by the last good copy of one that stands on the web."""
    try:
        return reading.kept(settings, rota, now=now, secret=secret).rota.team()
    except SettingsError:
        return ()  # the rota's own line says why


def _wakes(ladder: Ladder, people: People, one: Receiver) -> bool:
    ways = {way for step in ladder.steps for way in people.ways(one, step.by)}
    return bool(ways & people.waking)


def _twice(found: Checklist, settings: Settings, channels: Mapping[str, Notifier]) -> None:
    """Doubt what repeats whatever fires by itself, and wakes with it."""
    for name, channel in channels.items():
        if channel.wakes and settings.channels[name].kind == "alertmanager":
            why = "repeats every fire and wakes by itself; beside a route that hinoban climbs, two would call"
            found.note("warning", f"channels.{name}", f"{why}: let only one reach the same person")


def _climbed_twice(found: Checklist, settings: Settings, crews: Mapping[str, Crew]) -> None:
    """Refuse people whom Hinoban climbs to by a channel that leads to a pager which climbs by itself.

    Settings that say so themselves are never read (``config.routes``): here are rotas in files and
    calendars, and who is called when nobody else is there.
    """
    owned = {
        way: name
        for name, crew in crews.items()
        if settings.route[name].owner == "pager"
        for one in crew.members
        for way in _every_way(one)
    }
    for name, crew in crews.items():
        for one in crew.members if settings.route[name].owner == "hinoban" else ():
            for way in sorted(_every_way(one) & owned.keys()):
                last = "" if one.name in crew.named else ", who is called when nobody else is there,"
                why = f"{one.name}{last} is called by channel {way}, which leads to the pager of route"
                mend = "two would climb to the same person; name one owner, or another channel"
                found.note("warning" if last else "problem", f"route.{name}", f"{why} {owned[way]}: {mend}")


def _every_way(one: Receiver) -> set[str]:
    return {*one.channels, *one.louder, *one.backup}


def _names(members: Sequence[Receiver]) -> str:
    return f"calls {', '.join(one.name for one in members) or 'whoever the rota names'}"


def _steps(ladder: Ladder) -> str:
    return ", ".join(_spoken(ladder))


def _spoken(ladder: Ladder) -> Iterator[str]:
    for step in ladder.steps:
        yield f"{step.to} at {step.after:g} min by {step.by}"
    yield f"then every {ladder.repeat_minutes:g} min"
