"""The outbox: nothing is lost, and nobody waits for somebody else's broken channel."""

import asyncio
import random
from datetime import timedelta

import msgspec

from alerts.delivery.notifier import DeliveryError
from alerts.delivery.outbox import Outbox, Patience
from alerts.notification_log import Page
from models.clock import VirtualClock
from tests.fakes_alerts import NIGHT, FakeChannel, minutes
from tests.fakes_log import MemoryLog


def a_page(key: str = "k", channel: str = "chat") -> Page:
    """Build a page that waits for *channel*."""
    return Page(
        key=key,
        incident="sakura:pudding:20261120T1740Z",
        brand="sakura",
        channel=channel,
        to="fallback",
        kind="first",
        severity="warning",
        created_at=NIGHT,
        decided_at=NIGHT - timedelta(seconds=2),
        text="page",
        payload=msgspec.Raw(b"{}"),
    )


class Count:
    """An observer that writes down what it is told."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, float]] = []

    def delivered(self, page: Page, latency: float) -> None:
        """Write it down."""
        self.lines.append(("delivered", page.key, latency))

    def failed(self, page: Page, error: str) -> None:
        """Write it down."""
        self.lines.append((f"failed {error}", page.key, 0))

    def dead(self, page: Page, error: str) -> None:
        """Write it down."""
        self.lines.append((f"dead {error}", page.key, 0))

    def superseded(self, page: Page) -> None:
        """Write it down."""
        self.lines.append(("superseded", page.key, 0))


class Post:
    """An outbox with two channels over an in-memory log."""

    def __init__(self) -> None:
        self.log, self.clock, self.count = MemoryLog(), VirtualClock(NIGHT), Count()
        self.chat, self.mail = FakeChannel(), FakeChannel()
        self.outbox = Outbox(
            self.log,
            {"chat": self.chat, "mail": self.mail},
            self.clock,
            random.Random(1),
            patience=Patience(first_seconds=2),
            observer=self.count,
            next_channel=lambda page: "mail" if page.channel == "chat" else None,
        )


async def test_a_confirmed_page_is_done_and_its_latency_counted() -> None:
    """Latency runs from the deciding post to the confirmation."""
    post = Post()
    await post.log.record([], [a_page()])
    assert await post.outbox.flush() == 1
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


async def test_a_permanent_error_is_buried_and_the_next_channel_gets_the_page() -> None:
    """A dead letter is kept and counted, and the page still reaches its receiver."""
    post = Post()
    post.chat.failures = [DeliveryError("gone", retryable=False)]
    await post.log.record([], [a_page()])
    await post.outbox.flush()
    await post.outbox.flush()
    assert post.log.pages["k"].outcome == "dead"
    assert [page.key for page in post.mail.taken] == ["k:via:mail"]
    assert ("dead gone", "k", 0) in post.count.lines


async def test_a_channel_that_keeps_failing_is_switched_after_three_attempts() -> None:
    """The next channel is tried beside a channel that stays down."""
    post = Post()
    post.chat.failures = [DeliveryError("down", retryable=True) for _ in range(9)]
    await post.log.record([], [a_page()])
    for minute in range(1, 6):
        post.clock.set(NIGHT + minutes(minute))
        await post.outbox.flush()
    assert [page.key for page in post.mail.taken] == ["k:via:mail"]
    assert post.log.pages["k"].outcome == "pending"


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
    assert await post.outbox.flush() == 0
    post.outbox.back("chat")
    assert await post.outbox.flush() == 1
    assert [post.log.pages[key].outcome for key in ("for chat", "for mail")] == ["done", "pending"]
    assert await post.outbox.flush() == 0


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


CALL = "sakura:pudding:20261120T1740Z:first:0:sato"


def rows(*channels: str) -> list[Page]:
    """Build the rows of one call, as paging writes them."""
    return [a_page(f"{CALL}:{channel}", channel) for channel in channels]


async def test_a_call_that_goes_by_the_backup_anyway_is_not_heard_there_twice() -> None:
    """By `both`, or because only the backup wakes a sleeper: its first channel fails, the second has rung."""
    post = Post()
    post.chat.failures = [DeliveryError("gone", retryable=False)]
    await post.log.record([], rows("chat", "mail"))
    await post.outbox.flush()
    await post.outbox.flush()
    assert [page.key for page in post.mail.taken] == [f"{CALL}:mail"]
    assert post.log.pages[f"{CALL}:chat"].outcome == "dead"


async def test_two_channels_that_fail_into_one_backup_are_one_sound() -> None:
    """The same person, the same page: it is passed on once, by whichever fails first."""
    post = Post()
    sms = FakeChannel()
    sms.failures = [DeliveryError("no credit", retryable=False)]
    post.outbox = Outbox(
        post.log,
        {"chat": post.chat, "sms": sms, "mail": post.mail},
        post.clock,
        random.Random(1),
        next_channel=lambda page: None if page.channel == "mail" else "mail",
    )
    post.chat.failures = [DeliveryError("gone", retryable=False)]
    await post.log.record([], rows("chat", "sms"))
    await post.outbox.flush()
    await post.outbox.flush()
    assert [page.key for page in post.mail.taken] == [f"{CALL}:mail"]


async def test_who_is_not_reached_by_the_backup_either_goes_on_along_the_line() -> None:
    """The row that is there fails for itself, and passes itself on."""
    post = Post()
    sms = FakeChannel()
    sms.failures = [DeliveryError("no credit", retryable=False)]
    line = {"chat": "sms", "sms": "mail", "mail": None}
    post.outbox = Outbox(
        post.log,
        {"chat": post.chat, "sms": sms, "mail": post.mail},
        post.clock,
        random.Random(1),
        next_channel=lambda page: line[page.channel],
    )
    post.chat.failures = [DeliveryError("gone", retryable=False)]
    await post.log.record([], rows("chat", "sms"))
    for _ in range(3):
        await post.outbox.flush()
    assert [page.key for page in post.mail.taken] == [f"{CALL}:mail"]


async def test_a_channel_that_asks_for_minutes_is_not_waited_for() -> None:
    """At night ten minutes are long: the next channel is tried at once, this one when it said."""
    post = Post()
    post.chat.failures = [DeliveryError("429", retryable=True, retry_after=600)]
    await post.log.record([], rows("chat"))
    await post.outbox.flush()
    await post.outbox.flush()
    assert [page.key for page in post.mail.taken] == [f"{CALL}:mail"]
    post.clock.set(NIGHT + minutes(10))
    await post.outbox.flush()
    assert [page.key for page in post.chat.taken] == [f"{CALL}:chat"]


async def test_a_copy_is_told_to_everybody_behind_its_own_channel() -> None:
    """Who has it by the channel that failed is somebody else."""
    post = Post()
    post.chat.failures = [DeliveryError("half of it", retryable=False)]
    await post.log.record([], rows("chat"))
    await post.log.note(f"{CALL}:chat", "json (1)")
    await post.outbox.flush()
    await post.outbox.flush()
    [copy] = post.mail.taken
    assert copy.confirmed_by == ()


async def test_a_drill_is_passed_on_to_nobody_and_rings_nobody_when_it_is_stale() -> None:
    """It tries its own channel; after a kill nobody waits for it any more."""
    post = Post()
    post.chat.failures = [DeliveryError("down", retryable=False)]
    drills = [msgspec.structs.replace(page, kind="drill") for page in rows("chat", "mail")]
    await post.log.record([], drills[:1])
    await post.outbox.flush()
    post.clock.set(NIGHT + minutes(2))
    await post.log.record([], drills[1:])
    await post.outbox.flush()
    assert post.mail.taken == []
    assert post.log.pages[f"{CALL}:mail"].error == "too late for a drill"
