"""Night is the responder's night: quiet hours by the clock on the responder's wall."""

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta, tzinfo
from functools import cache
from typing import NamedTuple

from alerts.rota import wall
from alerts.routing import Receiver

USUAL = "22:00-07:00"
DAYTIME = range(9, 18)
"""The hours in which people are told what can wait for the day."""
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


_AROUND = range(-2, 2)  # days: where clocks go back over midnight, the night of tomorrow has begun


class Span(NamedTuple):
    """Hours of a day; past midnight when they end before they start."""

    start: time
    end: time


class Night(NamedTuple):
    """The quiet hours of one day, as instants."""

    start: datetime
    end: datetime

    def holds(self, at: datetime) -> bool:
        """Tell whether an instant lies in it."""
        return self.start <= at < self.end


@cache
def span(quiet: str) -> Span | None:
    """Read quiet hours like ``22:00-07:00``; none when empty."""
    found = _SPAN.fullmatch(quiet)
    if not found:
        return None
    hours = [int(part) for part in found.groups()]
    return Span(time(hours[0], hours[1]), time(hours[2], hours[3]))


def asleep(receiver: Receiver, at: datetime) -> bool:
    """Tell whether *at* is in the quiet hours of *receiver*."""
    quiet = span(receiver.quiet)
    return quiet is not None and any(night.holds(at) for night in _nights(quiet, at, receiver.clock))


def wakes_at(receiver: Receiver, at: datetime) -> datetime:
    """Return when the quiet hours of *receiver* that hold at *at* end; *at* itself when none do."""
    quiet = span(receiver.quiet)
    if quiet is None:
        return at
    # A jump of the clocks may swallow the hours between two nights: then they are one.
    while now := next((night for night in _nights(quiet, at, receiver.clock) if night.holds(at)), None):
        at = now.end
    return at


def by_day(receiver: Receiver, at: datetime) -> datetime:
    """Return the next instant, *at* itself if it is one, at which *receiver* is awake by day.

    For whoever sleeps by day that is when they are awake.
    """
    awake = wakes_at(receiver, at)
    local = wall.shown(awake, receiver.clock)
    if local.hour in DAYTIME:
        return awake
    day = local.date() + timedelta(days=local.hour >= DAYTIME.stop)
    later = wakes_at(receiver, wall.instant(datetime.combine(day, time(DAYTIME.start)), receiver.clock))
    return later if wall.shown(later, receiver.clock).hour in DAYTIME else awake


def _nights(quiet: Span, at: datetime, zone: tzinfo) -> Iterator[Night]:
    """Yield the nights of the days around *at*.

    A time that the clocks skip is the moment of the jump. Of one that they show twice a night begins at the
    first and ends at the last: it is one piece, and holds whenever the clock on the wall says so.
    """
    if quiet.start == quiet.end:
        return
    today, over_midnight = at.astimezone(zone).date(), timedelta(days=quiet.start > quiet.end)
    for days in _AROUND:
        day = today + timedelta(days=days)
        begins, ends = datetime.combine(day, quiet.start), datetime.combine(day + over_midnight, quiet.end)
        yield Night(wall.instant(begins, zone), wall.last_instant(ends, zone))
