"""Minutes that nobody lived through: a machine that slept, or a clock that was set."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from tests.builders import a_post
from tests.fakes_listener import PUDDING, SOURCES, Rig, rig

CALM, BAD = "さくらプリン食べた", "さくらプリン最悪"


async def listen(one: Rig, minutes: int, text: str = CALM, posts: int = 1) -> None:
    """Let so many minutes pass, with posts by new people in each."""
    for _ in range(minutes):
        now = one.clock.now()
        names = [f"{now:%m%d%H%M}-{number}" for number in range(posts)]
        await one.take(*(a_post(text, id=name, by=name, created_at=now, received_at=now) for name in names))
        await one.end_minute()


def level(one: Rig) -> float:
    """Return what the topic holds for usual."""
    return one.watch._topics[PUDDING].expectation.baseline.level


@pytest.mark.parametrize("hours", [6, 24 * 400])
async def test_hours_in_which_the_machine_slept_are_no_silence(hours: int) -> None:
    """They are told once, and teach nothing."""
    async with rig() as one:
        await one.pipeline.restore(SOURCES)
        await listen(one, 200)
        before = level(one)
        one.clock.set(one.clock.now() + timedelta(hours=hours))
        with capture_logs() as said:
            await listen(one, 5)
        assert [line["event"] for line in said if line["event"] == "minutes_missing"] == ["minutes_missing"]
        await listen(one, 240)
        assert level(one) == pytest.approx(before, rel=0.2)
        assert await one.pages() == []


async def test_a_fire_that_was_open_when_the_machine_slept_is_not_called_over() -> None:
    """It is still there when the machine wakes, and no second page says so."""
    async with rig() as one:
        await one.pipeline.restore(SOURCES)
        await listen(one, 60)
        await listen(one, 10, BAD, 5)
        [first, *_] = await one.pages()
        one.clock.set(one.clock.now() + timedelta(hours=3))
        await listen(one, 10, BAD, 5)
        assert (await one.database.log.incident(first.incident or "")).open  # type: ignore[union-attr]  # it is there
        assert {page.kind for page in await one.pages()} <= {"first", "grown", "reminder"}
        assert [page.key for page in await one.pages() if page.kind == "first"] == [first.key]


async def test_a_post_from_the_future_takes_no_copies_apart() -> None:
    """Its date would make every text look forgotten: it came when it came."""
    text = "さくらプリンに虫が入っていたと友達から聞きました"
    async with rig() as one:
        now = one.clock.now()
        first = a_post(text, id="1", by="a", created_at=now, received_at=now)
        boast = a_post(
            "さくらプリンはとてもおいしいので毎日食べています", id="2", by="b",
            created_at=now + timedelta(days=9000), received_at=now,
        )  # fmt: skip
        copy = a_post(text, id="3", by="c", created_at=now, received_at=now)
        clusters = [one.pipeline.recognition.mentions_of(post)[0].cluster for post in (first, boast, copy)]
        assert clusters[0] == clusters[2] != ""
        assert len(one.pipeline.recognition._clusters) == 2
