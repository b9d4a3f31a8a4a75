"""After a stop of any kind and length."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from structlog.testing import capture_logs

from listener import recovery
from models.post import Gap, Post
from tests.builders import NIGHT, a_post
from tests.fakes_listener import PUDDING, Rig, rig, untaught

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
BAD = "さくらプリン最悪"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Name a database that does not exist yet."""
    return tmp_path / "hinoban.db"


async def burn(one: Rig, minutes: Iterable[int]) -> None:
    """Let four people complain in each of these minutes."""
    for minute in minutes:
        names = [f"{minute}-{n}" for n in range(4)]
        await one.take(*(a_post(BAD, minutes=minute, id=name, by=name) for name in names))
        await one.end_minute()


async def test_a_first_start_has_nothing_to_recover(path: Path) -> None:
    """It leaves a snapshot, so that the next start knows when this one began."""
    async with rig(path) as one:
        assert one.reading().volume == 0
        snapshot = await one.database.state.load("watch")
    assert snapshot is not None
    assert snapshot.seq == 0


async def test_reposts_of_posts_from_before_the_stop_are_recognised(path: Path) -> None:
    """Lately mentioned posts are recalled at once, older ones are looked up."""
    async with rig(path) as one:
        await one.take(a_post(BAD, id="old"))
        await burn(one, range(1, 3))
        await one.pipeline.snapshot()
        now = one.clock.now()
    for recollected in (5_000, 4):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(recovery, "RECOLLECTED", recollected)
            async with rig(path, start=now, watch=untaught()) as one:
                known = one.pipeline.recognition.known(a_post(id="old").key)
                assert bool(known) == (recollected > 4)
                repost = a_post(
                    "", kind="repost", target="old", id=f"r{recollected}", by=f"r{recollected}", minutes=3
                )
                await one.take(repost)
                now = one.clock.now()
                found = [m for _, m in await one.database.mentions.after(0, 99) if m.inherited]
                assert found[-1].score is not None


async def test_what_waited_for_a_score_is_scored(path: Path) -> None:
    """Posts, and bare reposts that have no words of their own; not what is too old to page."""
    async with rig(path) as one:
        one.scoring.broken = True
        await one.take(a_post(BAD, id="ancient", minutes=-130, received_at=NIGHT))
        await one.take(a_post(BAD, id="a", by="inu", minutes=1))
        await one.take(a_post("", id="r", kind="repost", target="a", minutes=2))
        await one.pipeline.snapshot()
    async with rig(path, start=NIGHT + 3 * MINUTE) as one:
        assert sorted(w.mention.post.id for w in one.pipeline.backlog.take(9)) == ["a", "r"]
    async with rig(path, start=NIGHT + 4 * MINUTE) as one:
        await one.score()
        assert one.reading().negative == 2


async def test_a_repost_stored_without_its_targets_score_gets_it(path: Path) -> None:
    """The life ended between storing the repost and storing what it inherited."""
    async with rig(path) as one:
        await one.take(a_post(BAD, id="a"))

        async def die(*_: object) -> None:
            raise KeyboardInterrupt

        one.pipeline.keeping.scores = die  # type: ignore[assignment]  # the end
        with pytest.raises(KeyboardInterrupt):
            await one.take(a_post("", id="r", kind="repost", target="a", by="inu", minutes=1))
    async with rig(path, start=NIGHT + MINUTE) as one:
        assert one.reading().negative == 2
        assert all(mention.score for _, mention in await one.database.mentions.after(0, 9))
        assert len(one.pipeline.backlog) == 0


