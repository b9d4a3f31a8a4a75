"""What a rehearsal is fed: stored posts, wanted samples, their echoes, and outages."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import NamedTuple

import pytest

from listener.backtest import past as past_module
from listener.backtest.past import Past, Reader, Slice
from listener.backtest.period import Period
from listener.replay import arrival
from listener.storage.database import Database
from listener.storage.intake import Intake
from models.clock import VirtualClock
from models.mention import Score
from models.post import Gap, Item, Post, PostKey
from tests.builders import NIGHT, a_mention, a_post, a_score

DAY = timedelta(days=1)
PERIOD = Period(2, NIGHT - 5 * DAY, NIGHT - 2 * DAY, NIGHT, NIGHT - 2.5 * DAY)


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    """Open a database in memory."""
    async with Database.open(":memory:", VirtualClock(NIGHT)) as opened:
        yield opened


def ago(days: float, name: str, text: str = "プリン") -> Post:
    """Return a post of so many days ago."""
    return a_post(text, id=name, created_at=NIGHT - days * DAY)


class Found(NamedTuple):
    """A period as a whole."""

    past: Past
    items: list[Item]
    scores: dict[str, Score]
    rates: dict[PostKey, float]


async def read(database: Database, period: Period, wanted: Callable[[Post], bool]) -> Found:
    """Read all slices, each of which holds nothing but what came in its own minutes."""
    reader = await Reader.of(database, period, wanted)
    found = Found(reader.past, [], {}, {})
    since = period.learn
    async for one in reader.slices():
        assert all(since <= arrival(item) < one.until for item in one.items)
        since = one.until
        found.items.extend(one.items)
        found.scores.update(one.scores)
        found.rates.update(one.rates)
    assert since == period.end
    return found


def ids(found: Found) -> list[str]:
    """Return the ids of the posts, in order."""
    return [item.id for item in found.items if isinstance(item, Post)]


async def test_the_sample_is_echoed_where_it_does_not_reach(database: Database) -> None:
    """Whole days earlier, only while learning: else its first day would look like a spike."""
    await database.mentions.store(Intake(unmatched=[ago(2.4, "a"), ago(0.6, "b"), ago(0.1, "c")], rate=0.1))
    found = await read(database, PERIOD, lambda post: post.id != "c")
    assert ids(found) == ["b~2", "a~1", "b~1", "a", "b"]
    times = [arrival(item) for item in found.items]
    assert times == sorted(times)
    assert min(times) >= PERIOD.learn
    echo = next(item for item in found.items if isinstance(item, Post) and item.id == "a~1")
    assert echo.received_at == NIGHT - 4.4 * DAY


async def test_a_sampled_post_stands_for_others_and_a_stored_one_for_itself(database: Database) -> None:
    """One that is both was stored whole."""
    both = ago(1, "both", "さくらプリン")
    await database.mentions.store(Intake(unmatched=[both, ago(1, "sampled")], rate=0.1))
    [receipt] = await database.mentions.store(
        Intake(mentions=[a_mention("さくらプリン", id="both", created_at=both.created_at)])
    )
    await database.mentions.score([(receipt.seq, a_score())], "lexicon 1")
    found = await read(database, PERIOD, lambda _: True)
    given = Slice(NIGHT, *found[1:])
    weights = {item.id: given.weight(item.key) for item in found.items if isinstance(item, Post)}
    assert (weights["both"], weights["sampled"]) == (1.0, 10.0)
    assert found.scores["さくらプリン"].label == "negative"
    assert (found.past.stored, found.past.unscored, found.past.found) == ({"bluesky": 1}, 0, 1)


async def test_an_outage_is_told_when_it_begins_and_when_it_ends(database: Database) -> None:
    """Nobody knew at its beginning how long it would last."""
    gap = Gap(source="bluesky", start=NIGHT - DAY, end=NIGHT - DAY / 2, reason="connection lost")
    await database.gaps.add(gap)
    found = await read(database, PERIOD, lambda _: True)
    assert [(item.end, arrival(item)) for item in found.items if isinstance(item, Gap)] == [
        (None, gap.start),
        (gap.end, gap.end),
    ]


async def test_nothing_is_echoed_into_the_tested_days(database: Database) -> None:
    """A sample that begins later than they do leaves them as they are."""
    await database.mentions.store(Intake(unmatched=[ago(0.6, "a"), ago(0.1, "b")], rate=0.1))
    late = PERIOD._replace(sampled=NIGHT - 1.5 * DAY)
    found = await read(database, late, lambda _: True)
    tested = [item for item in found.items if isinstance(item, Post) and late.tests(item.received_at)]
    assert [post.id for post in tested] == ["a", "b"]
    assert len(found.items) > len(tested)


async def test_an_outage_that_began_before_the_period_comes_first(database: Database) -> None:
    """And one that ends after it comes last: neither is lost between the slices."""
    long = Gap(source="bluesky", start=NIGHT - 9 * DAY, end=NIGHT + DAY, reason="down")
    await database.gaps.add(long)
    reader = await Reader.of(database, PERIOD, lambda _: True)
    slices = [one async for one in reader.slices()]
    assert [[item.end for item in one.items if isinstance(item, Gap)] for one in (slices[0], slices[-1])] == [
        [None],
        [long.end],
    ]


async def test_a_post_of_long_ago_is_read_again(database: Database) -> None:
    """For a repost that points to it; what is not stored is left out."""
    old = a_mention("さくらプリン", id="old")
    await database.mentions.store(Intake(mentions=[old]))
    reader = await Reader.of(database, PERIOD, lambda _: True)
    assert await reader.again([PostKey("bluesky", "none"), old.post.key]) == [old.post]


async def test_slices_are_short_where_much_came(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that what is held at once depends on neither the days nor the posts an hour."""
    monkeypatch.setattr(past_module, "MANY", 20)
    monkeypatch.setattr(past_module, "FEW", 5)
    crowd = [
        a_mention("さくらプリン", id=f"p{n}", created_at=NIGHT - DAY + n * DAY / 20000) for n in range(2000)
    ]
    await database.mentions.store(Intake(mentions=crowd))
    reader = await Reader.of(database, PERIOD, lambda _: True)
    sizes = [len(one.items) async for one in reader.slices()]
    assert sum(sizes) == len(crowd)
    assert sorted(sizes)[-8] <= 40
    assert sizes.count(0) < 40
