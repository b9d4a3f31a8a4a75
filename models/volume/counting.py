"""Counts per minute of event time: people, not posts, each once in two hours."""

from collections.abc import Iterator
from hashlib import blake2b
from heapq import nlargest
from itertools import accumulate

import msgspec

WINDOW = 120
"""Minutes that may still change and are compared with the expectation."""
HISTORY = WINDOW + 61
"""Minutes kept: the window, and the hour before it that is waiting to be learned."""
PHRASES = 5
"""So many texts that are said alike are turns of phrase: who floods a topic rarely has as many."""
OUT = 3
"""A text that was posted so many times as often as the fifth most usual one sticks out."""
ROOM = 0.6
"""How the room for copies grows with each time that so many texts were said: with a cap of 5, by three."""


def fingerprint(text: str) -> int:
    """Return 63 bits that stand for *text*: the counts remember nobody's name."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()) >> 1


class Ring(msgspec.Struct):
    """One number per minute, up to and with the minute ``head``."""

    head: int
    values: list[int] = msgspec.field(default_factory=lambda: [0] * HISTORY)

    def add(self, minute: int, count: int) -> None:
        """Add *count* to *minute*, which must not be older than the ring."""
        self.values[minute - self.head - 1] += count

    def advance(self, minute: int) -> None:
        """Make *minute* the newest."""
        gone = min(minute - self.head, HISTORY)
        if gone > 0:
            del self.values[:gone]
            self.values.extend([0] * gone)
            self.head = minute

    def set_back(self, minute: int) -> None:
        """Make an earlier *minute* the newest; what was older than the ring is lost."""
        gone = min(max(self.head - minute, 0), HISTORY)
        self.values = [0] * gone + self.values[: HISTORY - gone]
        self.head = minute

    def totals(self) -> list[int]:
        """Return the sums of the last 1, 2, ... WINDOW minutes."""
        return list(accumulate(self.values[: -WINDOW - 1 : -1]))

    def total(self, minutes: int) -> int:
        """Return the sum of the last *minutes* minutes."""
        return sum(self.values[-minutes:])


class Copies(msgspec.Struct):
    """How many said one text in one minute, how many of them were counted, and how often it was posted."""

    minute: int
    people: int
    counted: int
    posts: int = 0


class Crowd(msgspec.Struct):
    """Distinct people per minute: an author once per two hours, copies of a text capped.

    Within a minute the outcome does not depend on the order: an author stands under the smallest
    of their post numbers there, and of a text's people as many count as there was room before.
    """

    ring: Ring
    authors: dict[int, tuple[int, int, str]] = {}
    copies: dict[str, list[Copies]] = {}
    rooms: dict[int, float] = {}
    """How many times the usual room copies had in a minute: settled by what was said before it."""
    again: dict[str, int] = {}
    """How often texts that were posted more than once were posted, in two or three hours."""

    def add(self, minute: int, author: int, post: int, cluster: str, cap: int) -> None:
        """Count *author* in *minute* for a *post* of *cluster* (empty: no copy of anything)."""
        known = self.authors.get(author)
        if known is None or abs(minute - known[0]) >= WINDOW:
            self.authors[author] = (minute, post, cluster)
            self._join(minute, cluster, cap)
        elif minute == known[0] and post < known[1]:
            self.authors[author] = (minute, post, cluster)
            if cluster != known[2]:
                self._leave(minute, known[2])
                self._join(minute, cluster, cap)

    def _join(self, minute: int, cluster: str, cap: int) -> None:
        if not cluster:
            self.ring.add(minute, 1)
            return
        mine, near = self._uses(minute, cluster)
        mine.people += 1
        if sum(use.counted for use in near) < cap * self._room(minute):
            mine.counted += 1
            self.ring.add(minute, 1)

    def note(self, minute: int, cluster: str) -> None:
        """Note that a text was posted, by whomever: who posts it time and again floods, too."""
        mine, _ = self._uses(minute, cluster)
        mine.posts += 1
        self._repeat(cluster)

    def _repeat(self, cluster: str) -> None:
        posts = sum(use.posts for use in self.copies[cluster])
        if posts > 1:
            self.again[cluster] = posts

    def _uses(self, minute: int, cluster: str) -> tuple[Copies, list[Copies]]:
        """Return what is known of a text in *minute*, and in all minutes within two hours of it."""
        uses = self.copies.setdefault(cluster, [])
        mine = next((use for use in uses if use.minute == minute), None)
        if mine is None:
            mine = Copies(minute, 0, 0)
            uses.append(mine)
        return mine, [use for use in uses if abs(use.minute - minute) < WINDOW]

    def floods(self) -> list[str]:
        """Return the few texts that stick out: posted far more often than the next most usual ones."""
        usual = nlargest(PHRASES, self.again.values())
        least = OUT * (usual[-1] if len(usual) == PHRASES else 1)
        return [text for text, posts in self.again.items() if posts >= least]

    def saying(self, texts: list[str]) -> list[int]:
        """Return how many of those counted in the last 1, 2, ... WINDOW minutes said one of *texts*."""
        said = [0] * WINDOW
        for text in texts:
            for use in self.copies.get(text, ()):
                if use.minute > self.ring.head - WINDOW:
                    said[self.ring.head - use.minute] += use.counted
        return list(accumulate(said))

    def _room(self, minute: int) -> float:
        """Return how many times the usual room copies have: more where everybody says the same few things.

        Spam sticks out. Where the fifth most usual text is said thirty times, who says it is a person.
        """
        if minute not in self.rooms:
            usual = nlargest(PHRASES, self._said(minute))
            self.rooms[minute] = max(1.0, ROOM * usual[-1]) if len(usual) == PHRASES else 1.0
        return self.rooms[minute]

    def _said(self, minute: int) -> Iterator[int]:
        """Yield how many people said each text that more than one said in the two hours before *minute*."""
        oldest = minute - WINDOW
        for uses in self.copies.values():
            people = 0
            for use in uses:
                if oldest < use.minute < minute:
                    people += use.people
            if people > 1:
                yield people

    def _leave(self, minute: int, cluster: str) -> None:
        mine = next((use for use in self.copies.get(cluster, ()) if use.minute == minute), None)
        if mine is not None:
            mine.people -= 1
        if mine is None or mine.counted > mine.people:
            self.ring.add(minute, -1)
            if mine is not None:
                mine.counted = mine.people

    def set_back(self, minute: int) -> None:
        """Make an earlier *minute* the newest, forgetting who was counted after it."""
        self.authors = {author: last for author, last in self.authors.items() if last[0] <= minute}
        kept = {text: [use for use in uses if use.minute <= minute] for text, uses in self.copies.items()}
        self.copies = {text: uses for text, uses in kept.items() if uses}
        self.rooms = {at: room for at, room in self.rooms.items() if at <= minute}
        self._recall()
        self.ring.set_back(minute)

    def advance(self, minute: int) -> None:
        """Make *minute* the newest, forgetting once an hour who was here more than two hours ago."""
        if minute // 60 != self.ring.head // 60:
            oldest = minute - WINDOW
            self.authors = {author: last for author, last in self.authors.items() if last[0] > oldest}
            kept = {text: [use for use in uses if use.minute > oldest] for text, uses in self.copies.items()}
            self.copies = {text: uses for text, uses in kept.items() if uses}
            self.rooms = {at: room for at, room in self.rooms.items() if at > oldest}
            self._recall()
        self.ring.advance(minute)

    def _recall(self) -> None:
        known, self.again = self.again, {}
        for text in known:
            if text in self.copies:
                self._repeat(text)
