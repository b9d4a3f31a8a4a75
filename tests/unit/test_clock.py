"""Time that stands still until it is moved."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import clock as clocks
from models.clock import Clock, SystemClock, VirtualClock

START = datetime(2026, 11, 20, 2, 10, tzinfo=UTC)


async def _ring(clock: Clock, after: float, rung: list[tuple[float, float]]) -> None:
    await clock.sleep_until(START + timedelta(seconds=after))
    rung.append((after, (clock.now() - START).total_seconds()))


async def test_sleepers_wake_in_order_at_their_own_instant() -> None:
    """A night replays in the order it would have happened in."""
    clock = VirtualClock(START)
    rung: list[tuple[float, float]] = []
    async with asyncio.TaskGroup() as tasks:
        for after in (30, 10, 20):
            tasks.create_task(_ring(clock, after, rung))
        await asyncio.sleep(0)
        await clock.advance(timedelta(minutes=1))
    assert rung == [(10, 10), (20, 20), (30, 30)]
    assert clock.now() == START + timedelta(minutes=1)


async def test_a_deadline_that_is_not_reached_keeps_waiting() -> None:
    """To the microsecond."""
    clock = VirtualClock(START)
    rung: list[tuple[float, float]] = []
    ringing = asyncio.create_task(_ring(clock, 10, rung))
    await asyncio.sleep(0)
    await clock.advance(timedelta(seconds=10) - timedelta.resolution)
    assert rung == []
    await clock.advance(timedelta.resolution)
    assert rung == [(10, 10)]
    await ringing


async def test_a_past_deadline_still_lets_others_have_a_turn() -> None:
    """A loop that is behind its time does not starve the rest."""
    clock = VirtualClock(START)
    turns: list[str] = []

    async def other() -> None:
        turns.append("other")

    task = asyncio.create_task(other())
    await clock.sleep_until(START - timedelta(hours=1))
    assert turns == ["other"]
    await task


async def test_a_sleeper_that_sleeps_again_is_woken_in_the_same_advance() -> None:
    """A heartbeat of ten seconds beats six times in a minute."""
    clock = VirtualClock(START)
    beats: list[datetime] = []

    async def heart() -> None:
        while True:
            await clock.sleep_until(clock.now() + timedelta(seconds=10))
            beats.append(clock.now())

    beating = asyncio.create_task(heart())
    await asyncio.sleep(0)
    await clock.advance(timedelta(minutes=1))
    beating.cancel()
    assert beats == [START + timedelta(seconds=10 * n) for n in range(1, 7)]


async def test_a_cancelled_sleeper_is_passed_over() -> None:
    """And the ones behind it are woken."""
    clock = VirtualClock(START)
    rung: list[tuple[float, float]] = []
    gone = asyncio.create_task(_ring(clock, 10, rung))
    kept = asyncio.create_task(_ring(clock, 20, rung))
    await asyncio.sleep(0)
    gone.cancel()
    await clock.advance(timedelta(seconds=30))
    await kept
    assert rung == [(20, 20)]


def test_setting_never_goes_back() -> None:
    """A post that comes out of order does not turn the night back."""
    clock = VirtualClock(START)
    clock.set(START - timedelta(hours=1))
    assert clock.now() == START


def test_every_instant_is_in_utc() -> None:
    """Whatever zone it was given in."""
    tokyo = timezone(timedelta(hours=9))
    clock = VirtualClock(START.astimezone(tokyo))
    assert clock.now().tzinfo is UTC
    clock.set((START + timedelta(hours=1)).astimezone(tokyo))
    assert clock.now().isoformat() == "2026-11-20T03:10:00+00:00"


@given(st.lists(st.integers(0, 3600), max_size=8), st.lists(st.integers(0, 600), max_size=8))
def test_advancing_in_steps_wakes_as_advancing_at_once(deadlines: list[int], steps: list[int]) -> None:
    """How the night is cut into steps does not change it."""

    async def rings(by: list[int]) -> list[tuple[float, float]]:
        clock = VirtualClock(START)
        rung: list[tuple[float, float]] = []
        waiting = [asyncio.create_task(_ring(clock, after, rung)) for after in deadlines if after]
        await asyncio.sleep(0)
        for step in by:
            await clock.advance(timedelta(seconds=step))
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        return rung

    assert asyncio.run(rings(steps)) == asyncio.run(rings([sum(steps)]))


async def test_the_machine_clock_is_aware_and_wakes() -> None:
    """Also for a deadline that is past."""
    clock = SystemClock()
    before = clock.now()
    assert before.tzinfo is UTC
    await clock.sleep_until(before + timedelta(milliseconds=5))
    assert clock.now() >= before + timedelta(milliseconds=5)
    await clock.sleep_until(before)


class SetBack(SystemClock):
    """A machine's clock that is set back by an hour as soon as somebody sleeps."""

    def __init__(self) -> None:
        self.looks = 0

    def now(self) -> datetime:
        """Return the time, an hour less from the third look on."""
        self.looks += 1
        return super().now() - timedelta(hours=self.looks > 2)


async def test_a_clock_that_is_set_back_holds_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever slept until the next minute wakes after a minute, not after an hour and a minute."""
    monkeypatch.setattr(clocks, "SLACK", 0.0)
    clock = SetBack()
    deadline = SystemClock().now() + timedelta(seconds=0.05)
    async with asyncio.timeout(10):
        await clock.sleep_until(deadline)
    assert clock.looks > 2
    assert clock.now() < deadline
