"""A route: which people, by which ladder, and who climbs it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, NamedTuple, Protocol

import msgspec

from alerts.escalation import ladder
from alerts.escalation.ladder import By, Ladder
from alerts.routing import Receiver
from alerts.wording import Language

Owner = Literal["hinoban", "pager"]


class OnCall(Protocol):
    """Who is on call at an instant, by name; ``alerts.rota.rota.Rota`` is one."""

    def on_call(self, at: datetime) -> tuple[str, ...]:
        """Return the first person, the second, and so on; empty in a gap."""
        ...

    def line(self, at: datetime) -> tuple[str, ...]:
        """Return everyone in the order to ask."""
        ...

    def team(self) -> tuple[str, ...]:
        """Return everyone."""
        ...


class Fixed(NamedTuple):
    """The same people day and night, in the order to ask."""

    names: tuple[str, ...]

    def on_call(self, at: datetime) -> tuple[str, ...]:
        """Return everyone."""
        del at
        return self.names

    def line(self, at: datetime) -> tuple[str, ...]:
        """Return everyone."""
        del at
        return self.names

    def team(self) -> tuple[str, ...]:
        """Return everyone."""
        return self.names


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """Where the pages of some topics go; without anybody on call, to the fallback.

    A route owned by a ``pager`` is paged once: the pager climbs.
    """

    name: str = ""
    on_call: OnCall | None = None
    ladder: Ladder = Ladder()
    warning: Ladder = Ladder()
    owner: Owner = "hinoban"
    fallback: Receiver = Receiver()

    def climbs(self, severity: str) -> Ladder:
        """Return the ladder for *severity*."""
        if self.owner == "pager":
            return ladder.ONCE
        return self.ladder if severity == "critical" else self.warning


class People(NamedTuple):
    """Every receiver by name, and which channels can wake a sleeper."""

    receivers: Mapping[str, Receiver] = {}
    waking: frozenset[str] = frozenset()

    def called(self, name: str) -> Receiver | None:
        """Return who goes by *name*: a receiver's own, or another one of theirs."""
        if found := self.receivers.get(name):
            return found
        wanted = name.casefold()
        known = (one for one in self.receivers.values() for also in one.names if also.casefold() == wanted)
        return next(known, None) if wanted else None

    def shown(self, who: str, language: Language) -> str:
        """Return how a reader of *language* sees whoever goes by *who*; a stranger is seen as they are."""
        found = self.called(who)
        return found.called(language) if found else who

    def ways(self, receiver: Receiver, by: By) -> tuple[str, ...]:
        """Return the channels of *receiver*: the usual ones, louder ones that wake, or both."""
        if by == "channels":
            return receiver.channels
        waking = tuple(way for way in (*receiver.channels, *receiver.backup) if way in self.waking)
        louder = receiver.louder or waking or receiver.channels
        return louder if by == "louder" else tuple(dict.fromkeys((*receiver.channels, *louder)))

    def rousing(self, receiver: Receiver, by: By) -> tuple[str, ...]:
        """Return the channels for a sleeper: louder ones as well where none of the usual ones wakes."""
        usual = self.ways(receiver, by)
        return usual if self.waking.intersection(usual) else self.ways(receiver, "both")

    def soundless(self, receiver: Receiver) -> tuple[str, ...]:
        """Return the usual channels of *receiver* that wake nobody."""
        return tuple(way for way in receiver.channels if way not in self.waking)
