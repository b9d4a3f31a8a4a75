"""The loop around a source: resume, back off, gaps, and a full queue."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from random import Random

import pytest
from structlog.testing import capture_logs

from listener.sources.resume import listen
from listener.sources.source import SourceError
from models.clock import VirtualClock
from models.post import Batch, Gap, Item
from tests.builders import a_post
from tests.fakes_sources import NIGHT, Remembered

Step = Batch | SourceError | float


class Scripted:
    """A source that plays one list of steps per connection: batches, seconds that pass, and its end."""

    def __init__(self, clock: VirtualClock, *connections: list[Step], replays: bool = True) -> None:
        self.name, self.replays = "script", replays
        self.cursors: list[str | None] = []
        self._clock = clock
        self._connections = list(connections)

    def reached(self, cursor: str) -> datetime | None:
        """Read the cursor as minutes before the night."""
        return NIGHT - timedelta(minutes=int(cursor)) if cursor.isdecimal() else None

    async def batches(self, cursor: str | None) -> AsyncGenerator[Batch, None]:
        """Play the next connection."""
        self.cursors.append(cursor)
        for step in self._connections.pop(0):
            if isinstance(step, SourceError):
                raise step
            if isinstance(step, Batch):
                yield step
            else:
                self._clock.set(self._clock.now() + timedelta(seconds=step))


def a_batch(*items: Item, cursor: str | None = None) -> Batch:
    """Return a batch of the scripted source."""
    return Batch(source="script", items=list(items), cursor=cursor)


def down(seconds: float | None = None, *, retryable: bool = True) -> SourceError:
    """Return a failure."""
    return SourceError("broken", retryable=retryable, retry_after=seconds)


class Hurried(VirtualClock):
    """A virtual clock on which every sleep is over at once, and remembered."""

    def __init__(self) -> None:
        super().__init__(NIGHT)
        self.slept: list[float] = []

    async def sleep_until(self, deadline: datetime) -> None:
        """Jump to *deadline*."""
        self.slept.append((deadline - self.now()).total_seconds())
        self.set(deadline)


async def heard(
    source: Scripted, clock: VirtualClock, report: Remembered, cursor: str | None = None
) -> list[Batch]:
    """Run the loop to its end and return what it handed on."""
    sent: list[Batch] = []

    async def load() -> str | None:
        return cursor

    async def send(batch: Batch) -> None:
        sent.append(batch)

    await listen(source, load=load, send=send, report=report, clock=clock, random=Random(7))
    return sent


def gaps(batches: list[Batch]) -> list[Gap]:
    """Return the gaps among *batches*."""
    return [item for batch in batches for item in batch.items if isinstance(item, Gap)]


async def test_a_reconnect_resumes_after_what_was_handed_on() -> None:
    """The durable cursor first, then the newest handed on."""
    clock, report = Hurried(), Remembered()
    source = Scripted(clock, [a_batch(a_post(), cursor="b"), down()], [down()], [a_batch(cursor="c")])
    await heard(source, clock, report, cursor="a")
    assert source.cursors == ["a", "b", "b"]


async def test_down_and_up_are_each_said_once() -> None:
    """Ten failed attempts are one line in the log."""
    clock, report = Hurried(), Remembered()
    failing: list[list[Step]] = [[down()] for _ in range(10)]
    source = Scripted(clock, [a_batch(cursor="1"), down()], *failing, [a_batch(cursor="2")])
    with capture_logs() as lines:
        await heard(source, clock, report)
    assert [line["event"] for line in lines] == ["source_down", "source_up"]
    assert report.events[0] == "up"
    assert report.events[-1] == "up"


async def test_a_reconnect_leaves_a_gap_that_was_backfilled() -> None:
    """A source that replays fills what it missed, and the gap says so."""
    clock, report = Hurried(), Remembered()
    source = Scripted(clock, [a_batch(cursor="0"), down(300)], [a_batch(a_post(), cursor="0")])
    (gap,) = gaps(await heard(source, clock, report))
    assert gap.backfilled
    assert gap.start == NIGHT
    assert gap.end is not None
    assert gap.end - gap.start >= timedelta(seconds=300)
    assert gap.reason == "broken"


async def test_a_source_that_cannot_replay_leaves_a_hole() -> None:
    """The gap stands first in the first batch, so that calm is not believed."""
    clock, report = Hurried(), Remembered()
    source = Scripted(clock, [a_batch(a_post()), down(300)], [a_batch(a_post())], replays=False)
    sent = await heard(source, clock, report)
    assert isinstance(sent[-1].items[0], Gap)
    assert not sent[-1].items[0].backfilled


async def test_the_time_the_daemon_did_not_run_is_a_gap() -> None:
    """The stored cursor tells since when."""
    clock, report = Hurried(), Remembered()
    (gap,) = gaps(await heard(Scripted(clock, [a_batch(cursor="0")]), clock, report, cursor="30"))
    assert gap.start == NIGHT - timedelta(minutes=30)
    assert (gap.end, gap.reason) == (NIGHT, "not running")


async def test_a_gap_the_source_reports_itself_is_not_doubled() -> None:
    """The source knows better what was lost."""
    clock, report = Hurried(), Remembered()
    own = Gap(source="script", start=NIGHT - timedelta(minutes=20), end=NIGHT, reason="clamped")
    assert gaps(await heard(Scripted(clock, [a_batch(own)]), clock, report, cursor="30")) == [own]


async def test_a_blink_is_no_gap() -> None:
    """Less than a minute is not worth a line on the board."""
    clock, report = Hurried(), Remembered()
    source = Scripted(clock, [a_batch(cursor="0"), down()], [a_batch(cursor="0")])
    assert not gaps(await heard(source, clock, report))


async def test_a_permanent_refusal_stops_and_alerts() -> None:
    """A revoked token is not tried a second time."""
    clock, report = Hurried(), Remembered()
    source = Scripted(clock, [down(retryable=False)], [a_batch()])
    with capture_logs() as lines:
        await heard(source, clock, report)
    assert report.events == ["refused: broken"]
    assert [line["log_level"] for line in lines] == ["error"]
    assert len(source.cursors) == 1


async def test_pauses_grow_and_start_again_after_a_healthy_minute() -> None:
    """Sixty seconds up make the next pause short again."""
    clock, report = Hurried(), Remembered()
    flapping: list[list[Step]] = [[down()] for _ in range(8)]
    source = Scripted(clock, *flapping, [a_batch(cursor="1"), 60.0, down()], [a_batch(cursor="2")])
    await heard(source, clock, report)
    assert max(clock.slept[:8]) > 4
    assert clock.slept[8] <= 1


async def test_lag_and_posts_are_reported() -> None:
    """How far behind, and how many."""
    clock, report = Hurried(), Remembered()
    post = a_post(created_at=NIGHT - timedelta(seconds=90))
    await heard(Scripted(clock, [a_batch(post, cursor="1")]), clock, report)
    assert (report.posts, report.lags) == (1, [90.0])


async def test_a_full_queue_stops_the_reading_of_a_source_that_replays() -> None:
    """Nothing is read ahead while nobody takes it."""
    clock, report = Hurried(), Remembered()
    source = Scripted(clock, [a_batch(a_post(minutes=n), cursor=f"{n}") for n in range(200)])
    full, entered = asyncio.Event(), asyncio.Event()
    sent: list[Batch] = []

    async def load() -> None:
        return None

    async def send(batch: Batch) -> None:
        sent.append(batch)
        entered.set()
        await full.wait()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(listen(source, load=load, send=send, report=report, clock=clock, random=Random(7)))
        await entered.wait()
        assert len(sent) == 1
        full.set()
    assert len(sent) == 200
    assert report.drops == {}


async def test_a_full_queue_costs_a_source_that_cannot_replay_its_oldest() -> None:
    """The newest is kept, what was dropped is counted, and nothing is silent."""
    clock, report = Hurried(), Remembered()
    steps: list[Step] = [a_batch(a_post(minutes=n)) for n in range(100)]
    source = Scripted(clock, steps, replays=False)
    sent = await heard(source, clock, report)
    posts = [item for batch in sent for item in batch.items]
    assert report.drops == {"full": 100 - len(posts)}
    assert posts[-1] == a_post(minutes=99)
    assert len(posts) < 100


async def test_cancelling_ends_the_loop() -> None:
    """Stopping does not wait for the next attempt."""
    clock, report = VirtualClock(NIGHT), Remembered()
    source = Scripted(clock, [down()], [])
    listening = asyncio.create_task(heard(source, clock, report))
    while not report.events:  # noqa: ASYNC110 - one turn of the loop, and it is there
        await asyncio.sleep(0)
    listening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await listening
