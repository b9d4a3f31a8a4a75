"""Batches and judgements reach the database in the end, whole, in order, once."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from listener import keeping as subject
from listener.keeping import PAUSE, Keeping
from listener.sorting import Sorted
from listener.storage.database import MEMORY, Database
from listener.storage.errors import StorageError
from listener.storage.intake import Intake, Receipt
from models.clock import VirtualClock
from models.post import Deletion, Gap, Item
from tests.builders import NIGHT, a_mention, a_post, a_score


class Desk:
    """A keeping, its database, and the items that it could not store."""

    def __init__(self, database: Database, clock: VirtualClock) -> None:
        self.database = database
        self.clock = clock
        self.poison: list[Item] = []
        self.confirmed: list[str] = []
        self.keeping = Keeping(
            database, clock, sample_rate=0.5, on_poison=lambda item, _: self.poison.append(item)
        )

    async def refuse(self, yes: bool) -> None:  # noqa: FBT001 - a switch
        """Make the disk full, or give it room."""
        pragma = f"PRAGMA query_only = {'ON' if yes else 'OFF'}"
        await self.database._writer.run(lambda connection: connection.execute(pragma).fetchall())

    def batch(self, *names: str, cursor: str = "") -> Sorted:
        """Return a batch of mentions by these ids."""
        return Sorted(
            "bluesky",
            cursor or names[-1],
            lambda: self.confirmed.append(names[-1]),
            mentions=[a_mention(id=name) for name in names],
        )

    async def stored(self) -> list[str]:
        """Return the ids that are stored, in order."""
        return [mention.post.id for _, mention in await self.database.mentions.after(0, 1_000)]

    async def scored(self) -> list[str]:
        """Return the ids that have a score."""
        found = await self.database.mentions.after(0, 1_000)
        return [mention.post.id for _, mention in found if mention.score]


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """Open a database in memory."""
    clock = VirtualClock(NIGHT)
    async with Database.open(MEMORY, clock) as database:
        yield Desk(database, clock)


async def test_a_batch_is_stored_and_confirmed(desk: Desk) -> None:
    """Each mention has its number; the same batch again is known."""
    kept = await desk.keeping.store(desk.batch("a", "b"))
    assert [(one.seq, one.outcome, one.new) for one in kept] == [(1, "new", True), (2, "new", True)]
    again = await desk.keeping.store(desk.batch("a", "b"))
    assert [one.outcome for one in again] == ["duplicate", "duplicate"]
    assert desk.confirmed == ["b", "b"]
    assert await desk.database.cursors.load("bluesky") == "b"


async def test_refused_batches_wait_unconfirmed_and_are_counted(desk: Desk) -> None:
    """Counting goes on from memory; nobody is told that anything is safe."""
    await desk.refuse(yes=True)
    kept = await desk.keeping.store(desk.batch("a"))
    assert [(one.seq, one.outcome) for one in kept] == [(0, "new")]
    assert (desk.confirmed, desk.keeping.held) == ([], 1)
    assert "is read-only" in desk.keeping.trouble


async def test_when_there_is_room_again_everything_is_stored_in_order(desk: Desk) -> None:
    """The oldest batch first, then the one that came just now."""
    await desk.refuse(yes=True)
    for name in "abc":
        await desk.keeping.store(desk.batch(name))
    await desk.refuse(yes=False)
    desk.clock.set(NIGHT + PAUSE)
    [kept] = await desk.keeping.store(desk.batch("d"))
    assert kept.seq == 4
    assert (desk.keeping.numbered, desk.keeping.trouble, desk.keeping.behind) == (3, "", False)
    assert await desk.stored() == desk.confirmed == list("abcd")


async def test_a_disk_that_refused_is_left_alone_for_a_moment(desk: Desk) -> None:
    """A busy file makes each try wait for seconds: counting must not."""
    await desk.refuse(yes=True)
    await desk.keeping.store(desk.batch("a"))
    await desk.refuse(yes=False)
    [kept] = await desk.keeping.store(desk.batch("b"))
    assert (kept.seq, desk.keeping.held) == (0, 2)
    desk.clock.set(NIGHT + PAUSE)
    assert await desk.keeping.flush()


async def test_trouble_is_said_once_and_its_end_too(desk: Desk) -> None:
    """One error when it starts, one line when it ends."""
    with capture_logs() as said:
        await desk.refuse(yes=True)
        for name in "abc":
            await desk.keeping.store(desk.batch(name))
            desk.clock.set(desk.clock.now() + PAUSE)
        await desk.refuse(yes=False)
        await desk.keeping.flush()
    assert [line["event"] for line in said] == ["storage_refuses", "storage_works_again"]


async def test_scores_of_waiting_mentions_find_them_later(desk: Desk) -> None:
    """Scored while their batch waited, or after it was stored: the score gets the number of the mention."""
    await desk.refuse(yes=True)
    [a, b] = await desk.keeping.store(desk.batch("a", "b"))
    await desk.keeping.scores([(a.seq, a.mention, a_score())], "words 1")
    await desk.refuse(yes=False)
    desk.clock.set(NIGHT + PAUSE)
    assert await desk.keeping.flush()
    assert (await desk.scored(), desk.keeping.judged) == (["a"], 1)
    await desk.keeping.scores([(b.seq, b.mention, a_score())], "words 1")
    assert (await desk.scored(), desk.keeping.judged) == (["a", "b"], 2)


async def test_refused_scores_are_stored_later(desk: Desk) -> None:
    """The number of the last judgement counts only what is stored."""
    [kept] = await desk.keeping.store(desk.batch("a"))
    await desk.refuse(yes=True)
    await desk.keeping.scores([(kept.seq, kept.mention, a_score())], "words 1")
    assert (desk.keeping.judged, desk.keeping.behind) == (0, True)
    await desk.refuse(yes=False)
    desk.clock.set(NIGHT + PAUSE)
    assert await desk.keeping.flush()
    assert (await desk.scored(), desk.keeping.judged) == (["a"], 1)


async def test_a_poisonous_post_is_left_out_and_the_others_stored(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also its batch's deletions, gaps, samples and cursor; it is told, and never tried again."""
    poisonous(desk, monkeypatch, "odd")
    found = desk.batch("a", "odd", "b")
    found.deletions = [Deletion(source="bluesky", id="old", received_at=NIGHT)]
    found.gaps = [Gap(source="bluesky", start=NIGHT, end=NIGHT + timedelta(minutes=5), reason="x")]
    found.unmatched = [a_post("雨", id="u")]
    kept = await desk.keeping.store(found)
    assert [one.outcome for one in kept] == ["new", "refused", "new"]
    assert desk.poison == [a_post(id="odd")]
    assert (await desk.stored(), desk.confirmed, desk.keeping.held) == (["a", "b"], ["b"], 0)
    assert await desk.database.cursors.load("bluesky") == "b"
    assert len(await desk.database.gaps.overlapping(NIGHT, NIGHT + timedelta(hours=1))) == 1
    assert [post.id for post in await desk.database.samples.since(NIGHT, 9)] == ["u"]


