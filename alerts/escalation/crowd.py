"""Who is meant by a step of a ladder: the rota's order, less whoever sleeps or was woken too often."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from alerts.escalation.ladder import Step
from alerts.escalation.quiet_hours import asleep, wakes_at
from alerts.escalation.record import Round
from alerts.escalation.route import People, Route
from alerts.incident import Severity
from alerts.routing import Receiver

WEEK = timedelta(days=7)


class Crowd(NamedTuple):
    """Everybody a route can reach at an instant, in the order to ask, and those of them who may be called."""

    everyone: tuple[Receiver, ...]
    order: tuple[Receiver, ...]
    team: tuple[Receiver, ...]
    gap: bool

    @property
    def sleepers(self) -> tuple[Receiver, ...]:
        """Return who would be asked before the first of those who may be called."""
        first = self.order[0] if self.order else None
        before = self.everyone.index(first) if first in self.everyone else len(self.everyone)
        return self.everyone[:before]

    def meant(self, step: Step, asked: Collection[str]) -> tuple[Receiver, ...]:
        """Return who is meant by *step* once *asked* were asked; somebody, if anybody may be called."""
        if step.to == "team":
            return self.team or self.order
        if step.to == "first":
            return self.order[:1]
        fresh = (one for one in self.order[1:] if one.name not in asked)
        return tuple(one for one in (next(fresh, None),) if one) or self.order[1:2] or self.order[:1]


def gathered(route: Route, people: People, at: datetime, asking: Round, severity: Severity) -> Crowd:
    """Return whom *route* reaches *at* an instant, in a round of *asking* about something so severe."""
    on_call = _known(people, route.on_call.on_call(at) if route.on_call else ())
    line = _known(people, route.on_call.line(at) if route.on_call else ())
    team = _known(people, route.on_call.team() if route.on_call else ())
    owner = people.called(asking.ask)
    first = on_call or (route.fallback,)
    everyone = _once([*([owner] if owner else []), *_by_load((*first, *line), asking.spared), route.fallback])
    members = _once((*on_call, *team)) or (route.fallback,)
    callable_ = everyone if severity == "critical" else _awake(everyone, at)
    reached = set(callable_)
    return Crowd(
        everyone,
        callable_,
        tuple(one for one in members if one in reached),
        gap=bool(route.on_call and not on_call),
    )


def overburdened(route: Route, people: People, at: datetime, load: dict[str, int]) -> tuple[str, ...]:
    """Return who is asleep *at* an instant and was woken as often this week as their cap allows."""
    line = _known(people, route.on_call.line(at) if route.on_call else ())
    return tuple(
        one.name
        for one in line
        if one.night_cap and load.get(one.name, 0) >= one.night_cap and asleep(one, at)
    )


def morning(everyone: Iterable[Receiver], at: datetime) -> datetime:
    """Return when the first of *everyone* is awake."""
    return min(wakes_at(one, at) for one in everyone)


def _known(people: People, names: Iterable[str]) -> tuple[Receiver, ...]:
    return tuple(found for name in names if (found := people.called(name)))


def _awake(everyone: Iterable[Receiver], at: datetime) -> tuple[Receiver, ...]:
    return tuple(one for one in everyone if not asleep(one, at))


def _by_load(everyone: Iterable[Receiver], spared: Collection[str]) -> Iterator[Receiver]:
    """Yield those who may still be woken first; if none are left, all the others: never nobody."""
    ordered = _once(everyone)
    yield from (one for one in ordered if one.name not in spared)
    yield from (one for one in ordered if one.name in spared)


def _once(everyone: Iterable[Receiver]) -> tuple[Receiver, ...]:
    return tuple({one.name: one for one in everyone}.values())
