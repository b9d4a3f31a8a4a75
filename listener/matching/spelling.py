"""One spelling of a keyword, compiled: the ways its characters may stand in a folded text."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Literal, NamedTuple

from listener.matching.characters import DASHES, HYPHENS, LONG, SEPARATORS
from listener.matching.normalise import cleaned, folded, katakana

Kana = Literal["auto", "fold", "keep"]

_KANA_ONLY = re.compile(r"[ぁ-ゖァ-ヺー]+")
_KANA = re.compile(r"[ぁ-ゖァ-ヺー]")
_KANA_TAIL = re.compile(r"[ぁ-ゖァ-ヺー]{4,}\Z")
_SEPARATOR = re.compile(f"[{re.escape(SEPARATORS)}]+")
_BETWEEN = f"[{re.escape(SEPARATORS)}]{{0,3}}"
# People type ー for the hyphen of セブン-イレブン.
_BETWEEN_OR_LONG = f"[{re.escape(SEPARATORS)}{LONG}]{{0,3}}"
_LONG = f"[{LONG}{re.escape(DASHES)}]+"
_WAVES = "".join(dash for dash in DASHES if dash not in HYPHENS)
_LENGTHENING = re.compile(f"(?<=[ぁ-ゖァ-ヺー])[{re.escape(_WAVES)}]")
_PIECE = re.compile(r"[^\W_]+|[\U0001f300-\U0001faff]+")
_STRETCHED = re.compile(r"([a-z])\1\1")
_LETTER_RUN = re.compile(r"([a-z])\1*")
_IN_WORD = re.compile(r"([a-z])(?!\1)[a-z]")
_SIGNS = f"^\\w\\s{re.escape(LONG + SEPARATORS + DASHES)}"
_LEAST_TO_FOLD = 4


class Occurrence(NamedTuple):
    """Where a spelling stands in a cleaned text."""

    start: int
    end: int
    weak: bool = False


class Haystack:
    """A cleaned text with its foldings, each made once and only when a spelling asks for it."""

    def __init__(self, clean: str) -> None:
        self.clean = clean

    @cached_property
    def stretched(self) -> bool:
        """Tell whether an ASCII letter stands three times or more in a row: looove."""
        return _STRETCHED.search(self.clean) is not None

    @cached_property
    def kept(self) -> str:
        """Return the folded text, its hiragana and katakana apart."""
        return folded(self.clean)

    @cached_property
    def alike(self) -> str:
        """Return the folded text with all kana as katakana."""
        return katakana(self.kept)


def folds_kana(spelling: str, kana: Kana) -> bool:
    """Tell whether hiragana and katakana count as the same in *spelling* (already folded)."""
    if kana != "auto":
        return kana == "fold"
    letters = _SEPARATOR.sub("", spelling)
    return len(letters) >= _LEAST_TO_FOLD and _KANA_ONLY.fullmatch(letters) is not None


class Spelling:
    """A spelling as it is looked for: ``text`` as written in the list, ``folded`` as compared."""

    def __init__(self, text: str, kana: Kana = "auto") -> None:
        self.text = text
        plain = _LENGTHENING.sub(LONG, folded(cleaned(text)).strip())
        self.kana = folds_kana(plain, kana)
        self.folded = katakana(plain) if self.kana else plain

    @property
    def letters(self) -> str:
        """Return the folded spelling without its separators and with each run of ー as one."""
        return re.sub(f"{LONG}+", LONG, _SEPARATOR.sub("", self.folded))

    @cached_property
    def _tail(self) -> str:
        """Return what a final ー may look like where it is optional, else nothing."""
        if not _KANA_TAIL.search(_SEPARATOR.sub("", self.folded)):
            return ""
        return LONG + DASHES if self.folded.endswith(LONG) else LONG

    @cached_property
    def _body(self) -> str:
        return self.folded.rstrip(LONG) if self._tail else self.folded

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        """Return the expression for the body; None when it is to be found as it stands."""
        if LONG not in self._body and not _SEPARATOR.search(self._body):
            return None  # compiling ten thousand expressions would cost seconds
        return re.compile(f"(?=({''.join(_parts(self._body))}))")

    @cached_property
    def _stretched(self) -> re.Pattern[str] | None:
        """Return the expression for the body in stretched letters; None when it has none to tell apart.

        One letter may stand for itself or for three and more, two letters for two and more: gooogle is
        google, but soony is not sony. A letter without another beside it is no word: AAA is not AA.
        """
        if not _IN_WORD.search(self._body):
            return None
        return re.compile(f"(?=({''.join(_parts(self._body, stretched=True))}))")

    def places(self, haystack: Haystack) -> Iterator[Occurrence]:
        """Yield every place where this spelling stands, boundaries not yet asked."""
        text = haystack.alike if self.kana else haystack.kept
        for start, end in self._bodies(text, stretched=haystack.stretched):
            yield Occurrence(start, end + _run(text, end, self._tail))

    def _bodies(self, text: str, *, stretched: bool) -> Iterator[tuple[int, int]]:
        pattern = (stretched and self._stretched) or self._pattern
        if pattern:
            yield from (found.span(1) for found in pattern.finditer(text))
            return
        start = text.find(self._body)
        while start >= 0:
            yield start, start + len(self._body)
            start = text.find(self._body, start + 1)

    def anchors(self) -> list[str]:
        """Return pieces of folded text, one of which stands in every text with this spelling.

        Runs of ー count as one there; a final ー is left out where it is optional. A piece of one letter
        (C++) would let everything through, so it takes the sign beside it along.
        """
        body = re.sub(f"{LONG}+", LONG, self._body or self.folded)
        best = max(_PIECE.findall(body), key=len, default="")
        if len(best) > 1:
            return [best]
        pair = re.search(f"{re.escape(best)}[{_SIGNS}]|[{_SIGNS}]{re.escape(best)}", body)
        if pair:
            return [pair[0]]
        return [best] if best else [body[0], LONG]  # a dash may have been read as ー


def _parts(body: str, *, stretched: bool = False) -> Iterator[str]:
    """Write *body* as an expression: separators optional, ー in any length and shape after kana."""
    after_kana, at = False, 0
    while at < len(body):
        if separator := _SEPARATOR.match(body, at):
            typed_long = after_kana and any(sign in HYPHENS for sign in separator[0])
            between = _BETWEEN_OR_LONG if typed_long else _BETWEEN
            yield re.escape(body) if len(separator[0]) == len(body) else between
            at = separator.end()
        elif body[at] == LONG:
            yield _LONG if after_kana else f"{LONG}+"
            at += len(body[at:]) - len(body[at:].lstrip(LONG))
        elif stretched and (run := _LETTER_RUN.match(body, at)):
            yield _longer(run) if _touches_letter(body, run) else run[0]
            after_kana, at = False, run.end()
        else:
            yield re.escape(body[at])
            after_kana = _KANA.match(body[at]) is not None
            at += 1


def _longer(run: re.Match[str]) -> str:
    """Write a run of a letter as an expression for itself and its stretched forms."""
    return f"{run[1]}(?:{run[1]}{{2,}})?" if len(run[0]) == 1 else f"{run[0]}{run[1]}*"


def _touches_letter(body: str, run: re.Match[str]) -> bool:
    start, end = run.span()
    return any("a" <= letter <= "z" for letter in body[max(0, start - 1) : start] + body[end : end + 1])


def _run(text: str, at: int, characters: str) -> int:
    """Return how many of *characters* follow in *text* from *at* on."""
    end = at
    while end < len(text) and text[end] in characters:
        end += 1
    return end - at
