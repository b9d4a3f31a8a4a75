"""The first public answer to a fire: the earliest that is known, whoever finds it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import first_response, lifecycle, response_wording
from alerts.command import Command, decode
from alerts.first_response import answered, heard, told
from alerts.incident import Incident
from alerts.page import write
from alerts.response import respond
from alerts.routing import Receiver
from models.response import FirstResponse
from tests.fakes_alerts import NIGHT, an_incident, minutes

ID = "sakura:pudding:20261120T1740Z"
KNOWN = f"{ID} was answered at 2026-11-20 18:21Z (reply by sakura_official): a later answer is not the first"


def first(after: float, **fields: Any) -> FirstResponse:
    """Return an answer so many minutes after the fire began."""
    given: dict[str, Any] = {"kind": "reply", "by": "sakura_official", "channel": "bluesky"}
    return FirstResponse(at=NIGHT + minutes(after), **(given | fields))


class Known:
    """Knows one answer, and remembers what it was asked."""

    def __init__(self, answer: FirstResponse | None) -> None:
        self.answer = answer
        self.asked: list[tuple[str, tuple[str, ...], datetime, datetime | None]] = []

    async def first(
        self, brand: str, topics: Sequence[str], since: datetime, until: datetime | None = None
    ) -> FirstResponse | None:
        """Return the answer."""
        self.asked.append((brand, tuple(topics), since, until))
        return self.answer


def test_an_answer_is_a_field_and_a_line_of_the_timeline() -> None:
    """When it was given, by whom, where, and how; it changes neither state nor owner."""
    before = an_incident("critical")
    after = answered(before, first(41))
    line = after.timeline[-1]
    assert after.first_response == first(41)
    assert (line.at, line.what, line.by) == (NIGHT + minutes(41), "responded", "sakura_official")
    assert (line.channel, line.why) == ("bluesky", "reply")
    assert (after.state, after.owner, after.revision) == (before.state, "", before.revision + 1)


@given(st.lists(st.integers(0, 600), min_size=1, max_size=12))
def test_the_earliest_is_the_first_in_whatever_order_answers_are_found(after: list[int]) -> None:
    """Each line of the timeline was the first when it was found; the same again changes nothing."""
    incident = an_incident()
    for each in (*after, *after):
        incident = answered(incident, first(each))
    assert incident.first_response == first(min(after))
    lines = [line.at for line in incident.timeline if line.what == "responded"]
    assert lines == sorted(set(lines), reverse=True)


async def test_fires_are_looked_up_by_topics_and_time() -> None:
    """From their beginning to their end; embers and praise wait for no answer."""
    over = an_incident("critical", id="over", state="resolved", resolved_at=NIGHT + minutes(90))
    others = [an_incident("ember", id="glows"), an_incident("warning", id="praise", mood="positive")]
    known = Known(first(41))
    [(before, after)] = await heard([over, *others], known, anew=True)
    assert (before, after.first_response) == (over, first(41))
    assert known.asked == [("sakura", ("pudding",), over.started_at, NIGHT + minutes(90))]


async def test_nothing_new_was_heard_so_only_open_fires_without_an_answer_are_looked_up() -> None:
    """A fire may open after the answer to its first post came in."""
    fires = [
        an_incident(id="open"),
        an_incident(id="answered", first_response=first(3)),
        an_incident(id="over", state="resolved", resolved_at=NIGHT),
    ]
    assert [one.id for one, _ in await heard(fires, Known(first(41)), anew=False)] == ["open"]
    assert [one.id for one, _ in await heard(fires, Known(first(2)), anew=True)] == [
        "answered",
        "open",
        "over",
    ]
    assert await heard(fires, Known(None), anew=True) == []


def command(**fields: Any) -> Command:
    """Return a command that tells of an answer."""
    return Command(**({"action": "responded", "incident": ID, "by": "sato", "channel": "cli"} | fields))


def test_somebody_tells_of_an_answer_that_no_source_shows() -> None:
    """At the time that is given, else now; with a reason, open or over."""
    now = NIGHT + minutes(60)
    answer, changed = respond(command(at=NIGHT + minutes(30), reason="on television"), an_incident(), now)
    assert answer.ok
    assert answer.text.endswith("is triggered, answered at 2026-11-20 18:10Z")
    assert changed is not None
    assert changed.first_response == first(30, kind="told", by="sato", channel="cli")
    assert changed.timeline[-1].why == "on television"
    over = lifecycle.resolved(an_incident(), by="sato", channel="cli", at=NIGHT + minutes(50))
    _, later = respond(command(), over, now)
    assert later is not None
    assert (later.state, later.first_response) == (
        "resolved",
        first(60, kind="told", by="sato", channel="cli"),
    )


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (61, "2026-11-20 18:41Z is still to come: say when the brand answered"),
        (-1, f"{ID} began at 2026-11-20 17:40Z: what was said before is no answer to it"),
        (
            45,
            KNOWN,
        ),
        (
            41,
            KNOWN,
        ),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(after: float, why: str) -> None:
    """The future, before the fire, and what is not the first; two tell the same only once."""
    incident = an_incident(first_response=first(41))
    answer, changed = respond(command(at=NIGHT + minutes(after)), incident, NIGHT + minutes(60))
    assert (answer.ok, answer.text, changed) == (False, why, None)


def test_an_earlier_telling_corrects_what_was_heard() -> None:
    """The brand spoke on television before it replied."""
    changed = told(an_incident(first_response=first(41)), NIGHT + minutes(20), NIGHT + minutes(60), **BY)
    assert changed.first_response == first(20, kind="told", by="sato", channel="cli")


BY: dict[str, Any] = {"by": "sato", "channel": "cli", "why": ""}


def test_a_time_by_mqtt_needs_a_zone() -> None:
    """Nobody guesses which night it was."""
    assert decode(
        "responded", ID, b'{"by":"sato","at":"2026-11-20T18:10:00Z"}', "mqtt"
    ).at == NIGHT + minutes(30)
    with pytest.raises(ValueError, match="at needs a time zone"):
        decode("responded", ID, b'{"by":"sato","at":"2026-11-20T18:10:00"}', "mqtt")


@pytest.mark.parametrize(
    ("language", "line"), [("ja", "公式の初回返信 41分後"), ("en", "First answer after 41 min")]
)
def test_the_all_clear_says_how_long_people_waited(language: Any, line: str) -> None:
    """A line of its own, and none where no answer is known."""
    over = lifecycle.resolved(an_incident("critical"), by="hinoban", channel="", at=NIGHT + minutes(170))
    reader = Receiver(language=language)
    assert line in write(answered(over, first(41)), "resolved", receiver=reader).text.split("\n")
    assert response_wording.first(over, language) == ""
    assert line not in write(over, "resolved", receiver=reader).text


def test_who_tells_of_an_answer_does_not_handle_the_fire_since_then() -> None:
    """It is handled from the acknowledgement on."""
    early = told(an_incident("critical"), NIGHT + minutes(5), NIGHT + minutes(9), **BY)
    owned = lifecycle.acknowledged(early, by="sato", channel="cli", at=NIGHT + minutes(20))
    over = lifecycle.resolved(owned, by="hinoban", channel="", at=NIGHT + minutes(170))
    assert "sato(03:00〜)" in write(over, "resolved", receiver=Receiver()).text


def test_waiting_is_counted_from_the_start_of_the_fire() -> None:
    """Not from when the watch noticed; unanswered fires have no time at all."""
    fires: list[Incident] = [an_incident(first_response=first(41)), an_incident()]
    assert first_response.seen(fires) == [41 * 60]
    assert first_response.waited(an_incident(first_response=first(-3))) == timedelta()
