"""Apprise with its real plug-ins, before a real mail server and an endpoint that behaves as told."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from apprise import Apprise

from alerts.delivery import apprise_urls
from alerts.delivery.apprise import AppriseNotifier, Settings, make
from alerts.delivery.apprise_service import _made
from alerts.delivery.apprise_urls import addressed, notify_type
from alerts.delivery.notifier import DeliveryError, Parts
from alerts.notification_log import LogError, Page
from models.clock import VirtualClock
from models.curve import Curve
from tests.apprise_far import PLUGINS, Answer, Endpoint, Mailbox, answering, mailbox
from tests.fakes_alerts import NIGHT, a_paging, an_incident

NEVER = Answer(never=True)


@pytest.fixture
async def endpoint() -> AsyncIterator[Endpoint]:
    """Serve an endpoint."""
    async with answering() as one:
        yield one


@pytest.fixture
async def box() -> AsyncIterator[Mailbox]:
    """Serve a mailbox."""
    async with mailbox() as one:
        yield one


def a_page(kind: Any = "first", severity: Any = "critical", **changes: Any) -> Page:
    """Build a page of the sakura pudding."""
    page, *_ = a_paging().pages(an_incident(severity), kind, "0", now=NIGHT, decided_at=NIGHT)
    return msgspec.structs.replace(page, **changes)


def a_notifier(*urls: str, **settings: Any) -> AppriseNotifier:
    """Build a notifier of these URLs."""
    return AppriseNotifier(Settings(**settings), urls, VirtualClock(NIGHT))


async def refusal(notifier: AppriseNotifier, page: Page) -> DeliveryError:
    """Return why a page was not delivered."""
    with pytest.raises(DeliveryError) as error:
        await notifier.deliver(page)
    return error.value


async def test_line_one_is_the_title_and_the_rest_the_body(endpoint: Endpoint, box: Mailbox) -> None:
    """As plain text: what looks like markup arrives as it was written."""
    page = a_page(text="【緊急】さくらプリン\n<b>*虫*</b> & _co_\n1. 対応する", link="")
    await a_notifier(endpoint.url("json"), box.url).deliver(page)
    [request] = endpoint.requests
    body = json.loads(request.body)
    assert (body["title"], body["message"]) == ("【緊急】さくらプリン", "<b>*虫*</b> & _co_\n1. 対応する")
    assert (body["type"], request.key) == ("failure", page.key)
    [mail] = box.mails
    assert mail["Subject"] == "【緊急】さくらプリン"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().split() == ["<b>*虫*</b>", "&", "_co_", "1.", "対応する"]


async def test_the_mails_of_an_incident_are_one_thread(box: Mailbox) -> None:
    """They have an ancestor in common, and a critical one says that it is urgent."""
    notifier = a_notifier(box.url)
    await notifier.deliver(a_page())
    await notifier.deliver(a_page("resolved"))
    first, over = box.mails
    assert first["References"] == over["References"]
    assert (first["X-Priority"], over["X-Priority"]) == ("1", None)


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


async def test_a_short_message_gets_line_one_and_the_link(endpoint: Endpoint) -> None:
    """Where it is asked for; without a title."""
    page = a_page(short="【緊急】さくらプリン https://w.example/a/x")
    await a_notifier(endpoint.url("json"), form="short").deliver(page)
    body = json.loads(endpoint.requests[0].body)
    assert (body["title"], body["message"]) == ("", page.short)


def test_a_service_for_short_messages_is_told_apart() -> None:
    """By what the plug-in itself says it takes."""
    [service] = a_notifier("bulksms://user:pass@+819012345678")._services
    sms = _made("bulksms://user:pass@+819012345678")
    chat = _made("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#oncall")
    assert sms is not None
    assert chat is not None
    assert (service._small(sms), service._small(chat)) == (True, False)


def a_page_with_a_chart() -> Page:
    """Build a page whose payload has something to draw."""
    counted, usual = tuple(range(12)), (2.0,) * 12
    curve = Curve(since=NIGHT, people=counted, negative=counted, expected=usual, upper=usual)
    told = msgspec.structs.replace(an_incident("critical").explanation, curve=curve)
    incident = msgspec.structs.replace(an_incident("critical"), explanation=told)
    page, *_ = a_paging().pages(incident, "first", "0", now=NIGHT, decided_at=NIGHT)
    return page


async def test_the_chart_goes_along_where_pictures_are_taken(endpoint: Endpoint, box: Mailbox) -> None:
    """As a PNG beside the text; not with a short message, and not where nobody wants it."""
    page = a_page_with_a_chart()
    await a_notifier(endpoint.url("json"), box.url).deliver(page)
    [attached] = json.loads(endpoint.requests[0].body)["attachments"]
    assert base64.b64decode(attached["base64"]).startswith(b"\x89PNG")
    [picture] = list(box.mails[0].iter_attachments())
    assert (picture.get_content_type(), picture.get_filename()) == ("image/png", "chart.png")
    await a_notifier(endpoint.url("json"), pictures=False).deliver(page)
    await a_notifier(endpoint.url("json"), form="short").deliver(page)
    assert [json.loads(one.body)["attachments"] for one in endpoint.requests[1:]] == [[], []]


async def test_a_page_never_waits_for_its_picture(endpoint: Endpoint) -> None:
    """Where it is not taken the words go alone, at once."""
    endpoint.answers = [Answer(413)]
    await a_notifier(endpoint.url("json")).deliver(a_page_with_a_chart())
    with_it, without = (json.loads(one.body)["attachments"] for one in endpoint.requests)
    assert (len(with_it), without) == (1, [])


def test_an_incident_is_one_alert_at_a_pager_and_its_end_ends_it() -> None:
    """The same key from the first page to the all-clear, which closes instead of raising again."""
    first, over = a_page(), a_page("resolved")
    for url, attribute in (
        ("pagerduty://integration@key", "dedup"),
        ("jira://apikey", "alias"),
        ("incidentio://source/token", "dedup"),
    ):
        one, two = (Apprise.instantiate(addressed(url, page)) for page in (first, over))
        assert one is not None
        assert two is not None
        assert getattr(one, attribute) == getattr(two, attribute) == first.incident
        assert vars(one)["action"] == vars(two)["action"] == "map"


def test_each_service_hears_severity_in_its_own_words() -> None:
    """And an all-clear, or the second of two pages at once, does not ring."""
    loud, less = a_page(), a_page(severity="warning")
    quiet = (a_page("resolved"), a_page(silent=True))
    assert "priority=max" in addressed("ntfys://topic", loud)
    assert "priority=high" in addressed("ntfys://topic", less)
    assert all("priority=low" in addressed("ntfys://topic", page) for page in quiet)
    assert "level=critical" in addressed("bark://host/key", loud)
    assert "severity=warning" in addressed("pagerduty://a@b", less)


def test_two_pages_at_once_are_one_sound_and_still_two_alerts() -> None:
    """What is a quiet message to a person would be a mere note to a pager."""
    beside = a_page(silent=True)
    assert notify_type("ntfys://topic", beside) == "info"
    assert notify_type("pagerduty://a@b", beside) == "failure"
    assert notify_type("pagerduty://a@b", a_page("resolved", silent=True)) == "success"


def test_what_a_url_says_itself_is_left_alone() -> None:
    """Whoever wrote it there knows better."""
    url = addressed("ntfys://topic?priority=min&overflow=split", a_page())
    assert url == "ntfys://topic?priority=min&overflow=split"


def test_a_url_may_name_what_it_wants_of_the_page() -> None:
    """For services that nobody has thought of here."""
    url = addressed("jsons://host/?:fire={incident}&+Key={key}&overflow=split&+Idempotency-Key=x", a_page())
    assert "{" not in url
    assert "fire=sakura%3Apudding%3A20261120T1740Z" in url


def test_a_tap_on_the_notification_leads_to_the_link() -> None:
    """Where the service can do that."""
    page = a_page(link="https://w.example/a/x")
    assert "click=https%3A%2F%2Fw.example%2Fa%2Fx" in addressed("ntfy://topic", page)
    assert "click" not in addressed("slack://a/b/c", page)


def test_every_parameter_of_the_table_is_one_the_plug_in_has() -> None:
    """Apprise ignores what it does not know, so a wrong name would only be noticed at night."""
    wanted = [(scheme, {key, "action"}) for scheme, key in apprise_urls._ONGOING.items()]
    wanted += [(scheme, {key}) for scheme, (key, _) in apprise_urls._LEVELS.items()]
    wanted += [(scheme, {"click"}) for scheme in apprise_urls._TAPPED]
    for scheme, names in wanted:
        known = {*PLUGINS[scheme].template_args, *PLUGINS[scheme].template_tokens}
        assert names <= known, f"{scheme} has no {names - known}"


def test_every_word_of_the_table_is_one_the_plug_in_takes() -> None:
    """As far as it says which it takes: by name, or by number."""
    for scheme, (key, words) in apprise_urls._LEVELS.items():
        values = PLUGINS[scheme].template_args[key].get("values") or ()
        numbered = dict(values) if isinstance(values, dict) else {value: value for value in values}
        known = {str(one).lower() for pair in numbered.items() for one in pair}
        assert {word.lower() for word in words} <= known, f"{scheme}: {words} of {known}"


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
