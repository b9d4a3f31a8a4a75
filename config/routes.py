"""What a route and its ladder may say, and what is wrong with them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, Protocol

import msgspec

from config.mistakes import none_of, spoken

Trouble = tuple[str, str]
"""The path of a key, and what is wrong with it."""

AUTO = "auto"
NIGHT = "22:00-07:00"
"""What "auto" means where there are routes; without any, nobody has quiet hours."""

_SPAN = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")
LADDERS = ("climb", "steady")
"""Ladders that are there without being written: by default, and the one that does not climb."""


class Route(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom the pages of some topics call, and who climbs: hinoban, or the pager behind the receivers."""

    rota: str = ""
    receivers: tuple[str, ...] = ()
    ladder: str = "climb"
    warning_ladder: str = ""
    owner: Literal["hinoban", "pager"] = "hinoban"
    fallback: str = ""


class _Receiver(Protocol):
    @property
    def channels(self) -> tuple[str, ...]: ...
    @property
    def louder(self) -> tuple[str, ...]: ...
    @property
    def backup(self) -> tuple[str, ...]: ...


class Named(msgspec.Struct, frozen=True):
    """Everything a route can name."""

    receivers: Mapping[str, _Receiver]
    rotas: Mapping[str, Any]
    ladders: Mapping[str, Any]
    routes: Mapping[str, Route]


def troubles(named: Named) -> Iterator[Trouble]:
    """Find names that refer to nothing, and people who would be called by two at once."""
    for name, route in named.routes.items():
        yield from ((f"route.{name}.{key}".rstrip("."), why) for key, why in _route(route, named))
    for name, ladder in named.ladders.items():
        yield from ((f"escalation.{name}.{key}", why) for key, why in _ladder(ladder, named))
    yield from _called_twice(named)


def unknown_route(given: str, named: Named) -> str:
    """Say what is wrong with the name of a route; empty when nothing is."""
    if not given or given in named.routes:
        return ""
    return none_of(given, named.routes) if named.routes else f"no route {spoken(given)}; add [route.{given}]"


def quiet(hours: str) -> str:
    """Say what is wrong with quiet hours; empty when nothing is."""
    if hours in {"", AUTO} or _SPAN.fullmatch(hours):
        return ""
    return f'{spoken(hours)} are no quiet hours; write them like "22:00-07:00", "" for none'


def _route(route: Route, named: Named) -> Iterator[Trouble]:
    if bool(route.rota) == bool(route.receivers):
        yield "", "needs either `rota` or `receivers`: whom to call"
    if route.rota and route.rota not in named.rotas:
        known = ", ".join(named.rotas) or f"none yet, add [rota.{route.rota}]"
        yield "rota", f"no rota {spoken(route.rota)}; there is: {known}"
    for receiver in route.receivers:
        if receiver not in named.receivers:
            yield "receivers", _nobody(receiver, named)
    if route.fallback and route.fallback not in named.receivers:
        yield "fallback", _nobody(route.fallback, named)
    for key, ladder in (("ladder", route.ladder), ("warning_ladder", route.warning_ladder)):
        if ladder and ladder not in {*LADDERS, *named.ladders}:
            yield key, none_of(ladder, sorted({*LADDERS, *named.ladders}))
    if route.owner == "pager":
        yield from _pager(route)


def _pager(route: Route) -> Iterator[Trouble]:
    if route.rota:
        yield "rota", "the pager owns this route and knows who is on call; name the pager in `receivers`"
    for key, ladder, usual in (
        ("ladder", route.ladder, "climb"),
        ("warning_ladder", route.warning_ladder, ""),
    ):
        if ladder != usual:
            yield (
                key,
                'the pager owns this route and climbs by itself; leave it out, or write owner = "hinoban"',
            )


def _ladder(ladder: Any, named: Named) -> Iterator[Trouble]:
    minutes = [step.after for step in ladder.steps]
    if minutes[0] != 0:
        yield "steps", f"the first step comes at 0 minutes, not at {minutes[0]:g}"
    if minutes != sorted(minutes):
        yield "steps", "the steps stand in the order of their minutes"
    if ladder.last_resort and ladder.last_resort not in named.receivers:
        yield "last_resort", _nobody(ladder.last_resort, named)


def _called_twice(named: Named) -> Iterator[Trouble]:
    """Find channels of a pager that climbs by itself on the way of people whom hinoban calls as well."""
    owned: dict[str, str] = {}
    for name, route in named.routes.items():
        if route.owner == "pager":
            owned |= dict.fromkeys(_ways(route.receivers, named), name)
    for name, route in named.routes.items():
        rota = named.rotas.get(route.rota)
        layered = (who for layer in getattr(rota, "layer", ()) for who in layer.people)
        instead = (one.who for one in getattr(rota, "override", ()))
        people = (*layered, *instead, *route.receivers)
        both = sorted(_ways(people, named) & owned.keys()) if route.owner == "hinoban" else []
        if both:
            why = f"channel {spoken(both[0])} leads to the pager of route {spoken(owned[both[0]])}"
            yield f"route.{name}", f"{why}: two would climb to the same person; name one owner"


def _ways(receivers: tuple[str, ...], named: Named) -> set[str]:
    known = (named.receivers[name] for name in receivers if name in named.receivers)
    return {way for one in known for way in (*one.channels, *one.louder, *one.backup)}


def _nobody(name: str, named: Named) -> str:
    known = ", ".join(sorted(named.receivers)) or f"none yet, add [receivers.{name}]"
    return f"no receiver {spoken(name)}; there is: {known}"
