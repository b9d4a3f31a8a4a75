"""The hand that writes a page: a reader's words and clock, and other people's words made harmless."""

from datetime import datetime, timedelta
from typing import NamedTuple

from alerts.defuse import clip, defuse
from alerts.incident import Incident
from alerts.routing import Receiver
from alerts.wording import WORDS, Words

LONGEST = 1_000
"""Characters of a text that are looked at before it is clipped."""
_NEAR = timedelta(hours=12)


class Pen(NamedTuple):
    """Writes for one receiver, about an incident as of *now*."""

    receiver: Receiver
    now: datetime

    @classmethod
    def of(cls, incident: Incident, receiver: Receiver) -> "Pen":
        """Take up the pen about *incident* for *receiver*."""
        return cls(receiver, incident.updated_at)

    @property
    def words(self) -> Words:
        """Return the sentences of the reader's language."""
        return WORDS[self.receiver.language]

    def clean(self, text: str, cells: int) -> str:
        """Return *text* defused, in at most so many half-width cells."""
        return clip(defuse(text[:LONGEST], link=self.words.link), cells)

    def who(self, handle: str) -> str:
        """Return a handle that mentions nobody."""
        name = self.clean(handle.removeprefix("@"), 24)
        return f"＠{name}" if name else self.words.somebody

    def time(self, at: datetime) -> str:
        """Return the reader's time of *at*, with its date where that is not plain."""
        local = at.astimezone(self.receiver.clock)
        near = local.date() == self.now.astimezone(self.receiver.clock).date() or abs(self.now - at) < _NEAR
        return f"{local:%H:%M}" if near else f"{local:{self.words.date}}"

    def day(self, at: datetime) -> str:
        """Return the reader's date and time of *at*."""
        return f"{at.astimezone(self.receiver.clock):{self.words.date}}"
