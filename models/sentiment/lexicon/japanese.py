"""Finds the forms of a list in Japanese text without cutting it into words."""

import re
from collections.abc import Iterable, Iterator

from ahocorasick_rs import AhoCorasick, MatchKind

from models.sentiment.lexicon.evidence import Hit
from models.sentiment.lexicon.wordlist import Entry

_LINK = (
    r"[くしらりれわかさまばたえけせめべっ]?[てで]?い?"
    r"(?:じゃ|では|は|も|が|に|を|すら|とは|とか|なんか|なんて|って|でも|で)?"
)
_NOUN = r"(?:訳|わけ|こと|もの|感じ|気)?(?:じゃ|では|は|も|が|で)?"
_NOT = (
    r"(?:な(?:い(?!と[いダだ]|でほし|で欲し|でくだ|で下)|かっ|く(?![らせな])|けれ|し(?![いてた]))|無[いくかし]"
    r"|(?:あり|い|し)?ませ|あらへん|へん|思わ[なんず]|思え[なんず]|言え[なんま]|言い難|いらな|要らな|ご?無用)"
)
_NEGATED = re.compile(_LINK + _NOUN + _NOT + r"|(?:く|じゃ|では?|ら|わ|か)ね[えぇー]")
_NOTHING_BUT = re.compile(r"で?しか(?:な|あり|ね|無)")
_TWICE = re.compile(
    r"[くしらりれわかさじゃで]{0,2}(?:は|も)?な(?:く(?:は|も)|い(?:わけ|こと)(?:では|じゃ|は|も)?)(?:な|あり|ね|無)"
)
_NEVER_NOT = re.compile(r"[くしらりれわかさじゃで]{0,2}は?ない(?:わけ|はず)が?(?:な|あり)")
_AGREE = re.compile(r"(?:く|じゃ|では)(?:ない(?:です)?(?:か|の)?\s*[??!]|ないですか|ねえか|ね\s*[??]|な[??])")
# what looks like a negation and is more, or less: nothing but joy; not untasty; cannot be bad; bad, isn't it?
_SHAPES = ((_NOTHING_BUT, 1.2), (_TWICE, 0.4), (_NEVER_NOT, 1.2), (_AGREE, 0.8))
_UNMOVED = frozenset({"boost", "damp", "fixed"})
_PAUSE = re.compile(r"\s*(?:$|[。、..!?…(\s\n]|[^\w])")
_SHORT = 2  # forms as short as okurigana do not begin after a kanji
_STARTERS = frozenset("はがもをのでにとねよわやへれ")


def _katakana(char: str) -> bool:
    return "ァ" <= char <= "ヺ"


def _hiragana(char: str) -> bool:
    return "ぁ" <= char <= "ゖ"


class Reader:
    """Finds the longest forms from the left, and what the words after them make of them."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = list(entries)
        self._automaton = AhoCorasick(
            [entry.form for entry in self._entries],
            matchkind=MatchKind.LeftmostLongest,
            store_patterns=False,
        )

    def hits(self, text: str) -> Iterator[Hit]:
        """Yield the hits of a folded text in order."""
        for index, start, end in self._automaton.find_matches_as_indexes(text):
            entry = self._entries[index]
            if self._stands(text, start, end, entry):
                yield Hit(self._weight(text, end, entry), entry.roles, start, end)

    def _stands(self, text: str, start: int, end: int, entry: Entry) -> bool:
        before, after = text[start - 1 : start], text[end : end + 1]
        if _katakana(text[start]) and before and (_katakana(before) or before == "ー"):
            return False
        if _katakana(text[end - 1]) and after and _katakana(after):
            return False
        if text[start].isascii() and text[start].isalpha() and before.isascii() and before.isalpha():
            return False
        if "regret" in entry.roles:
            return _PAUSE.match(text, end) is not None
        return "start" not in entry.roles or _starts(before, entry.form)

    def _weight(self, text: str, end: int, entry: Entry) -> float:
        weight = entry.weight
        if not weight or entry.roles & _UNMOVED or not _may_be_negated(text, end):
            return weight
        for shape, factor in _SHAPES:
            if shape.match(text, end) or shape.match(text, end - 1):
                return weight * factor
        if _NEGATED.match(text, end):
            return -0.8 * weight if weight > 0 else -0.3 * weight
        return weight


def _starts(before: str, form: str) -> bool:
    """Tell whether a form in hiragana can begin here rather than go on with what stands before it."""
    if _hiragana(before):
        return before in _STARTERS
    return len(form) > _SHORT or not "一" <= before <= "鿿"


def _may_be_negated(text: str, end: int) -> bool:
    """Tell whether a negation can follow at all: most forms end where a sentence or noun does."""
    after = text[end : end + 1]
    return bool(after) and (_hiragana(after) or after in "無訳要思言感気ご")
