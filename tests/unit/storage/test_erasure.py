"""What is deleted at its source is erased here, with every copy; the count stays."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from alerts.incident import Carrier
from listener.storage.database import Database
from listener.storage.intake import Intake, Receipt
from listener.storage.redaction import MARK
from listener.storage.retention import Policy
from models.clock import VirtualClock
from models.mention import Mention
from models.post import Deletion
from tests.builders import NIGHT, a_mention, a_post
from tests.unit.storage.files import content
from tests.unit.storage.quoting import OTHER, QUOTE, WORDS, a_page, an_incident


async def store(database: Database, *mentions: Mention) -> list[Receipt]:
    """Store mentions alone."""
    return await database.mentions.store(Intake(mentions=mentions))


async def delete(database: Database, minutes: float = 30, **what: Any) -> None:
    """Store a deletion alone."""
    at = NIGHT + timedelta(minutes=minutes)
    await database.mentions.store(Intake(deletions=[Deletion(source="bluesky", received_at=at, **what)]))


async def test_a_deleted_post_leaves_a_count_and_nothing_else(database: Database) -> None:
    """Text, author, id, link, matched words: gone; the mention is still counted."""
    await store(database, a_mention(WORDS, id="a", url="https://x.test/neko/a", lang="ja"))
    await delete(database, id="a")
    [(seq, mention)] = await database.mentions.after(0, 10)
    assert seq == 1
    assert (mention.post.text, mention.post.author, mention.post.url, mention.matches) == ("", None, "", ())
    assert "a" not in {key.id for key in await database.mentions.recent_keys(NIGHT)}
    assert [hour.mentions for hour in await database.mentions.hourly("sakura", "pudding", NIGHT)] == [1]
    assert await database.mentions.unscored(10) == []


async def test_the_file_holds_no_trace_of_a_deleted_post(path: Path, clock: VirtualClock) -> None:
    """After the write-ahead log is merged, neither words nor author stand in the file."""
    async with Database.open(path, clock) as database:
        await store(
            database, a_mention(WORDS, id="at://did:plc:secret/1", by="did:plc:secret", handle="neko")
        )
        await database.log.record(
            [an_incident(msgspec.structs.replace(QUOTE, id="at://did:plc:secret/1"))], []
        )
        await delete(database, id="at://did:plc:secret/1")
    raw = content(path)
    assert "虫が入ってた".encode() not in raw
    assert b"did:plc:secret" not in raw
    assert b"neko" not in raw


async def test_deleting_one_post_leaves_the_others(database: Database) -> None:
    """The same id at another source is another post."""
    await store(database, a_mention(id="a"), a_mention(id="b"), a_mention(id="a", source="mqtt"))
    await delete(database, id="a")
    assert [mention.post.text != "" for _, mention in await database.mentions.after(0, 9)] == [
        False,
        True,
        True,
    ]


async def test_a_deletion_that_overtakes_its_post_refuses_it(database: Database) -> None:
    """The deletion came first: the post is never stored, for 24 hours."""
    await delete(database, minutes=0, id="a")
    assert await store(database, a_mention(id="a", minutes=1)) == [Receipt(0, "refused")]
    assert await store(database, a_mention(id="a", minutes=24 * 60)) == [Receipt(0, "refused")]
    assert await database.mentions.after(0, 9) == []
    [receipt] = await store(database, a_mention(id="a", minutes=24 * 60 + 1))
    assert receipt.outcome == "new"


async def test_a_deletion_in_the_same_batch_refuses_the_post(database: Database) -> None:
    """Posted and deleted within 20 ms: it is not stored first."""
    gone = Deletion(source="bluesky", id="a", received_at=NIGHT)
    receipts = await database.mentions.store(Intake(mentions=[a_mention(id="a")], deletions=[gone]))
    assert receipts == [Receipt(0, "refused")]


async def test_a_deleted_post_that_is_told_again_stays_deleted(database: Database) -> None:
    """A rewind repeats the post but perhaps not its deletion."""
    await store(database, a_mention(id="a"))
    await delete(database, id="a")
    assert await store(database, a_mention(id="a")) == [Receipt(0, "refused")]


async def test_a_deleted_account_takes_all_its_posts_along(database: Database) -> None:
    """Every post of the author at that source is erased; others' posts and other sources' stay."""
    await store(database, a_mention(id="a", by="inu"), a_mention(id="b", by="inu", topic="cola"))
    await store(database, a_mention(id="c", by="neko"), a_mention(id="d", by="inu", source="mqtt"))
    await delete(database, author="inu")
    kept = [mention.post.id for _, mention in await database.mentions.after(0, 9) if mention.post.text]
    assert kept == ["c", "d"]
    assert await store(database, a_mention(id="late", by="inu")) == [Receipt(0, "refused")]


async def test_a_deactivated_account_is_hidden_and_comes_back(database: Database) -> None:
    """Hidden posts are counted but not shown; a post written later shows that the account is back."""
    await store(database, a_mention("プリン一", id="a", by="inu"))
    await delete(database, author="inu", hidden=True)
    await store(database, a_mention("プリン二", id="b", by="inu", minutes=20))
    until = NIGHT + timedelta(hours=2)
    assert await database.mentions.search("プリン") == []
    assert await database.mentions.window("sakura", ["pudding"], NIGHT, until, 9) == []
    assert await database.mentions.unscored(9) == []
    assert [hour.mentions for hour in await database.mentions.hourly("sakura", "pudding", NIGHT)] == [2]
    await store(database, a_mention("プリン三", id="c", by="inu", minutes=40))
    assert len(await database.mentions.search("プリン")) == 3


async def test_a_repost_loses_the_words_of_a_deleted_post(database: Database) -> None:
    """A repost that carries its target's words is a copy of it."""
    repost = a_mention(WORDS, id="r", kind="repost", target="a", by="inu")
    quote = a_mention("これはひどい", id="q", kind="quote", target="a", by="inu")
    await store(database, a_mention(WORDS, id="a"), repost, quote)
    await delete(database, id="a")
    assert [mention.post.text for _, mention in await database.mentions.after(0, 9)] == [
        "",
        "",
        "これはひどい",
    ]
    assert await database.mentions.search("虫") == []


