"""Let through only texts that may match: one automaton over bytes in which look-alikes are already equal.

Folding costs tens of microseconds, and ninety-nine posts in a hundred match nothing. So each spelling gives
one piece (its anchor), texts and anchors are written in UTF-16, and one ``bytes.translate`` makes equal what
folding would make equal (and now and then a little more: a spelling's own expression has the last word).
Texts with rarer characters are cleaned first.
"""

import re
from collections.abc import Iterable
from typing import Final

from ahocorasick_rs import BytesAhoCorasick, Implementation

from listener.matching.characters import DASHES, KANJI, LARGE, LONG, SPACING_MARKS, VOICING, ranges
from listener.matching.normalise import STRETCHED, cleaned, folded

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


def _equal_bytes() -> bytes:
    """Build the table that gives equal characters equal bytes (hiragana = katakana, small = large kana)."""
    same = list(range(256))
    for small, large in LARGE.items():
        if "ぁ" <= small <= "ゖ":
            same[ord(small) & 0xFF] = ord(large) & 0xFF
    return bytes(same[low] + _TO_KATAKANA if low in _HIRAGANA else _katakana(low, same) for low in range(256))


def _katakana(low: int, same: list[int]) -> int:
    hiragana = low - _TO_KATAKANA
    return same[hiragana] + _TO_KATAKANA if hiragana in _HIRAGANA else low


_UNUSUAL: Final = _unusual(signs=False)
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
    return prepared.encode("utf-16-le", "surrogatepass").translate(_EQUAL)


class Sieve:
    """Which spellings may stand in a text: never misses one, sometimes names one too many."""

    def __init__(self, anchors: Iterable[tuple[str, int]]) -> None:
        owners: dict[bytes, list[int]] = {}
        signs = False
        for anchor, owner in anchors:
            signs = signs or not anchor.isalnum()
            owners.setdefault(_bytes(_prepared(anchor)), []).append(owner)
        # Full-width signs and … matter only to a list that has signs in its words.
        self._unusual = _unusual(signs=True) if signs else _UNUSUAL
        self._owners = list(owners.values())
        runs = [(letter * 3).encode("utf-16-le").translate(_EQUAL) for letter in "abcdefghijklmnopqrstuvwxyz"]
        self._automaton = BytesAhoCorasick([*owners, *runs], implementation=Implementation.DFA)

    def maybe(self, text: str) -> set[int]:
        """Return the owners of all anchors that may stand in *text*."""
        prepared = _prepared(text, self._unusual)
        hits = self._automaton.find_matches_as_indexes(_bytes(prepared), overlapping=True)
        return self._owned(prepared, hits) if hits else set()

    def _owned(self, prepared: str, hits: list[tuple[int, int, int]]) -> set[int]:
        anchors = {hit[0] for hit in hits if not hit[1] % 2}  # an odd place is half a character
        known = len(self._owners)
        owners = {owner for anchor in anchors if anchor < known for owner in self._owners[anchor]}
        if any(anchor >= known for anchor in anchors):
            second = STRETCHED.sub(r"\1", prepared)
            hits = self._automaton.find_matches_as_indexes(_bytes(second), overlapping=True)
            owners.update(owner for hit in hits if hit[0] < known for owner in self._owners[hit[0]])
        return owners
