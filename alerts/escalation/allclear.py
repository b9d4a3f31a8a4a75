"""The all-clear: for everybody who was called, and it never rings in quiet hours."""

from datetime import datetime
from typing import Literal, NamedTuple

from alerts.escalation.climb import Call
from alerts.escalation.quiet_hours import asleep, wakes_at
from alerts.escalation.record import Postponed
from alerts.escalation.route import People
from alerts.incident import Incident
from alerts.routing import Receiver

KIND: Literal["resolved"] = "resolved"


class AllClear(NamedTuple):
    """Who is told now, and who when they are awake."""

    calls: tuple[Call, ...]
    postponed: tuple[Postponed, ...]


def over(incident: Incident, people: People, fallback: Receiver, now: datetime) -> AllClear:
    """Return who hears that *incident* is over: by channels that wake nobody, else in the morning."""
    calls, later = [], []
    for one in _called(incident, people, fallback):
        ways = people.soundless(one) if asleep(one, now) else one.channels
        if ways:
            calls.append(Call(one, ways, KIND, str(incident.reopened)))
        else:
            later.append(_later(incident, one, now))
    return AllClear(tuple(calls), tuple(later))


def owed(incident: Incident, people: People, now: datetime) -> tuple[Call, ...]:
    """Return the all-clears that waited for the morning and are due."""
    waiting = [one for one in incident.postponed if one.kind == KIND and not one.became]
    ready = (people.receivers.get(one.to) for one in waiting if one.until <= now and not incident.open)
    return tuple(Call(one, one.channels, KIND, str(incident.reopened)) for one in ready if one is not None)


def _called(incident: Incident, people: People, fallback: Receiver) -> list[Receiver]:
    known = (people.receivers.get(ring.to) for ring in incident.rung)
    called = [one for one in known if one is not None]
    # An incident that an older version opened remembers only that somebody was paged.
    return called or ([fallback] if incident.paged_at and not incident.rung else [])


def _later(incident: Incident, receiver: Receiver, now: datetime) -> Postponed:
    until = wakes_at(receiver, now)
    why = f"every channel of {receiver.name} wakes; told at {until.astimezone(receiver.clock):%H:%M}"
    return Postponed(to=receiver.name, kind=KIND, severity=incident.severity, at=now, until=until, why=why)
