"""Whom a warning wakes: nobody who sleeps, and nothing of it is forgotten by the morning."""

from datetime import UTC, datetime, timedelta

from alerts.escalation.ladder import Ladder
from alerts.escalation.route import People
from tests.fakes_alerts import a_flare
from tests.responders import (
    DEEP_NIGHT,
    MARY,
    SATO,
    SUZUKI,
    TOKYO_DAY,
    TOKYO_NIGHT,
    Night,
    Rota,
    a_fire,
    a_route,
    crew,
    fixed,
    responder,
)


async def test_a_warning_at_night_goes_to_whoever_is_awake() -> None:
    """It is ten past two in Tokyo and ten past five in London: Mary has it, nobody in Tokyo wakes."""
    night = Night(TOKYO_NIGHT)
    await night.flares(a_fire(critical=False))
    await night.passes(60)
    assert {to for _, _, to in night.heard(TOKYO_NIGHT)} == {"mary"}
    assert night.heard(TOKYO_NIGHT)[0] == (0, "first", "mary")
    assert [(e.what, e.why) for e in night.incident.timeline][1:] == [("passed on", "asleep: sato, suzuki")]


async def test_a_warning_while_all_sleep_waits_for_the_morning_and_says_so() -> None:
    """It is kept with who and why, rings when the first is awake, and the digest can tell of it."""
    night = Night(TOKYO_NIGHT, a_route(Rota(("sato", "suzuki"), ())))
    await night.flares(a_fire(critical=False))
    [kept] = night.incident.postponed
    seven = TOKYO_NIGHT + timedelta(minutes=290)
    assert (kept.to, kept.kind, kept.until, kept.became) == ("sato", "first", seven, "")
    assert kept.why == "sato and 2 more sleep; the first is awake at 07:00 (Asia/Tokyo)"
    assert night.incident.timeline[-1].what == "postponed"
    await night.passes(289)
    assert night.pages == []
    await night.passes(5)
    assert night.heard(TOKYO_NIGHT) == [(290, "first", "sato"), (293, "reminder", "sato")]
    assert [one.became for one in night.incident.postponed] == ["paged"]
    assert await night.log.with_postponed(TOKYO_NIGHT) == [night.incident]


async def test_a_postponed_warning_that_grows_rings_at_once() -> None:
    """Quiet hours hold nothing back that became critical."""
    night = Night(TOKYO_NIGHT, a_route(Rota(("sato", "suzuki"), ())))
    await night.flares(a_fire(critical=False))
    await night.passes(20)
    await night.flares(a_flare("updated", started=-30, negative=60, size=120))
    await night.passes(3)
    assert night.heard(TOKYO_NIGHT) == [(20, "grown", "sato"), (23, "reminder", "sato")]
    assert [one.became for one in night.incident.postponed] == ["grew"]


async def test_a_postponed_warning_that_burns_out_wakes_nobody() -> None:
    """What was over by the morning is for the digest; there was no page, so there is no all-clear."""
    night = Night(TOKYO_NIGHT, a_route(Rota(("sato", "suzuki"), ())))
    await night.flares(a_fire(critical=False))
    await night.passes(60)
    await night.flares(a_flare("closed", started=-30, negative=1, size=1))
    await night.passes(400)
    assert night.pages == []
    assert [one.became for one in night.incident.postponed] == ["over"]


async def test_a_postponed_warning_that_somebody_takes_does_not_ring_in_the_morning() -> None:
    """An early bird saw it on the board."""
    night = Night(TOKYO_NIGHT, a_route(Rota(("sato", "suzuki"), ())))
    await night.flares(a_fire(critical=False))
    await night.passes(60)
    await night.says("mary", "ack")
    await night.passes(400)
    assert night.pages == []


async def test_a_warning_before_bedtime_stops_climbing_at_ten_and_goes_on_in_the_morning() -> None:
    """Steps of the night are postponed, not made up for all at once."""
    bedtime = datetime(2026, 11, 20, 12, 55, tzinfo=UTC)  # 21:55 in Tokyo
    night = Night(bedtime, a_route(Rota(("sato", "suzuki"), ()), fallback=SUZUKI))
    await night.flares(a_fire(critical=False))
    await night.passes(9 * 60 + 10)
    assert night.heard(bedtime) == [
        (0, "first", "sato"),
        (3, "reminder", "sato"),
        (545, "reminder", "sato"),
        (548, "reminder", "sato"),
    ]


async def test_by_day_a_warning_climbs_like_a_critical() -> None:
    """Nobody sleeps at noon."""
    night = Night(TOKYO_DAY, a_route(Rota(("sato", "suzuki"), ())))
    await night.flares(a_fire(critical=False))
    await night.passes(6)
    assert [to for _, _, to in night.heard(TOKYO_DAY)] == ["sato", "sato", "suzuki"]


async def test_a_gentler_ladder_can_be_had_for_warnings() -> None:
    """A warning need not bring the team."""
    calm = Ladder(steps=Ladder().steps[:1], repeat_minutes=30)
    night = Night(TOKYO_DAY, a_route(warning=calm))
    await night.flares(a_fire(critical=False))
    await night.passes(59)
    assert night.heard(TOKYO_DAY) == [(0, "first", "sato"), (30, "reminder", "sato")]


async def test_a_rise_is_told_to_everybody_who_was_called_for_the_warning() -> None:
    """Mary, who was awake, hears it too; but it is Sato's fire, and his phone rings."""
    night = Night(TOKYO_NIGHT)
    await night.flares(a_fire(critical=False))
    await night.passes(2)
    await night.flares(a_flare("updated", started=-30, negative=60, size=120))
    await night.passes(3)
    assert night.heard(TOKYO_NIGHT) == [
        (0, "first", "mary"),
        (2, "grown", "sato"),
        (2, "grown", "mary"),
        (5, "reminder", "sato"),
    ]


async def test_mary_sleeps_when_tokyo_wakes() -> None:
    """Night is the responder's: at half past ten in London a warning waits for seven in Tokyo."""
    late = DEEP_NIGHT  # 06:30 and 21:30
    night = Night(late, a_route(Rota(("mary", "sato"), ())), People(crew(MARY, SATO).receivers))
    await night.flares(a_fire(critical=False))
    assert night.heard(late) == [(0, "first", "mary")]
    await night.passes(31)
    assert night.heard(late)[-1] == (30, "escalation", "sato")


async def test_the_night_of_the_clock_change_is_an_hour_shorter() -> None:
    """What waited since half past ten comes at seven by the new time, seven and a half hours later."""
    anna = responder("anna", "Europe/Berlin")
    late = datetime(2026, 3, 28, 21, 30, tzinfo=UTC)
    night = Night(late, a_route(fixed("anna"), fallback=anna), crew(anna))
    await night.flares(a_fire(critical=False))
    await night.passes(8 * 60, every=5)
    assert night.heard(late)[0] == (7.5 * 60, "first", "anna")
