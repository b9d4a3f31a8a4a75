"""The way of a post, end to end, and what stands in it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from listener.backlog import Backlog, Waiting
from models.post import Deletion, Gap
from tests.builders import NIGHT, a_mention, a_post
from tests.fakes_listener import BAD, COMPANY, Rig, burn, fire, rig, stored


@pytest.fixture
async def one() -> AsyncIterator[Rig]:
    """Give a pipeline over a database in memory."""
    async with rig() as built:
        yield built


async def test_a_fire_is_counted_judged_and_paged(one: Rig) -> None:
    """One incident, one first page, and figures that say why."""
    await burn(one, 6)
    [incident] = await one.database.log.open_incidents()
    assert (incident.topic, incident.severity) == ("pudding", "critical")
    assert [page.kind for page in await one.pages()] == ["first"]
    assert one.reading().negative == 24


async def test_two_sources_interleaved_are_one_fire(one: Rig) -> None:
    """Batches of both come in turn; people and sources of both are counted."""
    for minute in range(6):
        for source in ("bluesky", "mastodon"):
            await one.take(*fire(minute, 2, source=source))
        await one.end_minute()
    [incident] = await one.database.log.open_incidents()
    assert set(one.reading().sources) == {"bluesky", "mastodon"}
    assert len(await stored(one)) == 24
    assert set(incident.sources) == {"bluesky", "mastodon"}


async def test_metrics_move_as_their_document_says(one: Rig) -> None:
    """Mentions by topic and source, late ones apart, scores by sentiment, stages by time."""
    await one.take(
        a_post(BAD, id="a"),
        a_post("さくらプリンとさくらフーズ", id="b"),
        a_post("雨", id="c"),
        a_post(BAD, id="late", created_at=NIGHT - timedelta(hours=3), received_at=NIGHT),
    )
    topic = {"brand": "sakura", "source": "bluesky"}
    assert one.sample("hinoban_mentions_total", topic="pudding", **topic) == 2
    assert one.sample("hinoban_mentions_total", topic="company", **topic) == 1
    assert one.sample("hinoban_mentions_late_total", source="bluesky") == 1
    scored = {"brand": "sakura", "topic": "pudding"}
    assert one.sample("hinoban_mentions_scored_total", sentiment="negative", **scored) == 2
    assert one.sample("hinoban_mentions_scored_total", sentiment="neutral", **scored) == 1
    for stage in ("match", "store", "detect", "score"):
        assert one.sample("hinoban_stage_seconds_count", stage=stage) == 1
    assert (one.pipeline.posts, one.pipeline.mentions) == (4, 4)


async def test_late_posts_never_page(one: Rig) -> None:
    """A backfill of an old fire is history: stored, counted apart, and quiet."""
    for number in range(60):
        old = NIGHT - timedelta(hours=3, seconds=number)
        await one.take(a_post(BAD, id=str(number), by=str(number), created_at=old, received_at=NIGHT))
    await one.end_minute()
    assert await one.database.log.incidents(9) == []
    assert one.reading().volume == 0
    assert len(await stored(one)) == 60


async def test_a_repost_inherits_its_targets_judgement(one: Rig) -> None:
    """It counts as one more negative person, and its score is stored."""
    await one.take(a_post(BAD, id="a"))
    await one.take(a_post("", id="r", kind="repost", target="a", by="other"))
    assert one.reading().negative == 2
    assert [m.score and m.score.label for _, m in await one.database.mentions.after(0, 9)] == ["negative"] * 2
    assert one.scoring.scored == [BAD]


async def test_a_repost_long_after_is_looked_up_in_one_hop(one: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its target is no longer in memory, but it is stored: all targets of a batch are fetched together."""
    await one.take(a_post(BAD, id="a"), a_post(BAD, id="b", by="inu"))
    one.pipeline.recognition._recent.clear()
    one.pipeline.recognition.expect(await one.database.mentions.recent_keys(NIGHT))
    asked: list[int] = []
    of_posts = one.database.mentions.of_posts

    async def counted(keys: Any) -> Any:
        asked.append(len(keys))
        return await of_posts(keys)

    monkeypatch.setattr(one.database.mentions, "of_posts", counted)
    reposts = [
        a_post("", id=f"r{n}", kind="repost", target=of, by=f"r{n}", minutes=1) for n, of in enumerate("abab")
    ]
    await one.take(*reposts)
    assert asked == [2]
    assert one.reading().negative == 6


async def test_an_edited_post_that_no_longer_matches_is_withdrawn(one: Rig) -> None:
    """Its words and its mentions go; also when only the database still knows it."""
    await one.take(a_post(BAD, id="a"), a_post(BAD, id="b", by="inu"))
    await one.take(a_post("晴れ", id="a", edited=True, minutes=1))
    assert await stored(one) == ["b"]
    one.pipeline.recognition._recent.clear()
    one.pipeline.recognition.expect([a_post(id="b").key])
    await one.take(a_post("雨", id="b", edited=True, minutes=1))
    assert await stored(one) == []


