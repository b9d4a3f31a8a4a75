"""Apprise with its real plug-ins, before a real mail server and an endpoint that behaves as told."""

import asyncio
from datetime import timedelta

import msgspec
import pytest

from alerts.delivery import apprise_service
from alerts.delivery.apprise import AppriseNotifier, Settings, make
from alerts.delivery.notifier import DeliveryError, Parts
from alerts.notification_log import LogError
from models.clock import VirtualClock
from tests.apprise_far import Answer, Endpoint, Mailbox
from tests.apprise_near import a_notifier, a_page, refusal
from tests.fakes_alerts import NIGHT

NEVER = Answer(never=True)


@pytest.mark.parametrize(
    ("answer", "retryable", "after"),
    [
        (Answer(429), True, 30.0),
        (Answer(429, {"Retry-After": "17"}), True, 17.0),
        (Answer(429, {"Retry-After": "a while"}), True, 30.0),
        (Answer(429, {"Retry-After": "86400"}), True, 600.0),
        (Answer(503, {"Retry-After": "Fri, 20 Nov 2026 17:41:05 GMT"}), True, 65.0),
        (Answer(403, {"Retry-After": "5"}), False, None),
        (Answer(500, body=b"\x00\xff" * 400_000), True, None),
        (Answer(503, {"Retry-After": "soon"}), True, None),
        (Answer(408), True, None),
        (Answer(404, body=b"<script>gone</script>"), False, None),
        (Answer(401), False, None),
        (Answer(302, {"Location": "http://127.0.0.1:9/"}), False, None),
    ],
)
async def test_what_an_endpoint_answers_says_whether_to_try_again(
    endpoint: Endpoint,
    answer: Answer,
    retryable: bool,  # noqa: FBT001 - a column of the table
    after: float | None,
) -> None:
    """As for the webhook; who was told "too many" waits, and the sentence shows no address."""
    endpoint.answers = [answer]
    error = await refusal(a_notifier(endpoint.url("json", "t0ken")), a_page())
    assert (error.retryable, error.retry_after) == (retryable, after)
    assert "t0ken" not in str(error)
    assert str(endpoint.port) not in str(error)
    assert str(answer.status) in str(error)
    assert len(str(error)) < 400


