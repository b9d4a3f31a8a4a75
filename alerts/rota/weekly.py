"""Windows of the week, like weekdays from 18:00 to 09:00, by the clock on the wall."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta, tzinfo
from typing import NamedTuple

from alerts.rota import wall

DAY = timedelta(days=1)
WEEK = timedelta(days=7)


class Window(NamedTuple):
    """A time of every week: when it starts after Monday 00:00, and how long it lasts on the wall."""

    start: timedelta
    length: timedelta


def active(windows: Sequence[Window], at: datetime, zone: tzinfo) -> bool:
    """Tell whether an instant lies in one of the windows."""
    return any(opens <= at < closes for opens, closes in _occurrences(windows, at, at, zone))


def edges(windows: Sequence[Window], since: datetime, until: datetime, zone: tzinfo) -> Iterator[datetime]:
    """Yield when windows open and close, from *since* to *until* and a little around."""
    for opens, closes in _occurrences(windows, since, until, zone):
        yield opens
        yield closes


def _occurrences(
    windows: Sequence[Window], since: datetime, until: datetime, zone: tzinfo
) -> Iterator[tuple[datetime, datetime]]:
    monday = _monday(wall.shown(since, zone)) - WEEK
    last = _monday(wall.shown(until, zone)) + WEEK
    while monday <= last:
        for window in windows:
            opens = monday + window.start
            yield wall.instant(opens, zone), wall.instant(opens + window.length, zone)
        monday += WEEK


def _monday(local: datetime) -> datetime:
    return datetime.combine(local.date() - timedelta(days=local.weekday()), time())
