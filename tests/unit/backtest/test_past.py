"""What a rehearsal is fed: stored posts, wanted samples, their echoes, and outages."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from listener.backtest import past
from listener.backtest.period import Period
from listener.replay import arrival
from listener.storage.database import Database
from listener.storage.intake import Intake
from models.clock import VirtualClock
from models.post import Gap, Post
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


def ids(found: past.Past) -> list[str]:
    """Return the ids of the posts, in order."""
    return [item.id for item in found.items if isinstance(item, Post)]


async def test_the_sample_is_echoed_where_it_does_not_reach(database: Database) -> None:
    """Whole days earlier, only while learning: else its first day would look like a spike."""
    await database.mentions.store(Intake(unmatched=[ago(2.4, "a"), ago(0.6, "b"), ago(0.1, "c")], rate=0.1))
    found = await past.read(database, PERIOD, lambda post: post.id != "c")
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
    found = await past.read(database, PERIOD, lambda _: True)
    weights = {item.id: found.weight(item.key) for item in found.items if isinstance(item, Post)}
    assert (weights["both"], weights["sampled"]) == (1.0, 10.0)
    assert found.scores["さくらプリン"].label == "negative"
    assert (found.stored, found.unscored) == ({"bluesky": 1}, 0)


async def test_an_outage_is_told_when_it_begins_and_when_it_ends(database: Database) -> None:
    """Nobody knew at its beginning how long it would last."""
    gap = Gap(source="bluesky", start=NIGHT - DAY, end=NIGHT - DAY / 2, reason="connection lost")
    await database.gaps.add(gap)
    found = await past.read(database, PERIOD, lambda _: True)
    assert [(item.end, arrival(item)) for item in found.items if isinstance(item, Gap)] == [
        (None, gap.start),
        (gap.end, gap.end),
    ]


async def test_nothing_is_echoed_into_the_tested_days(database: Database) -> None:
    """A sample that begins later than they do leaves them as they are."""
    await database.mentions.store(Intake(unmatched=[ago(0.6, "a"), ago(0.1, "b")], rate=0.1))
    late = PERIOD._replace(sampled=NIGHT - 1.5 * DAY)
    found = await past.read(database, late, lambda _: True)
    tested = [item for item in found.items if isinstance(item, Post) and late.tests(item.received_at)]
    assert [post.id for post in tested] == ["a", "b"]
    assert len(found.items) > len(tested)
