"""Short names of incidents, and commands that use them."""

from datetime import datetime

import pytest

from alerts.command import Answer, Command
from alerts.dispatcher import Dispatcher
from alerts.incident import Incident, Severity
from alerts.naming import named
from listener.commands import incidents
from listener.control import ControlError
from models.clock import VirtualClock
from tests.fakes_alerts import NIGHT, a_flare, a_paging, an_incident, minutes
from tests.fakes_log import MemoryLog


def _fire(name: str, severity: Severity = "warning", **changes: object) -> Incident:
    brand, topic, _ = name.split(":")
    named_so = {"id": name, "brand": brand, "topic": topic, "topics": (topic,)}
    return an_incident(severity, **(named_so | changes))


BOARD = [
    _fire("sakura:pudding:20261120T1740Z", topics=("pudding", "company")),
    _fire("sakura:cake:20261120T1530Z", "ember"),
    _fire("minato:cola:20261120T1200Z"),
    _fire("minato-rail:express:20261120T1300Z"),
    _fire("sakura:jelly:20261119T0100Z", state="resolved"),
]


@pytest.mark.parametrize(
    ("reference", "meant"),
    [
        ("sakura", ["pudding"]),
        ("Sakura:Pudding", ["pudding"]),
        ("company", ["pudding"]),
        ("20261120T1740Z", ["pudding"]),
        ("pud", ["pudding"]),
        ("cake", ["cake"]),
        ("minato", ["cola"]),
        ("mina", ["cola", "express"]),
        ("jelly", ["jelly"]),
        ("minato:cola:20261120T1200Z", ["cola"]),
        ("tea", []),
        ("", []),
        (" ", []),
    ],
)
def test_a_short_name_means_what_a_tired_reader_means(reference: str, meant: list[str]) -> None:
    """Whole names before beginnings, what pages before what glows, what is open before what is over."""
    assert [incident.topic for incident in named(reference, BOARD)] == meant


async def refuse(command: Command) -> Answer:
    """Carry nothing out."""
    return Answer(ok=False, text="", action=command.action, incident=command.incident)


async def _watch() -> tuple[Dispatcher, datetime]:
    dispatcher = Dispatcher(MemoryLog(), a_paging())
    for topic, brand in (("pudding", "sakura"), ("express", "minato"), ("bus", "minato-bus")):
        await dispatcher.flared([a_flare(topic=topic, brand=brand)], now=NIGHT + minutes(10))
    return dispatcher, NIGHT + minutes(11)


async def test_a_command_finds_its_incident_by_the_brand_of_the_page() -> None:
    """What the page tells to type works, and the answer names the whole id."""
    dispatcher, now = await _watch()
    answer = await dispatcher.command(Command(action="ack", incident="sakura", by="sato", channel="cli"), now)
    assert (answer.ok, answer.incident) == (True, "sakura:pudding:20261120T1740Z")


async def test_an_ambiguous_name_is_answered_with_the_candidates() -> None:
    """Nothing changes, and the sentence says what to choose from."""
    dispatcher, now = await _watch()
    answer = await dispatcher.command(Command(action="ack", incident="mina", by="sato", channel="cli"), now)
    assert not answer.ok
    assert answer.text == (
        "'mina' may mean minato:express:20261120T1740Z, minato-bus:bus:20261120T1740Z: say which"
    )
    assert {incident.state for incident in dispatcher.open_incidents} == {"triggered"}


async def test_a_verdict_can_still_be_given_after_the_all_clear() -> None:
    """The command that the all-clear tells to type records what it was."""
    dispatcher, now = await _watch()
    await dispatcher.flared([a_flare("closed", at=60, negative=1, size=2)], now=NIGHT + minutes(60))
    wish = Command(action="resolve", incident="sakura", by="sato", channel="cli", verdict="noise")
    answer = await dispatcher.command(wish, now + minutes(90))
    assert (answer.ok, answer.text) == (True, "sakura:pudding:20261120T1740Z is resolved, verdict noise")


async def test_an_incident_is_shown_by_its_short_name_too() -> None:
    """`hinoban incidents show` understands what `ack` understands."""
    log = MemoryLog()
    dispatcher = Dispatcher(log, a_paging())
    await dispatcher.flared([a_flare(), a_flare(brand="minato")], now=NIGHT + minutes(10))
    show = incidents.handlers(log, refuse, VirtualClock(NIGHT))["incidents.show"]
    assert (await show({"id": "minato"}))["id"] == "minato:pudding:20261120T1740Z"
    with pytest.raises(ControlError, match=r"'pudding' may mean \S+, \S+: say which"):
        await show({"id": "pudding"})
    with pytest.raises(ControlError, match="no incident is called 'tea'; open now: minato:"):
        await show({"id": "tea"})
