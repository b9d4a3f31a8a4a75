"""The words of a text that could be news, cut by the dictionary that matching asks: its nouns."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from alerts.terms import Cutter, sayable, terms_in
from listener.matching import boundary
from listener.matching.boundary import Sudachi

REMEMBERED = 8_192
"""Texts whose nouns are remembered: an incident is explained again while it burns."""

_LATIN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9'-]{3,20}")
_PERSON = frozenset({"さん", "くん", "ちゃん", "さま", "君", "氏", "様"})
_CHARACTER = re.compile(r"[ァ-ヺ一-龯々]")
_LONE = re.compile(r"[一-龯]")
_LONGEST = 12
_SHORTEST_KANA = 4  # a shorter word in hiragana alone is こと, もの, やつ

Part = tuple[str, tuple[str, ...]]


def cutter(*, dictionary: bool = True) -> Cutter:
    """Return what cuts texts into words: the dictionary where it is installed and wanted, else scripts."""
    if not dictionary or boundary.available() is None:
        return terms_in
    words = Sudachi()

    @lru_cache(REMEMBERED)
    def cut(text: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(nouns(text, words)))

    return cut


def nouns(text: str, words: Sudachi) -> Iterator[str]:
    """Yield the nouns of *text*, and what stands together as one; no numbers, and nobody's name."""
    yield from (found[0] for found in _LATIN.finditer(text) if sayable(found[0]))
    for run in _runs(words.parts(_LATIN.sub(" ", text))):
        whole = "".join(run)
        # The last part is what it is: タイミング最悪 is a way to feel, 謝罪会見 is an event.
        together = [whole] if len(run) > 1 and len(whole) <= _LONGEST and sayable(run[-1]) else []
        yield from (word for word in (*together, *run) if _telling(word))


def _runs(parts: Iterable[Part]) -> Iterator[list[str]]:
    """Yield nouns that follow each other; a run that a title of respect ends is a person."""
    run: list[str] = []
    for surface, pos in parts:
        if _noun(pos):
            run.append(surface)
            continue
        if run and surface not in _PERSON:
            yield [*run[:-1], run[-1] + surface] if pos[0] == "接尾辞" else run
        run = []
    if run:
        yield run


def _noun(pos: tuple[str, ...]) -> bool:
    return pos[0] == "名詞" and pos[1] != "数詞" and pos[2] not in {"人名", "副詞可能"}


def _telling(word: str) -> bool:
    long_enough = len(word) > 1 or _LONE.fullmatch(word) is not None
    written = _CHARACTER.search(word) is not None or len(word) >= _SHORTEST_KANA
    return long_enough and written and sayable(word)
