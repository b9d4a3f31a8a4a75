"""One text on its way through the rules: its foldings, boundaries and offsets, each made at most once."""

from collections.abc import Iterator
from functools import cached_property
from typing import Protocol

from listener.matching.boundary import Boundaries, WordBoundaries
from listener.matching.normalise import Offsets, Span, cleaned, offsets
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
        self._haystack = Haystack(self.clean)

    @cached_property
    def _offsets(self) -> Offsets:
        return offsets(self.text, self.clean)

    def places(self, sought: Findable) -> set[Occurrence]:
        """Return every place of *sought*."""
        return set(sought.places(self._haystack))

    def original(self, place: Occurrence) -> Span:
        """Return where *place* stands in the text."""
        return self._offsets.original(place.start, place.end)