async def test_an_edit_moves_a_post_to_another_topic(one: Rig) -> None:
    """Counted once to each, and stored only where it is now."""
    await one.take(a_post("さくらプリン", id="a"))
    await one.take(a_post("さくらフーズ", id="a", edited=True, minutes=1))
    [(_, mention)] = await one.database.mentions.after(0, 9)
    assert mention.topic == "company"
    assert one.reading(COMPANY).volume > 0


async def test_the_same_batch_again_counts_nothing(one: Rig) -> None:
    """A source that resumes a little earlier repeats itself."""
    for _ in range(3):
        await one.take(*fire(0))
    assert one.reading().negative == 4
    assert one.sample("hinoban_mentions_total", brand="sakura", topic="pudding", source="bluesky") == 4


async def test_a_deletion_erases_and_updates_the_incident(one: Rig) -> None:
    """The quote goes from the incident, the words from the file; that people saw it still counts."""
    await burn(one, 6)
    [before] = await one.database.log.open_incidents()
    quoted = before.explanation.quotes[0].id
    at = one.clock.now()
    await one.take(Deletion(source="bluesky", id=quoted, received_at=at))
    [after] = await one.database.log.open_incidents()
    assert quoted not in {quote.id for quote in after.explanation.quotes}
    texts = [mention.post.text for _, mention in await one.database.mentions.after(0, 999)]
    assert (len(texts), texts.count("")) == (24, 1)
    assert one.reading().negative == 24
    await one.take(a_post("", id="r", kind="repost", target=quoted, minutes=7))
    assert "r" not in await stored(one)


async def test_an_account_that_is_deleted_takes_its_quotes_with_it(one: Rig) -> None:
    """All its posts, also in what is remembered; one that only hides is not forgotten."""
    await burn(one, 6)
    [before] = await one.database.log.open_incidents()
    quoted = before.explanation.quotes[0].id
    at = one.clock.now()
    await one.take(Deletion(source="bluesky", author="bluesky0-1", hidden=True, received_at=at))
    assert one.pipeline.recognition.by_author("bluesky", "bluesky0-1")
    await one.take(Deletion(source="bluesky", author=quoted, received_at=at))
    [after] = await one.database.log.open_incidents()
    assert quoted not in {quote.id for quote in after.explanation.quotes}
    assert one.pipeline.recognition.by_author("bluesky", quoted) == []


async def test_a_post_deleted_before_it_came_is_not_remembered(one: Rig) -> None:
    """Refused by storage, it is neither counted nor inherited from."""
    await one.take(Deletion(source="bluesky", id="a", received_at=NIGHT))
    await one.take(a_post(BAD, id="a"))
    await one.take(a_post("", id="r", kind="repost", target="a", minutes=1))
    assert await stored(one) == []
    assert one.reading().volume == 0


async def test_a_gap_takes_the_source_out_of_the_expectation(one: Rig) -> None:
    """While it is open nothing is expected; the root is told."""
    for minute in range(30):
        await one.take(a_post("さくらプリン", minutes=minute, by=str(minute)))
        await one.end_minute()
    usual = one.reading().expected
    await one.take(Gap(source="bluesky", start=one.clock.now(), end=None, reason="connection lost"))
    for _ in range(40):
        await one.end_minute()
    assert one.reading().expected < 0.1 * usual
    end = Gap(source="bluesky", start=one.clock.now(), end=one.clock.now(), reason="connection lost")
    await one.take(end)
    assert one.gaps[-1] == end
    for _ in range(40):
        await one.end_minute()
    assert one.reading().expected == pytest.approx(usual, rel=0.2)


async def test_the_backlog_gives_up_the_oldest_minutes() -> None:
    """A fire that lasts longer than the memory is scored where it burns now."""
    backlog = Backlog(most=3)
    for minutes in range(5):
        backlog.add(Waiting(minutes, a_mention(minutes=minutes), "x"))
    assert len(backlog) == 3
    assert [one.seq for one in backlog.take(9)] == [4, 3, 2]


async def test_the_sampled_share_is_that_of_the_last_minute(one: Rig) -> None:
    """Below 1 while scoring cannot keep up."""
    assert one.pipeline.sampled() == 1.0
    one.scoring.broken = True
    await one.take(*fire(0))
    assert one.pipeline.sampled() == 0.0
    one.scoring.broken = False
    await one.take(*fire(1))
    assert one.pipeline.sampled() == 1.0


async def test_unmatched_posts_are_sampled_by_their_id(one: Rig) -> None:
    """Whoever runs it again gets the same sample; what matched, and bare reposts, are not in it."""
    one.pipeline._sorting._rate = 0.3
    posts = [a_post("雨", id=str(number)) for number in range(200)]
    await one.take(*posts, a_post("", id="r", kind="repost", target="x"), *fire(0))
    sampled = {post.id for post in await one.database.samples.since(NIGHT, 999)}
    assert 30 < len(sampled) < 90
    assert sampled <= {post.id for post in posts}


async def test_a_batch_of_nothing_moves_the_cursor(one: Rig) -> None:
    """A source says where it is, even when nobody said anything."""
    await one.take(cursor="42")
    assert await one.database.cursors.load("bluesky") == "42"
