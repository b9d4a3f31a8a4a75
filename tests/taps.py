"""A night with one-tap links: a dispatcher, the web server that answers taps, and a phone."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, NamedTuple

import aiohttp

from alerts.command import Answer, Command
from alerts.dispatcher import Dispatcher
from alerts.incident import Incident
from alerts.links.desk import Desk
from alerts.links.link import ALPHABET, LENGTH, companions
from alerts.links.offer import Links
from alerts.mute import Mute
from alerts.notification_log import Page
from alerts.paging import Paging, Policy
from alerts.routing import Receiver
from listener.console import actions
from listener.console.actions import Door
from listener.console.server import bind, serving
from listener.console.visitors import networks
from models.clock import VirtualClock
from models.flareup import FlareUp
from models.mention import Mention
from tests.fakes_alerts import NIGHT, PlantedEvidence, a_flare, minutes
from tests.fakes_log import MemoryLog

PUBLIC = "https://watch.example"
ID = "sakura:pudding:20261120T1740Z"
_LINK = re.compile(rf"{PUBLIC}/a/([A-Za-z0-9]{{{LENGTH}}})")


class Numbered:
    """Chance that repeats: tokens are numbered."""

    def __init__(self) -> None:
        self.minted = 0

    def __call__(self) -> str:
        """Return the next token."""
        self.minted += 1
        letter = ALPHABET[self.minted % len(ALPHABET)]
        return f"{letter}{self.minted:0{LENGTH - 1}d}"


class Seen(NamedTuple):
    """What a phone shows."""

    status: int
    text: str
    headers: Any

    @property
    def button(self) -> bool:
        """Tell whether there is something to press."""
        return "<button" in self.text


def tokens(text: str) -> list[str]:
    """Return the tokens of the links in a text, in order."""
    return _LINK.findall(text)


class Night:
    """A watch with links for Sato (Japanese), and a phone that opens them."""

    def __init__(
        self,
        log: Any = None,
        *,
        language: Any = "ja",
        trusted: tuple[str, ...] = (),
        said: Sequence[Mention] = (),
    ) -> None:
        self.log = log or MemoryLog()
        self.clock = VirtualClock(NIGHT + minutes(12))
        self.mint = Numbered()
        receiver = Receiver(name="sato", language=language, channels=("mail", "push"))
        self.paging = Paging(Policy(receiver=receiver), links=Links(PUBLIC, self.mint, timedelta(hours=72)))
        self.dispatcher = Dispatcher(self.log, self.paging, evidence=PlantedEvidence(said))
        desk = Desk(self.log, self.log.incident, self.command, self.clock, self.namesake)
        self.door = Door(
            desk,
            self.clock,
            lambda: "ja",
            networks(trusted),
            headline_of=self.dispatcher.paging.headline,
        )
        self.pages: list[Page] = []
        self._session: aiohttp.ClientSession | None = None
        self._url = ""

    async def command(self, command: Command) -> Answer:
        """Carry out a command."""
        return await self.dispatcher.command(command, self.clock.now())

    async def namesake(self, incident: Incident, by: str) -> Mute | None:
        """Return what "not us" would mute."""
        return await self.dispatcher.namesake(incident, by, self.clock.now())

    async def says(self, action: Any, by: str = "tanaka", **wish: Any) -> Answer:
        """Let somebody command something by another way."""
        return await self.command(Command(action=action, incident=ID, by=by, channel="mqtt", **wish))

    async def flares(self, *flares: FlareUp) -> list[Page]:
        """Hand flare-ups in as they happen; return the pages."""
        fresh: list[Page] = []
        for flare in flares:
            for change in await self.dispatcher.flared([flare], now=flare.at):
                fresh += change.pages
        self.pages += fresh
        return fresh

    def later(self, **time: float) -> None:
        """Let time pass."""
        self.clock.set(self.clock.now() + timedelta(**time))

    async def burns(self) -> list[str]:
        """Let the pudding burn; return the tokens that acknowledge, snooze, and say that it is no fire."""
        page, *_ = await self.flares(a_flare("opened", negative=40, size=80))
        ack, *_ = tokens(page.text)
        return [ack, *companions(ack).values()]

    async def incident(self) -> Incident:
        """Return the incident as it stands."""
        incident = await self.log.incident(ID)
        assert incident is not None
        return incident

    async def get(self, token: str, **headers: str) -> Seen:
        """Open a link."""
        return await self._asked("GET", token, headers)

    async def post(self, token: str, headers: dict[str, str] | None = None, **fields: str) -> Seen:
        """Press a button."""
        return await self._asked("POST", token, headers or {}, fields)

    async def asked(self, method: str, path: str) -> Seen:
        """Ask for anything else."""
        return await self._asked(method, path, {})

    async def _asked(
        self, method: str, token: str, headers: dict[str, str], fields: dict[str, str] | None = None
    ) -> Seen:
        assert self._session
        url = f"{self._url}/a/{token}"
        async with self._session.request(
            method, url, headers=headers, data=fields, allow_redirects=False
        ) as answer:
            return Seen(answer.status, await answer.text(), answer.headers)

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Night"]:
        """Serve the links for the length of an ``async with``."""
        async with (
            serving(actions.create(self.door), bind("127.0.0.1:0")) as port,
            aiohttp.ClientSession() as session,
        ):
            self._session, self._url = session, f"http://127.0.0.1:{port}"
            yield self