async def test_a_deleted_sample_is_dropped(database: Database) -> None:
    """Unmatched posts are copies too, by post and by account; and a deleted one is not sampled."""
    unmatched = [a_post("a", id="a"), a_post("b", id="b", by="inu"), a_post("c", id="c")]
    await database.mentions.store(Intake(unmatched=unmatched, rate=0.1))
    await delete(database, id="a")
    await delete(database, author="inu")
    await database.mentions.store(Intake(unmatched=unmatched, rate=0.1))
    assert [post.id for post in await database.samples.since(NIGHT, 10)] == ["c"]


async def test_an_incident_forgets_the_words_that_it_quoted(database: Database) -> None:
    """Quote, starter and carrier lose text, author and link; the other quote stays."""
    await store(database, a_mention(WORDS, id="a"))
    incident = an_incident(QUOTE, OTHER)
    await database.log.record([incident], [])
    await delete(database, id="a")
    kept = await database.log.incident(incident.id)
    assert kept is not None
    first, second = kept.explanation.quotes
    assert (first.text, first.author, first.url, first.id, first.others) == (MARK, "", "", "", 19)
    assert kept.explanation.starter == first
    assert second == OTHER
    assert kept.explanation.carriers == (Carrier(MARK, NIGHT, 212),)


async def test_a_page_forgets_the_words_that_it_quoted(database: Database) -> None:
    """Text and payload lose the quote and the handle; figures, link and the other quote stay."""
    await store(database, a_mention(WORDS, id="a"))
    await database.log.record([an_incident(QUOTE, OTHER)], [a_page()])
    await delete(database, id="a")
    page = await database.log.page("k")
    assert page is not None
    assert page.text.split("\n") == [
        "【緊急】さくらプリン 不満38人/30分(普段5) 02:10〜",
        "対応する https://watch.example/a/Xk3v",
        f"①「{MARK}」ほか19件",
        "②「電話したけど深夜で誰も出ない」ほか9件",
        "発端 @… 02:10 → 拡散 @matome 02:17(212)",
    ]
    payload = msgspec.json.decode(page.payload)
    assert payload["text"] == page.text
    assert payload["quotes"] == [{"source": "bluesky", "text": MARK}, {"text": "電話したけど"}]
    assert page.quoted == ("bluesky/b",)
    assert page.short == "【緊急】さくらプリン 不満38人/30分(普段5) 02:10〜"
    assert await database.log.due("stdout", NIGHT, 9) == [page]


async def test_an_incident_recorded_again_from_memory_does_not_bring_the_words_back(
    database: Database,
) -> None:
    """The dispatcher still holds the words and records a change days later."""
    await store(database, a_mention(WORDS, id="a"))
    await database.log.record([an_incident(QUOTE, OTHER)], [])
    await delete(database, id="a")
    await database.retention.sweep(NIGHT + timedelta(days=3), Policy())
    grown = an_incident(QUOTE, OTHER, size=99.0)
    [page] = await database.log.record([grown], [a_page()])
    kept = await database.log.incident(grown.id)
    assert kept is not None
    assert kept.size == 99.0
    assert [quote.text for quote in kept.explanation.quotes] == [MARK, OTHER.text]
    assert kept.explanation.carriers[0][0] == MARK
    assert "虫" not in page.text + bytes(page.payload).decode()


async def test_a_post_deleted_before_the_incident_was_recorded_is_not_quoted(database: Database) -> None:
    """Explained, then deleted, then recorded: the words never reach the log."""
    await store(database, a_mention(WORDS, id="a", by="inu"))
    await delete(database, author="inu")
    [page] = await database.log.record([an_incident(QUOTE, OTHER)], [a_page()])
    [kept] = await database.log.open_incidents()
    assert kept.explanation.quotes[0].text == MARK
    assert "虫" not in page.text + bytes(page.payload).decode()


async def test_a_quote_is_erased_though_its_post_is_gone_by_age(database: Database) -> None:
    """Posts are kept 90 days, incidents two years: the quote knows its own words."""
    await database.log.record([an_incident(QUOTE, OTHER)], [a_page()])
    await delete(database, id="a")
    [kept] = await database.log.open_incidents()
    page = await database.log.page("k")
    assert page is not None
    assert kept.explanation.quotes[0].text == MARK
    assert "虫" not in page.text + bytes(page.payload).decode()
    assert "neko" not in page.text
