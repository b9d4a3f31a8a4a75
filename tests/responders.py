"""People who can be called in tests, a rota that a test writes, and a night in which they are called."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from alerts.command import Answer, Command
from alerts.dispatcher import Dispatcher
from alerts.escalation.ladder import Ladder
from alerts.escalation.route import Fixed, OnCall, People, Route
from alerts.incident import Incident
from alerts.notification_log import Page
from alerts.paging import Paging, Policy
from alerts.routing import Receiver
from models.flareup import FlareUp
from tests.fakes_alerts import a_flare
from tests.fakes_log import MemoryLog

WAKING = frozenset({"phone"})
QUIET = "22:00-07:00"
TOKYO_NIGHT = datetime(2026, 11, 20, 17, 10, tzinfo=UTC)  # 02:10 in Tokyo, 17:10 in London
DEEP_NIGHT = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)  # 06:30 in Tokyo, 21:30 in London
TOKYO_DAY = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # noon in Tokyo


def a_fire(critical: bool = True, **fields: Any) -> FlareUp:  # noqa: FBT001, FBT002 - a builder
    """Return a flare-up that is critical, or only a warning."""
    return a_flare("opened", started=-30, negative=50 if critical else 8, size=60, **fields)


def responder(name: str, zone: str = "Asia/Tokyo", **fields: Any) -> Receiver:
    """Return somebody with a push channel and a phone that wakes, whose night is from ten to seven."""
    usual: dict[str, Any] = {"channels": ("push",), "louder": ("phone",), "quiet": QUIET}
    return Receiver(name=name, zone=zone, **(usual | fields))


SATO, SUZUKI = responder("sato", names=("佐藤",)), responder("suzuki")
MARY = responder("mary", "Europe/London")
CHIEF, DESK = responder("chief"), responder("desk")
EVERYBODY = (SATO, SUZUKI, MARY, CHIEF, DESK)


def crew(*everybody: Receiver) -> People:
    """Return the people there are."""
    return People({one.name: one for one in everybody or EVERYBODY}, WAKING)


class Rota:
    """A rota whose answers are planted: who is on call, and who else is in the team."""

    def __init__(self, on_call: Sequence[str] = ("sato", "suzuki"), team: Sequence[str] = ("mary",)) -> None:
        self.now = tuple(on_call)
        self.others = tuple(team)

    def on_call(self, at: datetime) -> tuple[str, ...]:
        """Return who is on call."""
        del at
        return self.now

    def line(self, at: datetime) -> tuple[str, ...]:
        """Return everyone in the order to ask."""
        del at
        return self.team()

    def team(self) -> tuple[str, ...]:
        """Return everyone."""
        return tuple(dict.fromkeys((*self.now, *self.others)))


def a_route(on_call: OnCall | None = None, **fields: Any) -> Route:
    """Return a route with the default ladder, whose fallback is the desk."""
    usual: dict[str, Any] = {
        "name": "food",
        "ladder": Ladder(last_resort="chief"),
        "warning": Ladder(),
        "fallback": DESK,
    }
    return Route(on_call=on_call or Rota(), **(usual | fields))


class Night:
    """A dispatcher with people, spoken to at instants; ``crash`` leaves only its log."""

    def __init__(self, start: datetime, route: Route | None = None, people: People | None = None) -> None:
        self.log, self.now = MemoryLog(), start
        self.route, self.people = route or a_route(), people or crew()
        self.topics: dict[str, Route] = {}
        self.crash()

    def crash(self) -> None:
        """Forget everything that is not stored."""
        policy = Policy(
            receiver=DESK, people=self.people, route_of=lambda key: self.topics.get(key.topic, self.route)
        )
        self.dispatcher = Dispatcher(self.log, Paging(policy))

    async def restart(self) -> None:
        """Crash, and start again."""
        self.crash()
        await self.dispatcher.restore(self.now)

    async def flares(self, *flares: FlareUp) -> None:
        """Hand flare-ups in at the present instant, as transitions of just now."""
        moved = [msgspec.structs.replace(flare, at=self.now) for flare in flares]
        await self.dispatcher.flared(moved, now=self.now)

    async def passes(self, minutes: float, every: float = 0.5) -> None:
        """Let so many minutes pass, looking twice in each."""
        until = self.now + timedelta(minutes=minutes)
        while self.now < until:
            self.now = min(self.now + timedelta(minutes=every), until)
            await self.dispatcher.tick(self.now)

    async def says(self, who: str, action: Any, incident: str = "", **wish: Any) -> Answer:
        """Let somebody command something, about the newest incident where none is named."""
        incident = incident or self.incident.id
        command = Command(action=action, incident=incident, by=who, channel="cli", **wish)
        return await self.dispatcher.command(command, self.now)

    @property
    def pages(self) -> list[Page]:
        """Return every page to people, in order."""
        return [page for page in self.log.pages.values() if page.kind not in {"state", "event"}]

    @property
    def incident(self) -> Incident:
        """Return the newest incident."""
        return list(self.log.incidents.values())[-1]

    def calls(self, since: datetime) -> list[tuple[float, str, str, str]]:
        """Return the pages as minutes since an instant, kind, receiver and channel."""
        return [
            ((page.created_at - since) / timedelta(minutes=1), page.kind, page.to, page.channel)
            for page in self.pages
        ]

    def heard(self, since: datetime) -> list[tuple[float, str, str]]:
        """Return the pages as minutes since an instant, kind and receiver, by whatever channels."""
        return list(dict.fromkeys((at, kind, to) for at, kind, to, _ in self.calls(since)))


def fixed(*names: str) -> Fixed:
    """Return the same people day and night."""
    return Fixed(names)
