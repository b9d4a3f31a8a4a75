"""Laws of matching that hold for every text."""

import unicodedata
from datetime import UTC, datetime

from hypothesis import example, given, settings
from hypothesis import strategies as st

from listener.matching import markup
from listener.matching.matcher import Matcher
from listener.matching.normalise import cleaned, folded, katakana, offsets
from listener.matching.reading import Reading
from models.keyword import Keyword, KeywordList

NOW = datetime(2026, 11, 20, tzinfo=UTC)
_SPELLINGS = """
    ライン さくらプリン 髙島屋 ルイ・ヴィトン コンピューター キヤノン ドコモ いすゞ ガム パピプペポ LINE love
    coca-cola google dc セブン-イレブン-ジャパン AA battery
    @sakura_jp #プリン 7-11 カフェ ソニー ー太郎 👍 !? booking.com ㍿さくら aaa がっこう ヱビス straße
    Ωmega ст 한국 セブン-イレブン コーヒー サーバー 一 〇 「」 C++ A&W お〜いお茶 .5 ... ・x ^^ &!
"""
SPELLINGS = _SPELLINGS.split()
DISGUISED = ("トヨタ", "マクドナルド", "toyota", "花王")
_PIECES = """
    オン ラ イ ン さくら プリ ﾌﾟﾘﾝ ガ カ ゛ ﾞ ー 〜 - ・ 。
    w ww http:// https://t.co/x www. . / _ 1 a ooo lo ve 國會 ○ 卜
    夕
    た ヽ ヾ ゝ ㌔ ﬁ ß é 🍮 ＃ ！ ＬＩＮＥ … 각 ™ İ ま つ っ − ‑ ｰ ＊ ⅱ ① k ヴ う ﾎﾟ ㇰ ゐ
    g gg oo ooogle A AAA ter tttter セブンーイレブン スタバラテ
    C + ＋ & ＆ W お い お茶 5 ^ ＾ ．．． ‥ x ‼
"""
INVISIBLE = [
    "\u3099",
    "\u200b",
    "\ufe0f",
    "\u0301",
    " ",
    "\n",
    "\u3000",
    "\u1100",
    "\u1161",
    "\u00ad",
    "\u2060",
]
PIECES = [*SPELLINGS, *DISGUISED, *_PIECES.split(), *INVISIBLE]
LONE = ["\ud800", "\udc00"]
texts = st.one_of(st.text(max_size=60), st.lists(st.sampled_from([*PIECES, *LONE]), max_size=14).map("".join))
written = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)

KEYWORDS = (
    *(Keyword(topic="t", any=(spelling,)) for spelling in SPELLINGS),
    *(Keyword(topic="t", any=(spelling,), obfuscation=True) for spelling in DISGUISED),
    Keyword(topic="t", any=("さくらプリン", "サクラ"), none=("さくらプリンセス", "國會")),
    Keyword(topic="t", any=("ライン",), mode="substring", all=("LINE",)),
    Keyword(topic="t", any=("ドコモ",), kana="fold"),
)
LIST = KeywordList(schema=1, brand="b", name="b", slug="b", keywords=KEYWORDS)
MATCHER = Matcher([LIST], now=NOW)
EVERYTHING = {rule: set(range(len(MATCHER._rules[rule].any))) for rule in range(len(MATCHER._rules))}


@given(texts)
@settings(max_examples=400)
@example("ソﾆ〜")
@example("ラ\u3099インw_")
@example("dccc")
@example("👍gooogle")
def test_the_sieve_never_hides_a_match(text: str) -> None:
    """The matches are those of a naive matcher that tries every spelling on every text."""
    assert MATCHER.find(text) == MATCHER._read(text, EVERYTHING)


@given(texts)
@settings(max_examples=300)
def test_offsets_slice_to_what_was_looked_for(text: str) -> None:
    """Every match is a stretch of the original that by itself contains the spelling."""
    for match in MATCHER.find(text):
        assert match.text == text[match.start : match.end]
        assert 0 <= match.start < match.end <= len(text)
        if match.strength == "strong":
            term = next(t for k in MATCHER._rules for t in k.any if t.text == match.spelling)
            assert list(Reading(match.text, None).places(term.spelling))


@given(texts)
@settings(max_examples=400)
def test_cleaning_keeps_a_place_for_every_character(text: str) -> None:
    """The map back to the original covers the cleaned text, in order, and folding keeps lengths."""
    clean = cleaned(text)
    places = offsets(text, clean)
    assert len(places.starts) == len(places.ends) == len(clean) == len(folded(clean)) == len(katakana(clean))
    assert all(start < end <= len(text) for start, end in zip(places.starts, places.ends, strict=True))
    assert list(places.starts) == sorted(places.starts)
    if not set(text) & set("ゝゞヽヾ"):  # these ask the character before them
        pieces = dict.fromkeys(zip(places.starts, places.ends, strict=True))
        assert "".join(cleaned(text[start:end]) for start, end in pieces) == clean


@given(texts)
@settings(max_examples=200)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    """What is clean stays as it is."""
    assert cleaned(cleaned(text)) == cleaned(text)


def _matched(text: str) -> list[tuple[str, str]]:
    return sorted((match.spelling, match.strength) for match in MATCHER.find(text))


@given(written)
@settings(max_examples=200)
def test_composition_does_not_matter(text: str) -> None:
    """NFC and NFD of a text match alike."""
    nfc, nfd = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    assert _matched(nfc) == _matched(nfd)


_WIDE = {code: code + 0xFEE0 for code in range(ord("a"), ord("z") + 1)}
_NARROW = "ラﾗイｲンﾝリﾘソｿニﾆサｻクｸコｺュｭタﾀモﾓ"
_HALF = {ord(wide): narrow for wide, narrow in zip(_NARROW[::2], _NARROW[1::2], strict=True)}
_HALF |= {ord("プ"): "ﾌﾟ", ord("ガ"): "ｶﾞ", ord("ピ"): "ﾋﾟ", ord("ド"): "ﾄﾞ"}
_WORDS = [
    "LINE",
    "love",
    "ライン",
    "さくら",
    "プリン",
    "ガム",
    "ソニー",
    "ドコモ",
    "コンピューター",
    "の",
    "。",
    " ",
]


@given(st.lists(st.sampled_from(_WORDS), max_size=10).map("".join))
@settings(max_examples=200)
def test_width_does_not_matter(text: str) -> None:
    """Full-width letters and half-width kana match as their usual forms do."""
    assert _matched(text) == _matched(text.translate(_HALF)) == _matched(text.translate(_WIDE))


@given(texts)
@settings(max_examples=300)
def test_html_is_read_without_surprise(text: str) -> None:
    """Escaped text matches as the text itself does, and any text may be called HTML."""
    plain = markup.from_html(text)
    assert len(plain.text) == len(plain.starts) == len(plain.ends)
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    expected = [(m.spelling, m.strength) for m in MATCHER.find(text)]
    assert [(m.spelling, m.strength) for m in MATCHER.find(escaped, format="html")] == expected
