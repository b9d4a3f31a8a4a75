"""One text on its way through the rules: its foldings, boundaries and offsets, each made at most once."""

from collections.abc import Iterator
from functools import cached_property
from typing import Protocol

from listener.matching.boundary import Boundaries, WordBoundaries
from listener.matching.normalise import Offsets, Span, cleaned, offsets, unstretched
from listener.matching.spelling import Haystack, Occurrence


class Findable(Protocol):
    """What can be looked for in a folded text: a spelling, or its disguises."""

    def places(self, haystack: Haystack) -> Iterator[Occurrence]:
        """Yield every place where it stands."""
        ...


class Reading:
    """A text as the rules read it; ``text`` has its addresses blanked already."""

    def __init__(self, text: str, words: WordBoundaries | None) -> None:
        self.text = text
        self.clean = cleaned(text)
        self.boundaries = Boundaries(self.clean, words)
        self._first = Haystack(self.clean)

    @cached_property
    def _second(self) -> tuple[Haystack, list[int]] | None:
        """Return the text with stretched letters as one, and its places in the cleaned text."""
        second = unstretched(self.clean)
        return (Haystack(second.text), [*second.at, len(self.clean)]) if second else None

    @cached_property
    def _offsets(self) -> Offsets:
        return offsets(self.text, self.clean)

    def places(self, sought: Findable) -> set[Occurrence]:
        """Return every place of *sought*, in the text as written or with stretched letters as one."""
        found = set(sought.places(self._first))
        if self._second:
            haystack, at = self._second
            found.update(
                Occurrence(at[place.start], at[place.end], place.weak) for place in sought.places(haystack)
            )
        return found

    def original(self, place: Occurrence) -> Span:
        """Return where *place* stands in the text."""
        return self._offsets.original(place.start, place.end)
