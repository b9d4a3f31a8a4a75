"""The daemon's HTTP server: /metrics, /healthz, /readyz, /ingest/<name> and /a/<token>."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from litestar import Litestar, Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

Accept = Callable[[Mapping[str, str], bytes], Awaitable[tuple[int, bytes, Mapping[str, str]]]]
Check = Callable[[], Mapping[str, str]]

MAX_BODY = 2 * 1024 * 1024
"""Bytes of an ingest request; the same limit as for a frame of any source."""


def create(
    registry: CollectorRegistry,
    *,
    alive: Check,
    ready: Check,
    ingest: Mapping[str, Accept],
    links: Sequence[HTTPRouteHandler] = (),
) -> Litestar:
    """Build the app; a check answers what is wrong by name, nothing when all is well."""

    @get("/metrics", sync_to_thread=False)
    def metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
        """Answer the metrics, in OpenMetrics when the client asks for it."""
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(registry), media_type=content_type)

    @get("/healthz", sync_to_thread=False)
    def healthz() -> Response[dict[str, Any]]:
        """Answer whether the event loop lives."""
        return _answer(alive())

    @get("/readyz", sync_to_thread=False)
    def readyz() -> Response[dict[str, Any]]:
        """Answer whether sources, storage and outbox work, and what does not."""
        return _answer(ready())

    @post("/ingest/{name:str}", request_max_body_size=MAX_BODY)
    async def take(name: FromPath[str], request: Request[Any, Any, Any]) -> Response[bytes]:
        """Hand a signed body to the webhook source of that name."""
        accept = ingest.get(name)
        if accept is None:
            raise NotFoundException(f"there is no webhook source named {name!r}")
        headers = {key.lower(): value for key, value in request.headers.items()}
        status, body, extra = await accept(headers, await request.body())
        return Response(body, status_code=status, headers=dict(extra), media_type="application/json")

    return Litestar(
        [metrics, healthz, readyz, take, *links],
        openapi_config=None,
        debug=False,
        logging_config=None,
    )


def _answer(wrong: Mapping[str, str]) -> Response[dict[str, Any]]:
    return Response({"ok": not wrong, "wrong": dict(wrong)}, status_code=503 if wrong else 200)
