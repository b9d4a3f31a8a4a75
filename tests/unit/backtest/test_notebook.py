"""A rehearsal that stores and explains nothing comes to the same end as one that does."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import config
from listener import assembly, replay
from listener.backtest.notebook import Notebook
from listener.backtest.past import Past
from listener.backtest.period import Period
from listener.backtest.rehearsal import Remembering, rehearse
from listener.backtest.trial import Setup
from listener.sources import replayed
from listener.storage.database import Database
from listener.storage.intake import Intake, Receipt
from models.clock import VirtualClock
from models.keyword import TopicKey
from models.mention import Mention
from models.post import Gap, Item, PostKey
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
    """Return mentions of a few posts, on two topics, some of them twice; reposts carry a score."""
    found = []
    for number in numbers:
        score = a_score("positive") if number % 5 == 0 else None
        one = a_mention(f"さくらプリン {number // 2}", topic=("pudding", "company")[number % 2], score=score)
        post = msgspec.structs.replace(one.post, id=f"p{number // 2}")
        found.append(msgspec.structs.replace(one, post=post, inherited=score is not None))
    return found


Told = tuple[list[Receipt], list[tuple[int, Mention]], dict[PostKey, list[tuple[int, Mention]]]]


async def told(kind: type[Database], batches: Sequence[Sequence[int]]) -> Told:
    """Return what a database says of *batches* of mentions, every third of them judged."""
    async with kind.open(":memory:", VirtualClock(NIGHT)) as database:
        receipts: list[Receipt] = []
        for batch in batches:
            receipts += await database.mentions.store(Intake(mentions=mentioned(batch)))
        scored = {one.seq: a_score("negative") for one in receipts if one.seq % 3 == 0}
        given = {one.seq: a_score("positive") for one, of in _new(receipts, batches) if of.score}
        await database.mentions.score(list((given | scored).items()), "lexicon 1")
        rows = [*await database.mentions.after(0, 4), *await database.mentions.after(4, 1_000)]
        keys = [PostKey("bluesky", f"p{number}") for number in range(6)]
        return receipts, rows, await database.mentions.of_posts(keys)


def _new(receipts: Sequence[Receipt], batches: Sequence[Sequence[int]]) -> list[tuple[Receipt, Mention]]:
    mentions = mentioned([number for batch in batches for number in batch])
    return [pair for pair in zip(receipts, mentions, strict=True) if pair[0].outcome == "new"]


@given(st.lists(st.lists(st.integers(0, 9), max_size=6), max_size=4))
async def test_notes_number_mentions_as_the_database_does(batches: list[list[int]]) -> None:
    """Receipts, scores and what a repost would inherit, whatever came twice."""
    assert await told(Notebook, batches) == await told(Database, batches)


async def test_what_is_no_mention_is_stored_as_ever(notebook: Notebook) -> None:
    """A silence is on record; a state is not, for a rehearsal is never taken up again."""
    gap = Gap(source="bluesky", start=NIGHT, end=NIGHT + MINUTE, reason="down")
    assert await notebook.mentions.store(Intake(gaps=[gap], mentions=mentioned([1]))) == [Receipt(1, "new")]
    assert await notebook.gaps.overlapping(NIGHT, NIGHT + MINUTE) == [gap]
    await notebook.state.save("alive", 1, b"")
    assert await notebook.state.load("alive") is None


async def test_the_shipped_night_pages_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the same moments, for the same fires and mentions, as with a whole database and explanations."""
    quick = await outcome()
    night = replay.night

    def whole(*given: Any, **more: Any) -> AbstractAsyncContextManager[replay.Night]:
        return night(*given, **(more | {"brief": None}))

    monkeypatch.setattr(replay, "night", whole)
    thorough = await outcome()
    assert quick == thorough
    assert [fire.severity for fire in quick[1]].count("critical") == 1
    assert sum(len(fire.rang) for fire in quick[1]) >= 1


async def outcome() -> tuple[dict[tuple[PostKey, TopicKey], Mention], list[Any]]:
    """Rehearse the shipped night, judged by the word lists."""
    with (HOME / "demo" / "night.jsonl").open("rb") as lines:
        items: list[Item] = list(replayed.posts(lines, source="night", report=Nobody()))
    start, end = replay.arrival(items[0]), replay.arrival(items[-1]) + MINUTE
    settings = assembly.read_settings(HOME / "demo.toml")
    setup = Setup(settings, assembly.vocabulary(settings.keywords, now=start))
    period = Period(1, start.replace(second=0, microsecond=0), start, end, None)
    scoring = Remembering("lexicon", known={}, on_fallback=lambda _: None)
    try:
        found = await rehearse(setup, Past(items, {}, {}, {}, {}, []), period, scoring)
    finally:
        scoring.close()
    return found.mentions, list(found.fires.values())
