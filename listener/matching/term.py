"""A spelling with its rules of edges: where it stands as a word of its own."""

import unicodedata
from collections.abc import Iterator
from typing import Literal

from listener.matching.boundary import Ask, kind
from listener.matching.obfuscation import Disguise
from listener.matching.reading import Reading
from listener.matching.spelling import Kana, Occurrence, Spelling

Mode = Literal["auto", "word", "substring", "exact"]


class Term:
    """One spelling under a mode, found only where it counts."""

    def __init__(
        self,
        text: str,
        mode: Mode = "auto",
        kana: Kana = "auto",
        *,
        disguised: bool = False,
        within: bool = False,
    ) -> None:
        """Compile *text*; ``within`` is for exclusions that contain a spelling: no dictionary is asked."""
        self.spelling = Spelling(text, kana)
        self.disguise = Disguise(self.spelling) if disguised else None
        self._mode = mode
        self._ask: Ask = "never" if within else "always" if mode == "word" else "same script"
        self._exact = unicodedata.normalize("NFC", text.strip())
        self._handle = self.spelling.folded.startswith("@")

    @property
    def text(self) -> str:
        """Return the spelling as the list has it."""
        return self.spelling.text

    def anchors(self) -> Iterator[str]:
        """Yield pieces of raw text, one of which stands in every text with this term (see ``sieve``)."""
        yield from self.spelling.anchors()
        if self.disguise:
            yield from self.disguise.anchors()

    def occurrences(self, reading: Reading) -> Iterator[Occurrence]:
        """Yield every place in *reading* where this term counts, in order."""
        places = reading.places(self.spelling)
        plain = {place[:2] for place in places}
        if self.disguise:
            places |= {place for place in reading.places(self.disguise) if place[:2] not in plain}
        for place in sorted(places):
            judged = self._judged(place, reading)
            if judged is not None:
                yield judged

    def _judged(self, place: Occurrence, reading: Reading) -> Occurrence | None:
        if self._mode == "substring":
            return place
        if self._mode == "exact" and not self._is_exact(place, reading):
            return None
        if self._handle and not _is_whole_handle(place, reading.clean):
            return None
        stands = reading.boundaries.around(place.start, place.end, self._ask)
        if stands is None:  # only a dictionary could tell, and there is none
            return place._replace(weak=True)
        return place if stands else None

    def _is_exact(self, place: Occurrence, reading: Reading) -> bool:
        start, end = reading.original(place)
        return unicodedata.normalize("NFC", reading.text[start:end]) == self._exact


def _is_whole_handle(place: Occurrence, clean: str) -> bool:
    """Tell whether a handle stands alone: @sakura is neither in info@sakura nor in @sakura2."""
    before = kind(clean[place.start - 1]) if place.start else ""
    after = kind(clean[place.end]) if place.end < len(clean) else ""
    return before not in {"letter", "digit", "_"} and after not in {"digit", "_"}
