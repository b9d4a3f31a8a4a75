"""A rehearsal that stores and explains nothing comes to the same end as one that does."""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import config
from alerts import routing
from listener import assembly, replay
from listener.backtest.notebook import Notebook
from listener.backtest.period import Period
from listener.backtest.rehearsal import Remembering, rehearsal
from listener.backtest.trial import Setup
from listener.sources import replayed
from listener.storage.database import Database
from listener.storage.intake import Intake, Receipt
from models.clock import VirtualClock
from models.mention import Mention
from models.post import Gap, Item, Post, PostKey
from tests.builders import NIGHT, a_mention, a_score

HOME = Path(config.__file__).parent
MINUTE = timedelta(minutes=1)


class Nobody:
    """What a file without mistakes reports to."""

    def quarantined(self, raw: bytes, reason: str) -> None:
        """Refuse a bad line."""
        raise AssertionError(reason, raw)

    def dropped(self, reason: str, posts: int) -> None:
        """Refuse a lost post."""
        raise AssertionError(reason, posts)


@pytest.fixture
async def notebook() -> AsyncIterator[Notebook]:
    """Open the memory of a rehearsal."""
    async with Notebook.open(":memory:", VirtualClock(NIGHT)) as opened:
        yield opened


def mentioned(numbers: Sequence[int]) -> list[Mention]:
    """Return mentions of posts on two topics; reposts carry a score."""
    found = []
    for number in numbers:
        score = a_score("positive") if number % 5 == 0 else None
        one = a_mention(f"さくらプリン {number // 2}", topic=("pudding", "company")[number % 2], score=score)
        post = msgspec.structs.replace(one.post, id=f"p{number // 2}")
        found.append(msgspec.structs.replace(one, post=post, inherited=score is not None))
    return found


async def told(database: Database, sizes: Sequence[int]) -> list[Receipt]:
    """Store batches of so many mentions, every third of them judged, and return the receipts."""
    receipts: list[Receipt] = []
    for size in sizes:
        numbers = range(len(receipts), len(receipts) + size)
        fresh = await database.mentions.store(Intake(mentions=mentioned(numbers)))
        scored = {one.seq: a_score("negative") for one in fresh if one.seq % 3 == 0}
        given = {number + 1: a_score("positive") for number in numbers if number % 5 == 0}
        await database.mentions.score(list((given | scored).items()), "lexicon 1")
        receipts += fresh
    return receipts


@settings(deadline=None)
@given(st.lists(st.integers(0, 6), max_size=4))
async def test_notes_number_mentions_as_the_database_does(sizes: list[int]) -> None:
    """Receipts and scores; what was taken is forgotten, and its numbers are not given again."""
    clock = VirtualClock(NIGHT)
    async with Database.open(":memory:", clock) as whole, Notebook.open(":memory:", clock) as quick:
        assert await told(quick, sizes) == await told(whole, sizes)
        taken = quick.mentions.taken()
        assert taken == [mention for _, mention in await whole.mentions.after(0, 1_000)]
        assert quick.mentions.taken() == []
        [receipt] = await quick.mentions.store(Intake(mentions=mentioned([77])))
        assert receipt == Receipt(len(taken) + 1, "new")
        await quick.mentions.score([(1, a_score()), (receipt.seq, a_score("positive"))], "lexicon 1")
        assert [one.score for one in quick.mentions.taken()] == [a_score("positive")]


async def test_posts_of_long_ago_are_recalled(notebook: Notebook) -> None:
    """By whoever knows where they are stored."""
    [old] = mentioned([3])
    assert await notebook.mentions.of_posts([old.post.key]) == {}

    async def recall(keys: Collection[PostKey]) -> list[Mention]:
        return [old] if old.post.key in keys else []

    notebook.mentions.recall = recall
    assert await notebook.mentions.of_posts([old.post.key]) == {old.post.key: [(0, old)]}


async def test_what_is_no_mention_is_stored_as_ever(notebook: Notebook) -> None:
    """A silence is on record; a state is not, for a rehearsal is never taken up again."""
    gap = Gap(source="bluesky", start=NIGHT, end=NIGHT + MINUTE, reason="down")
    assert await notebook.mentions.store(Intake(gaps=[gap], mentions=mentioned([1]))) == [Receipt(1, "new")]
    assert await notebook.gaps.overlapping(NIGHT, NIGHT + MINUTE) == [gap]
    await notebook.state.save("alive", 1, b"")
    assert await notebook.state.load("alive") is None


async def test_the_shipped_night_pages_the_same_in_slices() -> None:
    """At the same moments, for the same fires and mentions, as a replay with a whole database."""
    with (HOME / "demo" / "night.jsonl").open("rb") as lines:
        items: list[Item] = list(replayed.posts(lines, source="night", report=Nobody()))
    start, end = replay.arrival(items[0]).replace(second=0, microsecond=0), replay.arrival(items[-1]) + MINUTE
    settings = assembly.read_settings(HOME / "demo.toml")
    setup = Setup(settings, assembly.vocabulary(settings.keywords, now=start))
    period = Period(1, start, start, end, None)
    with closing(Remembering("lexicon", on_fallback=lambda _: None)) as scoring:
        assert await rehearsed(setup, period, items, scoring) == await replayed_whole(setup, items, scoring)


Told = tuple[list[tuple[str, datetime]], list[Mention]]


async def rehearsed(setup: Setup, period: Period, items: list[Item], scoring: Remembering) -> Told:
    """Rehearse ten minutes at a time; return what rang when, and the mentions."""
    found: list[Mention] = []
    async with rehearsal(setup, period, scoring, nothing) as side:
        at = period.learn
        while at < period.end:
            scoring.know({})
            found += await side.take([one for one in items if at <= replay.arrival(one) < at + 10 * MINUTE])
            at += 10 * MINUTE
        fires = (await side.end()).fires.values()
    assert [fire.severity for fire in fires].count("critical") == 1
    return sorted((fire.id, at) for fire in fires for at in fire.rang), found


async def nothing(keys: Collection[PostKey]) -> list[Post]:
    """Read nothing again."""
    raise AssertionError(keys)


async def replayed_whole(setup: Setup, items: list[Item], scoring: Remembering) -> Told:
    """Replay everything at once, stored and explained."""
    said: list[dict[str, Any]] = []
    async with replay.night(*setup, scoring, start=replay.arrival(items[0]), say=said.append) as night:
        await replay.play(night, items)
        mentions = [mention for _, mention in await night.database.mentions.after(0, len(items) * 9)]
    pages = [line for line in said if line["event"] == "page" and routing.rings(line["kind"])]
    assert pages
    return sorted((page["incident"], datetime.fromisoformat(page["at"])) for page in pages), mentions
