"""The life of an incident: states, timeline, and what is refused."""

from datetime import timedelta
from typing import Any

import pytest

from alerts import lifecycle
from alerts.lifecycle import IllegalChangeError
from tests.fakes_alerts import NIGHT, a_flare, an_incident, minutes

WHO: dict[str, Any] = {"by": "sato", "channel": "mqtt", "at": NIGHT + minutes(20)}


def test_an_incident_is_named_by_where_and_when_it_began() -> None:
    """The id is brand, topic and the start in UTC, and fits an MQTT topic."""
    assert lifecycle.incident_id(a_flare(started=0)) == "sakura:pudding:20261120T1740Z"


def test_growth_and_severity_never_change_the_id() -> None:
    """Identity holds whatever happens to counts and severity."""
    incident = lifecycle.updated(an_incident(), a_flare("grown", size=900, negative=300, at=40))
    incident = lifecycle.raised(incident, "critical", (), NIGHT + minutes(40))
    assert incident.id == an_incident().id
    assert (incident.size, incident.peak, incident.negative) == (900, 900, 300)


def test_every_change_is_a_line_of_the_timeline_with_who_and_how() -> None:
    """The timeline says what, by whom, by which channel and why."""
    incident = lifecycle.acknowledged(an_incident(), **WHO, why="looking")
    last = incident.timeline[-1]
    assert (last.what, last.by, last.channel, last.why) == ("acknowledged", "sato", "mqtt", "looking")
    assert incident.state == "acknowledged"
    assert incident.owner == "sato"


def test_a_critical_acknowledgement_lasts_thirty_minutes_at_most() -> None:
    """However long somebody promises, a critical fire is asked about again after 30 minutes."""
    incident = lifecycle.acknowledged(an_incident("critical"), **WHO, minutes=300)
    assert incident.ack_until == NIGHT + minutes(50)
    assert lifecycle.acknowledged(an_incident("warning"), **WHO).ack_until is None


@pytest.mark.parametrize("wrong", [None, 0, -5, 24 * 60 + 1])
def test_a_snooze_needs_a_wake_up_time(wrong: int | None) -> None:
    """A snooze without an end, or beyond a day, is refused in a sentence that says what is right."""
    with pytest.raises(IllegalChangeError, match="minutes from 1 to 1440"):
        lifecycle.snoozed(an_incident(), **WHO, minutes=wrong)


def test_nothing_can_be_done_to_what_is_resolved() -> None:
    """A resolved incident refuses every change but a reopening, and says since when."""
    over = lifecycle.resolved(an_incident(), **WHO)
    since = "is resolved since 2026-11-20 18:00Z"
    with pytest.raises(IllegalChangeError, match=since):
        lifecycle.acknowledged(over, **WHO)
    with pytest.raises(IllegalChangeError, match=since):
        lifecycle.snoozed(over, **WHO, minutes=5)
    with pytest.raises(IllegalChangeError, match=since):
        lifecycle.resolved(over, **WHO)


def test_only_the_resolved_can_be_reopened() -> None:
    """Reopening counts, forgets the owner, and is refused while the incident is open."""
    over = lifecycle.resolved(lifecycle.acknowledged(an_incident(), **WHO), **WHO)
    again = lifecycle.reopened(over, a_flare("reignited", at=60, size=50), "critical", ())
    assert (again.state, again.reopened, again.owner, again.severity) == ("reopened", 1, "", "critical")
    assert again.id == over.id
    with pytest.raises(IllegalChangeError, match="still open"):
        lifecycle.reopened(again, a_flare("reignited", at=61), "critical", ())


def test_a_second_topic_merges_and_the_greater_fire_leads() -> None:
    """Parts are not summed, because one person may speak of both."""
    incident = lifecycle.updated(an_incident(), a_flare(topic="cookie", negative=40, size=80, at=15))
    assert incident.topics == ("pudding", "cookie")
    assert (incident.negative, incident.size) == (40, 80)
    assert incident.timeline[-1].what == "merged"


def test_not_a_fire_holds_below_three_times_the_size() -> None:
    """Every verdict but real sets a hold at x3; real lifts it."""
    wrong = lifecycle.judged(an_incident(), "noise", **WHO)
    assert (wrong.held_below, wrong.state, wrong.verdict) == (72, "acknowledged", "noise")
    assert lifecycle.judged(wrong, "real", **WHO).held_below == 0


def test_an_owner_does_not_end_what_was_called_not_a_fire() -> None:
    """An ack by somebody else takes it over, and nobody is asked again; a snooze asks, as it promises."""
    wrong = lifecycle.judged(an_incident("critical"), "noise", **WHO)
    other: dict[str, Any] = WHO | {"by": "suzuki"}
    for taken in (lifecycle.acknowledged(wrong, **other), lifecycle.acknowledged(wrong, **other, minutes=20)):
        assert (taken.owner, taken.ack_until, taken.held_below) == ("suzuki", None, wrong.held_below)
    assert lifecycle.judged(taken, "real", **other).ack_until == NIGHT + minutes(50)
    later = lifecycle.snoozed(wrong, **other, minutes=30)
    assert (later.held_below, later.snoozed_until) == (0, NIGHT + minutes(50))


def test_asking_again_wakes_what_was_acknowledged() -> None:
    """An acknowledgement that ran out leaves the owner and asks again."""
    incident = lifecycle.acknowledged(an_incident("critical"), **WHO)
    again = lifecycle.awake(incident, NIGHT + timedelta(hours=1), "still on it?")
    assert (again.state, again.ack_until, again.owner) == ("triggered", None, "sato")


def test_every_change_raises_the_revision() -> None:
    """Revisions order the states, so that an old one never replaces a newer one."""
    first = an_incident()
    second = lifecycle.updated(first, a_flare("updated", at=11))
    assert first.revision < second.revision < lifecycle.acknowledged(second, **WHO).revision
