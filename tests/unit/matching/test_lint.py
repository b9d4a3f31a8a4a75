"""Lint tells brand teams what is odd."""

from datetime import UTC, datetime

import pytest

from listener.matching import lint
from models.keyword import Keyword, KeywordList, Topic

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def kinds(
    *keywords: Keyword, recent: tuple[str, ...] = (), topics: tuple[str, ...] = ()
) -> set[tuple[str, str]]:
    """Return the kinds of findings in a list of *keywords*, each with its term."""
    known = tuple(Topic(slug=slug) for slug in topics)
    one = KeywordList(schema=1, brand="b", name="b", slug="l", keywords=keywords, topics=known)
    return {(found.kind, found.term) for found in lint.findings([one], recent, now=NOW)}


@pytest.mark.parametrize(
    ("keywords", "expected"),
    [
        ([Keyword(topic="t", any=("さくらプリン",))], set()),
        ([Keyword(topic="t", any=("虫",))], {("one-character", "虫")}),
        ([Keyword(topic="t", any=("!!", "・"))], {("signs-only", "!!"), ("signs-only", "・")}),
        ([Keyword(topic="t", any=("https://example.com/x",))], {("never-matches", "https://example.com/x")}),
        ([Keyword(topic="t", any=("booking.com", "C++", "👍さくら"))], set()),
        ([Keyword(topic="t", any=("ドコモ", "ﾄﾞｺﾓ"))], {("folds-alike", "ﾄﾞｺﾓ")}),
        ([Keyword(topic="t", any=("ドコモ",)), Keyword(topic="t", any=("ﾄﾞｺﾓ",))], {("duplicate", "ﾄﾞｺﾓ")}),
        ([Keyword(topic="t", any=("ドコモ",)), Keyword(topic="u", any=("ドコモ",))], set()),
        ([Keyword(topic="t", any=("ドコモ",)), Keyword(topic="t", any=("ドコモ",), risk="leak")], set()),
        (
            [Keyword(topic="t", any=("ドコモ",), none=("どこも", "ドコモ"))],
            {("removes-everything", "ドコモ")},
        ),
        ([Keyword(topic="t", any=("さくらプリン",), none=("プリン",))], {("removes-everything", "プリン")}),
        ([Keyword(topic="t", any=("スーパーカップ",))], {("homonym", "スーパーカップ")}),
        ([Keyword(topic="t", any=("スーパーカップ",), none=("サッカー",))], set()),
        ([Keyword(topic="t", any=("ドコモ",), expires=NOW)], {("expired", "ドコモ")}),
        (
            [Keyword(topic="t", any=("minato",)), Keyword(topic="t", any=("minato mobile",))],
            {("shadowed", "minato mobile")},
        ),
        (
            [Keyword(topic="t", any=("ドコモ",), mode="substring"), Keyword(topic="t", any=("ドコモ光",))],
            {("shadowed", "ドコモ光")},
        ),
    ],
)
def test_odd_keywords_are_told(keywords: list[Keyword], expected: set[tuple[str, str]]) -> None:
    """Each kind of oddity is found, and nothing else."""
    assert kinds(*keywords) == expected


def test_a_term_that_matches_too_many_recent_posts_is_broad() -> None:
    """A rate of recent posts above the limit is told, below it is not."""
    recent = tuple(f"カフェ {n}" for n in range(5)) + tuple(f"ドコモ {n}" for n in range(2)) + ("雨",) * 300
    keywords = (Keyword(topic="t", any=("カフェ",)), Keyword(topic="t", any=("ドコモ",)))
    assert kinds(*keywords, recent=recent) == {("broad", "カフェ")}


def test_a_topic_that_the_list_does_not_name_may_be_a_typo() -> None:
    """Where a list names its topics, another one is told."""
    assert kinds(Keyword(topic="puding", any=("ドコモ",)), topics=("pudding",)) == {("typo", "ドコモ")}
