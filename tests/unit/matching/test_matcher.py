"""What the matcher does besides finding words: filters, strength, limits, the dictionary."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from listener.matching import lists
from listener.matching.boundary import Sudachi, Word
from listener.matching.compound import Standing
from listener.matching.matcher import LONGEST, Matcher
from models.keyword import Keyword, KeywordList

NOW = datetime(2026, 11, 20, tzinfo=UTC)
EXAMPLES = Path(__file__).parents[3] / "config" / "keywords"


def matcher(*keywords: Keyword, own: tuple[str, ...] = (), **options: Any) -> Matcher:
    """Return a matcher for one list of *keywords*."""
    one = KeywordList(schema=1, brand="b", name="b", slug="l", keywords=keywords, own_accounts=own)
    return Matcher([one], now=NOW, **options)


class Counting:
    """A dictionary that counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.looked_up = 0
        self._sudachi = Sudachi()

    def words(self, text: str) -> Sequence[Word]:
        """Return Sudachi's answer."""
        self.asked += 1
        return self._sudachi.words(text)

    def standing(self, word: str) -> Standing:
        """Return Sudachi's answer."""
        self.looked_up += 1
        return self._sudachi.standing(word)


def test_a_post_cannot_be_written_to_cost_seconds() -> None:
    """However many unknown words hold the name, the dictionary is asked about some of them only."""
    words = Counting()
    syllables = random.Random(1)
    runs = ["".join(syllables.choices("アイウエオカキクケコ", k=7)) for _ in range(900)]
    matcher(Keyword(topic="t", any=("スタバ",)), words=words).find(" ".join(f"{r}スタバ{r}" for r in runs))
    assert 500 < words.looked_up < 15_000


def test_a_match_says_why() -> None:
    """List, brand, topic, keyword, spelling, place, strength and risk are all told."""
    (match,) = matcher(Keyword(topic="t", any=("ライン", "LINE"), risk="safety")).find("今日Lineで")
    assert (match.list, match.brand, match.topic, match.keyword) == ("l", "b", "t", "ライン")
    assert (match.spelling, match.start, match.end, match.text) == ("LINE", 2, 6, "Line")
    assert (match.strength, match.risk) == ("strong", "safety")


def test_without_a_dictionary_only_doubtful_edges_are_weak() -> None:
    """Where one script runs on, a match without dictionary is weak; elsewhere nothing changes."""
    blind = matcher(Keyword(topic="t", any=("ライン",)), words=None)
    assert [m.strength for m in blind.find("オンライン")] == ["weak"]
    assert [m.strength for m in blind.find("LINEはラインだ")] == ["strong"]


def test_the_dictionary_is_asked_once_and_only_in_doubt() -> None:
    """Script changes need no dictionary, and ten doubts in a post need it once."""
    words = Counting()
    one = matcher(Keyword(topic="t", any=("ライン",)), Keyword(topic="t", any=("京都",)), words=words)
    one.find("「ライン」と京都で")
    assert words.asked == 0
    one.find("オンライン" * 5 + "東京都庁")
    assert words.asked == 1


def test_a_keyword_counts_from_its_start_until_it_expires() -> None:
    """The post's own time decides; without one, the time the matcher was built."""
    one = matcher(Keyword(topic="t", any=("LINE",), starts=NOW, expires=NOW + timedelta(hours=1)))
    assert one.find("LINE")
    assert not one.find("LINE", at=NOW - timedelta(seconds=1))
    assert not one.find("LINE", at=NOW + timedelta(hours=1))


def test_authors_and_sources_narrow_a_keyword() -> None:
    """An author is named by id or handle, with or without @, in any case."""
    one = matcher(Keyword(topic="t", any=("LINE",), authors=("@Neko",), sources=("bluesky",)))
    assert one.find("LINE", handle="neko", author="did:1", source="bluesky")
    assert not one.find("LINE", handle="inu", source="bluesky")
    assert not one.find("LINE", handle="neko", source="mastodon")


def test_own_posts_are_no_mentions() -> None:
    """What an own account of the brand writes never matches its lists."""
    one = matcher(Keyword(topic="t", any=("LINE",)), own=("@line_jp",))
    assert not one.find("LINE", handle="Line_JP")
    assert one.find("LINE", handle="line_fan")


def test_only_the_first_ten_thousand_characters_are_matched() -> None:
    """A text without end costs no more than a long one."""
    one = matcher(Keyword(topic="t", any=("LINE",)))
    assert one.find("。" * (LONGEST - 4) + "LINE")
    assert not one.find("。" * LONGEST + "LINE")


@pytest.mark.parametrize(
    "text", ["\ud800LINE\udfff", "LINE\x00", "\udc00\ud83dLINE", "゛LINE゜", "\u3099LINE"]
)
def test_broken_text_is_matched_all_the_same(text: str) -> None:
    """Lone surrogates, control characters and lone marks stop nothing."""
    (match,) = matcher(Keyword(topic="t", any=("LINE",))).find(text)
    assert match.text.startswith("LINE")


def test_the_longest_text_of_kanji_fits_the_dictionary() -> None:
    """Ten thousand kanji are split without an error."""
    one = matcher(Keyword(topic="t", any=("京都",)))
    assert one.find("東" + "京都" * (LONGEST // 2)) is not None


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("さくらプリンうまい", {"pudding"}),
        ("サクラぷりんに虫が入ってた", {"pudding"}),
        ("さくらプリンセスかわいい", set()),
        ("サクまるに会えた", {"pudding"}),
        ("さくらフーズは不買", {"company"}),
        ("ミナトモバイルが圏外", {"network"}),
        ("みなモバ最高", {"network"}),
        ("みなとみらいのみなと祭りで港のモバイル", set()),
        ("みなとの回線がまた落ちた", {"network"}),
        ("minatopayが使えない", {"pay"}),
    ],
)
def test_the_shipped_examples_find_what_they_teach(text: str, topics: set[str]) -> None:
    """Each example list finds its brand and not its look-alikes."""
    one = Matcher(lists.load([EXAMPLES / "sakura.toml", EXAMPLES / "minato.toml"]), now=NOW)
    assert {match.topic for match in one.find(text)} == topics


def test_a_risk_near_the_product_is_told() -> None:
    """An insect in the pudding is a safety matter."""
    one = Matcher(lists.load([EXAMPLES / "sakura.toml"]), now=NOW)
    assert {match.risk for match in one.find("さくらプリンに虫が入ってた")} == {"", "safety"}
