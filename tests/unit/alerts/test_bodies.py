"""The JSON bodies, against the published schemas."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from alerts import bodies, lifecycle
from alerts.command import Answer, answer_line, decode
from alerts.explain import explain
from alerts.incident import Incident
from models.event import Event
from tests.fakes_alerts import NIGHT, a_mention, a_paging, an_incident, minutes

SCHEMAS = Path(__file__).parents[3] / "docs" / "schemas"
NAMES = ("backtest", "brand", "command", "event", "heartbeat", "incident")


def _check(name: str, body: Any) -> None:
    schema = json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))
    checker = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    plain = json.loads(body) if isinstance(body, bytes) else json.loads(bodies.encode(body))
    assert [f"{error.json_path}: {error.message}" for error in checker.iter_errors(plain)] == []


def _lives() -> list[Incident]:
    told = explain(
        [a_mention("さくらプリンに虫 @all", f"a{i}", at=i) for i in range(4)], silent=[("rss", NIGHT)]
    )
    opened = lifecycle.explained(an_incident("critical"), told)
    event = Event(kind="sale", start=NIGHT, end=NIGHT + minutes(60), expected=3.0, note="<b>")
    opened = msgspec.structs.replace(opened, planned=(event,))
    by: dict[str, Any] = {"by": "sato", "channel": "mqtt", "at": NIGHT + minutes(20)}
    return [
        opened,
        lifecycle.acknowledged(opened, **by),
        lifecycle.snoozed(opened, **by, minutes=9),
        lifecycle.resolved(opened, **by, verdict="noise"),
    ]


@pytest.mark.parametrize("name", NAMES)
def test_every_schema_is_a_schema(name: str) -> None:
    """The published files are valid JSON Schemas, and there are no others."""
    Draft202012Validator.check_schema(json.loads((SCHEMAS / f"{name}.json").read_text("utf-8")))
    assert sorted(path.stem for path in SCHEMAS.glob("*.json")) == sorted(NAMES)


@pytest.mark.parametrize("incident", _lives(), ids=lambda incident: incident.state)
def test_every_state_of_an_incident_fits_the_schemas(incident: Incident) -> None:
    """Retained incident, brand board, event row and page row all validate."""
    told = bodies.detail(incident)
    _check("incident", bodies.incident_body(told, "m", NIGHT))
    _check("brand", bodies.brand_body("sakura", [json.loads(bodies.encode(told))], NIGHT))
    paging = a_paging(publishers=("mqtt",))
    row = paging.states(incident, bodies.event_line(incident), now=NIGHT, decided_at=NIGHT)[0]
    page = paging.pages(incident, "first", "0", now=NIGHT, decided_at=NIGHT)[0]
    _check("event", bytes(row.payload))
    _check("event", bytes(page.payload))
    assert "@all" not in bytes(page.payload).decode()
    over = paging.pages(incident, "resolved", "0", now=NIGHT, decided_at=NIGHT)[0]
    assert [json.loads(bytes(each.payload))["rings"] for each in (page, over)] == [True, False]


def test_an_answer_and_a_heartbeat_fit_the_schemas() -> None:
    """Answers name what they answer."""
    answer = Answer(ok=False, text="no", action="ack", incident="x")
    _check("event", answer_line(answer, NIGHT, "m"))
    _check("heartbeat", bodies.envelope("m", NIGHT) | {"open": 0})


@pytest.mark.parametrize(
    "body",
    [
        {"by": "sato"},
        {"by": "sato", "minutes": 30, "expires": "2026-11-20T18:00:00Z", "schema": 1, "extra": [1]},
        {"by": "sato", "verdict": "noise", "reason": "a game"},
        {"by": "sato", "verdict": "not_us", "mute": True},
    ],
)
def test_what_the_schema_of_commands_allows_is_understood(body: dict[str, Any]) -> None:
    """The schema and the decoder agree on good commands."""
    _check("command", body)
    assert decode("ack", "i", bodies.encode(body), "mqtt").by == "sato"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"by": ""},
        {"by": "x" * 81},
        {"by": "sato", "minutes": "30"},
        {"by": "sato", "verdict": "maybe"},
        {"by": "sato", "schema": 2},
        {"by": "sato", "reason": "x" * 501},
        {"by": "sato", "expires": "2026-11-20T18:00:00"},
        {"by": "sato", "expires": "tomorrow"},
    ],
)
def test_what_it_does_not_allow_is_refused_in_a_sentence(body: dict[str, Any]) -> None:
    """A bad command raises an error that names the field."""
    with pytest.raises(msgspec.ValidationError, match=r"\$|by|reason|expires|required"):
        decode("ack", "i", bodies.encode(body), "mqtt")


@given(st.binary(max_size=200))
def test_no_bytes_break_the_decoder(payload: bytes) -> None:
    """Whatever arrives is a command or a decode error."""
    try:
        decode("ack", "i", payload, "mqtt")
    except (msgspec.DecodeError, UnicodeDecodeError):
        return
    assert json.loads(payload)["by"]


def test_the_lamp_shows_the_worst_fire_and_ignores_praise() -> None:
    """Calm without a fire; resolved and buzz do not count."""
    told = [bodies.detail(an_incident(severity)) for severity in ("ember", "critical", "warning")]
    buzz = bodies.detail(an_incident("critical", mood="buzz"))
    over = bodies.detail(an_incident("critical", state="resolved"))
    assert [bodies.worst(told), bodies.worst([buzz, over]), bodies.worst(told[:1])] == [
        "critical",
        "calm",
        "ember",
    ]


def test_the_board_says_since_when_a_topic_has_been_learning() -> None:
    """A figure beside a guess is read otherwise than one beside what is known."""
    learning = msgspec.structs.replace(an_incident("critical"), learning_since=NIGHT)
    told = [json.loads(bodies.encode(bodies.detail(one))) for one in (learning, an_incident("critical"))]
    board = bodies.brand_body("sakura", told, NIGHT)
    _check("brand", board)
    assert [one["learning_since"] for one in board["incidents"]] == ["2026-11-20T17:40:00Z", None]
