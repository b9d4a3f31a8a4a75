"""A pipeline whose disk is full, whose parts break, and which is fed anything."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from alerts.notification_log import LogError
from listener.keeping import PAUSE
from listener.recognition import Recognition
from models.flareup import FlareUp
from models.post import Author, Deletion, Gap, Item, Post
from tests.builders import NIGHT, a_post
from tests.fakes_listener import BAD, PUDDING, Rig, burn, fire, rig, stored


@pytest.fixture
async def one() -> AsyncIterator[Rig]:
    """Give a pipeline over a database in memory."""
    async with rig() as built:
        yield built


async def refuse(one: Rig, yes: bool) -> None:  # noqa: FBT001 - a switch
    """Make the disk full, or give it room."""
    pragma = f"PRAGMA query_only = {'ON' if yes else 'OFF'}"
    await one.database._writer.run(lambda connection: connection.execute(pragma).fetchall())


async def test_counting_and_paging_go_on_while_the_disk_is_full(one: Rig) -> None:
    """The fire is seen; when there is room again its mentions are stored with their scores."""
    await refuse(one, yes=True)
    await burn(one, 6)
    assert one.reading().negative == 24
    assert one.reading().state == "burning"
    assert one.pipeline.trouble["storage"].endswith("folder")
    assert one.pipeline.handover.waiting > 0
    await one.pipeline.snapshot()
    await refuse(one, yes=False)
    one.clock.set(one.clock.now() + PAUSE)
    await one.end_minute()
    assert [page.kind for page in await one.pages()] == ["first"]
    assert len(await stored(one)) == 24
    assert all(mention.score for _, mention in await one.database.mentions.after(0, 99))
    assert not any(one.pipeline.trouble.values())


@pytest.mark.parametrize("snapshot", [False, True])
async def test_what_waited_for_the_disk_is_counted_once_after_a_restart(
    tmp_path: Path, *, snapshot: bool
) -> None:
    """With a snapshot saved after the flush, or with one from before it: neither twice nor never."""
    path = tmp_path / "hinoban.db"
    async with rig(path) as one:
        await one.take(*fire(0))
        await refuse(one, yes=True)
        await burn(one, 3, 1)
        await refuse(one, yes=False)
        one.clock.set(one.clock.now() + PAUSE)
        await one.take(*fire(4, 1))
        if snapshot:
            await one.pipeline.snapshot()
        before, now = one.readings(), one.clock.now()
        assert one.reading().negative == 17
    async with rig(path, start=now) as again:
        assert again.readings() == before
        assert again.pipeline.backlog.take(9) == []
    async with rig(path, start=now) as third:
        assert third.readings() == before


async def test_no_snapshot_is_taken_over_the_head_of_what_is_not_stored(one: Rig) -> None:
    """Else a kill would lose what the snapshot covers and the disk never saw."""
    await one.take(*fire(0))
    await one.pipeline.snapshot()
    first = await one.database.state.load("watch")
    await refuse(one, yes=True)
    await one.take(*fire(1))
    with capture_logs() as said:
        await one.pipeline.snapshot()
    await refuse(one, yes=False)
    assert await one.database.state.load("watch") == first
    assert [line["event"] for line in said] == ["no_snapshot"]


async def test_a_text_that_breaks_the_matcher_is_set_aside(one: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others of its batch pass, the cursor moves on, and it is logged once."""
    mentions_of = Recognition.mentions_of

    def fragile(self: Recognition, post: Post) -> Any:
        if post.id.startswith("odd"):
            raise IndexError("string index out of range")
        return mentions_of(self, post)

    monkeypatch.setattr(Recognition, "mentions_of", fragile)
    confirmed: list[bool] = []
    batch: list[Item] = [a_post(BAD, id=name, by=name) for name in ("a", "odd1", "odd2", "b")]
    with capture_logs() as said:
        await one.take(*batch, cursor="7", confirm=lambda: confirmed.append(True))
    assert await stored(one) == ["a", "b"]
    assert one.poison == [batch[1], batch[2]]
    assert (await one.database.cursors.load("bluesky"), confirmed) == ("7", [True])
    assert [line["event"] for line in said] == ["item_set_aside"]
    assert "2 with IndexError" in one.pipeline.trouble["posts"]
    await one.end_minute()
    assert one.pipeline.trouble["posts"] == ""


