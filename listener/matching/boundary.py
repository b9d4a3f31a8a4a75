"""Decide whether a word begins or ends at a place: by script first, by dictionary where scripts agree."""

import importlib.util
import re
import threading
from functools import cached_property
from typing import Any, Final, Literal, Protocol

Edge = Literal["accept", "reject", "ask"]
Ask = Literal["never", "same script", "always"]
Kind = Literal["", "letter", "digit", "_", "hiragana", "katakana", "kanji", "long", "hangul"]

_KINDS: Final = re.compile(
    r"(?P<digit>\d)|(?P<underscore>_)|(?P<long>ー)|(?P<hiragana>[ぁ-ゖゝゞ])|(?P<katakana>[ァ-ヺヽヾㇰ-ㇿ])"
    r"|(?P<kanji>[㐀-䶿一-鿿々〆〇\uf900-\ufaff\U00020000-\U0003ffff])|(?P<hangul>[가-힣ᄀ-ᇿ])|(?P<letter>\w)"
)
_JAPANESE: Final = frozenset({"hiragana", "katakana", "kanji", "long"})
_LAUGH_AFTER: Final = re.compile(r"w+(?![^\W\u0100-\U0010ffff])")
_LAUGH_BEFORE: Final = re.compile(r"(?:(?<=[ぁ-ヺー一-鿿々])|(?<=[^\w\s]))w{2,}\Z")
_WORD_BEFORE: Final = re.compile(r"[a-z]+\Z")
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


class WordBoundaries(Protocol):
    """Where words begin and end, by a dictionary."""

    def cuts(self, text: str) -> frozenset[int]:
        """Return every place in *text* where a word begins or ends."""
        ...


class Sudachi:
    """SudachiPy in split mode A; the dictionary is loaded when it is first asked."""

    _loading = threading.Lock()
    _dictionaries: Final[dict[str, Any]] = {}

    def __init__(self, dictionary: str = "small") -> None:
        self._dictionary = dictionary
        self._local = threading.local()

    def cuts(self, text: str) -> frozenset[int]:
        """Return every place in *text* where a word of the dictionary begins or ends."""
        safe = text.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate is one character still
        return frozenset({0}.union(word.end() for word in self._tokenizer.tokenize(safe)))

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

    @cached_property
    def _cuts(self) -> frozenset[int]:
        return self.words.cuts(self.clean) if self.words else frozenset()

    def begins(self, at: int, ask: Ask = "same script") -> bool | None:
        """Tell whether a word may begin at *at*; None when only a missing dictionary could."""
        if at == 0:
            return True
        edge = between(self.clean[at - 1], self.clean[at])
        if edge == "reject" and self._laughs_before(at):
            return True
        return self._judged(edge, at, ask)

    def ends(self, at: int, ask: Ask = "same script") -> bool | None:
        """Tell whether a word may end at *at*; None when only a missing dictionary could."""
        if at == len(self.clean):
            return True
        edge = between(self.clean[at - 1], self.clean[at])
        if edge == "ask" and kind(self.clean[at]) == "hangul":
            return True  # Korean particles follow their word without a space
        if edge == "reject" and self._laughs_after(at):
            return True
        return self._judged(edge, at, ask)

    def _judged(self, edge: Edge, at: int, ask: Ask) -> bool | None:
        if (
            edge == "accept"
            and ask == "always"
            and {kind(c) for c in self.clean[at - 1 : at + 1]} <= _JAPANESE
        ):
            edge = "ask"
        if edge != "ask" or ask == "never":
            return edge != "reject"
        return at in self._cuts if self.words else None

    def _laughs_after(self, at: int) -> bool:
        """Tell whether ``w``, ``ww`` ... here is a laugh: a run that ends the word, and no English word."""
        laugh = _LAUGH_AFTER.match(self.clean, at)
        if laugh is None or self.clean[at - 1] == "_":
            return False
        word = _WORD_BEFORE.search(self.clean, max(0, at - 24), at)
        return len(laugh[0]) > 1 or word is None or word[0] + "w" not in _ENDS_IN_W

    def _laughs_before(self, at: int) -> bool:
        return _LAUGH_BEFORE.search(self.clean, max(0, at - 64), at) is not None
