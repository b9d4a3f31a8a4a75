"""One contract for every notifier, each before its real far side."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from alerts.delivery import NOTIFIERS
from alerts.delivery.notifier import DeliveryError, Notifier
from alerts.delivery.outbox import Outbox
from alerts.routing import Receiver
from listener.drill import Drill, Wish
from models.clock import SystemClock
from tests.apprise_far import answering, mailbox
from tests.broker import free_port
from tests.fakes_log import MemoryLog
from tests.notifier_rigs import (
    Far,
    Manager,
    Screen,
    Services,
    current,
    hooked,
    lent,
    listening,
    page_for,
    running,
)

pytestmark = pytest.mark.servers


@pytest.fixture(params=sorted(NOTIFIERS))
async def both(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Notifier, Far]]:
    """Give every notifier of the table with its far side."""
    kind = request.param
    async with contextlib.AsyncExitStack() as stack:
        far: Any
        if kind == "mqtt":
            far = await stack.enter_async_context(listening(request.getfixturevalue("broker")))
        elif kind == "alertmanager":
            far = Manager(request.getfixturevalue("manager"))
        elif kind == "apprise":
            served = await stack.enter_async_context(answering())
            far = Services(served, await stack.enter_async_context(mailbox()))
        elif kind == "webhook":
            far = await stack.enter_async_context(hooked())
        else:
            far = Screen()
        say = far.lines.append if isinstance(far, Screen) else None
        notifier = await stack.enter_async_context(running(kind, far.settings, say=say))
        yield notifier, far


async def test_a_page_is_confirmed_only_when_the_far_side_has_it(both: tuple[Notifier, Far]) -> None:
    """When deliver returns, the page is there."""
    notifier, far = both
    incident = current(id="sakura:pudding:confirmed")
    await notifier.deliver(page_for(incident))
    assert await far.arrived(incident.id) == 1


async def test_a_drill_is_confirmed_everywhere(both: tuple[Notifier, Far]) -> None:
    """It is no incident's page: nothing but its text is there."""
    notifier, _ = both
    box, clock, channels = MemoryLog(), SystemClock(), {"way": notifier}
    outbox = Outbox(box, channels, clock, random.Random(7))
    one = Drill(box, channels, clock, outbox.wake)
    async with asyncio.TaskGroup() as tasks:
        delivering = tasks.create_task(outbox.run())
        [tried] = await one.run([Receiver(name="sato", channels=("way",))], Wish(by="op"))
        delivering.cancel()
    assert (tried.outcome, tried.error) == ("confirmed", "")


async def test_delivering_twice_pages_once(both: tuple[Notifier, Far]) -> None:
    """The same page again rings nowhere again."""
    notifier, far = both
    incident = current(id="sakura:pudding:twice")
    page = page_for(incident)
    await notifier.deliver(page)
    await notifier.deliver(page)
    assert await far.arrived(incident.id) == 1


@pytest.mark.parametrize("kind", sorted(set(NOTIFIERS) - {"stdout"}))
async def test_an_unreachable_channel_says_retryable(kind: str) -> None:
    """Nobody listens there: trying again can help, and the sentence says where."""
    port = free_port()
    settings: dict[str, Any] = {"url": f"http://127.0.0.1:{port}"}
    named = str(port)
    if kind == "mqtt":
        settings = {"port": port}
    elif kind == "apprise":
        # its address is a secret: the number of its line is said instead
        settings, named = {"urls": [f"json://127.0.0.1:{port}"]}, r"json \(1\)"
    async with running(kind, settings) as notifier:
        with pytest.raises(DeliveryError, match=named) as error:
            await notifier.deliver(page_for(current()))
        assert error.value.retryable


def test_a_closed_screen_is_permanent() -> None:
    """A broken pipe cannot be mended by trying again."""

    def closed(text: str) -> None:
        raise BrokenPipeError(text)

    row = NOTIFIERS["stdout"]
    notifier = row.make("far", row.settings(), lent(say=closed))
    with pytest.raises(DeliveryError) as error:
        asyncio.run(notifier.deliver(page_for(current())))
    assert not error.value.retryable


async def test_closing_what_never_ran_is_harmless() -> None:
    """Every notifier can be closed before it was used."""
    for kind, row in NOTIFIERS.items():
        settings = {"url": "http://127.0.0.1:9"} if kind == "webhook" else {}
        notifier = row.make("far", msgspec.convert(settings, row.settings), lent())
        await notifier.close()
        assert isinstance(notifier.wakes, bool)