async def test_a_mention_that_breaks_the_counting_is_set_aside(
    one: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is stored already; the others are counted."""
    count = one.watch.count

    def fragile(sighting: Any, now: datetime) -> None:
        if sighting.id.endswith("odd"):
            raise ZeroDivisionError
        count(sighting, now)

    monkeypatch.setattr(one.watch, "count", fragile)
    await one.take(*(a_post(BAD, id=name, by=name) for name in ("a", "odd", "b")))
    assert one.reading().negative == 2
    assert [item.id for item in one.poison] == ["odd"]  # type: ignore[union-attr]  # a post


async def test_a_bug_in_the_detector_does_not_stop_the_watch(
    one: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Storing goes on and readiness says it; when it works again the fire is found."""

    def broken(now: datetime) -> list[FlareUp]:
        raise ValueError(f"no {now:%H}")

    with monkeypatch.context() as patch, capture_logs() as said:
        patch.setattr(one.watch, "evaluate", broken)
        for minute in range(5):
            await one.take(*fire(minute))
        assert one.pipeline.trouble["detector"] == "failed with ValueError: no 17"
    assert [line["event"] for line in said] == ["detector_failed"]
    await burn(one, 2, 5)
    assert one.pipeline.trouble["detector"] == ""
    assert len(await one.pages()) == 1


async def test_transitions_wait_for_a_log_that_cannot_write(
    one: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not lost and not repeated: the page is that of the moment, its decision that of the fire."""

    async def refused(*_: Any, **__: Any) -> Any:
        raise LogError("failed: no such table", retryable=False)

    with monkeypatch.context() as patch, capture_logs() as said:
        patch.setattr(one.database.log, "record", refused)
        await burn(one, 6)
        assert one.pipeline.trouble["alerting"] == "failed: no such table"
    assert [line["event"] for line in said].count("alerting_cannot_remember") == 1
    assert await one.pages() == []
    await one.end_minute()
    [page] = await one.pages()
    assert (page.kind, page.severity) == ("first", "critical")
    assert page.decided_at < NIGHT + timedelta(minutes=4)
    assert not any(one.pipeline.trouble.values())


async def test_a_scorer_that_fails_loses_no_mention(one: Rig) -> None:
    """What waits goes on waiting, and is scored when it works again."""
    one.scoring.broken = True
    await one.take(*fire(0))
    assert len(one.pipeline.backlog) == 4
    assert one.reading().negative == 0
    one.scoring.broken = False
    await one.score()
    assert one.reading().negative == 4


async def test_a_text_that_breaks_the_scorer_stays_without_a_score(one: Rig) -> None:
    """The others of its batch are scored, and it does not come back."""
    one.scoring.poison = (BAD + "!",)
    odd = a_post(BAD + "!", id="odd", by="odd")
    with capture_logs() as said:
        await one.take(*fire(0), odd)
    assert one.reading().negative == 4
    assert len(one.pipeline.backlog) == 0
    assert [line["event"] for line in said] == ["scoring_failed", "left_without_score"]


def _mixed(chance: Sequence[int]) -> list[Item]:
    """Return items of every kind, some of them nonsense."""
    nonsense = ["\ud800さくらプリン", "さくらプリン" * 5_000, "\x00", "さくらプリン\u202e最悪", ""]
    items: list[Item] = [
        a_post(nonsense[n % 5], id=f"\udfff{n}", by="\ud83d", minutes=n % 3, kind="quote") for n in chance
    ]
    items.append(Deletion(source="bluesky", id="\udfff1", received_at=NIGHT))
    items.append(Deletion(source="bluesky", received_at=NIGHT))
    items.append(Gap(source="nobody", start=NIGHT, end=NIGHT - timedelta(hours=1), reason="\ud800"))
    huge = Author(id="x", followers=2**70)
    items.append(a_post(BAD, id="followed", author=huge))
    return items


async def test_it_can_be_fed_anything(one: Rig) -> None:
    """Lone surrogates, huge texts, deletions of nothing, gaps that end before they start."""
    await one.take(*_mixed(range(20)), cursor="9")
    await one.end_minute()
    assert await one.database.cursors.load("bluesky") == "9"
    assert "followed" in await stored(one)
    assert one.reading(PUDDING).volume > 0
