"""What a chart shows: the detector's curve, and the moments of an incident."""

from typing import Any

import msgspec

from alerts import lifecycle
from alerts.chart import content
from alerts.chart.content import Chart
from alerts.escalation import memory
from alerts.escalation.climb import Call
from alerts.escalation.record import Ring
from alerts.evidence import Witness
from alerts.incident import Explanation, Incident, Quote
from alerts.routing import Receiver
from models.curve import Curve
from tests.fakes_alerts import NIGHT, PlantedEvidence, a_paging, an_incident, minutes

CURVE = Curve(
    since=NIGHT - minutes(10),
    people=(1, 2, 9),
    negative=(0, 1, 8),
    expected=(1.0, 1.0, 1.0),
    upper=(4.0,) * 3,
)


def _incident(**changes: Any) -> Incident:
    first = Quote(source="b", id="1", text="x", at=NIGHT - minutes(2))
    told = Explanation(curve=CURVE, first=first)
    return an_incident("critical", explanation=told, **changes)


def test_the_moments_of_an_incident_are_marked_in_order() -> None:
    """First post, opening, the first page with the number of pages, who took it, and the end."""
    rung = tuple(
        Ring(to=name, at=NIGHT + minutes(at), severity="critical") for name, at in (("a", 11), ("b", 17))
    )
    owned = lifecycle.acknowledged(_incident(rung=rung), by="sato", channel="link", at=NIGHT + minutes(20))
    over = lifecycle.resolved(owned, by="sato", channel="link", at=NIGHT + minutes(90))
    chart = content.of(over, Receiver())
    assert chart is not None
    assert [(mark.what, (mark.at - NIGHT) / minutes(1), mark.times) for mark in chart.marks] == [
        ("first_post", -2, 1),
        ("opened", 10, 1),
        ("page", 11, 2),
        ("acknowledged", 20, 1),
        ("over", 90, 1),
    ]


def test_nothing_is_drawn_of_what_was_not_counted() -> None:
    """An incident without a curve has no chart."""
    assert content.of(an_incident(), Receiver()) is None


def test_the_first_page_stays_the_first_however_often_somebody_is_called_again() -> None:
    """Reminders are counted; the mark does not move with them."""
    called = _incident()
    for at in (11, 21, 31):
        sato = Call(Receiver(name="sato"), ("push",), "reminder", str(at))
        called = memory.rung(called, [sato], NIGHT + minutes(at))
    chart = content.of(called, Receiver())
    assert chart
    page = next(mark for mark in chart.marks if mark.what == "page")
    assert (page.at, page.times) == (NIGHT + minutes(11), 3)
    [ring] = called.rung
    assert (ring.first, ring.at) == (NIGHT + minutes(11), NIGHT + minutes(31))


def test_a_chart_travels_with_its_page_in_the_readers_language() -> None:
    """The channel that carries pictures draws it from the payload, also after a restart."""
    page = a_paging().pages(_incident(), "first", "0", now=NIGHT, decided_at=NIGHT)[0]
    chart = content.of_page(page)
    assert chart == content.of(_incident(), Receiver())
    assert isinstance(chart, Chart)
    assert content.of_page(msgspec.structs.replace(page, payload=msgspec.Raw(b"{"))) is None
    plain = a_paging().pages(an_incident("critical"), "first", "0", now=NIGHT, decided_at=NIGHT)[0]
    assert content.of_page(plain) is None


async def test_the_witness_attaches_the_curve_of_the_topic_that_is_told() -> None:
    """It is looked up with the evidence, and kept where the evidence is gone later."""
    evidence = PlantedEvidence()
    evidence.planted_curve = CURVE
    told = await Witness(evidence).explained(an_incident("critical"), NIGHT)
    evidence.planted_curve, evidence.broken = None, True
    again = await Witness(evidence).explained(told, NIGHT + minutes(5))
    assert [one.explanation.curve for one in (told, again)] == [CURVE, CURVE]


async def test_a_long_fire_keeps_its_beginning() -> None:
    """The detector counts three hours; what it told before stays in front, up to eight hours."""
    evidence = PlantedEvidence()
    evidence.planted_curve = CURVE
    told = await Witness(evidence).explained(an_incident("critical"), NIGHT)
    later = msgspec.structs.replace(
        CURVE, since=CURVE.since + minutes(10), people=(9, 7, 5), negative=(8, 6, 4)
    )
    evidence.planted_curve = later
    grown = await Witness(evidence).explained(told, NIGHT + minutes(10))
    assert grown.explanation.curve is not None
    assert grown.explanation.curve.people == (1, 2, 9, 7, 5)
    assert grown.explanation.curve.since == CURVE.since
    tomorrow = msgspec.structs.replace(later, since=CURVE.since + minutes(1_440))
    assert tomorrow.after(grown.explanation.curve) == tomorrow
    cookie = msgspec.structs.replace(later, topic="cookie")
    assert cookie.after(CURVE) == cookie
    long = msgspec.structs.replace(
        CURVE, people=(1,) * 90, negative=(0,) * 90, expected=(1.0,) * 90, upper=(4.0,) * 90
    )
    joined = msgspec.structs.replace(long, since=long.since + minutes(100)).after(long)
    assert len(joined.people) == len(joined.upper) == 96
    assert joined.until == long.until + minutes(100)
