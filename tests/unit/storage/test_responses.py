"""What brands answered: found for a fire in whatever order it came, and without naming what was deleted."""

import itertools
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from listener.storage.database import Database
from listener.storage.intake import Intake
from listener.storage.retention import Policy
from models.clock import VirtualClock
from models.mention import Mention
from models.post import Deletion, PostKey
from models.response import FirstResponse, Response
from tests.builders import NIGHT, a_mention, a_score
from tests.unit.storage.files import content


def at(minutes: float) -> datetime:
    """Return so many minutes after 02:10."""
    return NIGHT + timedelta(minutes=minutes)


def answer(minutes: float = 41, **fields: Any) -> Response:
    """Return an answer of sakura to the post "a", unless it is told otherwise."""
    given: dict[str, Any] = {
        "brand": "sakura",
        "source": "bluesky",
        "kind": "reply",
        "account": "sakura_official",
        "at": at(minutes),
        "received_at": at(minutes),
        "target": "a",
    }
    return Response(**(given | fields))


def statement(minutes: float, topic: str = "pudding") -> Response:
    """Return a statement of sakura on one of its topics."""
    return answer(minutes, kind="statement", target="", topic=topic)


async def store(database: Database, *items: Response | Mention | Deletion) -> None:
    """Store each in a batch of its own, in order."""
    for item in items:
        batch = Intake(
            responses=[item] if isinstance(item, Response) else [],
            mentions=[item] if isinstance(item, Mention) else [],
            deletions=[item] if isinstance(item, Deletion) else [],
        )
        await database.mentions.store(batch)


async def first(database: Database, *topics: str, since: float = 0, until: float | None = None) -> Any:
    """Return how many minutes after 02:10 the first answer came, None without any."""
    end = None if until is None else at(until)
    found = await database.responses.first("sakura", topics or ("pudding",), at(since), end)
    return None if found is None else (found.at - NIGHT) / timedelta(minutes=1)


async def test_an_answer_is_known_with_who_gave_it_and_how(database: Database) -> None:
    """Kind, account and source stand on the incident."""
    await store(database, a_mention(id="a"), answer(41, kind="quote"))
    assert await database.responses.first("sakura", ["pudding"], NIGHT) == FirstResponse(
        at=at(41), kind="quote", by="sakura_official", channel="bluesky"
    )


@pytest.mark.parametrize(
    "order", list(itertools.permutations([a_mention(id="a"), answer(41), answer(30), answer(55)]))
)
async def test_the_earliest_wins_in_whatever_order_they_come(
    database: Database, order: tuple[Any, ...]
) -> None:
    """Late, before the post it answers, and all of it twice."""
    await store(database, *order, *order)
    assert await first(database) == 30


async def test_only_answers_to_the_fire_count(database: Database) -> None:
    """Its topics, since it began, before it ended; not of another brand, source, or to praise."""
    await store(
        database,
        a_mention(id="a", minutes=5),
        answer(20, target="b"),
        answer(20, brand="minato"),
        answer(20, source="mastodon"),
        answer(41),
    )
    assert await first(database) == 41
    assert await first(database, "company") is None
    assert await first(database, "company", "pudding") == 41
    assert await first(database, since=6) is None
    assert await first(database, until=5) is None
    assert await first(database, until=6) == 41


async def test_a_post_about_two_brands_is_answered_by_the_one_that_answers(database: Database) -> None:
    """Not for the other, whose topic may even have the same name."""
    theirs = msgspec.structs.replace(a_mention(id="a"), brand="minato")
    await store(database, theirs, answer(41))
    assert await first(database) is None
    await store(database, a_mention(id="a"))
    assert await first(database) == 41


async def test_thanks_for_praise_are_no_answer_to_a_fire(database: Database) -> None:
    """What is not judged yet, or not praise, is."""
    await store(
        database, a_mention("最高", id="a"), a_mention("虫", id="b"), answer(3), answer(41, target="b")
    )
    assert await first(database) == 3
    await database.mentions.score([(1, a_score("positive")), (2, a_score("neutral"))], "words 1")
    assert await first(database) == 41


async def test_an_answer_is_not_older_than_what_it_answers(database: Database) -> None:
    """Whatever the clocks of two servers say."""
    await store(database, a_mention(id="a", minutes=10), answer(9))
    assert await first(database) == 10


async def test_a_statement_answers_the_fire_of_its_topic_while_it_burns(database: Database) -> None:
    """It points to no post; before the fire it was about something else."""
    await store(database, statement(30), statement(10, "company"), answer(55), a_mention(id="a"))
    assert await first(database) == 30
    assert await first(database, until=30) == 55
    assert await first(database, since=31) is None


async def test_it_is_still_answered_when_the_answered_post_is_deleted(
    path: Path, clock: VirtualClock
) -> None:
    """That it was answered stays; nothing in the file names the post."""
    gone = Deletion(source="bluesky", id="at://secret/1", received_at=at(50))
    async with Database.open(path, clock) as database:
        await store(database, a_mention(id="at://secret/1"), answer(41, target="at://secret/1"), gone)
        assert await first(database) == 41
    assert b"at://secret" not in content(path)


async def test_an_answer_to_what_is_deleted_already_names_nobody(path: Path, clock: VirtualClock) -> None:
    """Nor does one to a post that concerned no list, once that is deleted."""
    gone = [Deletion(source="bluesky", id=f"at://secret/{n}", received_at=at(20)) for n in (1, 2)]
    replies = [answer(41, target=f"at://secret/{n}") for n in (1, 2)]
    async with Database.open(path, clock) as database:
        await store(database, a_mention(id="at://secret/1"), gone[0], replies[0], replies[1], gone[1])
        assert await first(database) is None
    assert b"at://secret" not in content(path)


async def test_a_deleted_answer_was_an_answer_all_the_same(database: Database) -> None:
    """People were answered; only whoever reads the source can see that it was taken back."""
    await store(database, a_mention(id="a"), answer(41))
    await store(database, Deletion(source="bluesky", id="the-answer", received_at=at(50)))
    assert await first(database) == 41


async def test_an_edit_that_concerns_the_topic_again_is_answered_again(database: Database) -> None:
    """Withdrawn from the topic it is no part of the fire."""
    await store(database, a_mention(id="a"), answer(41))
    await database.mentions.store(Intake(withdrawn=[PostKey("bluesky", "a")]))
    assert await first(database) is None
    await store(database, a_mention("さくらプリン、やっぱり虫", id="a"))
    assert await first(database) == 41


async def test_answers_are_kept_as_long_as_posts(database: Database) -> None:
    """Then nobody needs them: the incident has its first."""
    await store(database, statement(30), statement(90))
    gone = await database.retention.sweep(at(60) + timedelta(days=90), Policy())
    assert gone["drop_responses"] == 1
    assert await first(database) == 90


async def test_an_unwritable_name_is_written_legibly(database: Database) -> None:
    """A lone surrogate in an id is bad manners, not a reason to lose a batch."""
    await store(database, a_mention(id="a\ud800"), answer(41, target="a\ud800", account="\udfff"))
    assert await first(database) == 41
