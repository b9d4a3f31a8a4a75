"""Where a name may end inside a word that the dictionary does not know: スタバ in スタバラテ.

A dictionary of one language's words takes an unknown run of katakana for one word. A name counts there when
known words cover the rest and no other reading of the run is as simple: スタバ + ラテ; but アイ + スタイル is
as good as アイス + タイル. Names may have shorter neighbours than common words: the dictionary does not know
オンライン, and オン + ライン would let ライン in. Figures: docs/decisions/0008-names-inside-unknown-words.md.
"""

import re
from typing import Final, Literal, Protocol

Standing = Literal["unknown", "name", "word"]

_KATAKANA: Final = re.compile(r"[ァ-ヺー]+")
_DRAWL: Final = re.compile(r"[ーァィゥェォッ]+")
_LONGEST_RUN: Final = 24
_LEAST_RUN: Final = 4
_LONGEST_WORD: Final = 12
_LEAST_KEYWORD: Final = 3
_LEAST_BESIDE_WORD: Final = 3
_LEAST_PIECE: Final = 2
_LEAST_BEFORE: Final = 3
_COINED: Final = 4


class Lexicon(Protocol):
    """What a dictionary knows about a word by itself."""

    def standing(self, word: str) -> Standing:
        """Tell whether *word* is unknown, a proper name only, or a common word."""
        ...


def stands_in(run: str, start: int, end: int, standing: Standing, lexicon: Lexicon) -> bool:
    """Tell whether a keyword of *standing* may stand from *start* to *end* of the unknown word *run*."""
    if len(run) > _LONGEST_RUN or len(run) < _LEAST_RUN or not _KATAKANA.fullmatch(run):
        return False
    if start == 0 and _DRAWL.fullmatch(run, end):
        return True
    return _Compound(run, start, end, standing, lexicon).is_read_so()


def is_long_enough(keyword: str) -> bool:
    """Tell whether *keyword* says enough to be looked for inside unknown words: パン does not."""
    return len(keyword) >= _LEAST_KEYWORD


class _Compound:
    """An unknown run of katakana with a keyword in it."""

    def __init__(self, run: str, start: int, end: int, standing: Standing, lexicon: Lexicon) -> None:
        self._run, self._start, self._end = run, start, end
        self._standing = standing
        self._lexicon = lexicon
        self._known: dict[tuple[int, int], bool] = {}

    def is_read_so(self) -> bool:
        """Tell whether the keyword and known words make up the run, and nothing else does as simply."""
        least = _LEAST_BESIDE_WORD if self._standing == "word" else _LEAST_PIECE
        if self._is_scrap():
            return False
        before = self._fewest(0, self._start, least) if self._start not in range(1, _LEAST_BEFORE) else None
        after = self._fewest(self._end, len(self._run), least)
        other = self._fewest_otherwise()
        if before is None or after is None:
            return other is None and self._is_coined()
        return other is None or before + 1 + after < other

    def _is_scrap(self) -> bool:
        """Tell whether neither what the keyword has of the run nor the rest says much: パン + マン."""
        here = self._end - self._start
        return here < _LEAST_KEYWORD and len(self._run) - here < _LEAST_BESIDE_WORD

    def _is_coined(self) -> bool:
        """Tell whether this is a longer invented name with something as unknown behind it."""
        rest = len(self._run) - self._end
        return (
            self._standing == "unknown"
            and self._start == 0
            and self._end >= _COINED
            and rest >= _LEAST_BESIDE_WORD
        )

    def _fewest_otherwise(self) -> int | None:
        """Return the fewest known words that make up the run without a seam where the keyword has one."""
        seams = {self._start, self._end} - {0, len(self._run)}
        counts = [self._fewest(0, len(self._run), _LEAST_PIECE, without=seam) for seam in seams]
        return min((count for count in counts if count is not None), default=None)

    def _fewest(self, first: int, last: int, least: int, without: int = -1) -> int | None:
        """Return how few known words of at least *least* letters make up a stretch; None when none do."""
        best: dict[int, int] = {first: 0}
        for end in range(first + least, last + 1):
            if end == without:
                continue
            starts = range(max(first, end - _LONGEST_WORD), end - least + 1)
            counts = [best[start] + 1 for start in starts if start in best and self._knows(start, end)]
            if counts:
                best[end] = min(counts)
        return best.get(last)

    def _knows(self, start: int, end: int) -> bool:
        if (start, end) not in self._known:
            self._known[start, end] = self._lexicon.standing(self._run[start:end]) != "unknown"
        return self._known[start, end]
