"""Signed requests: what is answered, and when."""

import asyncio
import hashlib
import hmac
import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from listener.sources.source import SourceError, Surroundings
from listener.sources.webhook import Settings, Webhook
from models.clock import VirtualClock
from models.post import Post
from tests.fakes_sources import NIGHT, SECRET, Remembered, surroundings

POST = {"id": "1", "text": "虫", "created_at": "2026-11-20T17:40:12Z"}


def signed(body: bytes, at: datetime = NIGHT, secret: str = SECRET) -> dict[str, str]:
    """Return the headers of an honest sender."""
    stamp = str(int(at.timestamp()))
    mac = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Hinoban-Timestamp": stamp, "X-Hinoban-Signature": f"v1={mac}"}


def a_webhook(report: Remembered | None = None, **settings: Any) -> Webhook:
    """Return a webhook."""
    given = {"secret_file": "shop"} | settings
    return Webhook("shop", Settings(**given), surroundings(VirtualClock(NIGHT), report))


async def posted(webhook: Webhook, body: bytes, headers: dict[str, str] | None = None) -> Any:
    """Send *body* while somebody stores everything; return status, document and what was stored."""
    stored: list[Any] = []

    async def store() -> None:
        async for batch in webhook.batches(None):
            stored.extend(batch.items)
            if batch.confirm:
                batch.confirm()

    storing = asyncio.create_task(store())
    status, answer, _ = await webhook.accept(headers if headers is not None else signed(body), body)
    storing.cancel()
    return status, json.loads(answer), stored


async def test_a_signed_post_is_stored_and_answered_202() -> None:
    """Under the name of the webhook, received now."""
    status, answer, stored = await posted(a_webhook(), json.dumps(POST).encode())
    assert (status, answer) == (202, {"accepted": 1})
    assert isinstance(stored[0], Post)
    assert (stored[0].source, stored[0].received_at) == ("shop", NIGHT)


async def test_202_waits_for_the_durable_write() -> None:
    """Not stored, not accepted."""
    webhook = a_webhook()
    body = json.dumps(POST).encode()
    asking = asyncio.create_task(webhook.accept(signed(body), body))
    batches = webhook.batches(None)
    assert not (await anext(batches)).items
    batch = await anext(batches)
    for _ in range(5):
        await asyncio.sleep(0)
    assert not asking.done()
    assert batch.confirm
    batch.confirm()
    assert (await asking)[0] == 202


@pytest.mark.parametrize(
    "body",
    [
        json.dumps([POST, POST | {"id": "2"}]).encode(),
        (json.dumps(POST) + "\n" + json.dumps(POST | {"id": "2"}) + "\n").encode(),
    ],
)
async def test_many_posts_come_in_one_request(body: bytes) -> None:
    """As a list or as lines."""
    status, answer, stored = await posted(a_webhook(), body)
    assert (status, answer["accepted"], [post.id for post in stored]) == (202, 2, ["1", "2"])


async def test_a_deletion_is_a_post_too() -> None:
    """It is durable before it is answered."""
    status, _, stored = await posted(a_webhook(), b'{"delete":"1"}')
    assert (status, stored[0].id) == (202, "1")


@pytest.mark.parametrize(
    ("headers", "says"),
    [
        ({}, "are needed"),
        (signed(b"{}") | {"X-Hinoban-Signature": ""}, "are needed"),
        (signed(b"{}", secret="guessed"), "does not match"),
        (signed(b"another body"), "does not match"),
        (signed(b"{}") | {"X-Hinoban-Timestamp": "yesterday"}, "no number"),
        (signed(b"{}", NIGHT - timedelta(seconds=301)), "300 s off"),
        (signed(b"{}", NIGHT + timedelta(seconds=301)), "300 s off"),
        ({"X-Hinoban-Timestamp": "9" * 18, "X-Hinoban-Signature": "v1=é\ud800"}, "no number"),
    ],
)
async def test_a_stranger_hears_401_and_why(headers: dict[str, str], says: str) -> None:
    """No signature, a wrong one, or one from another hour."""
    report = Remembered()
    status, answer, stored = await posted(a_webhook(report), b"{}", headers)
    assert (status, stored) == (401, [])
    assert says in answer["error"]
    assert report.drops == {"signature": 1}


async def test_an_old_and_a_new_secret_may_overlap() -> None:
    """While a secret is changed, a sender may sign with both."""
    body = json.dumps(POST).encode()
    headers = signed(body)
    headers["X-Hinoban-Signature"] = f"v1={'0' * 64}, {headers['X-Hinoban-Signature']}"
    assert (await posted(a_webhook(), body, headers))[0] == 202


async def test_header_names_have_no_case() -> None:
    """Proxies write them as they like."""
    body = json.dumps(POST).encode()
    headers = {name.lower(): value for name, value in signed(body).items()}
    assert (await posted(a_webhook(), body, headers))[0] == 202


async def test_the_bad_ones_of_a_list_are_named_and_the_good_ones_stored() -> None:
    """400 says which and why; sending all of it again does no harm."""
    report = Remembered()
    body = json.dumps([POST, {"id": "2", "text": "x"}, POST | {"id": "3", "source": "bluesky"}]).encode()
    status, answer, stored = await posted(a_webhook(report), body)
    assert (status, answer["accepted"], len(stored)) == (400, 1, 1)
    assert [(one["index"], one["field"]) for one in answer["refused"]] == [(1, "created_at"), (2, "source")]
    assert '"created_at" is missing' in answer["error"]
    assert report.drops == {"bad": 2}


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[1]"])
async def test_what_is_no_post_is_a_400(body: bytes) -> None:
    """With a sentence."""
    status, answer, stored = await posted(a_webhook(), body)
    assert (status, stored) == (400, [])
    assert answer["error"]


async def test_too_much_is_a_413() -> None:
    """2 MiB at once."""
    status, answer, _ = await posted(a_webhook(), b" " * (2 * 1024 * 1024 + 1))
    assert status == 413
    assert "2 MiB" in answer["error"]


async def test_a_full_queue_is_a_429_with_retry_after() -> None:
    """The sender keeps its posts."""
    webhook = a_webhook(queue=1, answer_seconds=5.0)
    body = json.dumps(POST).encode()
    async with asyncio.timeout(10):
        waiting = asyncio.create_task(webhook.accept(signed(body), body))
        await asyncio.sleep(0)
        status, _, headers = await webhook.accept(signed(body), body)
        waiting.cancel()
    assert status == 429
    assert int(headers["Retry-After"]) > 0


async def test_what_cannot_be_stored_in_time_is_a_503() -> None:
    """Nobody stores: the sender is told to come again."""
    body = json.dumps(POST).encode()
    status, _, headers = await a_webhook(answer_seconds=0.01).accept(signed(body), body)
    assert (status, int(headers["Retry-After"])) == (503, 10)


@pytest.mark.parametrize("secret", [" \n", "fifteen letters\n"])
def test_a_short_secret_is_refused(secret: str) -> None:
    """Everybody could guess it."""
    around = Surroundings(VirtualClock(NIGHT), Remembered(), lambda _: secret, "test")
    with pytest.raises(SourceError, match=r"shop holds .* at least 16"):
        Webhook("shop", Settings(secret_file="shop"), around)
