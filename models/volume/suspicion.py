"""What may be a fire of a topic that is still learning: for a while it does not say what share is usual.

Else a fire that grows as slowly as a new topic learns would become the usual mood while it burns. The level
goes on being learned: a crowd that came for something else would be held against the guess of a level.
"""

import msgspec

from models.volume.settings import DetectionSettings

LONG_AGO = -(1 << 40)


class Suspicion(msgspec.Struct):
    """A stretch in which half a fire was seen time and again, and the minute in which that fire began."""

    began: int = LONG_AGO
    first: int = LONG_AGO
    last: int = LONG_AGO
    until: int = LONG_AGO

    def note(self, head: int, began: int, settings: DetectionSettings) -> None:
        """Note half a fire at *head* that most likely *began* in a minute before it."""
        if not 0 <= head - self.last <= settings.ember_minutes:
            self.began, self.first = began, head
        self.last = head
        # A topic that is always as unhappy as that must be believed some day.
        self.until = min(head + settings.ember_minutes, self.first + settings.cold_hold_hours * 60)

    def minutes(self, head: int) -> int:
        """Return how many of the last minutes do not say what is usual."""
        return head - self.began + 1 if self.last <= head <= self.until else 0
