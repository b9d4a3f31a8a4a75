"""After an outage: one page of a fire rings, and none that matters is lost."""

import random
from typing import Any

import msgspec

from alerts.delivery.notifier import DeliveryError
from alerts.delivery.outbox import Outbox
from alerts.delivery.succession import overtaken
from alerts.notification_log import Page
from tests.fakes_alerts import NIGHT, minutes
from tests.fakes_log import MemoryLog
from tests.fakes_outbox import Post, a_page

DOWN = DeliveryError("down", retryable=True)


def called(key: str, minute: int, **changes: Any) -> Page:
    """Build a page that was decided in this minute of the night."""
    return msgspec.structs.replace(a_page(key), created_at=NIGHT + minutes(minute), **changes)


def ladder() -> list[Page]:
    """Build what an incident that climbs for forty minutes asks of one person."""
    later = [called(f"r{n}", 4 * n, kind="reminder" if n % 2 else "escalation") for n in range(1, 10)]
    return [called("first", 0), *later]


async def tried_through_an_outage(post: Post) -> None:
    """Let pages come in while chat is down, each tried as it comes."""
    post.chat.failures = [DOWN] * 500
    for page in ladder():
        post.clock.set(page.created_at)
        await post.log.record([], [page])
        await post.outbox.flush()


async def test_a_channel_that_is_back_after_an_outage_rings_once() -> None:
    """The newest page goes out; the nine older ones are closed, counted, and never come."""
    post = Post()
    await tried_through_an_outage(post)
    post.chat.failures = []
    for minute in range(40, 120, 10):
        post.clock.set(NIGHT + minutes(minute))
        await post.outbox.flush()
    assert [page.key for page in post.chat.taken] == ["r9"]
    older = [post.log.pages[page.key] for page in ladder()[:-1]]
    assert {page.outcome for page in older} == {"superseded"}
    assert post.log.pages["r8"].error == "superseded by r9"
    assert sum(line[0] == "superseded" for line in post.count.lines) == 9
    assert await post.log.pending() == {}


async def test_the_next_channel_hears_of_a_page_at_its_first_failure_when_older_ones_failed() -> None:
    """A ladder that climbs faster than three attempts must not keep the backup from being tried."""
    post = Post()
    post.chat.failures = [DOWN] * 9
    for page in ladder()[:3]:
        post.clock.set(page.created_at)
        await post.log.record([], [page])
        await post.outbox.flush()
    await post.outbox.flush()
    assert [page.key for page in post.mail.taken] == ["r1:via:mail", "r2:via:mail"]


async def test_the_next_channel_hears_at_once_also_of_a_page_that_was_never_tried_itself() -> None:
    """Behind another fire it only waited; that the channel failed for the first is handed on to the third."""
    post = Post()
    post.chat.failures = [DOWN] * 9
    other = called("other", 0, incident="sakura:tea:20261120T1700Z", to="sato")
    for minute, rows in enumerate(([called("first", 1)], [other, called("second", 2)], [called("third", 3)])):
        post.clock.set(NIGHT + minutes(minute))
        await post.log.record([], rows)
        await post.outbox.flush()
    assert post.log.pages["third"].attempts == 0
    await post.log.bury("other", post.clock.now(), "given up")
    await post.outbox.flush()
    assert "third:via:mail" in post.log.pages


async def test_a_page_that_backs_off_is_closed_when_the_newer_one_arrives() -> None:
    """It would ring a minute later, on top of it."""
    post = Post()
    post.chat.failures = [DeliveryError("429", retryable=True, retry_after=10)]
    await post.log.record([], [called("first", 0)])
    await post.outbox.flush()
    await post.log.record([], [called("second", 1)])
    await post.outbox.flush()
    post.clock.set(NIGHT + minutes(2))
    await post.outbox.flush()
    assert [page.key for page in post.chat.taken] == ["second"]
    assert post.log.pages["first"].outcome == "superseded"


async def test_a_backup_that_was_down_too_rings_once() -> None:
    """What was passed on to it is compared there."""
    post = Post()
    post.mail.failures = [DOWN] * 500
    await tried_through_an_outage(post)
    post.mail.failures = []
    post.clock.set(NIGHT + minutes(50))
    await post.outbox.flush()
    assert [page.key for page in post.mail.taken] == ["r9:via:mail"]


async def test_the_newest_page_that_is_refused_for_good_goes_to_the_next_channel() -> None:
    """Nothing is lost with the older ones that it did for."""
    post = Post()
    post.chat.failures = [DeliveryError("gone", retryable=False)]
    await post.log.record([], ladder())
    await post.outbox.flush()
    await post.outbox.flush()
    assert post.chat.taken == []
    assert post.log.pages["r9"].outcome == "dead"
    assert [page.key for page in post.mail.taken] == ["r9:via:mail"]


