"""What Apprise keeps to itself is heard all the same: by the real Apprise and `requests`, over HTTP."""

import asyncio
from collections.abc import AsyncIterator

import apprise
import pytest
import requests

from alerts.delivery.apprise_answers import Answer as Heard
from alerts.delivery.apprise_answers import heard
from tests.apprise_far import Answer, Endpoint, answering

TOO_MANY = Answer(429, {"Retry-After": "17"}, b"slow down")
SERVICES = (
    "json://127.0.0.1:{port}/hook",
    "form://127.0.0.1:{port}/hook",
    "ntfy://127.0.0.1:{port}/topic",
    "gotify://127.0.0.1:{port}/t0ken0123456789",
    "matrix://user:pass@127.0.0.1:{port}/#room",
)


@pytest.fixture
async def endpoint() -> AsyncIterator[Endpoint]:
    """Serve an endpoint."""
    async with answering() as one:
        yield one


def told(url: str) -> tuple[bool, list[Heard]]:
    """Notify by Apprise; return what it says, and what was heard."""
    one = apprise.Apprise()
    assert one.add(url)
    with heard() as answers:
        sent = one.notify(body="x")
    return bool(sent), answers


@pytest.mark.parametrize("url", SERVICES)
async def test_every_plug_in_that_posts_is_heard(endpoint: Endpoint, url: str) -> None:
    """Also those that ask several times, as for a login; Apprise itself says no more than "no"."""
    endpoint.answers = [TOO_MANY] * 9
    sent, answers = await asyncio.to_thread(told, url.format(port=endpoint.port))
    assert not sent
    assert answers
    assert set(answers) == {Heard(429, "17")}


async def test_each_thread_hears_its_own_answers_only(endpoint: Endpoint) -> None:
    """Two services at once do not wait for what the other was told."""
    endpoint.answers = [TOO_MANY, Answer(), TOO_MANY, Answer()]
    told_each = [asyncio.to_thread(told, endpoint.url("json")) for _ in range(4)]
    found = await asyncio.gather(*told_each)
    assert sorted(found) == [(False, [Heard(429, "17")])] * 2 + [(True, [Heard(200, "")])] * 2


async def test_who_does_not_listen_notices_nothing(endpoint: Endpoint) -> None:
    """An answer is the same, and listening twice listens once."""

    def look() -> tuple[int, object, object]:
        with heard():
            once = requests.Session.send
        with heard():
            again = requests.Session.send
        return requests.get(f"http://127.0.0.1:{endpoint.port}/x", timeout=5).status_code, once, again

    endpoint.answers = [Answer(503)]
    status, once, again = await asyncio.to_thread(look)
    assert status == 503
    assert once is again


async def test_nobody_there_is_no_answer() -> None:
    """A refused connection has nothing to say."""
    sent, answers = await asyncio.to_thread(told, "json://127.0.0.1:9/hook")
    assert (sent, answers) == (False, [])
