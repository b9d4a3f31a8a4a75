"""Fold text and keyword alike, so that one spelling stands for all the ways people write it.

``cleaned`` is Unicode's work (NFKC, case) on what people see; ``folded`` goes on to what Japanese writers
mix up. The two have equal lengths, so a place in one is a place in the other.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from listener.matching.characters import DROPPED, FORMATS, KATAKANA, MELTING, SAME

_DROPPED = re.compile(f"[{DROPPED}]+")
_TRAILING = re.compile(f"[{FORMATS}]+\\Z")
_VOICING = str.maketrans({"゛": "\u3099", "゜": "\u309a", "\u2122": " ", "\u2120": " "})
_LONE_VOICING = re.compile("[\u3099\u309a]+")
_REPEATS = re.compile("(?<=[ぁ-ゖァ-ヺ])[ゝゞヽヾ]+")
# A base with all that may melt into it; Hangul syllables written as letters are one cluster too.
_HANGUL = (
    "[\u1100-\u115f\ua960-\ua97c][\u1160-\u11a7\ud7b0-\ud7c6]?[\u11a8-\u11ff\ud7cb-\ud7fb]?"
    "|[가-힣][\u11a8-\u11ff]"
)
# What may clean to more or less than one character: a letter with marks, Hangul written as letters, and
# everything outside the blocks that NFKC leaves alone.
_CLUSTER = re.compile(
    f"(?:{_HANGUL}"
    f"|[^\\x00-\x7f\u2010-\u2023\u3001-\u3029\u3030-\u3096\u30a0-\u30fe\u4e00-\u9fff\uac00-\ud7a3\U0001f300-\U0001faff])[{MELTING}]*"
    f"|(?s:.)[{MELTING}]+"
)


def cleaned(text: str) -> str:
    """Return *text* as it looks: without invisible characters, composed, in one width and one case."""
    if text.isascii():
        return text.casefold()
    parts = unicodedata.normalize("NFKD", text.translate(_VOICING))
    composed = unicodedata.normalize("NFC", _DROPPED.sub("", parts))
    return _repeated(_LONE_VOICING.sub("", composed).casefold())


def _repeated(text: str) -> str:
    """Write ゝゞヽヾ out: the kana before it again, voiced or not."""
    if not _REPEATS.search(text):
        return text
    result = list(text)
    for found in _REPEATS.finditer(text):
        kana = unicodedata.normalize("NFD", text[found.start() - 1])[0]
        for at in range(*found.span()):
            voiced = kana + "\u3099" * (text[at] in "ゞヾ")
            result[at] = unicodedata.normalize("NFC", voiced)[0]
    return "".join(result)


def folded(clean: str) -> str:
    """Return *clean* with kanji variants, small kana and old kana written alike; the length stays."""
    return clean if clean.isascii() else clean.translate(SAME)


def katakana(text: str) -> str:
    """Return *text* with hiragana as katakana; the length stays."""
    return text.translate(KATAKANA)


class Span(NamedTuple):
    """A stretch of the original text."""

    start: int
    end: int


class Offsets(NamedTuple):
    """Where each character of a cleaned text came from in its original."""

    starts: Sequence[int]
    ends: Sequence[int]

    def original(self, start: int, end: int) -> Span:
        """Return the stretch of the original that *start* to *end* of the cleaned text came from."""
        return Span(self.starts[start], self.ends[end - 1])


def offsets(text: str, clean: str) -> Offsets:
    """Map *clean* back to the *text* it was cleaned from; built only for matches."""
    if text.isascii():
        return Offsets(range(len(text)), range(1, len(text) + 1))
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for cluster in _CLUSTER.finditer(text):
        first, last = cluster.span()
        starts.extend(range(at, first))
        ends.extend(range(at + 1, first + 1))
        length = len(cleaned(cluster[0]))
        shown = _TRAILING.search(text, first + 1, last)
        starts.extend([first] * length)
        ends.extend([shown.start() if shown else last] * length)
        at = last
    starts.extend(range(at, len(text)))
    ends.extend(range(at + 1, len(text) + 1))
    if len(starts) != len(clean):  # unheard-of composition: point at everything rather than astray
        return Offsets([0] * len(clean), [len(text)] * len(clean))
    return Offsets(starts, ends)
