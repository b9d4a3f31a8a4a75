"""Who took a fire, and is asked and told of it from then on."""

from tests.fakes_alerts import a_flare
from tests.responders import (
    DESK,
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


async def test_an_acknowledgement_that_ran_out_asks_its_owner_and_then_climbs() -> None:
    """After half an hour the second person, who took it, is asked first; silence wakes the others again."""
    night = Night(TOKYO_NIGHT)
    await night.flares(a_fire())
    await night.passes(7)
    await night.says("suzuki", "ack")
    await night.passes(30 + 10)
    assert night.heard(TOKYO_NIGHT)[3:] == [
        (37, "reminder", "suzuki"),
        (40, "reminder", "suzuki"),
        (43, "escalation", "sato"),
        (47, "reminder", "sato"),
        (47, "reminder", "suzuki"),
        (47, "escalation", "mary"),
    ]


async def test_an_owner_is_found_by_what_they_are_called() -> None:
    """Who acknowledges as 佐藤 is asked as sato."""
    night = Night(TOKYO_NIGHT, a_route(Rota(("suzuki", "mary"), ("sato",))))
    await night.flares(a_fire())
    await night.says("佐藤", "ack")
    await night.passes(30)
    assert night.heard(TOKYO_NIGHT)[-1] == (30, "reminder", "sato")


async def test_a_rise_is_told_to_whoever_acknowledged() -> None:
    """The owner hears that a warning became critical, and nobody else is woken for it."""
    night = Night(TOKYO_DAY)
    await night.flares(a_fire(critical=False))
    await night.says("suzuki", "ack")
    await night.passes(20)
    await night.flares(a_flare("updated", started=-30, negative=60, size=120))
    await night.passes(20)
    assert night.heard(TOKYO_DAY) == [(0, "first", "sato"), (20, "grown", "suzuki"), (20, "grown", "sato")]


async def test_an_ember_that_somebody_took_is_told_to_them_when_it_burns() -> None:
    """Who acknowledged before there was a fire hears of the fire, and is asked again after half an hour."""
    night = Night(TOKYO_DAY)
    await night.flares(a_flare("ember", started=-30, negative=3))
    await night.says("suzuki", "ack")
    await night.passes(5)
    await night.flares(a_fire())
    await night.passes(30)
    assert night.heard(TOKYO_DAY) == [(5, "first", "suzuki"), (35, "reminder", "suzuki")]


async def test_what_is_not_a_fire_is_not_asked_about_when_it_rises() -> None:
    """A rise to critical below three times the size rings neither at once nor half an hour later."""
    night = Night(TOKYO_DAY)
    await night.flares(a_fire(critical=False))
    await night.says("sato", "verdict", verdict="noise")
    await night.flares(a_flare("updated", started=-30, negative=60, size=120))
    assert night.incident.severity == "critical"
    await night.passes(60)
    assert night.heard(TOKYO_DAY) == [(0, "first", "sato")]


async def test_who_took_it_and_then_says_it_is_no_fire_is_not_asked_again() -> None:
    """A verdict holds until three times the size, also where an acknowledgement would have run out."""
    night = Night(TOKYO_DAY)
    await night.flares(a_fire())
    await night.says("suzuki", "ack")
    assert (await night.says("suzuki", "verdict", verdict="campaign")).ok
    await night.passes(60)
    assert night.heard(TOKYO_DAY) == [(0, "first", "sato")]
    assert (night.incident.state, night.incident.owner) == ("acknowledged", "suzuki")


async def test_who_takes_back_that_it_is_no_fire_is_asked_again_after_half_an_hour() -> None:
    """A critical fire that is real after all does not stay with somebody who may have gone to bed."""
    night = Night(TOKYO_DAY)
    await night.flares(a_fire())
    await night.says("suzuki", "verdict", verdict="noise")
    await night.says("suzuki", "verdict", verdict="real")
    await night.passes(30)
    assert night.heard(TOKYO_DAY) == [(0, "first", "sato"), (30, "reminder", "suzuki")]


async def test_an_all_clear_does_not_ring_at_night() -> None:
    """By the push channel only, and only to those who were called."""
    night = Night(TOKYO_NIGHT)
    await night.flares(a_fire())
    await night.passes(7)
    await night.says("suzuki", "resolve", verdict="noise")
    assert night.calls(TOKYO_NIGHT)[-2:] == [
        (7, "resolved", "sato", "push"),
        (7, "resolved", "suzuki", "push"),
    ]


async def test_an_all_clear_waits_for_the_morning_where_every_channel_wakes() -> None:
    """It is postponed, survives a restart, and comes at seven, once."""
    caller = responder("sato", channels=("phone",))
    night = Night(TOKYO_NIGHT, a_route(fixed("sato")), crew(caller, DESK))
    await night.flares(a_fire())
    await night.says("sato", "resolve")
    assert [page.kind for page in night.pages] == ["first"]
    assert night.incident.postponed[0].why == "every channel of sato wakes; told at 07:00"
    await night.passes(60)
    await night.restart()
    await night.passes(300)
    assert night.heard(TOKYO_NIGHT) == [(0, "first", "sato"), (290, "resolved", "sato")]
    assert [one.became for one in night.incident.postponed] == ["paged"]


async def test_a_reignition_asks_whoever_is_on_call_now() -> None:
    """The same incident, a new round: last night's owner went off shift."""
    rota = Rota(("sato",), ("mary",))
    night = Night(TOKYO_NIGHT, a_route(rota))
    await night.flares(a_fire())
    await night.says("sato", "ack")
    await night.flares(a_flare("closed", started=-30, negative=1, size=1))
    rota.now = ("suzuki",)
    await night.passes(30)
    await night.flares(a_flare("reignited", started=-30, negative=50, size=60))
    await night.passes(3)
    assert night.heard(TOKYO_NIGHT)[-2:] == [(30, "first", "suzuki"), (33, "reminder", "suzuki")]
    assert night.incident.reopened == 1
    await night.says("suzuki", "resolve")
    assert night.heard(TOKYO_NIGHT)[-2:] == [(33, "reminder", "suzuki"), (33, "resolved", "suzuki")]


async def test_only_the_owner_is_asked_whether_they_are_still_on_it() -> None:
    """The others are asked to take it."""
    night = Night(TOKYO_NIGHT)
    await night.flares(a_fire())
    await night.says("suzuki", "ack")
    await night.passes(36)
    asked = [(page.to, "まだ対応中ですか" in page.text) for page in night.pages if page.channel == "phone"]
    assert asked == [("sato", False), ("suzuki", True), ("sato", False)]
