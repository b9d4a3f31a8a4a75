"""Which incident a flare-up belongs to."""

from typing import Any

from alerts import lifecycle
from alerts.grouping import claimed_by
from alerts.incident import Incident, Severity
from tests.fakes_alerts import NIGHT, a_flare, an_incident, minutes


def _resolved(at: float, **changes: Any) -> Incident:
    incident = an_incident(**changes)
    return lifecycle.resolved(incident, by="sato", channel="", at=NIGHT + minutes(at))


def test_fires_of_one_brand_that_overlap_are_one_incident() -> None:
    """A second topic joins the fire of its brand."""
    fire = an_incident()
    assert claimed_by(a_flare(topic="cookie", started=60, at=70), [fire]) is fire


def test_another_brand_is_another_incident() -> None:
    """Brands never share an incident."""
    assert claimed_by(a_flare(brand="fuji", started=5), [an_incident()]) is None


def test_fires_two_hours_apart_are_two_incidents() -> None:
    """The window is two hours after the last sign of life, to the minute."""
    fire = _resolved(30)
    assert claimed_by(a_flare(topic="cookie", started=150, at=155), [fire]) is fire
    assert claimed_by(a_flare(topic="cookie", started=151, at=155), [fire]) is None


def test_a_fire_never_joins_praise_or_buzz() -> None:
    """A buzz that is under way does not swallow a fire, and a fire does not swallow a buzz."""
    buzz = an_incident(mood="buzz", severity="ember", id="sakura:pudding:20261120T1700Z", parts=())
    assert claimed_by(a_flare(started=5), [buzz]) is None
    assert claimed_by(a_flare(started=5, mood="buzz"), [an_incident()]) is None


def test_praise_that_turns_stays_the_same_incident() -> None:
    """The same flare-up with another mood is not a second incident of the same name."""
    buzz = an_incident(mood="buzz", severity="ember")
    assert claimed_by(a_flare("updated", mood="negative"), [buzz]) is buzz


def test_a_reignition_finds_its_resolved_incident_however_late() -> None:
    """The start names the flare-up, so re-ignition is recognised by it."""
    over = _resolved(30)
    assert claimed_by(a_flare("reignited", started=0, at=600), [over]) is over


def test_a_reignition_joins_what_burns_of_its_topic_by_now() -> None:
    """A risk class opened an incident of its own meanwhile: one fire is one incident, and wakes once."""
    over, again = _resolved(30), a_flare("reignited", started=0, at=45)

    def risk(severity: Severity = "critical", topic: str = "pudding") -> Incident:
        return lifecycle.opened_by(a_flare("ember", started=40, at=41, topic=topic), severity, ())

    newer = risk()
    assert claimed_by(again, [over, newer]) is newer
    assert claimed_by(again, [over, risk(topic="cookie")]) is over
    assert claimed_by(again, [over, risk("ember")]) is over


def test_what_grows_again_joins_what_burns_of_its_topic_by_now() -> None:
    """Somebody closed it and it grew; a risk class opened an incident meanwhile: that one goes on."""
    over, grown = _resolved(30), a_flare("grown", started=0, at=45)
    newer = lifecycle.opened_by(a_flare("ember", started=40, at=41), "critical", ())
    assert claimed_by(grown, [over, newer]) is newer
    assert claimed_by(grown, [over]) is over


def test_what_was_called_noise_does_not_swallow_a_fire_elsewhere() -> None:
    """A verdict about one topic mutes no other topic."""
    noise = _resolved(30, verdict="noise")
    assert claimed_by(a_flare(topic="cookie", started=40, at=45), [noise]) is None


def test_an_ember_of_another_topic_does_not_join() -> None:
    """Embers stay with their topic until they open."""
    assert claimed_by(a_flare("ember", topic="cookie", started=5), [an_incident()]) is None


def test_an_ember_that_opens_joins_the_fire_of_its_brand() -> None:
    """An opening prefers the burning incident to the ember it grew from."""
    ember = an_incident(
        severity="ember", topic="cookie", topics=("cookie",), id="sakura:cookie:20261120T1740Z", parts=()
    )
    fire = an_incident()
    assert claimed_by(a_flare(topic="cookie", started=0, at=20), [ember, fire]) is fire
