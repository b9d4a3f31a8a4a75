"""The outbox: nothing is lost, and nobody waits for somebody else's broken channel."""

import asyncio
from datetime import timedelta

import msgspec

from alerts.delivery.notifier import DeliveryError
from tests.fakes_alerts import NIGHT, minutes
from tests.fakes_outbox import Post, a_page


async def test_a_confirmed_page_is_done_and_its_latency_counted() -> None:
    """Latency runs from the deciding post to the confirmation."""
    post = Post()
    await post.log.record([], [a_page()])
    await post.outbox.flush()
    assert post.log.pages["k"].outcome == "done"
    assert post.count.lines == [("delivered", "k", 2.0)]


async def test_a_failed_channel_does_not_hold_up_another() -> None:
    """While chat is down, mail goes out; chat is retried and gets its page in the end."""
    post = Post()
    post.chat.failures = [DeliveryError("down", retryable=True)]
    await post.log.record([], [a_page("a"), a_page("b", "mail")])
    await post.outbox.flush()
    assert [page.key for page in post.mail.taken] == ["b"]
    post.clock.set(NIGHT + minutes(1))
    await post.outbox.flush()
    assert [page.key for page in post.chat.taken] == ["a"]
    assert post.log.pages["a"].attempts == 1


async def test_the_wait_that_a_channel_asks_for_is_kept() -> None:
    """Retry-After is a lower bound for the next attempt."""
    post = Post()
    post.chat.failures = [DeliveryError("429", retryable=True, retry_after=90)]
    await post.log.record([], [a_page()])
    await post.outbox.flush()
    next_at = post.log.pages["k"].next_at
    assert next_at is not None
    assert next_at >= NIGHT + timedelta(seconds=90)


async def test_a_page_older_than_a_day_is_buried() -> None:
    """Retrying ends after the patience is spent."""
    post = Post()
    post.chat.failures = [DeliveryError("down", retryable=True)]
    await post.log.record([], [a_page()])
    post.clock.set(NIGHT + timedelta(hours=25))
    await post.outbox.flush()
    assert post.log.pages["k"].outcome == "dead"


async def test_a_notifier_that_breaks_is_retried_like_any_failure() -> None:
    """A programming error in one channel is logged and retried, and stops nothing."""
    post = Post()
    post.chat.failures = [RuntimeError("bug")]  # type: ignore[list-item]  # not a DeliveryError: that is the point
    await post.log.record([], [a_page()])
    await post.outbox.flush()
    assert post.log.pages["k"].error == "RuntimeError: bug"


async def test_draining_ends_at_the_deadline_or_when_nothing_is_left() -> None:
    """Drain tells whether everything went out."""
    post = Post()
    await post.log.record([], [a_page()])
    assert await post.outbox.drain(NIGHT + minutes(1))
    post.chat.failures = [DeliveryError("down", retryable=True, retry_after=999)]
    await post.log.record([], [a_page("late")])
    assert not await post.outbox.drain(NIGHT)


async def test_a_page_overtakes_a_backlog_of_states_and_only_the_last_state_is_sent() -> None:
    """After an outage the page goes first, and states that were replaced since go nowhere; events all go."""
    post = Post()
    rows = [
        msgspec.structs.replace(a_page(f"s{i}"), kind="state", created_at=NIGHT + minutes(i))
        for i in range(5)
    ]
    event = msgspec.structs.replace(a_page("e"), kind="event", created_at=NIGHT + minutes(1))
    await post.log.record(
        [], [*rows, event, msgspec.structs.replace(a_page("p"), created_at=NIGHT + minutes(9))]
    )
    await post.outbox.flush()
    assert [page.key for page in post.chat.taken] == ["p", "e", "s4"]
    assert await post.log.pending() == {}


