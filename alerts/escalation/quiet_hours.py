"""Night is the responder's night: quiet hours by the clock on the responder's wall."""

import re
from datetime import UTC, datetime, time, timedelta
from functools import cache
from typing import NamedTuple

from alerts.routing import Receiver

USUAL = "22:00-07:00"
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


class Span(NamedTuple):
    """Hours of a day; past midnight when they end before they start."""

    start: time
    end: time


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
    if quiet is None or quiet.start == quiet.end:
        return False
    local = at.astimezone(receiver.clock).time()
    if quiet.start < quiet.end:
        return quiet.start <= local < quiet.end
    return local >= quiet.start or local < quiet.end


def wakes_at(receiver: Receiver, at: datetime) -> datetime:
    """Return when the quiet hours of *receiver* that hold at *at* end; *at* itself when none do.

    An end that the clocks skip or pass twice is the first instant at which the night is really over.
    """
    quiet = span(receiver.quiet)
    if quiet is None or not asleep(receiver, at):
        return at
    today = at.astimezone(receiver.clock).date()
    ends = (
        datetime.combine(today + timedelta(days=day), quiet.end, receiver.clock).replace(fold=fold)
        for day in (0, 1)
        for fold in (0, 1)
    )
    later = sorted(end.astimezone(UTC) for end in ends)
    return next(end for end in later if end > at and not asleep(receiver, end))
