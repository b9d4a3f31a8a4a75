"""What a channel fails goes to the receiver's next one, and rings there once."""

import random

import msgspec

from alerts.delivery.notifier import DeliveryError
from alerts.delivery.outbox import Outbox
from alerts.notification_log import Page
from tests.fakes_alerts import NIGHT, FakeChannel, minutes
from tests.fakes_outbox import Post, a_page

CALL = "sakura:pudding:20261120T1740Z:first:0:sato"


def rows(*channels: str) -> list[Page]:
    """Build the rows of one call, as paging writes them."""
    return [a_page(f"{CALL}:{channel}", channel) for channel in channels]


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
