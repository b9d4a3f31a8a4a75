"""Decide whether a word begins or ends at a place: by script first, by dictionary where scripts agree."""

import importlib.util
import re
import threading
from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final, Literal, NamedTuple, Protocol

from listener.matching import compound
from listener.matching.compound import Standing

Edge = Literal["accept", "reject", "ask"]
Ask = Literal["never", "same script", "always"]
Kind = Literal["", "letter", "digit", "_", "hiragana", "katakana", "kanji", "long", "hangul"]

_KINDS: Final = re.compile(
    r"(?P<digit>\d)|(?P<underscore>_)|(?P<long>ー)|(?P<hiragana>[ぁ-ゖゝゞ])|(?P<katakana>[ァ-ヺヽヾㇰ-ㇿ])"
    r"|(?P<kanji>[㐀-䶿一-鿿々〆〇\uf900-\ufaff\U00020000-\U0003ffff])|(?P<hangul>[가-힣ᄀ-ᇿ])|(?P<letter>\w)"
)
# Each costs milliseconds at worst, and a post may have been written to cost thousands of them.
_MOST_COMPOUNDS: Final = 64
_JAPANESE: Final = frozenset({"hiragana", "katakana", "kanji", "long"})
_LAUGH_AFTER: Final = re.compile(r"w+(?![^\W\u0100-\U0010ffff])")
_LAUGH_BEFORE: Final = re.compile(r"(?:(?<=[ぁ-ヺー一-鿿々])|(?<=[^\w\s]))w{2,}\Z")
_WORD_BEFORE: Final = re.compile(r"[a-z]+\Z")
_HIRAGANA_NAME: Final = re.compile(r"[ぁ-ゖー]{4,}")
_PARTICLE: Final = re.compile(
    "から|まで|より|なら|だけ|とか|など|なんか|しか|ばか|ばっか|みたい|です|だった|さん|くん|ちゃん|って|[がはもでにをのとへやだ]"
)
_W_WORDS: Final = """
    airflow allow andrew anew anyhow arrow askew avow bellow below bestow billow blew blow bmw borrow
    bow brew brow btw bungalow burrow callow cashflow chew claw clew cow craw crew crow curfew dew draw
    drew ebow elbow endow eschew escrow ew eyebrow fallow farrow fellow few flaw flew flow follow
    foresaw ftw furrow glasgow glow gnaw grew grow guffaw gw hallow harrow haw hollow how hurrow inflow
    interview jackdaw jaw jew jigsaw knew know krakow kw law longbow low macaw mallow marrow marshmallow
    matthew meadow mellow meow mew mildew minnow moscow mow mw narrow nephew new now nsfw outflow
    outgrow outlaw overflow overthrow overview paw pew pharaow phew pillow plow pow powwow preview prow
    rainbow raw renew review rickshaw row sallow saw scarecrow screw seesaw sew sfw shadow shallow shew
    show sideshow sinew skew slew slideshow slow snow somehow sorrow sow sparrow spew squaw stew stow
    straw strew swallow talkshow tallow taw tfw thaw thew threw throw tomorrow tow trow undertow unscrew
    view vow vw wallow warsaw widow willow window withdraw withdrew workflow wow yaw yellow yew
"""
_ENDS_IN_W: Final = frozenset(_W_WORDS.split())


class Word(NamedTuple):
    """A stretch of a text that a dictionary takes for one word; *known* when it has it."""

    start: int
    end: int
    known: bool = True


class WordBoundaries(Protocol):
    """Where words begin and end, by a dictionary."""

    def words(self, text: str) -> Sequence[Word]:
        """Return the words that *text* is made of, in order, without gaps."""
        ...

    def standing(self, word: str) -> Standing:
        """Tell whether *word* by itself is unknown, a proper name only, or a common word."""
        ...


class Sudachi:
    """SudachiPy in split mode A; the dictionary is loaded when it is first asked."""

    _loading = threading.Lock()
    _dictionaries: Final[dict[str, Any]] = {}

    def __init__(self, dictionary: str = "small") -> None:
        self._dictionary = dictionary
        self._local = threading.local()

    def words(self, text: str) -> list[Word]:
        """Return the words of *text* in split mode A."""
        safe = text.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate is one character still
        return [Word(word.begin(), word.end(), not word.is_oov()) for word in self._tokenizer.tokenize(safe)]

    def parts(self, text: str) -> list[tuple[str, tuple[str, ...]]]:
        """Return the words of *text* as they stand there, each with its part of speech."""
        safe = text.encode("utf-8", "replace").decode("utf-8")
        return [(word.surface(), word.part_of_speech()) for word in self._tokenizer.tokenize(safe)]

    def standing(self, word: str) -> Standing:
        """Tell whether *word* is unknown to the dictionary, a proper name only, or a common word."""
        entries = self._load().lookup(word)
        if not entries:
            return "unknown"
        names = all(entry.part_of_speech()[1] == "固有名詞" for entry in entries)
        return "name" if names else "word"

    @property
    def _tokenizer(self) -> Any:
        if not hasattr(self._local, "tokenizer"):  # a tokenizer belongs to one thread
            self._local.tokenizer = self._load().tokenizer(mode="A")
        return self._local.tokenizer

    def _load(self) -> Any:
        import sudachipy  # noqa: PLC0415  # 60 MB of dictionary only where somebody asks

        with self._loading:
            if self._dictionary not in self._dictionaries:
                self._dictionaries[self._dictionary] = sudachipy.Dictionary(dict=self._dictionary)
            return self._dictionaries[self._dictionary]


