"""A layer of shifts that were written down one by one, as in a calendar."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec


class Booking(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody on duty for a time; ``place`` is 0 for a first person, 1 for a second, and so on."""

    who: str
    since: datetime
    until: datetime
    place: int = 0


class Booked:
    """A layer of bookings; of two at once the one of the lower place comes first, else the shorter one.

    So a single evening that was put on top of a week stands before it.
    """

    def __init__(self, name: str, bookings: Sequence[Booking], people: Sequence[str] = ()) -> None:
        self.name = name
        self._bookings = sorted(bookings, key=lambda one: one.since)
        self._starts = [one.since for one in self._bookings]
        self._longest = max((one.until - one.since for one in self._bookings), default=None)
        self.people = tuple(dict.fromkeys((*people, *(one.who for one in self._bookings))))

    def on_duty(self, at: datetime) -> tuple[str, ...]:
        """Return who is booked at an instant."""
        there = [one for one in self._around(at, at) if one.since <= at < one.until]
        there.sort(key=lambda one: (one.place, one.until - one.since, one.who))
        return tuple(dict.fromkeys(one.who for one in there))

    def following(self, at: datetime) -> tuple[str, ...]:
        """Return the people by their next booking after *at*."""
        later = self._bookings[bisect_right(self._starts, at) :]
        return tuple(dict.fromkeys(one.who for one in later))

    def changes(self, since: datetime, until: datetime) -> Iterator[datetime]:
        """Yield the starts and ends of the bookings in between."""
        for one in self._around(since, until):
            yield one.since
            yield one.until

    def _around(self, since: datetime, until: datetime) -> Sequence[Booking]:
        """Return the bookings that may touch a time."""
        if self._longest is None:
            return ()
        first = bisect_right(self._starts, since - self._longest)
        return self._bookings[max(0, first - 1) : bisect_right(self._starts, until)]
