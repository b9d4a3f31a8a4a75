"""What a webhook may answer, and what it is sent."""

import asyncio
import json

import pytest
from aiohttp import web

from alerts.delivery.notifier import DeliveryError
from alerts.delivery.webhook import signature
from tests.notifier_rigs import current, hooked, page_for, running

pytestmark = pytest.mark.servers


@pytest.mark.parametrize(
    ("answer", "retryable", "after"),
    [
        (web.Response(status=429, headers={"Retry-After": "17"}), True, 17.0),
        (web.Response(status=503, headers={"Retry-After": "soon"}), True, None),
        (web.Response(status=500, body=b"\x00\xff" * 400_000), True, None),
        (web.Response(status=404, text="<script>gone</script>"), False, None),
        (web.Response(status=302, headers={"Location": "http://127.0.0.1:9/"}), False, None),
    ],
)
async def test_a_webhook_that_answers_badly(
    answer: web.Response,
    retryable: bool,  # noqa: FBT001 - a column of the table
    after: float | None,
) -> None:
    """5xx and 429 are retried, the rest is permanent, and the answer is bounded and defused."""
    async with hooked() as hook, running("webhook", hook.settings) as notifier:
        hook.answers = [answer]
        with pytest.raises(DeliveryError) as error:
            await notifier.deliver(page_for(current()))
        assert (error.value.retryable, error.value.retry_after) == (retryable, after)
        assert len(str(error.value)) < 400
        assert "<script>" not in str(error.value)


async def test_a_webhook_that_does_not_answer_in_time_is_retried() -> None:
    """A hanging endpoint holds a page up for the time-out only."""
    stuck = asyncio.Event()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        del reader
        await stuck.wait()
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    settings = {"url": f"http://127.0.0.1:{port}", "timeout_seconds": 0.1}
    async with server, running("webhook", settings) as notifier:
        with pytest.raises(DeliveryError, match="in time") as error:
            await notifier.deliver(page_for(current()))
        stuck.set()
    assert error.value.retryable


async def test_a_webhook_is_signed_and_carries_its_key() -> None:
    """Timestamp and body are signed; the key lets a receiver tell a repetition."""
    async with hooked() as hook, running("webhook", hook.settings) as notifier:
        page = page_for(current())
        await notifier.deliver(page)
        headers, body = hook.requests[0]
    assert headers["X-Hinoban-Signature"] == signature(b"s3cret", headers["X-Hinoban-Timestamp"], body)
    assert headers["Idempotency-Key"] == page.key == json.loads(body)["message"]
