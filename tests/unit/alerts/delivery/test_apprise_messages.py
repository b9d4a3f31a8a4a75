"""What a service shows of a page: title and body, the short form, the chart."""

import base64
import json

import msgspec

from alerts.delivery.apprise_service import _made
from alerts.notification_log import Page
from models.curve import Curve
from tests.apprise_far import Answer, Endpoint, Mailbox
from tests.apprise_near import a_notifier, a_page, refusal
from tests.fakes_alerts import NIGHT, a_paging, an_incident


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


async def test_who_asks_for_time_is_not_asked_again_for_the_sake_of_a_picture(endpoint: Endpoint) -> None:
    """It was not the picture that was too much."""
    endpoint.answers = [Answer(429)]
    error = await refusal(a_notifier(endpoint.url("json")), a_page_with_a_chart())
    assert (error.retry_after, len(endpoint.requests)) == (30, 1)