@pytest.mark.parametrize(("says", "retryable"), [("550 no such user", False), ("451 greylisted", True)])
async def test_a_mail_server_means_the_opposite_by_its_codes(
    box: Mailbox,
    says: str,
    retryable: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """5yz is final and 4yz is not (RFC 5321)."""
    box.refusal = says
    assert (await refusal(a_notifier(box.url), a_page())).retryable is retryable


async def test_garbage_instead_of_an_answer_is_retried() -> None:
    """A port where somebody else lives."""

    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        del reader
        writer.write(b"\x16\x03\x01 what?\r\n" * 100)
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        for url in (f"json://127.0.0.1:{port}", f"mailto://127.0.0.1:{port}?from=a@b.example&to=c@d.example"):
            assert (await refusal(a_notifier(url), a_page())).retryable


async def test_one_service_that_fails_does_not_repeat_the_others(endpoint: Endpoint, box: Mailbox) -> None:
    """Each confirms for itself; the page is tried again only where it is missing."""
    endpoint.answers = [Answer(500), Answer(500)]
    notifier, page = a_notifier(box.url, endpoint.url("json")), a_page()
    for _ in range(2):
        assert (await refusal(notifier, page)).retryable
    await notifier.deliver(page)
    assert (len(endpoint.requests), len(box.mails)) == (3, 1)
    await notifier.deliver(a_page("reminder"))
    assert (len(endpoint.requests), len(box.mails)) == (4, 2)


async def test_a_service_that_refuses_for_good_is_not_asked_again(endpoint: Endpoint, box: Mailbox) -> None:
    """The others still get theirs; then the page is undeliverable, so that the next channel is tried."""
    box.refusal = "550 no such user"
    endpoint.answers = [Answer(500)]
    notifier, page = a_notifier(box.url, endpoint.url("json")), a_page()
    assert (await refusal(notifier, page)).retryable
    box.refusal = ""
    last = await refusal(notifier, page)
    assert not last.retryable
    assert "mailto (1)" in str(last)
    assert (len(endpoint.requests), box.mails) == (2, [])


async def test_a_service_that_asks_for_time_gets_it_and_the_others_do_not_wait_for_it(
    endpoint: Endpoint, box: Mailbox
) -> None:
    """The page is tried again as soon as one of them may take it, and each is asked when it said."""
    clock = VirtualClock(NIGHT)
    endpoint.answers = [Answer(503, {"Retry-After": "120"})]
    box.refusal = "451 greylisted"
    notifier, page = AppriseNotifier(Settings(), [endpoint.url("json"), box.url], clock), a_page()
    assert (await refusal(notifier, page)).retry_after is None
    box.refusal = ""
    clock.set(NIGHT + timedelta(seconds=50))
    assert (await refusal(notifier, page)).retry_after == 70
    assert (len(endpoint.requests), len(box.mails)) == (1, 1)
    clock.set(NIGHT + timedelta(seconds=120))
    await notifier.deliver(page)
    assert (len(endpoint.requests), len(box.mails)) == (2, 1)


async def test_each_of_several_that_ask_for_time_is_asked_when_it_said(endpoint: Endpoint) -> None:
    """Also where nobody took the page at first."""
    clock = VirtualClock(NIGHT)
    endpoint.answers = [Answer(503, {"Retry-After": "60"}), Answer(503, {"Retry-After": "120"})]
    urls = [endpoint.url("json"), endpoint.url("json", "other")]
    notifier, page = AppriseNotifier(Settings(), urls, clock), a_page()
    assert (await refusal(notifier, page)).retry_after == 60
    clock.set(NIGHT + timedelta(seconds=60))
    assert (await refusal(notifier, page)).retry_after == 60
    assert len(endpoint.requests) == 3


async def test_who_has_a_page_is_remembered_beyond_the_process(endpoint: Endpoint, box: Mailbox) -> None:
    """One of three confirmed before the kill: the next process tells the other two only."""
    noted: dict[str, list[str]] = {}

    async def note(key: str, who: str) -> None:
        noted.setdefault(key, []).append(who)

    other = endpoint.url("json", "other")
    urls = [box.url, endpoint.url("json"), other]
    endpoint.answers = [Answer(500), Answer(500)]
    page = a_page()
    await refusal(AppriseNotifier(Settings(), urls, VirtualClock(NIGHT), note), page)
    [mail] = noted[page.key]
    assert mail.startswith("mailto (1) ")
    stored = msgspec.structs.replace(page, confirmed_by=(mail,))
    await AppriseNotifier(Settings(), urls, VirtualClock(NIGHT), note).deliver(stored)
    assert (len(endpoint.requests), len(box.mails)) == (4, 1)
    changed = [endpoint.url("json", "new"), *urls]
    await AppriseNotifier(Settings(), changed, VirtualClock(NIGHT), note).deliver(stored)
    assert len(box.mails) == 2, "the file was changed meanwhile: rather twice than never"


async def test_a_full_disk_does_not_make_a_page_fail(endpoint: Endpoint, box: Mailbox) -> None:
    """What cannot be noted is remembered for as long as the process lives."""

    async def full(key: str, who: str) -> None:  # noqa: ARG001 - the port hands it in
        raise LogError("the disk is full", retryable=True)

    notifier = AppriseNotifier(Settings(), [box.url, endpoint.url("json")], VirtualClock(NIGHT), full)
    await notifier.deliver(a_page())
    await notifier.deliver(a_page())
    assert (len(endpoint.requests), len(box.mails)) == (1, 1)


async def test_a_page_that_all_refused_is_asked_for_again_when_somebody_sends_it_again(box: Mailbox) -> None:
    """It was a dead letter meanwhile, and what was wrong is mended."""
    box.refusal = "550 no such user"
    notifier, page = a_notifier(box.url), a_page()
    assert not (await refusal(notifier, page)).retryable
    box.refusal = ""
    await notifier.deliver(page)
    assert len(box.mails) == 1


async def test_a_service_that_never_answers_holds_nobody_up_and_is_not_told_twice(
    endpoint: Endpoint, box: Mailbox
) -> None:
    """The loop goes on; when the late answer comes, the page counts as delivered."""
    endpoint.answers = [NEVER]
    notifier = a_notifier(endpoint.url("json"), box.url, timeout_seconds=1)
    page = a_page()
    error = await refusal(notifier, page)
    assert error.retryable
    assert "did not answer within 1 s" in str(error)
    assert len(box.mails) == 1
    again = await refusal(notifier, page)
    assert again.retryable
    endpoint.released.set()
    async with asyncio.timeout(10):
        while True:
            try:
                await notifier.deliver(page)
                break
            except DeliveryError:
                continue
    assert (len(endpoint.requests), len(box.mails)) == (1, 1)


async def test_a_late_answer_counts_also_if_nobody_waited_when_it_came(endpoint: Endpoint) -> None:
    """It comes between two attempts: the page is not sent again."""
    endpoint.answers = [NEVER]
    notifier, page = a_notifier(endpoint.url("json"), timeout_seconds=0.2), a_page()
    assert "did not answer" in str(await refusal(notifier, page))
    [attempt] = notifier._services[0]._under_way.values()
    endpoint.released.set()
    assert await attempt is None
    await notifier.deliver(page)
    assert len(endpoint.requests) == 1


async def test_a_late_failure_is_tried_again_as_soon_as_the_page_is(endpoint: Endpoint) -> None:
    """What failed between two attempts costs no attempt of its own."""
    endpoint.answers = [Answer(500, never=True)]
    notifier, page = a_notifier(endpoint.url("json"), timeout_seconds=0.2), a_page()
    await refusal(notifier, page)
    [attempt] = notifier._services[0]._under_way.values()
    endpoint.released.set()
    assert await attempt is not None
    assert "did not answer" in str(await refusal(notifier, page))
    [again] = notifier._services[0]._under_way.values()
    assert await again is None
    assert len(endpoint.requests) == 2


async def test_a_service_that_was_slow_to_fail_is_not_waited_for_either(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It answered within our patience, but the others of the channel waited for it."""
    monkeypatch.setattr(apprise_service, "_SLOW", 0.0)
    endpoint.answers = [Answer(500), NEVER]
    notifier = a_notifier(endpoint.url("json"), timeout_seconds=60)
    await refusal(notifier, a_page())
    async with asyncio.timeout(10):
        assert "did not answer" in str(await refusal(notifier, a_page(key="the next")))


async def test_the_others_wait_once_for_a_service_that_hangs(endpoint: Endpoint, box: Mailbox) -> None:
    """Of the pages that follow they have theirs at once, and it is asked for them all the same."""
    endpoint.answers = [NEVER] * 9
    notifier = a_notifier(endpoint.url("json"), box.url, timeout_seconds=3)
    assert (await refusal(notifier, a_page())).partly
    moments = asyncio.get_running_loop().time
    began = moments()
    error = await refusal(notifier, a_page(key="the next"))
    assert (error.retryable, error.partly) == (True, True)
    async with asyncio.timeout(10):
        while len(box.mails) < 2:  # noqa: ASYNC110 - the mailbox has no event
            await asyncio.sleep(0)
    assert moments() - began < 2
    assert "json (1)" in str(error)


async def test_a_service_that_hangs_is_given_no_more_than_a_few(endpoint: Endpoint) -> None:
    """Threads are not piled up behind a dead server."""
    endpoint.answers = [NEVER] * 9
    notifier = a_notifier(endpoint.url("json"), timeout_seconds=0.05)
    errors = [await refusal(notifier, a_page(key=f"page {n}")) for n in range(6)]
    assert [error.retryable for error in errors] == [True] * 6
    assert "still hang" in str(errors[-1])
    assert len(endpoint.requests) <= 4


def test_urls_are_a_secret_with_comments() -> None:
    """One a line; what is listed in the settings comes after them."""
    parts = Parts(clock=VirtualClock(NIGHT), random=None, secret=lambda _: "# ours\n\n json://a \njson://b")  # type: ignore[arg-type] # no jitter here
    notifier = make("people", Settings(urls_file="urls", urls=("json://c",), wakes=True), parts)
    assert [service._url for service in notifier._services] == ["json://a", "json://b", "json://c"]
    assert notifier.wakes


async def test_a_url_that_cannot_be_used_is_said_before_the_night() -> None:
    """By its number; never with what may be a password in it."""
    notifier = a_notifier("json://127.0.0.1", "nope://s3cret@x", "pagerduty://s3cret", "no url at all")
    said = list(notifier.mistakes())
    assert [one.split(":")[0] for one in said] == ["nope (2)", "pagerduty (3)", "no url at all (4)"]
    assert "s3cret" not in "".join(said)
    assert list(a_notifier().mistakes()) == [
        "there is no URL: name a file of them in urls_file, or list them in urls"
    ]
    for broken in (notifier, a_notifier()):
        error = await refusal(broken, a_page(key="another"))
        assert error.retryable is (broken is notifier)
        assert "s3cret" not in str(error)
