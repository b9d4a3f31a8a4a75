"""Full-text search: two Japanese characters, one, Latin words, and whatever people type."""

from datetime import timedelta

import pytest

from listener.storage.database import Database
from listener.storage.intake import Intake
from models.post import Deletion
from tests.builders import NIGHT, a_mention

TEXTS = {
    "fire": "さくらプリンが炎上している",
    "bug": "プリンに虫が入ってた",
    "latin": "Sakura Pudding is GREAT (really)",
    "quote": 'He said "NEAR" OR bigrams:x* AND (no)',
    "half": "ｻｸﾗﾌﾟﾘﾝ　うまい",
}


@pytest.fixture
async def found(database: Database) -> Database:
    """Store a post of each kind."""
    mentions = [a_mention(text, id=name, minutes=n) for n, (name, text) in enumerate(TEXTS.items())]
    await database.mentions.store(Intake(mentions=mentions))
    return database


async def ids(database: Database, query: str) -> set[str]:
    """Return which posts *query* finds."""
    return {mention.post.id for _, mention in await database.mentions.search(query)}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("炎上", {"fire"}),
        ("虫", {"bug"}),
        ("い", {"half", "fire"}),
        ("る", {"fire"}),
        ("プリン", {"fire", "bug", "half"}),
        ("さくらプリンが炎上している", {"fire"}),
        ("great", {"latin"}),
        ("ＧＲＥＡＴ", {"latin"}),
        ("sakura great", {"latin"}),
        ("great sakura", {"latin"}),
        ("プリン　炎上", {"fire"}),
        ("サクラ", {"half"}),
        ("プリンと", set()),
        ("炎　虫", set()),
    ],
)
async def test_a_query_finds_the_posts_that_hold_its_words(
    found: Database, query: str, expected: set[str]
) -> None:
    """Width and case do not matter, order of words neither; every word must occur."""
    assert await ids(found, query) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('"NEAR"', {"quote"}),
        ("bigrams:x*", {"quote"}),
        ("OR", {"quote"}),
        ("(really)", {"latin"}),
        ('"', {"quote"}),
        ("'; DROP TABLE posts; --", set()),
        ("NOT 虫", set()),
        ("^炎上", set()),
        ("炎上*", set()),
    ],
)
async def test_quotes_and_operators_are_only_characters(
    found: Database, query: str, expected: set[str]
) -> None:
    """Nothing that somebody types is an operator."""
    assert await ids(found, query) == expected


@pytest.mark.parametrize("query", ["", "   ", "\u3000"])
async def test_an_empty_query_finds_nothing(found: Database, query: str) -> None:
    """No word, no post."""
    assert await ids(found, query) == set()


async def test_search_narrows_by_brand_and_time_and_gives_the_newest_first(database: Database) -> None:
    """What a console page asks for."""
    mentions = [a_mention("プリン", id=str(n), minutes=n) for n in range(4)]
    await database.mentions.store(Intake(mentions=mentions))
    since = NIGHT + timedelta(minutes=1)
    newest = await database.mentions.search("プリン", brand="sakura", since=since, limit=2)
    assert [mention.post.id for _, mention in newest] == ["3", "2"]
    assert len(await database.mentions.search("プリン", since=since)) == 3
    assert await database.mentions.search("プリン", brand="fuji") == []


async def test_an_edited_post_is_found_by_its_new_words_only(database: Database) -> None:
    """The index follows the text."""
    await database.mentions.store(Intake(mentions=[a_mention("炎上した", id="a")]))
    await database.mentions.store(Intake(mentions=[a_mention("鎮火した", id="a")]))
    assert await ids(database, "炎上") == set()
    assert await ids(database, "鎮火") == {"a"}


async def test_a_deleted_post_leaves_no_bigram_behind(database: Database) -> None:
    """Neither by a whole word nor by a character is an erased text found."""
    await database.mentions.store(Intake(mentions=[a_mention("炎上", id="a"), a_mention("火事", id="b")]))
    gone = Deletion(source="bluesky", id="a", received_at=NIGHT)
    await database.mentions.store(Intake(deletions=[gone]))
    assert [await ids(database, query) for query in ("炎上", "炎", "上")] == [set()] * 3
    terms = "CREATE VIRTUAL TABLE temp.terms USING fts5vocab('main', 'search', 'row')"
    await database._writer.run(lambda connection: connection.execute(terms))
    rows = await database._writer.run(lambda connection: connection.execute("SELECT * FROM terms").fetchall())
    assert len(rows) == 2
