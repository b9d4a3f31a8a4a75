"""A rota: its layers from the top down, and overrides above them all."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec

from alerts.rota.layer import Layer
from alerts.rota.shift import OVERRIDE, Gap, Override, Shift

__all__ = ["AHEAD", "Gap", "Override", "Rota", "Shift"]

AHEAD = timedelta(days=90)
"""How far ahead ``covered_until`` looks."""


class Duty(NamedTuple):
    """A person on duty, and the layer that says so."""

    who: str
    layer: str


class Rota:
    """Answers who is on call; every datetime is aware, what comes back is in UTC.

    The first person is the override's, else the upmost layer's that has somebody; the next layer that has
    somebody else gives the second person, and so on. Of two overrides at once the one given first holds. A
    rota without layers is one gap.
    """

    def __init__(self, layers: Sequence[Layer] = (), overrides: Iterable[Override] = ()) -> None:
        self._layers = tuple(layers)
        self._overrides = tuple(overrides)

    def on_call(self, at: datetime) -> tuple[str, ...]:
        """Return who is on call: the first person, the second, and so on; empty in a gap."""
        return tuple(duty.who for duty in self._duties(at))

    def line(self, at: datetime) -> tuple[str, ...]:
        """Return everyone in the order to ask: who is on call, then who follows in each layer, each once."""
        following = (who for layer in self._layers for who in layer.following(at))
        return tuple(dict.fromkeys((*self.on_call(at), *following, *self.team())))

    def team(self) -> tuple[str, ...]:
        """Return everyone in the rota, each once."""
        layered = (who for layer in self._layers for who in layer.people)
        return tuple(dict.fromkeys((*layered, *(override.who for override in self._overrides))))

    def shifts(self, since: datetime, until: datetime) -> list[Shift]:
        """Return who is on call from *since* to *until*, by start and place; each place tiles what it can."""
        found: list[Shift] = []
        running: dict[int, int] = {}
        for start, end, duties in self._stretches(since, until):
            before, running = running, {}
            for place, duty in enumerate(duties):
                number = before.get(place)
                if number is not None and (found[number].who, found[number].layer) == duty:
                    found[number] = msgspec.structs.replace(found[number], until=end)
                    running[place] = number
                else:
                    running[place] = len(found)
                    found.append(Shift(start, end, place, *duty))
        return sorted(found)

    def gaps(self, since: datetime, until: datetime) -> list[Gap]:
        """Return the times from *since* to *until* in which nobody is on call."""
        found: list[Gap] = []
        for start, end, duties in self._stretches(since, until):
            if duties:
                continue
            joins = bool(found) and found[-1].until == start
            found.append(Gap(found.pop().since if joins else start, end))
        return found

    def covered_until(self, at: datetime) -> datetime | None:
        """Return when the next gap after *at* begins, at most ``AHEAD``; None when *at* is in one."""
        for start, _, duties in self._stretches(at, at + AHEAD):
            if not duties:
                return start if start > at else None
        return (at + AHEAD).astimezone(UTC)

    def _duties(self, at: datetime) -> tuple[Duty, ...]:
        layered = list(self._layered(at))
        if override := self._override(at, ""):
            # Who is stood in for has the time off, and is not the second person either.
            rest = [duty for duty in layered if duty.who != layered[0].who]
            layered = [Duty(override.who, OVERRIDE), *rest]
        found: dict[str, Duty] = {}
        for duty in layered:
            found.setdefault(duty.who, duty)
        return tuple(found.values())

    def _layered(self, at: datetime) -> Iterator[Duty]:
        for layer in self._layers:
            if override := self._override(at, layer.name):
                yield Duty(override.who, OVERRIDE)
            else:
                yield from (Duty(who, layer.name) for who in layer.on_duty(at))

    def _override(self, at: datetime, layer: str) -> Override | None:
        return next((one for one in self._overrides if one.layer == layer and one.holds(at)), None)

    def _stretches(
        self, since: datetime, until: datetime
    ) -> Iterator[tuple[datetime, datetime, tuple[Duty, ...]]]:
        """Yield the stretches of time within which nothing changes, and who is on duty in each."""
        since, until = since.astimezone(UTC), until.astimezone(UTC)
        edges = {since, until}
        for layer in self._layers:
            edges.update(layer.changes(since, until))
        for override in self._overrides:
            edges.update((override.since, override.until))
        known = sorted(edge.astimezone(UTC) for edge in edges if since <= edge <= until)
        for start, end in itertools.pairwise(known):
            yield start, end, self._duties(start)
