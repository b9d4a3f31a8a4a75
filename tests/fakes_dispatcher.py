"""A dispatcher over an in-memory log, for tests that speak to it in minutes."""

from typing import Any

from alerts.command import Answer, Command
from alerts.dispatcher import Dispatcher
from alerts.paging import Change
from models.flareup import FlareUp
from tests.fakes_alerts import NIGHT, a_paging, minutes
from tests.fakes_log import MemoryLog

ID = "sakura:pudding:20261120T1740Z"


class Night:
    """A dispatcher over an in-memory log, spoken to in minutes after the fire began."""

    def __init__(self, log: MemoryLog | None = None, **options: Any) -> None:
        self.log = log or MemoryLog()
        publishers = options.pop("publishers", ())
        self.seen: list[Change] = []
        self.dispatcher = Dispatcher(
            self.log, a_paging(publishers=publishers), on_change=self.seen.append, **options
        )

    async def flares(self, *flares: FlareUp) -> list[Change]:
        """Hand flare-ups in as they happen."""
        changes: list[Change] = []
        for flare in flares:
            changes += await self.dispatcher.flared([flare], now=flare.at)
        return changes

    async def says(self, action: Any, at: float, incident: str = ID, **wish: Any) -> Answer:
        """Let somebody command something, Sato unless another is named."""
        command = Command(action=action, incident=incident, channel="cli", **({"by": "sato"} | wish))
        return await self.dispatcher.command(command, NIGHT + minutes(at))

    async def tick(self, at: float) -> list[Change]:
        """Let time be noticed."""
        return await self.dispatcher.tick(NIGHT + minutes(at))

    @property
    def kinds(self) -> list[str]:
        """Return the kinds of all pages so far, in order."""
        return [page.kind for page in self.log.pages.values()]


def events(changes: list[Change]) -> list[tuple[str, str]]:
    """Return the states and severities that changes tell."""
    return [(change.event["state"], change.event["severity"]) for change in changes if change.event]
