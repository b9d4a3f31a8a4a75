"""A layer whose people take turns: each for a step, handed over by the clock on the wall."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, tzinfo

from alerts.rota import wall
from alerts.rota.weekly import Window, active, edges

MONDAY = datetime(1970, 1, 5)  # noqa: DTZ001 - a time on the wall has no offset


class Rotation:
    """A layer of a rota; without *since* it has always been, the first person beginning on a Monday.

    *since* and *until* are times on the wall: the first handoff, and when the layer ends. Turns go on while
    a window of *only* is closed, nobody being on duty then.
    """

    def __init__(
        self,
        name: str,
        people: Sequence[str],
        zone: tzinfo,
        step: timedelta,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        only: Sequence[Window] = (),
    ) -> None:
        self.name = name
        self.people = tuple(dict.fromkeys(people))
        self._turns = tuple(people)
        self._zone = zone
        self._step = step
        self._anchor = since or MONDAY
        self._first = wall.instant(since, zone) if since else None
        self._end = wall.instant(until, zone) if until else None
        self._only = tuple(only)

    def on_duty(self, at: datetime) -> tuple[str, ...]:
        """Return the person whose turn it is, unless the layer rests."""
        if not self._turns or (self._first and at < self._first) or (self._end and at >= self._end):
            return ()
        if self._only and not active(self._only, at, self._zone):
            return ()
        return (self._turns[self._turn(at) % len(self._turns)],)

    def following(self, at: datetime) -> tuple[str, ...]:
        """Return the people in the order of their turns after the one at *at*."""
        turn = self._turn(at) + 1
        ahead = (self._turns[(turn + n) % len(self._turns)] for n in range(len(self._turns)))
        return tuple(dict.fromkeys(ahead))

    def changes(self, since: datetime, until: datetime) -> Iterator[datetime]:
        """Yield the handoffs, the edges of the windows, and the layer's first and last instant."""
        yield from (edge for edge in (self._first, self._end) if edge)
        yield from edges(self._only, since, until, self._zone)
        if len(self._turns) > 1:
            turn = self._turn(since)
            while (handoff := self._handoff(turn)) <= until:
                yield handoff
                turn += 1

    def _turn(self, at: datetime) -> int:
        """Return the number of the turn at *at*: the one whose handoff was last."""
        turn = (wall.shown(at, self._zone) - self._anchor) // self._step
        while self._handoff(turn + 1) <= at:
            turn += 1
        while self._handoff(turn) > at:
            turn -= 1
        return turn

    def _handoff(self, turn: int) -> datetime:
        return wall.instant(self._anchor + turn * self._step, self._zone)
