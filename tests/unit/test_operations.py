"""What the operator sees of alerting."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from prometheus_client import CollectorRegistry, generate_latest

from alerts.incident import Incident
from alerts.notification_log import Page
from alerts.paging import Change
from listener.metrics import OUTCOMES, Metrics
from listener.operations import Operations
from models.keyword import TopicKey
from models.response import FirstResponse
from tests.builders import NIGHT
from tests.fakes_listener import PUDDING, taught
from tests.log_rows import incident, page

MINUTE = timedelta(minutes=1)


class Desk:
    """Operations and the figures they move."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.operations = Operations(Metrics(self.registry))

    def change(self, before: Incident | None, after: Incident) -> None:
        """Let an incident change."""
        self.operations.changed(Change(before=before, after=after, event=None))

    def sample(self, name: str, **labels: str) -> float | None:
        """Return a metric."""
        return self.registry.get_sample_value(f"hinoban_{name}", labels)


@pytest.fixture
def desk() -> Desk:
    """Give operations that have seen nothing yet."""
    return Desk()


def changed(one: Incident, **fields: Any) -> Incident:
    """Return *one* with other fields."""
    return msgspec.structs.replace(one, **fields)


def test_an_incident_that_opens_is_counted_with_its_latency(desk: Desk) -> None:
    """From the first minute of the fire to the incident."""
    desk.change(None, changed(incident(), opened_at=incident().started_at + 9 * MINUTE))
    assert desk.sample("incident_transitions_total", brand="sakura", state="triggered") == 1
    assert desk.sample("detection_latency_seconds_sum") == 540


def test_the_first_answer_to_a_fire_is_timed_once(desk: Desk) -> None:
    """From its start, by brand and kind; an earlier answer that is found later moves no histogram."""
    fire = incident()
    late = FirstResponse(at=fire.started_at + 41 * MINUTE, kind="reply", by="sakura_official")
    desk.change(fire, changed(fire, first_response=late))
    early = changed(fire, first_response=msgspec.structs.replace(late, at=fire.started_at))
    desk.change(changed(fire, first_response=late), early)
    assert desk.sample("first_response_seconds_sum", brand="sakura", kind="reply") == 41 * 60
    assert desk.sample("first_response_seconds_count", brand="sakura", kind="reply") == 1


def test_embers_and_praise_have_no_detection_latency(desk: Desk) -> None:
    """They wake nobody, so nobody waits for them."""
    desk.change(None, incident(severity="ember"))
    desk.change(None, incident("b", mood="positive"))
    assert desk.sample("detection_latency_seconds_count") == 0
    assert desk.sample("incident_transitions_total", brand="sakura", state="triggered") == 2


def test_growth_is_no_transition(desk: Desk) -> None:
    """Only a change of state is."""
    desk.change(incident(), incident(severity="critical"))
    assert desk.sample("incident_transitions_total", brand="sakura", state="triggered") is None


def test_an_acknowledgement_is_timed_from_the_page(desk: Desk) -> None:
    """Of a reopened incident from its new page; taken over from somebody else it is no new one."""
    asked = incident(paged_at=NIGHT)
    owned = changed(asked, state="acknowledged", updated_at=NIGHT + 3 * MINUTE)
    desk.change(asked, owned)
    desk.change(owned, changed(owned, owner="yamada"))
    assert desk.sample("time_to_acknowledge_seconds_sum") == 180
    assert desk.sample("time_to_acknowledge_seconds_count") == 1


def test_a_verdict_is_counted_once(desk: Desk) -> None:
    """However often the incident changes afterwards."""
    noise = incident(verdict="noise")
    desk.change(incident(), noise)
    desk.change(noise, changed(noise, state="resolved"))
    assert desk.sample("incident_verdicts_total", brand="sakura", verdict="noise") == 1


def test_what_becomes_of_pages_is_counted(desk: Desk) -> None:
    """Each failed attempt, each delivery with its latency, each dead letter, each overtaken."""
    desk.operations.failed(page(), "time-out")
    desk.operations.failed(page(), "time-out")
    desk.operations.delivered(page(), 4.2)
    desk.operations.dead(page("b"), "410 Gone")
    desk.operations.superseded(page("c"))
    labels = {"brand": "sakura", "channel": "stdout", "severity": "critical", "kind": "first"}
    counted = {name: desk.sample("pages_total", outcome=name, **labels) for name in OUTCOMES}
    assert counted == {"retried": 2, "done": 1, "dead": 1, "superseded": 1}
    assert desk.sample("page_latency_seconds_sum") == pytest.approx(4.2)
    assert desk.sample("dead_letters_total", channel="stdout") == 1


def test_states_are_no_pages(desk: Desk) -> None:
    """They ring nowhere; one that cannot be delivered is a dead letter all the same."""
    for kind in ("state", "event"):
        silent: Page = page(kind=kind)
        desk.operations.failed(silent, "x")
        desk.operations.delivered(silent, 1.0)
        desk.operations.dead(silent, "x")
    assert desk.sample("page_latency_seconds_count") == 0
    assert desk.sample("dead_letters_total", channel="stdout") == 2


def test_digests_and_drills_are_no_pages(desk: Desk) -> None:
    """They wake nobody for a fire; one that cannot be delivered is a dead letter all the same."""
    for kind in ("digest", "drill"):
        told: Page = page(kind=kind)
        desk.operations.failed(told, "x")
        desk.operations.delivered(told, 1.0)
        desk.operations.dead(told, "x")
    assert desk.sample("page_latency_seconds_count") == 0
    assert "pages_total{" not in generate_latest(desk.registry).decode()
    assert desk.sample("dead_letters_total", channel="stdout") == 2


def test_open_incidents_go_back_to_zero(desk: Desk) -> None:
    """Every brand and severity has a figure, also when nothing is open."""
    desk.operations.show_open(
        ["sakura", "minato"], [incident(), incident("b"), incident("c", severity="ember")]
    )
    assert desk.sample("incidents_open", brand="sakura", severity="warning") == 2
    assert desk.sample("incidents_open", brand="minato", severity="warning") == 0
    desk.operations.show_open(["sakura", "minato"], [])
    assert desk.sample("incidents_open", brand="sakura", severity="warning") == 0


def test_the_outbox_shows_the_oldest_message_of_each_channel(desk: Desk) -> None:
    """Nothing waiting is 0 messages of age 0."""
    desk.operations.show_outbox(["mqtt", "stdout"], {"mqtt": (2, NIGHT - MINUTE)}, NIGHT)
    assert desk.sample("outbox_pending", channel="mqtt") == 2
    assert desk.sample("outbox_oldest_seconds", channel="mqtt") == 60
    assert desk.sample("outbox_oldest_seconds", channel="stdout") == 0


def test_readings_are_shown_by_topic(desk: Desk) -> None:
    """Volume against its usual, and how near the threshold."""
    readings = taught().readings(NIGHT)
    desk.operations.show_readings(readings)
    [reading] = [one for one in readings if one.key == PUDDING]
    assert desk.sample("volume_expected", brand="sakura", topic="pudding") == reading.expected > 1
    assert desk.sample("surprise", brand="sakura", topic="pudding") == 0
    assert {one.key for one in readings} >= {TopicKey("sakura", "pudding")}
