"""The decision of every moment: which steps of an incident's ladder are due, and whom they call."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

import msgspec

from alerts import routing
from alerts.escalation import crowd
from alerts.escalation.crowd import Crowd
from alerts.escalation.ladder import Step
from alerts.escalation.quiet_hours import asleep
from alerts.escalation.record import Kind, Postponed, Round
from alerts.escalation.route import People, Route
from alerts.incident import Incident
from alerts.routing import Receiver

_WAITING = frozenset({"triggered", "reopened"})


class Call(NamedTuple):
    """One page to one person, by several channels at once: one sound.

    It is silent on the channels on which the sound of the incidents ``beside`` it was heard just now.
    """

    to: Receiver
    channels: tuple[str, ...]
    kind: Kind
    occasion: str
    night: bool = False
    sound: str = ""
    silent: frozenset[str] = frozenset()
    beside: tuple[str, ...] = ()


class Note(NamedTuple):
    """A line for the incident's timeline."""

    what: str
    why: str


class Decision(NamedTuple):
    """What is due now: calls, or why there are none; and the round as it stands afterwards."""

    round: Round
    calls: tuple[Call, ...] = ()
    postponed: Postponed | None = None
    notes: tuple[Note, ...] = ()


def due_at(incident: Incident, route: Route, now: datetime) -> datetime | None:
    """Return when the next decision about *incident* is due; None when it waits for nobody.

    A round that begins after *now* was begun before the clock was set back: nobody waits that hour twice.
    """
    asking = incident.round
    if asking is None or not _asks(incident, asking):
        return None
    if asking.at > now:
        return now
    if asking.until is not None:
        return asking.until
    wait = route.climbs(incident.severity).wait(asking.done)
    return None if wait is None else asking.at + wait


def decide(incident: Incident, route: Route, people: People, now: datetime) -> Decision | None:
    """Return what is due for *incident* at *now*; None when nothing is.

    Steps that came due together (nobody was there to take them in time) are one: nobody is called twice.
    """
    due, asking = due_at(incident, route, now), incident.round
    if asking is None or due is None or due > now:
        return None
    if asking.at > now:
        return Decision(msgspec.structs.replace(asking, at=now))
    if asking.until is not None:
        asking = _resumed(incident, asking, now)
    reached = crowd.gathered(route, people, now, asking, incident.severity)
    if not reached.order:
        return _postponed(incident, asking, reached, now)
    steps = _steps(route, incident, asking, now)
    calls = tuple(_calls(incident, route, people, _Moment(asking, reached, steps, now)))
    taken = msgspec.structs.replace(asking, done=steps[-1][0] + 1)
    return Decision(taken, calls, notes=tuple(_notes(incident, route, asking, reached, calls)))


class _Moment(NamedTuple):
    asking: Round
    crowd: Crowd
    steps: list[tuple[int, Step]]
    now: datetime


def _asks(incident: Incident, asking: Round) -> bool:
    """Tell whether somebody is still to be called; a rise, also of an ember, is told to its owner, once."""
    told = incident.open and asking.kind != "reminder" and asking.done == 0 and asking.until is None
    return routing.pages(incident) and (incident.state in _WAITING or told)


def _resumed(incident: Incident, asking: Round, now: datetime) -> Round:
    """Begin again in the morning: the steps of the night are not made up for."""
    asked = any(ring.at >= asking.at for ring in incident.rung)
    return msgspec.structs.replace(
        asking,
        at=now,
        kind="reminder" if asked else asking.kind,
        occasion=f"{asking.occasion}@{asking.until:%Y%m%dT%H%MZ}",
        done=0,
        until=None,
    )


def _steps(route: Route, incident: Incident, asking: Round, now: datetime) -> list[tuple[int, Step]]:
    ladder = route.climbs(incident.severity)
    reached = ladder.reached(now - asking.at)
    # Of missed repetitions only the last is taken.
    numbers = [n for n in range(asking.done, reached) if not ladder.repeats(n) or n == reached - 1]
    return [(number, ladder.step(number)) for number in numbers]


def _calls(incident: Incident, route: Route, people: People, moment: _Moment) -> Iterator[Call]:
    asking = moment.asking
    asked = {ring.to for ring in incident.rung if ring.at >= asking.at}
    last = moment.steps[-1][0]
    opening: dict[str, Receiver] = {}
    ways: dict[str, tuple[Receiver, dict[str, None]]] = {}
    for number, step in moment.steps:
        for one in _meant(incident, route, people, moment, number, {*asked, *ways}):
            rousing = asking.kind != "reminder" and asleep(one, moment.now)
            found = people.rousing(one, step.by) if rousing else people.ways(one, step.by)
            ways.setdefault(one.name, (one, {}))[1].update(dict.fromkeys(found))
            if number == 0:
                opening[one.name] = one
    for name, (one, channels) in ways.items():
        later: Kind = "reminder" if name in asked else "escalation"
        kind: Kind = asking.kind if name in opening else later
        occasion = asking.occasion if name in opening else f"{asking.kind}-{asking.occasion}-{last}"
        night, sound = asleep(one, moment.now), f"{incident.id}:{kind}:{occasion}"
        yield Call(one, tuple(channels), kind, occasion, night, sound)


def _meant(
    incident: Incident, route: Route, people: People, moment: _Moment, number: int, asked: set[str]
) -> Iterator[Receiver]:
    step, reached = moment.crowd, moment.crowd.order
    ladder = route.climbs(incident.severity)
    yield from step.meant(ladder.step(number), asked)
    if number == 0 and moment.asking.kind == "grown":
        told = {ring.to for ring in incident.rung}
        yield from (one for one in reached if one.name in told)
    if ladder.repeats(number) and (last := people.called(ladder.last_resort)):
        yield last


def _postponed(incident: Incident, asking: Round, reached: Crowd, now: datetime) -> Decision:
    until, first = crowd.morning(reached.everyone, now), reached.everyone[0]
    others = len(reached.everyone) - 1
    who = f"{first.name} and {others} more sleep" if others else f"{first.name} sleeps"
    why = f"{who}; the first is awake at {until.astimezone(first.clock):%H:%M} ({first.zone})"
    kept = Postponed(
        to=first.name, kind=asking.kind, severity=incident.severity, at=now, until=until, why=why
    )
    return Decision(
        msgspec.structs.replace(asking, until=until), postponed=kept, notes=(Note("postponed", why),)
    )


def _notes(
    incident: Incident, route: Route, asking: Round, reached: Crowd, calls: tuple[Call, ...]
) -> Iterator[Note]:
    if asking.done == 0 and reached.gap:
        yield Note("nobody on call", f"on route {route.name}: {route.fallback.name} is called")
    if asking.done == 0 and asking.spared:
        yield Note("handed over", f"woken too often this week: {', '.join(asking.spared)}")
    if asking.done == 0 and reached.sleepers and incident.severity != "critical":
        asleep_now = ", ".join(one.name for one in reached.sleepers)
        yield Note("passed on", f"asleep: {asleep_now}")
    helpers = [call.to.name for call in calls if call.kind == "escalation"]
    if helpers:
        yield Note("escalated", f"to {', '.join(helpers)}")
