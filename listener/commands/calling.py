"""What `hinoban check` says of routes: whether a critical page wakes everybody it calls, and who climbs."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from alerts.delivery.notifier import Notifier
from alerts.escalation.ladder import Ladder
from alerts.escalation.route import People, Route
from alerts.routing import Receiver
from config.decode import SettingsError
from config.settings import Settings
from listener import assembly, routes
from listener.commands.checklist import TO_WAKE, Checklist
from listener.rota import reading
from listener.rota.copies import FetchError
from models.keyword import KeywordList


def look(
    found: Checklist,
    settings: Settings,
    lists: Sequence[KeywordList],
    channels: Mapping[str, Notifier],
    now: datetime,
) -> None:
    """Note every route, and the topics that name one that is not there."""
    people = routes.people(settings, assembly.waking(channels))
    for name in settings.route:
        _route(found, settings, routes.route(settings, name), people, now)
    for one in lists:
        for topic in one.topics:
            if topic.route and topic.route not in settings.route:
                why = f"names route {topic.route!r}, which is not there; add [route.{topic.route}]"
                found.note("problem", f"keywords.{one.slug}", f"topic {topic.slug} {why}")
    if any(given.owner == "hinoban" for given in settings.route.values()):
        _twice(found, settings, channels)


def _route(found: Checklist, settings: Settings, route: Route, people: People, now: datetime) -> None:
    check = f"route.{route.name}"
    members = _members(settings, route, people, now)
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


def _members(settings: Settings, route: Route, people: People, now: datetime) -> list[Receiver]:
    """Return everybody whom a critical page may call, as far as the rota can be read without the web."""
    given = settings.route[route.name]
    names: tuple[str, ...] = given.receivers
    if given.rota:
        try:
            names = reading.read(settings, given.rota, now=now).rota.team()
        except (SettingsError, FetchError):
            names = ()  # the rota's own line says why
    if route.owner == "hinoban":
        names = (*names, route.fallback.name, route.ladder.last_resort)
    known = (people.receivers.get(name) for name in dict.fromkeys(names))
    return [one for one in known if one is not None]


def _wakes(ladder: Ladder, people: People, one: Receiver) -> bool:
    ways = {way for step in ladder.steps for way in people.ways(one, step.by)}
    return bool(ways & people.waking)


def _twice(found: Checklist, settings: Settings, channels: Mapping[str, Notifier]) -> None:
    """Doubt what repeats whatever fires by itself, and wakes with it."""
    for name, channel in channels.items():
        if channel.wakes and settings.channels[name].kind == "alertmanager":
            why = "repeats every fire and wakes by itself; beside a route that hinoban climbs, two would call"
            found.note("warning", f"channels.{name}", f"{why}: let only one reach the same person")


def _names(members: Sequence[Receiver]) -> str:
    return f"calls {', '.join(one.name for one in members) or 'whoever the rota names'}"


def _steps(ladder: Ladder) -> str:
    return ", ".join(_spoken(ladder))


def _spoken(ladder: Ladder) -> Iterator[str]:
    for step in ladder.steps:
        yield f"{step.to} at {step.after:g} min by {step.by}"
    yield f"then every {ladder.repeat_minutes:g} min"
