"""One-tap links in a daemon: made when pages are written, answered by its own web server."""

import secrets
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Protocol

from litestar.handlers import HTTPRouteHandler

from alerts.command import Handle
from alerts.dispatcher import Dispatcher
from alerts.incident import Incident
from alerts.links.desk import Desk
from alerts.links.link import ALPHABET, LENGTH, LinkLog
from alerts.links.offer import Links
from alerts.mute import Mute
from config.settings import Settings
from listener.console import actions, server, visitors
from listener.console.actions import Door
from models.clock import Clock


class Memory(LinkLog, Protocol):
    """What remembers links and incidents."""

    async def incident(self, incident_id: str) -> Incident | None:
        """Return one incident, or None."""
        ...


def mint() -> str:
    """Return a token that nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def maker(settings: Settings) -> Links | None:
    """Return what makes links for pages; None where nobody could open them."""
    given = settings.links
    if not given.public_url or not (given.listen or settings.http.enabled):
        return None
    return Links(given.public_url, mint, timedelta(hours=given.hours))


def door(settings: Settings, memory: Memory, dispatcher: Dispatcher, handle: Handle, clock: Clock) -> Door:
    """Return what answers taps; it speaks the language of the fallback where nothing says another."""

    async def namesake(incident: Incident, by: str) -> Mute | None:
        return await dispatcher.namesake(incident, by, clock.now())

    desk = Desk(memory, memory.incident, handle, clock, namesake)
    trusted = visitors.networks(settings.links.trusted_proxies)
    paging = dispatcher.paging
    return Door(
        desk,
        clock,
        lambda: paging.policy.receiver.language,
        trusted,
        lambda who, language: paging.policy.everybody().shown(who, language),
        paging.headline,
    )


async def serve(stack: AsyncExitStack, settings: Settings, opened: Door) -> Sequence[HTTPRouteHandler]:
    """Serve links on an address of their own until *stack* ends, or return handlers for the daemon's."""
    if maker(settings) is None:
        return ()
    if not settings.links.listen:
        return actions.routes(opened)
    bound = server.bind(settings.links.listen, "links.listen")
    await stack.enter_async_context(server.serving(actions.create(opened), bound))
    return ()
