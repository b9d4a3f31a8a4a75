"""A mail server and HTTP endpoints that throttle, break, babble and hang while a ladder climbs."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import NamedTuple

import pytest
import structlog

from alerts.notification_log import Page
from tests import hurry
from tests.apprise_far import Answer, Endpoint, Mailbox, answering, mailbox
from tests.blazes import Timed, rings
from tests.town import Town
from tests.watch import until

log = structlog.get_logger(__name__)

pytestmark = pytest.mark.servers

PACE = timedelta(seconds=2)
STEPS = 6
PATIENCE = 1.0
"""Seconds in which an endpoint has to answer."""
WAIT = 3.0
"""Seconds that the endpoint asks for which has too many requests."""
SOON = 2.0
"""Seconds in which a page rings that nothing stands in the way of."""
AGAIN = 20.0
"""Seconds after which it is tried again at the latest; a plug-in gives up by itself after some."""
MORE = """
[channels.hook]
kind = "webhook"
url = "http://127.0.0.1:{hook.port}/hook"
timeout_seconds = {patience}
events = false

[channels.people]
kind = "apprise"
urls = ["{mail.url}", "{chat}", "{phone}"]
timeout_seconds = {patience}

[receivers.sato]
channels = ["pager", "hook"]
louder = ["people"]
quiet = ""

[receivers.tanaka]
channels = ["pager", "people"]
louder = ["hook"]
quiet = ""

[route.food]
receivers = ["sato", "tanaka"]
ladder = "hurried"
fallback = "tanaka"

[alerting]
route = "food"
"""
MISBEHAVIOUR = (
    Answer(429, {"Retry-After": str(int(WAIT))}),
    Answer(500, body=b"\x00\xff" * 100_000),
    Answer(raw=b"\x00SSH-2.0-\xff\r\n\r\n"),
    Answer(never=True),
)
THROTTLED, BROKEN, BABBLING, HANGING = range(4)


class Far(NamedTuple):
    """The endpoints and the mailbox; each takes down when what came."""

    hook: Endpoint
    chat: Endpoint
    phone: Endpoint
    mail: Mailbox


@pytest.fixture
async def far(town: Town) -> AsyncIterator[Far]:
    """Give the town's watch two people who are told by three kinds of endpoints, and by a pager."""
    async with AsyncExitStack() as stack:
        hook, chat, phone = [await stack.enter_async_context(answering()) for _ in range(3)]
        one = Far(hook, chat, phone, await stack.enter_async_context(mailbox()))
        for end in (hook, chat, phone):
            end.requests = Timed()
        one.mail.mails, town.pager.taken = Timed(), Timed()
        more = MORE.format(
            hook=one.hook,
            mail=one.mail,
            chat=one.chat.url("json"),
            phone=one.phone.url("ntfy"),
            patience=PATIENCE,
        )
        config = town.watch.config.read_text("utf-8").replace(
            "[channels.pager]", "[channels.pager]\nwakes = true"
        )
        town.watch.config.write_text(config + more + hurry.ladder(PACE, STEPS), "utf-8")
        yield one


async def test_endpoints_that_misbehave_get_every_page_once_and_hold_up_nobody(town: Town, far: Far) -> None:
    """Told to wait, a breakdown, babble, silence: each page is tried until it or a newer one is taken."""
    far.hook.answers, far.chat.answers = list(MISBEHAVIOUR), list(MISBEHAVIOUR)
    pages = await _climbed(town)
    for end, channel in ((far.hook, "hook"), (far.chat, "people")):
        _each_was_taken_once(end, {page.key: page.outcome for page in pages if page.channel == channel})
    await _rang_soon(town, far, pages)
    assert await town.watch.metric("hinoban_pages_total", channel="hook", outcome="retried") == 4
    assert await town.watch.metric("hinoban_dead_letters_total") == 0


async def test_a_service_that_never_answers_delays_neither_mail_nor_pager(town: Town, far: Far) -> None:
    """All night long nothing comes of it; what stands beside it in the same channel rings for every step."""
    far.chat.answers = far.hook.answers = [Answer(never=True)] * 100
    pages = await _climbed(town, all_of_it=False)
    await _rang_soon(town, far, pages)
    await until(lambda: _waiting(town, {"hook", "people"}), "the metric says who waits, and nobody else")
    assert (await town.watch.get("/healthz"))[0] == 200


async def _waiting(town: Town, channels: set[str]) -> bool:
    """Tell whether it is for these channels that something waits, as /metrics has it."""
    samples = await town.watch.samples()
    waits = {labels["channel"] for name, labels, n in samples if name == "hinoban_outbox_pending" and n}
    return waits == channels


async def _climbed(town: Town, *, all_of_it: bool = True) -> list[Page]:
    """Let a fire break out and nobody answer; return the pages once the last step was taken."""
    await town.watch.start()
    incident = await town.catch_fire()

    async def ended() -> bool:
        async with town.watch.memory() as database:
            known = await database.log.incident(incident)
            waiting = await database.log.pending()
        over = known is not None and known.round is not None and known.round.done == STEPS
        waits = set(waiting) if all_of_it else set(waiting) - {"hook", "people"}
        return over and not waits

    await until(ended, "the end of the ladder", within=45)
    return await rings(town)


def _each_was_taken_once(end: Endpoint, outcomes: dict[str, str]) -> None:
    """Check what followed each misbehaviour: the same page, after the wait asked for, or a newer one."""
    meant = {key for key, outcome in outcomes.items() if outcome == "done"}
    assert set(outcomes.values()) <= {"done", "superseded"}
    assert meant
    times = end.requests.at if isinstance(end.requests, Timed) else []
    came = list(zip([request.key for request in end.requests], times, strict=True))
    taken = Counter(key for key, _ in came[len(MISBEHAVIOUR) :])
    # One service of several may have taken a page that another still kept waiting when a newer one came.
    assert meant <= set(taken) <= set(outcomes)
    assert set(taken.values()) == {1}
    for number, (key, at) in enumerate(came[: len(MISBEHAVIOUR)]):
        if key not in meant:
            continue
        again = next((later - at).total_seconds() for known, later in came[number + 1 :] if known == key)
        least = {THROTTLED: WAIT, HANGING: PATIENCE}.get(number, 0.0)
        assert least <= again < least + AGAIN, (number, key, again)


async def _rang_soon(town: Town, far: Far, pages: list[Page]) -> None:
    """Check that pager, mail and phone had each page once, none later than its channel's patience allows."""
    decided = {page.key: page.created_at for page in pages}
    people = {page.key for page in pages if page.channel == "people"}
    await until(lambda: len(far.mail.mails) >= len(people), "a mail of every page")
    for name, keys, taken in (
        ("pager", [key for key, _ in town.pager.taken], town.pager.taken),
        ("people", [mail["X-Hinoban-Page"] for mail in far.mail.mails], far.mail.mails),
    ):
        assert isinstance(taken, Timed)
        came = [(key, at) for key, at in zip(keys, taken.at, strict=True) if key in decided]
        assert Counter(key for key, _ in came) == Counter(p.key for p in pages if p.channel == name)
        latest = max((at - decided[key]).total_seconds() for key, at in came)
        log.info("rang", channel=name, pages=len(came), latest=latest)
        assert latest < SOON + (PATIENCE if name == "people" else 0.0), name
    # this one has no key to go by
    assert len(far.phone.requests) == len(people)