async def test_a_dead_channel_is_tried_once_a_round_however_much_waits() -> None:
    """A time-out is not paid for every row that waits behind the first."""
    post = Post()
    post.chat.failures = [DeliveryError("down", retryable=True) for _ in range(50)]
    await post.log.record([], [a_page(f"k{i}") for i in range(50)])
    await post.outbox.flush()
    assert len(post.chat.failures) == 49


async def test_who_can_be_told_behind_a_channel_is_told_of_what_comes_next() -> None:
    """One of several fails for now: the next page does not wait for it."""
    post = Post()
    post.chat.failures = [DeliveryError("one of two hangs", retryable=True, partly=True)]
    await post.log.record([], [a_page("first"), a_page("second")])
    await post.outbox.flush()
    assert (post.log.pages["first"].outcome, post.log.pages["second"].outcome) == ("pending", "done")


async def test_the_running_outbox_wakes_delivers_and_retries_by_the_clock() -> None:
    """Woken by wake(), retried when the clock says so, ended by cancelling."""
    post = Post()
    post.chat.failures = [DeliveryError("down", retryable=True)]
    running = asyncio.create_task(post.outbox.run())
    await post.clock.advance(timedelta(seconds=0))
    await post.log.record([], [a_page()])
    post.outbox.wake()
    await post.clock.advance(timedelta(seconds=0))
    assert post.log.pages["k"].attempts == 1
    await post.clock.advance(timedelta(seconds=3))
    assert post.log.pages["k"].outcome == "done"
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_channel_that_is_back_is_tried_at_once() -> None:
    """What backs off from it does not wait out its time; other channels keep theirs."""
    post = Post()
    post.chat.failures = [DeliveryError("away", retryable=True, retry_after=9)]
    post.mail.failures = [DeliveryError("busy", retryable=True, retry_after=9)]
    await post.log.record([], [a_page("for chat"), a_page("for mail", channel="mail")])
    await post.outbox.flush()
    assert [post.log.pages[key].outcome for key in ("for chat", "for mail")] == ["pending", "pending"]
    post.outbox.back("chat")
    await post.outbox.flush()
    assert [post.log.pages[key].outcome for key in ("for chat", "for mail")] == ["done", "pending"]
    post.chat.failures = [DeliveryError("away", retryable=True, retry_after=9)]
    await post.log.record([], [a_page("later")])
    for _ in range(2):
        await post.outbox.flush()
    assert post.log.pages["later"].outcome == "pending", "it was back once, and is away again"


async def test_the_running_outbox_hears_that_a_channel_is_back() -> None:
    """Without waiting for its next look."""
    post = Post()
    post.chat.failures = [DeliveryError("away", retryable=True, retry_after=60)]
    await post.log.record([], [a_page()])
    running = asyncio.create_task(post.outbox.run())
    await post.clock.advance(timedelta(seconds=0))
    post.outbox.back("chat")
    await post.clock.advance(timedelta(seconds=0))
    assert post.log.pages["k"].outcome == "done"
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_what_waits_for_a_channel_that_is_no_more_is_buried_at_the_start() -> None:
    """It would wait for ever, and the dead man's switch with it; who was meant hears by the next channel."""
    post = Post()
    post.outbox._next_channel = lambda page: "mail" if page.channel == "fax" else None
    later = msgspec.structs.replace(a_page("later", channel="fax"), next_at=NIGHT + timedelta(minutes=40))
    await post.log.record([], [a_page("for fax", channel="fax"), later])
    running = asyncio.create_task(post.outbox.run())
    await post.clock.advance(timedelta(seconds=6))
    await post.clock.advance(timedelta(seconds=6))
    assert [post.log.pages[key].outcome for key in ("for fax", "later")] == ["dead", "dead"]
    assert [post.log.pages[f"{key}:via:mail"].outcome for key in ("for fax", "later")] == ["done", "done"]
    assert await post.log.pending() == {}
    assert "dead there is no channel 'fax' any more" in [line[0] for line in post.count.lines]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
