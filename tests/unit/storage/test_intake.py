"""What becomes of a batch: mentions, edits, duplicates, the cursor with them, or nothing at all."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from listener.storage.database import Database
from listener.storage.errors import StorageError
from listener.storage.intake import Intake, Receipt
from models.clock import VirtualClock
from models.mention import Mention
from models.post import Gap, PostKey
from tests.builders import NIGHT, a_match, a_mention, a_post, a_score


async def store(database: Database, *mentions: Mention) -> list[Receipt]:
    """Store mentions alone."""
    return await database.mentions.store(Intake(mentions=mentions))


async def stored(database: Database) -> list[Mention]:
    """Return every stored mention, in order."""
    return [mention for _, mention in await database.mentions.after(0, 1_000)]


async def test_a_mention_comes_back_as_it_was_stored(database: Database) -> None:
    """Every field of post, matches and mention survives."""
    mention = msgspec.structs.replace(
        a_mention(lang="ja", url="https://example.test/1", kind="reply", target="p9", truncated=True),
        cluster="c1",
        late=True,
    )
    await store(database, mention)
    assert await stored(database) == [mention]


async def test_mentions_are_numbered_in_the_order_of_their_batch(database: Database) -> None:
    """Numbers grow with every new mention, across batches."""
    first = await store(database, a_mention(id="a"), a_mention(id="b"))
    second = await store(database, a_mention(id="c"))
    assert [receipt.outcome for receipt in first + second] == ["new"] * 3
    assert [receipt.seq for receipt in first + second] == [1, 2, 3]


async def test_a_post_told_twice_is_counted_once(database: Database) -> None:
    """After a reconnect a source rewinds: what comes again keeps its number."""
    [first] = await store(database, a_mention())
    assert await store(database, a_mention(), a_mention()) == [Receipt(first.seq, "duplicate")] * 2
    assert len(await stored(database)) == 1


async def test_one_post_counts_to_each_of_its_topics(database: Database) -> None:
    """Identity is the post and the topic; a list that is widened adds a mention to a known post."""
    post = a_post()
    pudding, cola = (
        Mention(post=post, brand="b", topic="pudding"),
        Mention(post=post, brand="b", topic="cola"),
    )
    assert [each.outcome for each in await store(database, pudding)] == ["new"]
    assert [each.outcome for each in await store(database, pudding, cola)] == ["duplicate", "new"]


async def test_the_same_id_at_two_sources_is_two_posts(database: Database) -> None:
    """A native id means something only together with its source."""
    receipts = await store(database, a_mention(id="1"), a_mention(id="1", source="mastodon"))
    assert [receipt.outcome for receipt in receipts] == ["new", "new"]


async def test_an_edit_replaces_the_text_and_voids_the_score(database: Database) -> None:
    """An edited post keeps its number and its first-seen time; it is matched and scored again."""
    [first] = await store(database, a_mention("プリンおいしい", id="a"))
    await database.mentions.score([(first.seq, a_score("positive"))], "lexicon")
    edit = a_mention("プリンまずい", id="a", minutes=9, edited=True)
    assert await store(database, edit) == [Receipt(first.seq, "edited")]
    [mention] = await stored(database)
    assert (mention.post.text, mention.post.received_at, mention.score) == ("プリンまずい", NIGHT, None)
    assert mention.post.edited


async def test_changed_words_are_an_edit_even_when_the_source_does_not_say_so(database: Database) -> None:
    """RSS and MQTT senders do not mark their edits."""
    await store(database, a_mention("ひとつ", id="a"))
    [receipt] = await store(database, a_mention("ふたつ", id="a"))
    assert receipt.outcome == "edited"


async def test_an_edit_of_two_topics_is_an_edit_of_both(database: Database) -> None:
    """The first topic's edit must not make the second look unchanged."""
    await store(database, a_mention("旧", id="a"), a_mention("旧", id="a", topic="cola"))
    receipts = await store(database, a_mention("新", id="a"), a_mention("新", id="a", topic="cola"))
    assert [receipt.outcome for receipt in receipts] == ["edited", "edited"]


async def test_an_edit_told_again_is_a_duplicate(database: Database) -> None:
    """A rewind repeats edits too; and the old version that comes before it does not win."""
    old, new = a_mention("旧", id="a"), a_mention("新", id="a", edited=True)
    await store(database, old)
    await store(database, new)
    assert [receipt.outcome for receipt in await store(database, old, new)] == ["duplicate", "duplicate"]
    assert [mention.post.text for mention in await stored(database)] == ["新"]


async def test_an_edit_leaves_the_topics_that_it_does_not_concern_any_more(database: Database) -> None:
    """The new text matches cola only: it is no mention of the pudding."""
    await store(database, a_mention("両方", id="a"), a_mention("両方", id="a", topic="cola"))
    await store(database, a_mention("コーラだけ", id="a", topic="cola"))
    assert [mention.topic for mention in await stored(database)] == ["cola"]


