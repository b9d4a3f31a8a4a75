"""The stored past, read again in order."""

from datetime import timedelta

import pytest

from listener.storage import archive
from listener.storage.archive import Extent, Sampled
from listener.storage.database import Database
from listener.storage.intake import Intake
from models.post import Deletion, PostKey
from tests.builders import NIGHT, a_mention, a_post, a_score

HOUR = timedelta(hours=1)


async def test_an_empty_database_has_no_extent(database: Database) -> None:
    """Neither posts nor a sample."""
    assert await database.archive.extent() == Extent(None, None, None, None)
    assert [row async for row in database.archive.posts(NIGHT, NIGHT + HOUR)] == []


async def test_posts_come_in_the_order_in_which_they_came(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Page by page, those of one instant in the order in which they were stored, each with its score."""
    monkeypatch.setattr(archive, "PAGE", 2)
    mentions = [a_mention(id=f"p{n}", minutes=minutes) for n, minutes in enumerate((3, 1, 1, 1, 0, 59))]
    receipts = await database.mentions.store(Intake(mentions=mentions))
    await database.mentions.score([(receipts[0].seq, a_score())], "lexicon 1")
    found = [row async for row in database.archive.posts(NIGHT, NIGHT + timedelta(minutes=59))]
    assert [post.id for post, _ in found] == ["p4", "p1", "p2", "p3", "p0"]
    assert found[0][0] == mentions[4].post
    assert [score.label if score else None for _, score in found] == [None] * 4 + ["negative"]
    assert (await database.archive.extent())[:2] == (NIGHT, NIGHT + timedelta(minutes=59))


async def test_posts_are_read_again_by_identity(database: Database) -> None:
    """With their scores; what was never there, and what was deleted, is left out."""
    mentions = [a_mention(id="a"), a_mention(id="a", topic="company"), a_mention(id="b"), a_mention(id="c")]
    receipts = await database.mentions.store(Intake(mentions=mentions))
    await database.mentions.score([(receipts[1].seq, a_score())], "lexicon 1")
    await database.mentions.store(Intake(deletions=[Deletion(source="bluesky", id="c", received_at=NIGHT)]))
    found = await database.archive.again([PostKey("bluesky", name) for name in "bacd"])
    assert found == {
        mentions[2].post.key: (mentions[2].post, None),
        mentions[0].post.key: (mentions[0].post, a_score()),
    }


async def test_what_was_deleted_is_not_read_but_counted(database: Database) -> None:
    """Nothing of it is left to be matched."""
    await database.mentions.store(Intake(mentions=[a_mention(id="a"), a_mention(id="b", author=None)]))
    gone = Deletion(source="bluesky", id="a", received_at=NIGHT)
    await database.mentions.store(Intake(deletions=[gone]))
    assert [post.id async for post, _ in database.archive.posts(NIGHT, NIGHT + HOUR)] == ["b"]
    assert await database.archive.lost(NIGHT, NIGHT + HOUR) == (1, 1)


async def test_the_sample_says_what_it_stands_for(database: Database) -> None:
    """Per source, and per post."""
    for rate, ids in ((0.5, "ab"), (0.1, "c")):
        posts = [a_post("プリン", id=name, minutes=len(ids)) for name in ids]
        await database.mentions.store(Intake(unmatched=posts, rate=rate))
    found = [(post.id, rate) async for post, rate in database.archive.samples(NIGHT, NIGHT + HOUR)]
    assert found == [("c", 0.1), ("a", 0.5), ("b", 0.5)]
    assert await database.archive.sampled(NIGHT, NIGHT + HOUR) == {"bluesky": Sampled(3, 14.0)}
