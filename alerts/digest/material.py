"""What a digest and a report are made of, as the storage hands it over."""

from datetime import datetime
from typing import NamedTuple

import msgspec

from alerts.incident import Incident, Severity
from alerts.notification_log import Outcome

RINGING = frozenset({"first", "grown", "reminder", "escalation"})


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A page that was decided: to whom, why, when, and what became of it.

    ``sound`` is the same for the rows of one call; ``silent`` ones made none of their own.
    """

    incident: str
    brand: str
    channel: str
    to: str
    kind: str
    severity: Severity
    at: datetime
    outcome: Outcome = "done"
    night: bool = False
    sound: str = ""
    silent: bool = False

    @property
    def rings(self) -> bool:
        """Tell whether it made (or should have made) a sound."""
        return self.kind in RINGING and not self.silent


class Silence(NamedTuple):
    """A source that told us nothing; without an end it is silent still."""

    source: str
    start: datetime
    end: datetime | None


class Run(NamedTuple):
    """One life of the watch: when it started, and when it was last seen alive."""

    started: datetime
    seen: datetime


class Heard(NamedTuple):
    """Mentions of one half hour with one voice: how many, how many of them unhappy, how many judged."""

    at: datetime
    voice: str
    mentions: int
    negative: int
    judged: int


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is known of a stretch of time.

    ``incidents`` are those that are open or changed in it; ``runs`` those of the watch that overlap it
    and the last before it.
    """

    incidents: tuple[Incident, ...] = ()
    sent: tuple[Sent, ...] = ()
    silences: tuple[Silence, ...] = ()
    runs: tuple[Run, ...] = ()
    heard: tuple[Heard, ...] = ()
