"""Let through only texts that may match: one automaton over bytes in which look-alikes are already equal.

Folding costs tens of microseconds, and ninety-nine posts in a hundred match nothing. So each spelling gives
one piece (its anchor), texts and anchors are written in UTF-16, and one ``bytes.translate`` makes equal what
folding would make equal (and now and then a little more: a spelling's own expression has the last word).
Texts with rarer characters are cleaned first.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from string import ascii_lowercase
from typing import Final

from ahocorasick_rs import BytesAhoCorasick, Implementation

from listener.matching.characters import DASHES, KANJI, LARGE, LONG, SPACING_MARKS, VOICING, ranges
from listener.matching.normalise import cleaned, folded

_HIRAGANA: Final = range(0x41, 0x97)  # low bytes of U+3041 to U+3096; katakana stand 0x60 above
_TO_KATAKANA: Final = 0x60
_USUAL: Final = (
    (0x00, 0x7F),
    (0x2010, 0x2010),
    (0x2013, 0x2015),
    (0x2018, 0x201F),
    (0x2022, 0x2022),
    (0x2026, 0x2026),
    (0x203B, 0x203B),
    (0x2190, 0x21FF),
    (0x2500, 0x27BF),
    (0x3000, 0x3020),
    (0x3041, 0x3096),
    (0x30A0, 0x30FC),
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3),
    (0xD800, 0xDFFF),
    (0xFF01, 0xFF0F),
    (0xFF1A, 0xFF20),
    (0xFF3B, 0xFF40),
    (0xFF5B, 0xFF5E),
    (0x1F300, 0x1FAFF),
)
_DASHES: Final = {ord(dash): LONG for dash in DASHES}
_STRETCHED: Final = re.compile(r"([a-z])(?=\1)")
_LETTER: Final = re.compile("[a-z]")
_DOUBLE: Final = LONG * 2
_RUNS: Final = re.compile(f"{LONG}{LONG}+")
_IN_CONTEXT: Final = re.compile(
    f"[{VOICING}{SPACING_MARKS}ゝゞヽヾ\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb\uffa0-\uffdc\u3131-\u318e]"
)


def _unusual(*, signs: bool) -> re.Pattern[str]:
    """Build the class of characters to clean; *signs* adds those that only turn into other signs."""
    rare = {ord(variant) for variant in KANJI} | {ord(dash) for dash in DASHES if dash > "\x7f"}
    usual = [code for first, last in _USUAL for code in range(first, last + 1) if code not in rare]
    if signs:
        usual = [code for code in usual if not _turns(chr(code))]
    return re.compile(f"[^{ranges(usual)}]")


def _turns(character: str) -> bool:
    return not character.isascii() and not character.isalnum() and cleaned(character) != character


def _large_bytes() -> bytes:
    """Build the table that gives small kana the bytes of large ones, in both rows of kana."""
    table = list(range(256))
    for small, large in LARGE.items():
        if "ぁ" <= small <= "ゖ" or "ァ" <= small <= "ヶ":
            table[ord(small) & 0xFF] = ord(large) & 0xFF
    return bytes(table)


def _equal_bytes() -> bytes:
    """Build the table that also gives hiragana the bytes of katakana."""
    return bytes(low + _TO_KATAKANA if low in _HIRAGANA else low for low in _LARGE)


_UNUSUAL: Final = _unusual(signs=False)
_LARGE: Final = _large_bytes()
_EQUAL: Final = _equal_bytes()


class _InContextError(Exception):
    """A character melts into its neighbours: only the whole text can be cleaned."""


class _Cleaned(dict[str, str]):
    """What each unusual character is when it is cleaned by itself, remembered."""

    def __missing__(self, character: str) -> str:
        if _IN_CONTEXT.match(character):
            raise _InContextError
        clean = self[character] = folded(cleaned(character)).translate(_DASHES)
        return clean


_CLEANED: Final = _Cleaned()


def _clean_one(found: re.Match[str]) -> str:
    return _CLEANED[found[0]]


def _prepared(text: str, unusual: re.Pattern[str] = _UNUSUAL) -> str:
    low = text.lower()
    if low.isascii():
        return low
    try:
        low = unusual.sub(_clean_one, low)
    except _InContextError:
        low = folded(cleaned(text)).translate(_DASHES)
    if "-" in low or "~" in low:  # the other dashes are unusual characters
        low = low.replace("-", LONG).replace("~", LONG)
    return _RUNS.sub(LONG, low) if _DOUBLE in low else low


def _bytes(prepared: str) -> bytes:
    return prepared.encode("utf-16-le", "surrogatepass")


def _alike(written: bytes) -> bytes:
    """Write hiragana as katakana, and small kana as large."""
    return written.translate(_EQUAL)


def _apart(written: bytes) -> bytes:
    """Write small kana as large, but keep hiragana and katakana apart."""
    return written.translate(_LARGE)


_LETTERS: Final = Counter(_apart(_bytes(letter)) for letter in ascii_lowercase)
"""Letters as they are written; c and d are written alike, as っ and つ are."""


def _squeezed(prepared: str) -> str:
    """Return *prepared* with every run of an ASCII letter as one."""
    return _STRETCHED.sub("", prepared)


def _in_word(written: bytes, start: int, end: int) -> bool:
    """Tell whether a run of a letter touches another letter: looove does, a laughing www does not."""
    letter = written[start : start + 2]
    beside = (written[start - 2 : start], written[end : end + 2])
    return any(near in _LETTERS and (near != letter or _LETTERS[near] > 1) for near in beside)


class _Waiting:
    """Who waits for one anchor: those to whom all kana are alike, and the others by how they write it."""

    __slots__ = ("alike", "apart")

    def __init__(self) -> None:
        self.alike: list[int] = []
        self.apart: dict[bytes, list[int]] = {}


class Sieve:
    """Which spellings may stand in a text: never misses one, sometimes names one too many."""

    def __init__(self, anchors: Iterable[tuple[str, int, bool]]) -> None:
        """Compile *anchors*: each with its owner's number, and whether all kana are alike to it."""
        waiting: dict[bytes, _Waiting] = {}
        squeezed: dict[bytes, list[int]] = {}
        signs = False
        for anchor, owner, alike in anchors:
            signs = signs or not anchor.isalnum()
            prepared = _prepared(anchor)
            written = _bytes(prepared)
            one = waiting.setdefault(_alike(written), _Waiting())
            (one.alike if alike else one.apart.setdefault(_apart(written), [])).append(owner)
            if _LETTER.search(prepared):
                squeezed.setdefault(_alike(_bytes(_squeezed(prepared))), []).append(owner)
        # Full-width signs and … matter only to a list that has signs in its words.
        self._unusual = _unusual(signs=True) if signs else _UNUSUAL
        self._waiting = list(waiting.values())
        runs = [_alike(_bytes(letter * 3)) for letter in ascii_lowercase]
        self._automaton = BytesAhoCorasick([*waiting, *runs], implementation=Implementation.DFA)
        self._squeezed_owners = list(squeezed.values())
        self._squeezed = BytesAhoCorasick(list(squeezed), implementation=Implementation.ContiguousNFA)

    def maybe(self, text: str) -> set[int]:
        """Return the owners of all anchors that may stand in *text*."""
        prepared = _prepared(text, self._unusual)
        written = _bytes(prepared)
        hits = self._automaton.find_matches_as_indexes(_alike(written), overlapping=True)
        return self._owners(prepared, _apart(written), hits) if hits else set()

    def _owners(self, prepared: str, written: bytes, hits: list[tuple[int, int, int]]) -> set[int]:
        owners: set[int] = set()
        stretched = False
        known = len(self._waiting)
        for anchor, start, end in hits:
            if start % 2:  # an odd place is half a character
                continue
            if anchor < known:
                waiting = self._waiting[anchor]
                owners.update(waiting.alike)
                if waiting.apart:
                    owners.update(waiting.apart.get(written[start:end], ()))
            elif not stretched and _in_word(written, start, end):
                stretched = True
                owners.update(self._stretched(prepared))
        return owners

    def _stretched(self, prepared: str) -> Iterator[int]:
        """Yield the owners of anchors that may stand in *prepared* in stretched letters."""
        written = _alike(_bytes(_squeezed(prepared)))
        hits = self._squeezed.find_matches_as_indexes(written, overlapping=True)
        for anchor in {hit[0] for hit in hits}:
            yield from self._squeezed_owners[anchor]
