"""Spellings that hide from a search: ト ヨ タ, ト○タ, 卜ヨ夕. Always weak: they guess."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from listener.matching.characters import DASHES, LONG, LOOK_ALIKES, MASKS, SEPARATORS
from listener.matching.spelling import Haystack, Occurrence, Spelling

_GAPS: Final = SEPARATORS + ".,、。_/|*+~'`:;!?\"・"
_GAP: Final = f"[{re.escape(_GAPS)}]{{1,3}}"
_LEAST_SEPARATED = 2
_LEAST_MASKED = 3


def _looks(letter: str) -> str:
    return letter + LOOK_ALIKES.get(letter, "") + (DASHES if letter == LONG else "")


class Disguise:
    """The obfuscated forms of one spelling."""

    def __init__(self, spelling: Spelling) -> None:
        self._spelling = spelling
        self._letters = spelling.letters

    @cached_property
    def _separated(self) -> re.Pattern[str]:
        cells = [f"[{re.escape(_looks(letter))}]" for letter in self._letters]
        return re.compile(f"(?=({_GAP.join(cells)}))")

    @cached_property
    def _joined(self) -> re.Pattern[str]:
        first, *rest = (_looks(letter) for letter in self._letters)
        masks = MASKS if len(self._letters) >= _LEAST_MASKED else ""
        cells = "".join(f"[{re.escape(cell + masks)}]" for cell in rest)
        return re.compile(f"(?=([{re.escape(first)}]{cells}))")

    def places(self, haystack: Haystack) -> Iterator[Occurrence]:
        """Yield every place where the spelling stands in disguise."""
        text = haystack.alike if self._spelling.kana else haystack.kept
        if len(self._letters) < _LEAST_SEPARATED:
            return
        for found in self._separated.finditer(text):
            yield Occurrence(found.start(1), found.end(1), weak=True)
        for found in self._joined.finditer(text):
            if self._is_disguised(found[1]):
                yield Occurrence(found.start(1), found.end(1), weak=True)

    def _is_disguised(self, written: str) -> bool:
        """Tell whether *written* is not simply the spelling, and at least half of it can be read."""
        readable = sum(
            character in _looks(letter) for character, letter in zip(written, self._letters, strict=True)
        )
        plain = written.translate(dict.fromkeys(map(ord, DASHES), LONG))
        return plain != self._letters and readable * 2 >= len(written)

    def anchors(self) -> Iterator[str]:
        """Yield the pairs of characters with which a disguised form can begin, as folded text has them."""
        if len(self._letters) < _LEAST_SEPARATED:
            return
        for first in _looks(self._letters[0]):
            for second in dict.fromkeys(_looks(self._letters[1]) + MASKS + _GAPS):
                yield first + second
