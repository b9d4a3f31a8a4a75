"""Clocks on the wall, as instants: a handoff at 09:00 stays at 09:00 whatever the clocks do."""

from datetime import UTC, datetime, timedelta, tzinfo

SECOND = timedelta(seconds=1)


def instant(local: datetime, zone: tzinfo) -> datetime:
    """Return when clocks in *zone* show the naive *local* time, in UTC; never earlier for a later time.

    Of a time that is shown twice it is the first; one that the clocks jump over is the moment of the jump.
    """
    first = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if shown(first, zone) == local:
        return first
    return _jump(local.replace(tzinfo=zone, fold=1).astimezone(UTC), first, zone)


def last_instant(local: datetime, zone: tzinfo) -> datetime:
    """Return the last instant at which clocks in *zone* show the naive *local* time, else the jump."""
    second = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return second if shown(second, zone) == local else instant(local, zone)


def shown(at: datetime, zone: tzinfo) -> datetime:
    """Return what clocks in *zone* show at an instant, as a naive time."""
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def _jump(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """Return the first instant after the jump that lies between two instants, to the second."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > SECOND:
        middle = before + (after - before) // 2 // SECOND * SECOND
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after
