"""Traces: everything of a flare-up beside its words, and what explains it."""

from datetime import timedelta

import msgspec

from alerts.carriers import Trace, traced
from listener.evidence import StoredEvidence
from listener.storage.database import Database
from listener.storage.intake import Intake
from models.mention import Mention
from models.post import Deletion, PostKey
from tests.builders import NIGHT, a_mention, a_post, a_score

HOUR = timedelta(hours=1)


def _fire() -> list[Mention]:
    first = msgspec.structs.replace(a_mention(id="a", by="neko"), cluster="bug")
    nobody = msgspec.structs.replace(
        a_mention(id="n", minutes=2), post=a_post(id="n", minutes=2, author=None)
    )
    repost = a_mention("", id="r", by="inu", minutes=1, kind="repost", target="a")
    return [first, repost, nobody]


async def _stored(database: Database, *mentions: Mention) -> StoredEvidence:
    receipts = await database.mentions.store(Intake(mentions=list(mentions)))
    await database.mentions.score([(one.seq, a_score()) for one in receipts], "lexicon")
    return StoredEvidence(
        database.mentions, database.traces, blind=(), silent=lambda _: (), cut=lambda text: text.split()
    )


async def test_what_is_read_back_is_what_was_heard(database: Database) -> None:
    """The database says the same of a fire as the mentions themselves."""
    evidence = await _stored(database, *_fire())
    found = await evidence.traces("sakura", ["pudding"], NIGHT, NIGHT + HOUR)
    scored = [msgspec.structs.replace(one, score=a_score()) for one in _fire()]
    assert found == traced(scored)
    assert all(isinstance(one, Trace) for one in found)


async def test_deleted_and_hidden_posts_leave_no_trace(database: Database) -> None:
    """Neither in the counts, nor by name, nor among what is usually said."""
    evidence = await _stored(database, *_fire())
    deletions = [
        Deletion(source="bluesky", id="a", received_at=NIGHT),
        Deletion(source="bluesky", author="inu", hidden=True, received_at=NIGHT),
    ]
    await database.mentions.store(Intake(deletions=deletions))
    found = await evidence.traces("sakura", ["pudding"], NIGHT, NIGHT + HOUR)
    assert [one.key for one in found] == ["bluesky/n"]
    assert await evidence.posts(["bluesky/a", "bluesky/r"]) == []
    assert [m.post.id for m in await evidence.earlier("sakura", ["pudding"], NIGHT + HOUR, 9)] == ["n"]


async def test_the_past_is_the_newest_that_was_said_in_own_words(database: Database) -> None:
    """Reposts say nothing, and what began with the fire is not its past."""
    old = [a_mention(id=f"o{n}", minutes=-n) for n in range(1, 6)]
    evidence = await _stored(database, *_fire(), *old)
    past = await evidence.earlier("sakura", ["pudding"], NIGHT, 3)
    assert [mention.post.id for mention in past] == ["o1", "o2", "o3"]


async def test_posts_are_found_by_name_whatever_stands_in_it(database: Database) -> None:
    """An id may hold a slash, and one that nobody stored is left out."""
    await _stored(database, a_mention(id="at://did/x"))
    evidence = await _stored(database, a_mention(id="b", minutes=1))
    found = await evidence.posts(["bluesky/at://did/x", "bluesky/none"])
    assert [post.key for post in found] == [PostKey("bluesky", "at://did/x")]
