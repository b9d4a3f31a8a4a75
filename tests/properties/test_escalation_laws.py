"""Laws of calling: somebody hears, nobody is called twice for one step, and a restart changes nothing."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.escalation.quiet_hours import asleep
from alerts.routing import Receiver
from tests.fakes_alerts import a_flare
from tests.responders import WAKING, Night, Rota, a_route, crew, responder

START = datetime(2026, 3, 28, 20, 0, tzinfo=UTC)  # 21:00 in Berlin, where the clocks change in this night
ZONES = ("Asia/Tokyo", "Europe/Berlin", "America/Los_Angeles")
NAMES = ("anna", "ben", "chie", "dai")
WITHIN = timedelta(minutes=3)


class Event(NamedTuple):
    """Something that happens so many half minutes after the start."""

    at: int
    what: Literal["opened", "critical", "ack", "snooze", "resolve", "closed", "again", "handoff"]
    who: str
    fire: int


people = st.builds(
    lambda name, zone, quiet, cap: responder(name, zone, quiet=quiet, night_cap=cap),
    st.sampled_from(NAMES),
    st.sampled_from(ZONES),
    st.sampled_from(("", "22:00-07:00", "00:00-09:00")),
    st.sampled_from((0, 1, 3)),
)
crews = st.lists(people, min_size=1, max_size=4, unique_by=lambda one: one.name)
events = st.lists(
    st.builds(
        Event,
        st.integers(0, 240),
        st.sampled_from(
            (
                "opened",
                "critical",
                "opened",
                "critical",
                "ack",
                "snooze",
                "resolve",
                "closed",
                "again",
                "handoff",
            )
        ),
        st.sampled_from(NAMES),
        st.integers(0, 1),
    ),
    min_size=1,
    max_size=8,
).map(sorted)


class Town:
    """A night of several hours, played with crashes after the half minutes in *crashes*."""

    def __init__(self, everybody: list[Receiver], on_call: list[str], crashes: frozenset[int]) -> None:
        self.rota = Rota(tuple(on_call), tuple(one.name for one in everybody))
        self.everybody = {one.name: one for one in everybody}
        route = a_route(self.rota, fallback=everybody[0])
        self.night = Night(START, route, crew(*everybody))
        self.crashes = crashes
        self.waiting: list[tuple[datetime, str, str, str]] = []

    async def play(self, happenings: list[Event]) -> None:
        """Let everything happen, looking every half minute."""
        for step in range(260):
            self.night.now = START + timedelta(seconds=30 * step)
            for event in happenings:
                if event.at == step:
                    await self._happen(event)
            await self.night.dispatcher.tick(self.night.now)
            if step in self.crashes:
                await self.night.restart()
            self._note()

    async def _happen(self, event: Event) -> None:
        brand, night = f"brand{event.fire}", self.night
        flare: dict[str, Any] = {"brand": brand, "started": -4000, "size": 60}
        if event.what in {"opened", "again"}:
            kind: Any = "opened" if event.what == "opened" else "reignited"
            await night.flares(a_flare(kind, negative=8, **flare))
        elif event.what == "critical":
            await night.flares(a_flare("updated", negative=90, **flare))
        elif event.what == "closed":
            await night.flares(a_flare("closed", **(flare | {"size": 1})))
        elif event.what == "handoff":
            self.rota.now = tuple(reversed(self.rota.now))
        else:
            await self._command(event, brand)

    async def _command(self, event: Event, brand: str) -> None:
        if any(one.brand == brand for one in self.night.log.incidents.values()):
            wish = {"minutes": 9} if event.what == "snooze" else {}
            [name] = [one.id for one in self.night.log.incidents.values() if one.brand == brand]
            await self.night.says(event.who, event.what, incident=name, **wish)

    def _note(self) -> None:
        for one in self.night.log.incidents.values():
            self.waiting.append((self.night.now, one.id, one.state, one.severity))


def played(
    everybody: list[Receiver], on_call: list[str], happenings: list[Event], crashes: frozenset[int]
) -> Town:
    """Play a night to its end."""
    town = Town(everybody, on_call, crashes)
    asyncio.run(town.play(happenings))
    return town


def rows(town: Town) -> list[tuple[Any, ...]]:
    """Return the pages as far as anybody could tell them apart."""
    return [
        (page.key, page.created_at, page.to, page.channel, page.kind, page.silent, page.night, page.text)
        for page in town.night.pages
    ]


@settings(max_examples=40, deadline=None)
@given(crews, st.data(), events, st.frozensets(st.integers(0, 259), max_size=12))
def test_a_restart_anywhere_changes_nothing(
    everybody: list[Receiver], data: st.DataObject, happenings: list[Event], crashes: frozenset[int]
) -> None:
    """The same pages, with the same keys, at the same instants, however often the watch died."""
    on_call = data.draw(st.lists(st.sampled_from([one.name for one in everybody]), unique=True))
    undisturbed = played(everybody, on_call, happenings, frozenset())
    assert rows(played(everybody, on_call, happenings, crashes)) == rows(undisturbed)


@settings(max_examples=50, deadline=None)
@given(crews, st.data(), events)
def test_somebody_hears_of_a_critical_fire_within_three_minutes(
    everybody: list[Receiver], data: st.DataObject, happenings: list[Event]
) -> None:
    """While it waits for an answer, a channel that wakes has sounded, of this fire or beside it."""
    on_call = data.draw(st.lists(st.sampled_from([one.name for one in everybody]), unique=True))
    town = played(everybody, on_call, happenings, frozenset())
    since: dict[str, datetime] = {}
    for at, name, state, severity in town.waiting:
        if state in {"triggered", "reopened"} and severity == "critical":
            since.setdefault(name, at)
            if at - since[name] >= WITHIN:
                assert _woken(town, name, since[name], at), f"{name} at {at}"
        else:
            since.pop(name, None)


def _woken(town: Town, name: str, since: datetime, until: datetime) -> bool:
    sounds = [page for page in town.night.pages if page.incident == name and page.channel in WAKING]
    return any(since - timedelta(minutes=1) <= page.created_at <= until for page in sounds)


@settings(max_examples=50, deadline=None)
@given(crews, st.data(), events)
def test_nobody_is_woken_for_less_and_no_step_is_taken_twice(
    everybody: list[Receiver], data: st.DataObject, happenings: list[Event]
) -> None:
    """No ringing page in anybody's quiet hours below critical, and one page per person, channel and step."""
    on_call = data.draw(st.lists(st.sampled_from([one.name for one in everybody]), unique=True))
    town = played(everybody, on_call, happenings, frozenset())
    seen = set()
    for page in town.night.pages:
        sleeper = asleep(town.everybody[page.to], page.created_at)
        if page.kind == "resolved":
            assert not (sleeper and page.channel in WAKING)
        else:
            assert not sleeper or page.severity == "critical"
            assert page.night is sleeper
        step = (page.incident, page.to, page.channel, page.created_at, page.kind)
        assert step not in seen
        seen.add(step)
    for one in town.night.log.incidents.values():
        assert one.severity != "critical" or any(page.incident == one.id for page in town.night.pages)