def available() -> WordBoundaries | None:
    """Return SudachiPy when it and its dictionary are installed, else None."""
    needed = ("sudachipy", "sudachidict_small")
    return Sudachi() if all(importlib.util.find_spec(name) for name in needed) else None


def kind(character: str) -> Kind:
    """Return what *character* is to a word boundary; nothing for punctuation, emoji and space."""
    found = _KINDS.match(character)
    if found is None:
        return ""
    return "_" if found.lastgroup == "underscore" else found.lastgroup  # type: ignore[return-value]  # its names


def between(left: str, right: str) -> Edge:
    """Judge the place between two characters by their scripts alone."""
    one, other = kind(left), kind(right)
    if not one or not other:
        return "reject" if "_" in {one, other} else "accept"
    if "_" in {one, other} or (one == other and one in {"letter", "digit"}):
        return "reject"
    if "long" in {one, other} and {one, other} <= {"long", "hiragana", "katakana"}:
        return "ask"
    return "ask" if one == other else "accept"


class Boundaries:
    """The word boundaries of one text: scripts at once, the dictionary at most once and only if asked."""

    def __init__(self, clean: str, words: WordBoundaries | None) -> None:
        self.clean = clean
        self.words = words
        self._compounds: dict[tuple[str, int, int, Standing], bool] = {}

    @cached_property
    def _words(self) -> Sequence[Word]:
        return self.words.words(self.clean) if self.words else ()

    @cached_property
    def _cuts(self) -> frozenset[int]:
        return frozenset({0}.union(word.end for word in self._words))

    def around(self, start: int, end: int, ask: Ask = "same script") -> bool | None:
        """Tell whether a word may stand from *start* to *end*; None when only a missing dictionary could."""
        begins = self._begins(start, end, ask)
        ends = self._ends(start, end, ask) if begins is not False else False
        if begins is False or ends is False:
            return False
        return None if None in {begins, ends} else True

    def _begins(self, start: int, end: int, ask: Ask) -> bool | None:
        if start == 0:
            return True
        edge = self._edge(start, ask)
        if edge == "reject":
            return self._laughs_before(start)
        return self._is_seam(start, start, end) if edge == "ask" else True

    def _ends(self, start: int, end: int, ask: Ask) -> bool | None:
        if end == len(self.clean):
            return True
        edge = self._edge(end, ask)
        if edge == "ask" and kind(self.clean[end]) == "hangul":
            return True  # Korean particles follow their word without a space
        if edge == "reject":
            return self._laughs_after(end)
        return self._is_seam(end, start, end) if edge == "ask" else True

    def _edge(self, at: int, ask: Ask) -> Edge:
        """Judge the place before *at* by scripts, as strictly as *ask* says."""
        edge = between(self.clean[at - 1], self.clean[at])
        if (
            edge == "accept"
            and ask == "always"
            and {kind(c) for c in self.clean[at - 1 : at + 1]} <= _JAPANESE
        ):
            return "ask"
        return "accept" if edge == "ask" and ask == "never" else edge

    def _is_seam(self, at: int, start: int, end: int) -> bool | None:
        """Ask the dictionary whether the word from *start* to *end* may begin or end *at*."""
        if self.words is None:
            return None
        return (
            at in self._cuts
            or self._is_in_compound(at, start, end)
            or (at == end and self._leads(start, end))
        )

    def _is_in_compound(self, at: int, start: int, end: int) -> bool:
        word = self._words[bisect_left(self._words, (at,)) - 1]
        keyword = self.clean[start:end]
        if word.known or not self.words or not compound.is_long_enough(keyword):
            return False
        run = self.clean[word.start : word.end]
        first, last = max(start, word.start) - word.start, min(end, word.end) - word.start
        asked = run, first, last, self.words.standing(keyword)
        if asked not in self._compounds and len(self._compounds) < _MOST_COMPOUNDS:
            self._compounds[asked] = compound.stands_in(*asked, self.words)
        return self._compounds.get(asked, False)

    def _leads(self, start: int, end: int) -> bool:
        """Tell whether a longer name in hiragana leads a particle: いなげや + が, not いな + げ + やが."""
        if not _HIRAGANA_NAME.fullmatch(self.clean, start, end):
            return False
        particle = _PARTICLE.match(self.clean, end)
        return particle is not None and self._may_follow(particle.end())

    def _may_follow(self, at: int) -> bool:
        return at == len(self.clean) or at in self._cuts or kind(self.clean[at]) not in {"hiragana", "long"}

    def _laughs_after(self, at: int) -> bool:
        """Tell whether ``w``, ``ww`` ... here is a laugh: a run that ends the word, and no English word."""
        laugh = _LAUGH_AFTER.match(self.clean, at)
        if laugh is None or self.clean[at - 1] == "_":
            return False
        word = _WORD_BEFORE.search(self.clean, max(0, at - 24), at)
        return len(laugh[0]) > 1 or word is None or word[0] + "w" not in _ENDS_IN_W

    def _laughs_before(self, at: int) -> bool:
        return _LAUGH_BEFORE.search(self.clean, max(0, at - 64), at) is not None