@pytest.mark.parametrize("damage", [b"\xff\x00nonsense", msgspec.msgpack.encode({"version": 99})])
async def test_an_unusable_snapshot_is_learned_anew(path: Path, damage: bytes) -> None:
    """From the posts of the last days, as if they came again; what was told is not told again."""
    async with rig(path) as one:
        await burn(one, range(6))
        for _ in range(5 * 60):
            await one.end_minute()
        pages = [page.key for page in await one.pages()]
        await one.database.state.save("watch", 24, damage, judged=24)
    later = NIGHT + 5 * HOUR
    with capture_logs() as said:
        async with rig(path, start=later, watch=untaught()) as one:
            assert [page.key for page in await one.pages()] == pages
            topic = one.watch._topics[PUDDING]
            assert topic.expectation.born == int(NIGHT.timestamp() // 60)
    assert "snapshot_unusable" in [line["event"] for line in said]


async def test_only_the_last_days_are_learned_anew(path: Path) -> None:
    """However much is stored, the start stays quick."""
    async with rig(path) as one:
        for hours in range(0, 200, 10):
            at = NIGHT + hours * HOUR
            await one.take(a_post(BAD, id=str(hours), created_at=at, received_at=at))
        await one.database.state.save("watch", 20, b"damaged")
    async with rig(path, start=NIGHT + 200 * HOUR, watch=untaught()) as one:
        topic = one.watch._topics[PUDDING]
        first = datetime.fromtimestamp(topic.expectation.born * 60, NIGHT.tzinfo)
        assert first == NIGHT + 130 * HOUR


async def test_a_fire_of_the_last_days_that_nobody_knows_of_is_no_news(path: Path) -> None:
    """Learned anew with less knowledge, old posts may look like a fire: only the last two hours may page."""
    async with rig(path, watch=untaught()) as one:
        one.pipeline.handover.flared = _nothing  # type: ignore[method-assign]  # this life told nobody
        for minute in range(12):
            names = [f"{minute}-{n}" for n in range(6)]
            await one.take(*(a_post(BAD, minutes=minute, id=name, by=name) for name in names))
        await one.database.state.save("watch", 72, b"damaged")
    async with rig(path, start=NIGHT + 6 * HOUR, watch=untaught()) as one:
        assert await one.pages() == []
    async with rig(path, start=NIGHT + 13 * MINUTE, watch=untaught()) as one:
        await one.database.state.save("watch", 72, b"damaged")
    async with rig(path, start=NIGHT + 13 * MINUTE, watch=untaught()) as one:
        assert len(await one.pages()) == 1


async def _nothing(*_: object, **__: object) -> None:
    """Do nothing."""


@pytest.mark.parametrize(("sources", "least", "most"), [(("bluesky",), 1.0, 1.05), ((), 0.5, 0.97)])
async def test_the_time_of_a_long_stop_is_not_learned_as_silence(
    path: Path, sources: tuple[str, ...], least: float, most: float
) -> None:
    """Nobody listened for twelve hours: the usual stays; not so where no source is said to be back."""
    async with rig(path) as one:
        for minute in range(60):
            await one.take(a_post("さくらプリン", minutes=minute, by=str(minute)))
            await one.end_minute()
        await one.pipeline.snapshot()
        before, now = level(one), one.clock.now()
    async with rig(path, start=now + 12 * HOUR, watch=untaught(), sources=sources) as one:
        for _ in range(60):
            await one.end_minute()
        assert least < level(one) / before < most


def level(one: Rig) -> float:
    """Return how much is usual of the topic."""
    return one.watch._topics[PUDDING].expectation.baseline.level


async def test_gaps_since_the_snapshot_are_known_again(path: Path) -> None:
    """They are stored; the detector's state that knew them is lost."""
    async with rig(path) as one:
        for minute in range(40):
            await one.take(a_post("さくらプリン", minutes=minute, by=str(minute)))
            await one.end_minute()
        await one.pipeline.snapshot()
        start = one.clock.now()
        for _ in range(30):
            await one.end_minute()
        ended = Gap(source="bluesky", start=start, end=one.clock.now(), reason="reset")
        open_one = Gap(source="mastodon", start=one.clock.now(), end=None, reason="reset")
        await one.take(ended, open_one)
        expected, now = one.reading().expected, one.clock.now()
        assert expected < 2
    async with rig(path, start=now, watch=untaught()) as one:
        assert one.reading().expected == pytest.approx(expected)


async def test_copies_of_a_text_from_before_the_stop_are_copies(path: Path) -> None:
    """The cap on copies of one text holds across a restart."""
    text = "拡散希望 さくらプリンに虫が入っていたという話、本当なら大変なことです"

    def copies(numbers: Iterable[int]) -> list[Post]:
        return [a_post(f"{text}{n}", id=str(n), by=str(n), minutes=n / 60) for n in numbers]

    async with rig(path) as one:
        await one.take(*copies(range(5)))
        await one.pipeline.snapshot()
        now = one.clock.now()
    async with rig(path, start=now, watch=untaught()) as one:
        await one.take(*copies(range(5, 30)))
        assert one.reading().volume == 10  # five people in half an hour
