"""The daemon's HTTP server, asked over a real socket."""

import asyncio
import io
import socket
from collections.abc import AsyncIterator, Mapping

import aiohttp
import pytest
from prometheus_client import CollectorRegistry, Counter

from listener.console.app import MAX_BODY, create
from listener.console.server import bind, serving

OPENMETRICS = "application/openmetrics-text; version=1.0.0"


class Console:
    """A served app, what its checks say, and what its webhook took in."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.dead: dict[str, str] = {}
        self.unready: dict[str, str] = {}
        self.taken: list[tuple[Mapping[str, str], bytes]] = []
        self.url = ""

    async def accept(self, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes, dict[str, str]]:
        """Take everything in and ask for a little patience."""
        self.taken.append((headers, body))
        return 202, b'{"accepted":1}', {"Retry-After": "7"}


@pytest.fixture
async def console() -> AsyncIterator[Console]:
    """Serve the app on a free port."""
    console = Console()
    app = create(
        console.registry,
        alive=lambda: console.dead,
        ready=lambda: console.unready,
        ingest={"forms": console.accept},
    )
    async with serving(app, bind("127.0.0.1:0")) as port:
        console.url = f"http://127.0.0.1:{port}"
        yield console


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """Give a client."""
    async with aiohttp.ClientSession() as session:
        yield session


async def test_metrics_speak_the_old_format_by_default(console: Console, http: aiohttp.ClientSession) -> None:
    """A browser or curl gets the text that Prometheus always read."""
    Counter("hinoban_pages_total", "Pages", registry=console.registry).inc(3)
    async with http.get(f"{console.url}/metrics", headers={"Accept": "*/*"}) as answer:
        assert answer.status == 200
        assert answer.content_type == "text/plain"
        assert "hinoban_pages_total 3.0\n" in await answer.text()


async def test_metrics_speak_openmetrics_when_asked(console: Console, http: aiohttp.ClientSession) -> None:
    """Prometheus asks for it, and its end mark tells a whole answer from a cut one."""
    async with http.get(
        f"{console.url}/metrics", headers={"Accept": f"{OPENMETRICS},text/plain;q=0.5"}
    ) as answer:
        assert answer.headers["content-type"].startswith(OPENMETRICS)
        assert (await answer.text()).endswith("# EOF\n")


@pytest.mark.parametrize("page", ["healthz", "readyz"])
async def test_all_well_is_200(console: Console, http: aiohttp.ClientSession, page: str) -> None:
    """With nothing wrong named."""
    async with http.get(f"{console.url}/{page}") as answer:
        assert (answer.status, await answer.json()) == (200, {"ok": True, "wrong": {}})


async def test_what_is_wrong_is_503_and_named(console: Console, http: aiohttp.ClientSession) -> None:
    """Alive and ready are asked apart: a stalled source is no reason to restart."""
    console.unready["source bluesky"] = "silent for 4 min"
    async with http.get(f"{console.url}/readyz") as answer:
        assert answer.status == 503
        assert await answer.json() == {"ok": False, "wrong": {"source bluesky": "silent for 4 min"}}
    async with http.get(f"{console.url}/healthz") as answer:
        assert answer.status == 200


async def test_a_body_reaches_the_webhook_of_that_name(console: Console, http: aiohttp.ClientSession) -> None:
    """Byte for byte, for its signature is over the bytes; header names come in lower case."""
    body = '{"text": "さくら"}\r\n'.encode()
    async with http.post(f"{console.url}/ingest/forms", data=body, headers={"X-Signature": "abc"}) as answer:
        assert (answer.status, await answer.json()) == (202, {"accepted": 1})
        assert answer.headers["Retry-After"] == "7"
    headers, taken = console.taken[0]
    assert taken == body
    assert headers["x-signature"] == "abc"


async def test_an_unknown_webhook_is_404(console: Console, http: aiohttp.ClientSession) -> None:
    """In one sentence, as JSON."""
    async with http.post(f"{console.url}/ingest/unknown", data=b"{}") as answer:
        assert answer.status == 404
        assert "there is no webhook source named 'unknown'" in await answer.text()
    assert console.taken == []


async def test_a_body_too_large_is_413(console: Console, http: aiohttp.ClientSession) -> None:
    """It is refused, and the server goes on."""
    async with http.post(f"{console.url}/ingest/forms", data=io.BytesIO(b"x" * (MAX_BODY + 1))) as answer:
        assert answer.status == 413
    assert console.taken == []
    async with http.get(f"{console.url}/healthz") as answer:
        assert answer.status == 200


async def test_a_body_too_large_in_pieces_is_413(console: Console, http: aiohttp.ClientSession) -> None:
    """Also when nobody said how long it would be."""

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(MAX_BODY // 65536 + 2):
            yield b"x" * 65536

    async with http.post(f"{console.url}/ingest/forms", data=endless()) as answer:
        assert answer.status == 413
    assert console.taken == []


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/ingest/forms", 405), ("GET", "/nothing", 404)]
)
async def test_what_is_not_there_is_said_so(
    console: Console, http: aiohttp.ClientSession, method: str, path: str, status: int
) -> None:
    """Not with a page of somebody's traceback."""
    async with http.request(method, console.url + path) as answer:
        assert answer.status == status
        assert "Traceback" not in await answer.text()


async def test_stopping_lets_go_of_the_port() -> None:
    """The next start can have it."""
    app = create(CollectorRegistry(), alive=dict, ready=dict, ingest={})
    async with serving(app, bind("127.0.0.1:0")) as port:
        pass
    with bind(f"127.0.0.1:{port}") as again:
        assert again.getsockname()[1] == port


async def test_stopping_does_not_wait_for_an_idle_client(http: aiohttp.ClientSession) -> None:
    """Prometheus keeps its connection open between scrapes."""
    app = create(CollectorRegistry(), alive=dict, ready=dict, ingest={})
    async with (
        asyncio.timeout(2),
        serving(app, bind("127.0.0.1:0")) as port,
        http.get(f"http://127.0.0.1:{port}/healthz") as answer,
    ):
        assert await answer.read()


def test_a_taken_port_is_an_error_of_the_start() -> None:
    """Known before anything else was built."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError, match="Address already in use"):
            bind(f"127.0.0.1:{taken.getsockname()[1]}")


def test_an_address_of_the_new_internet_is_understood() -> None:
    """Brackets tell its colons from the port's."""
    try:
        bound = bind("[::1]:0")
    except OSError as error:
        pytest.skip(f"this machine has no IPv6: {error}")
    with bound:
        assert bound.getsockname()[0] == "::1"