async def test_a_withdrawn_post_is_gone(database: Database) -> None:
    """An edit that matches nothing any more takes the post, its mentions and its findability away."""
    await store(database, a_mention("さくらプリン", id="a"))
    await database.mentions.store(Intake(withdrawn=[PostKey("bluesky", "a"), PostKey("bluesky", "b")]))
    assert await stored(database) == []
    assert await database.mentions.search("さくらプリン") == []


async def test_the_cursor_is_saved_with_what_was_read(database: Database) -> None:
    """The cursor of a source is what its latest batch said."""
    assert await database.cursors.load("bluesky") is None
    await database.mentions.store(Intake(mentions=[a_mention()], cursor=("bluesky", "17")))
    await database.mentions.store(Intake(cursor=("bluesky", "18")))
    assert await database.cursors.load("bluesky") == "18"
    assert await database.cursors.load("mqtt") is None


async def test_a_batch_that_fails_leaves_nothing(database: Database) -> None:
    """All of a batch or nothing: neither its mentions nor its gap nor its cursor."""
    broken = Gap(source="bluesky", start=NIGHT, end=None, reason="lost")
    msgspec.structs.force_setattr(broken, "source", None)
    with pytest.raises(StorageError, match="NOT NULL"):
        await database.mentions.store(Intake(mentions=[a_mention()], gaps=[broken], cursor=("bluesky", "1")))
    assert await stored(database) == []
    assert await database.cursors.load("bluesky") is None


async def test_a_batch_with_a_cursor_is_synced_to_the_disk(path: Path, clock: VirtualClock) -> None:
    """FULL (2) for cursors and for what a sender is told is safe, NORMAL (1) for posts alone."""
    async with Database.open(path, clock) as database:
        levels = []
        for batch in (Intake(), Intake(cursor=("a", "1")), Intake(), Intake(durable=True)):
            await database.mentions.store(batch)
            levels.append(await database._writer.run(lambda c: c.execute("PRAGMA synchronous").fetchone()[0]))
    assert levels == [1, 2, 1, 2]


async def test_hostile_characters_do_not_stop_a_batch(database: Database) -> None:
    """Lone surrogates, NUL and numbers beyond 64 bits are stored as well as they can be."""
    post = a_post("虫\ud83d\x00!", id="a\udfff")
    huge = msgspec.structs.replace(post.author, followers=2**70) if post.author else None
    post = msgspec.structs.replace(post, author=huge)
    mention = Mention(post=post, brand="b", topic="t", matches=(a_match(text="虫\ud83d"),))
    assert [each.outcome for each in await store(database, mention, mention)] == ["new", "duplicate"]
    [kept] = await stored(database)
    assert kept.post.text == "虫?\x00!"
    assert kept.post.author is not None
    assert kept.post.author.followers == 2**63 - 1


async def test_the_mentions_of_a_post_are_found_by_its_key(database: Database) -> None:
    """Bare reposts inherit the mentions of their targets, a batch of them at once."""
    await store(database, a_mention(id="a"), a_mention(id="a", topic="cola"), a_mention(id="b"))
    a, b, none = (PostKey("bluesky", name) for name in ("a", "b", "none"))
    found = await database.mentions.of_posts([a, none, b])
    topics = {key: [mention.topic for _, mention in mentions] for key, mentions in found.items()}
    assert topics == {a: ["pudding", "cola"], b: ["pudding"]}
    assert await database.mentions.of_posts([]) == {}
    assert await database.mentions.of_post(a) == found[a]
    assert await database.mentions.of_post(none) == []


async def test_recent_keys_are_those_seen_since(database: Database) -> None:
    """Dedupe after a restart starts from the posts of the last minutes."""
    await store(database, a_mention(id="old", minutes=0), a_mention(id="new", minutes=30))
    recent = await database.mentions.recent_keys(NIGHT + timedelta(minutes=30))
    assert recent == {PostKey("bluesky", "new")}


async def test_two_versions_in_one_batch_are_a_post_and_its_edit(database: Database) -> None:
    """A batch may hold a post and its correction seconds later."""
    receipts = await store(database, a_mention("旧", id="a"), a_mention("新", id="a", edited=True))
    assert [receipt.outcome for receipt in receipts] == ["new", "edited"]
    assert [mention.post.text for mention in await stored(database)] == ["新"]


async def test_a_mention_repeated_in_its_first_batch_is_a_duplicate(database: Database) -> None:
    """At the cut-over from replay to live a source tells the same post twice in a row."""
    assert [each.outcome for each in await store(database, a_mention(), a_mention())] == ["new", "duplicate"]