async def test_a_poisonous_post_among_held_batches_stops_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would else stand before everything that waits, for ever."""
    poisonous(desk, monkeypatch, "odd")
    await desk.refuse(yes=True)
    await desk.keeping.store(desk.batch("odd"))
    await desk.keeping.store(desk.batch("a"))
    await desk.refuse(yes=False)
    desk.clock.set(NIGHT + PAUSE)
    assert await desk.keeping.flush()
    assert await desk.stored() == ["a"]
    assert [item.id for item in desk.poison] == ["odd"]  # type: ignore[union-attr]  # a post


async def test_a_refusal_that_is_the_batchs_fault_is_found_out(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite says that it cannot help to try again, and yet it can write: then the data is to blame."""
    poisonous(desk, monkeypatch, "odd", StorageError("failed: no such thing", retryable=False))
    await desk.keeping.store(desk.batch("a", "odd"))
    assert (await desk.stored(), len(desk.poison), desk.keeping.held) == (["a"], 1, 0)


async def test_a_damaged_database_is_nobodys_fault(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be written at all: the batch waits, and no post is called poisonous."""

    async def damaged(*_: object) -> None:
        raise StorageError("is damaged", retryable=False)

    monkeypatch.setattr(desk.database.mentions, "store", damaged)
    monkeypatch.setattr(desk.database, "writable", damaged)
    await desk.keeping.store(desk.batch("a"))
    assert (desk.keeping.held, desk.poison, desk.keeping.trouble) == (1, [], "is damaged")


async def test_a_sender_that_is_gone_stops_nothing(desk: Desk) -> None:
    """Confirming may fail: the batch is stored all the same."""

    def gone() -> None:
        raise ConnectionResetError

    found = desk.batch("a")
    found.confirm = gone
    with capture_logs() as said:
        await desk.keeping.store(found)
    assert (await desk.stored(), [line["event"] for line in said]) == (["a"], ["not_confirmed"])


async def test_scores_that_cannot_be_written_are_given_up(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug there must not fill the memory."""

    async def odd(*_: object) -> int:
        raise OverflowError("too large")

    monkeypatch.setattr(desk.database.mentions, "score", odd)
    with capture_logs() as said:
        await desk.keeping.scores([(1, a_mention(id="a"), a_score())], "words 1")
    assert (desk.keeping.behind, [line["event"] for line in said]) == (False, ["scores_given_up"])


async def test_memory_is_bounded(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest batch is given up, loudly and unconfirmed; so are the oldest numbers and scores."""
    monkeypatch.setattr(subject, "HELD", 2)
    monkeypatch.setattr(subject, "UNWRITTEN", 2)
    await desk.refuse(yes=True)
    with capture_logs() as said:
        for name in "abc":
            await desk.keeping.store(desk.batch(name))
    assert [line["event"] for line in said] == ["storage_refuses", "batch_given_up"]
    await desk.keeping.store(desk.batch("d", "e"))
    await desk.refuse(yes=False)
    desk.clock.set(NIGHT + PAUSE)
    assert await desk.keeping.flush()
    assert await desk.stored() == ["c", "d", "e"]
    rows = [(0, a_mention(id=name), a_score()) for name in "abcde"]
    await desk.keeping.scores(rows, "words 1")
    assert await desk.scored() == ["d", "e"]


async def test_a_batch_of_nothing_costs_nothing(desk: Desk) -> None:
    """It is confirmed, and nothing is written."""
    assert await desk.keeping.store(Sorted("bluesky", confirm=lambda: desk.confirmed.append("x"))) == []
    assert desk.confirmed == ["x"]


def poisonous(desk: Desk, monkeypatch: pytest.MonkeyPatch, name: str, error: Exception | None = None) -> None:
    """Let the storing of one post fail, whatever the disk does."""
    store = desk.database.mentions.store

    async def refusing(intake: Intake) -> list[Receipt]:
        if any(mention.post.id == name for mention in intake.mentions):
            await desk.database.writable()
            raise error or OverflowError("Python int too large to convert to SQLite INTEGER")
        return await store(intake)

    monkeypatch.setattr(desk.database.mentions, "store", refusing)