async def test_a_page_that_cannot_be_closed_is_not_forgotten() -> None:
    """A kill between two closings leaves rows that the next look closes."""
    log, post = MemoryLog(), Post()
    await log.record([], ladder())
    await log.supersede("first", NIGHT, "r1")
    post.outbox = Outbox(log, {"chat": post.chat}, post.clock, random.Random(1))
    await post.outbox.flush()
    assert [page.key for page in post.chat.taken] == ["r9"]


def does_for(*pages: Page) -> dict[str, str]:
    """Return which page does for which, by their keys."""
    return {key: page.key for key, page in overtaken(pages).items()}


def test_a_page_that_is_more_severe_than_the_newer_one_is_sent_too() -> None:
    """Whoever sleeps must hear of the worst; an older warning needs no second ring."""
    severe = called("critical", 1, severity="critical")
    assert does_for(called("warning", 0), severe, called("calmer", 2)) == {"warning": "calmer"}


def test_an_all_clear_that_waits_does_for_every_ring_and_for_nothing_else() -> None:
    """Nothing burns any more; who was told by another channel learns that it is over."""
    over = called("over", 9, kind="resolved")
    severe = called("critical", 1, severity="critical")
    assert does_for(called("first", 0), severe, over) == {"first": "over", "critical": "over"}
    assert does_for(called("before", 0, kind="resolved"), over) == {}


def test_a_fire_that_came_back_rings_after_its_all_clear() -> None:
    """The all-clear of before is told as well: it makes no sound."""
    again = called("again", 12)
    over = called("over", 9, kind="resolved")
    assert does_for(called("first", 0, severity="critical"), over, again) == {"first": "over"}
    assert does_for(called("first", 0), over, again) == {"first": "again"}


def test_other_people_incidents_and_kinds_are_left_alone() -> None:
    """Only a repetition for the same person, of the same fire, is one; drills and states are not."""
    newest = called("newest", 9)
    others = [
        called("somebody", 0, to="sato"),
        called("elsewhere", 0, incident="sakura:tea:20261120T1700Z"),
        called("drill", 0, kind="drill"),
        called("state", 0, kind="state"),
        called("event", 0, kind="event"),
        called("same instant", 9),
    ]
    assert does_for(*others, newest) == {}
    assert does_for(called("old", 0), called("published", 9, kind="event")) == {}


def test_a_silent_page_does_for_no_page_that_rings() -> None:
    """It made no sound because another did; that one may not have come either."""
    hush = called("hush", 3, silent=True)
    assert does_for(called("first", 0), hush) == {}
    assert does_for(hush, called("second", 4)) == {"hush": "second"}


def test_an_all_clear_takes_no_sound_from_another_fire() -> None:
    """A page that is silent for the sake of this one still needs somebody to be woken."""
    sound, over = called("sound", 0), called("over", 9, kind="resolved")
    beside = called("beside", 0, incident="sakura:tea:20261120T1700Z", silent=True)
    assert does_for(sound, beside, over) == {}
    put_out = msgspec.structs.replace(over, key="tea over", incident=beside.incident)
    assert does_for(sound, beside, over, put_out) == {"sound": "over", "beside": "tea over"}
    another = msgspec.structs.replace(beside, to="sato")
    before = msgspec.structs.replace(beside, created_at=NIGHT - minutes(1))
    assert does_for(sound, another, before, over) == {"sound": "over"}


def test_a_sound_that_another_fire_needs_is_made_once() -> None:
    """The newest page makes it where the all-clear may not do for any."""
    rings = [called("first", 0), called("reminder", 4, kind="reminder"), called("over", 9, kind="resolved")]
    beside = called("beside", 5, incident="sakura:tea:20261120T1700Z", silent=True)
    assert does_for(*rings, beside) == {"first": "reminder"}


def test_a_sound_that_another_takes_over_is_not_lost_to_an_all_clear() -> None:
    """The bakery is silent for the pudding's sake: when the pudding is over, its newest call still rings."""
    pudding = [
        called("p1", 0),
        called("p2", 10, kind="grown"),
        called("p3", 30, kind="resolved", silent=True),
    ]
    bakery = called("b1", 0, incident="bakery", silent=True)
    found = overtaken([*pudding, bakery])
    assert {key: newer.key for key, newer in found.items()} == {"p1": "p2"}
