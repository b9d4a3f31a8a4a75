"""Stretches in which a source was dead: missing is not zero."""

from collections.abc import Mapping

import msgspec

BLIND = 0.5
"""With less than this part of a topic's posts in sight silence is no sign of an end."""


class Hole(msgspec.Struct):
    """A source that said nothing from *start* to before *end* (None: still), in minutes since the epoch."""

    source: str
    start: int
    end: int | None = None

    def covers(self, minute: int) -> bool:
        """Tell whether *minute* lies in the hole."""
        return self.start <= minute and (self.end is None or minute < self.end)


class Outages(msgspec.Struct):
    """The holes that still matter."""

    holes: list[Hole] = []

    def begin(self, source: str, minute: int) -> None:
        """Remember that *source* died at *minute*; said twice, the earlier time stands."""
        for hole in self.holes:
            if hole.source == source and hole.end is None:
                hole.start = min(hole.start, minute)
                return
        self.holes.append(Hole(source, minute))

    def end(self, source: str, minute: int) -> None:
        """Remember that *source* is back at *minute*."""
        for hole in self.holes:
            if hole.source == source and hole.end is None:
                hole.end = max(minute, hole.start)

    def fill(self, source: str, minute: int) -> None:
        """Forget an ended hole of *source* in whose inside a post arrived after all: it is being backfilled.

        The whole expectation stands again, else the catching up would look like a spike.
        """
        self.holes = [
            hole
            for hole in self.holes
            if hole.end is None or hole.source != source or not hole.start < minute < hole.end
        ]

    def set_back(self, minute: int) -> None:
        """Forget what lies after *minute*: it has not happened yet."""
        for hole in self.holes:
            hole.start = min(hole.start, minute)
            hole.end = None if hole.end is None else min(hole.end, minute)
        self.holes = [hole for hole in self.holes if hole.end is None or hole.start < hole.end]

    def blind(self, minute: int, shares: Mapping[str, float]) -> bool:
        """Tell whether too little could be seen at *minute* to call anything over."""
        return self.touches(minute) and self.alive(minute, shares) < BLIND

    def forget(self, minute: int) -> None:
        """Drop the holes that ended before *minute*."""
        self.holes = [hole for hole in self.holes if hole.end is None or hole.end >= minute]

    def alive(self, minute: int, shares: Mapping[str, float]) -> float:
        """Return the part of a topic's posts that could be seen at *minute*."""
        dead = {hole.source for hole in self.holes if hole.covers(minute)}
        return max(0.0, 1.0 - sum(shares.get(source, 0.0) for source in dead)) if dead else 1.0

    def touches(self, minute: int) -> bool:
        """Tell whether anything was dead in the two hours up to *minute*."""
        return bool(self.holes) and any(hole.start <= minute for hole in self.holes)
