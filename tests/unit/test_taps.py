"""Links in a daemon: only where somebody can open them, and on which address."""

from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import msgspec
import pytest
from prometheus_client import CollectorRegistry

from config.links import Links
from config.settings import Http, Settings
from listener import taps
from listener.console import app as console
from listener.console.server import bind, serving
from tests.broker import free_port
from tests.taps import PUBLIC, Night

FORGED = "F" * 22


def settings(*, http: bool = True, **links: Any) -> Settings:
    """Build settings with these links."""
    return msgspec.structs.replace(Settings(schema=1), http=Http(enabled=http), links=Links(**links))


@pytest.mark.parametrize(
    ("given", "made"),
    [
        (settings(), False),
        (settings(listen="127.0.0.1:8781"), False),
        (settings(public_url=PUBLIC), True),
        (settings(public_url=PUBLIC, http=False), False),
        (settings(public_url=PUBLIC, listen="127.0.0.1:8781", http=False), True),
    ],
)
def test_links_are_made_only_where_somebody_can_open_them(given: Settings, *, made: bool) -> None:
    """A page with a dead link is worse than one that says what to type."""
    assert (taps.maker(given) is not None) is made


async def _served(given: Settings, port: int) -> list[int]:
    """Return what the daemon's server, and the address *port*, answer to /a/ and to /metrics.

    0 is a path that leads nowhere, -1 an address where nobody is.
    """
    night = Night()
    door = taps.door(given, night.log, night.dispatcher, night.command, night.clock)
    statuses = []
    async with AsyncExitStack() as stack:
        links = await taps.serve(stack, given, door)
        app = console.create(CollectorRegistry(), alive=dict, ready=dict, ingest={}, links=links)
        main = await stack.enter_async_context(serving(app, bind("127.0.0.1:0")))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        for where in (main, port):
            for path in (f"/a/{FORGED}", "/metrics"):
                try:
                    async with http.get(f"http://127.0.0.1:{where}{path}") as answer:
                        html = answer.content_type == "text/html"
                        statuses.append(answer.status if html or answer.status != 404 else 0)
                except aiohttp.ClientError:
                    statuses.append(-1)
    return statuses


async def test_links_of_their_own_address_leave_the_console_private() -> None:
    """There is nothing else on it, and nothing of theirs on the other."""
    port = free_port()
    assert await _served(settings(public_url=PUBLIC, listen=f"127.0.0.1:{port}"), port) == [0, 200, 404, 0]


async def test_without_an_address_of_their_own_the_daemons_server_answers() -> None:
    """Beside its metrics."""
    port = free_port()
    assert await _served(settings(public_url=PUBLIC), port) == [404, 200, -1, -1]


async def test_without_links_there_is_no_door() -> None:
    """Nothing answers at /a/, not even to say that a link is wrong."""
    port = free_port()
    assert await _served(settings(), port) == [0, 200, -1, -1]


async def test_an_address_that_is_taken_is_said_by_its_setting() -> None:
    """So that the right line is changed."""
    port = free_port()
    night = Night()
    given = settings(public_url=PUBLIC, listen=f"127.0.0.1:{port}")
    door = taps.door(given, night.log, night.dispatcher, night.command, night.clock)
    async with AsyncExitStack() as stack:
        stack.enter_context(bind(f"127.0.0.1:{port}"))
        with pytest.raises(OSError, match=r"give links\.listen another port"):
            await taps.serve(stack, given, door)
