"""Who is on call for a fire: empty rotas, handoffs, somebody woken too often, a pager's own ladder."""

from datetime import timedelta

from tests.fakes_alerts import a_flare
from tests.responders import (
    CHIEF,
    DESK,
    MARY,
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


async def test_an_empty_rota_calls_the_fallback_at_once() -> None:
    """A gap costs no minute, and the timeline says so; the others are asked later."""
    night = Night(TOKYO_NIGHT, a_route(Rota((), ("suzuki",))))
    await night.flares(a_fire())
    await night.passes(10)
    assert night.heard(TOKYO_NIGHT) == [
        (0, "first", "desk"),
        (3, "reminder", "desk"),
        (6, "escalation", "suzuki"),
        (10, "reminder", "suzuki"),
    ]
    assert ("nobody on call", "on route food: desk is called") in [
        (e.what, e.why) for e in night.incident.timeline
    ]


async def test_a_rota_of_strangers_is_an_empty_rota() -> None:
    """Names that no receiver has are nobody."""
    night = Night(TOKYO_NIGHT, a_route(Rota(("ghost",), ("phantom",))))
    await night.flares(a_fire())
    await night.passes(25)
    assert {to for _, _, to in night.heard(TOKYO_NIGHT)} == {"desk", "chief"}


async def test_somebody_alone_is_helped_by_the_fallback() -> None:
    """Where the rota knows no second person, the fallback is the second."""
    night = Night(TOKYO_NIGHT, a_route(fixed("sato")))
    await night.flares(a_fire())
    await night.passes(6)
    assert night.heard(TOKYO_NIGHT)[-1] == (6, "escalation", "desk")


async def test_the_next_one_is_called_first_once_somebody_was_woken_too_often() -> None:
    """The cap hands over to the next in the layer, and the timeline says why."""
    worn = responder("sato", night_cap=3)
    night = Night(TOKYO_NIGHT, people=crew(worn, SUZUKI, MARY, CHIEF, DESK))
    for day in range(2):
        night.now = TOKYO_NIGHT + timedelta(days=day)
        await night.flares(a_fire(topic=f"t{day}", brand=f"b{day}"))
        await night.passes(3)
        await night.says("sato", "resolve")
    assert await night.log.night_pages(TOKYO_NIGHT) == {"sato": 4}
    third = night.now = TOKYO_NIGHT + timedelta(days=2)
    await night.flares(a_fire(topic="t2", brand="b2"))
    await night.passes(10)
    assert [call for call in night.heard(third) if call[0] >= 0] == [
        (0, "first", "suzuki"),
        (3, "reminder", "suzuki"),
        (6, "escalation", "mary"),
        (10, "escalation", "sato"),
        (10, "reminder", "suzuki"),
        (10, "reminder", "mary"),
    ]
    assert ("handed over", "woken too often this week: sato") in [
        (e.what, e.why) for e in night.incident.timeline
    ]


async def test_a_cap_never_hands_over_to_nobody() -> None:
    """Whoever is alone is woken, however often."""
    alone = responder("sato", night_cap=1)
    night = Night(TOKYO_NIGHT, a_route(fixed("sato"), fallback=alone), crew(alone))
    for day in range(3):
        night.now = TOKYO_NIGHT + timedelta(days=day)
        await night.flares(a_fire(topic=f"t{day}", brand=f"b{day}"))
        await night.says("sato", "resolve")
    assert [page.to for page in night.pages if (page.kind, page.channel) == ("first", "phone")] == [
        "sato"
    ] * 3


async def test_what_was_long_ago_does_not_count() -> None:
    """A week later somebody may be woken again."""
    worn = responder("sato", night_cap=1)
    night = Night(TOKYO_NIGHT, people=crew(worn, SUZUKI, MARY))
    await night.flares(a_fire(topic="old", brand="old"))
    await night.says("sato", "resolve")
    night.now = TOKYO_NIGHT + timedelta(days=8)
    await night.flares(a_fire(topic="new", brand="new"))
    assert night.pages[-1].to == "sato"


async def test_a_night_page_by_day_is_none() -> None:
    """Only what comes in somebody's own quiet hours is counted: for Mary it is the afternoon."""
    night = Night(TOKYO_NIGHT)
    await night.flares(a_fire())
    await night.passes(10)
    assert await night.log.night_pages(TOKYO_NIGHT) == {"sato": 3, "suzuki": 2}


async def test_a_handoff_in_the_middle_of_a_ladder_calls_who_is_on_now() -> None:
    """Nobody is called who went off shift a minute ago."""
    rota = Rota(("sato",), ("mary",))
    night = Night(TOKYO_NIGHT, a_route(rota))
    await night.flares(a_fire())
    await night.passes(2)
    rota.now = ("suzuki",)
    await night.passes(2)
    assert night.calls(TOKYO_NIGHT)[-1] == (3, "escalation", "suzuki", "phone")


async def test_a_pager_that_owns_the_route_is_paged_once() -> None:
    """It climbs by itself; hinoban tells it of growth and of the end."""
    pager = responder("pager", quiet="")
    route = a_route(fixed("pager"), owner="pager")
    night = Night(TOKYO_NIGHT, route, crew(pager, DESK))
    await night.flares(a_fire(critical=False))
    await night.passes(60)
    await night.flares(a_flare("updated", started=-30, negative=60, size=120))
    await night.passes(60)
    await night.says("somebody", "resolve")
    assert night.heard(TOKYO_NIGHT) == [
        (0, "first", "pager"),
        (60, "grown", "pager"),
        (120, "resolved", "pager"),
    ]


async def test_topics_go_their_own_routes() -> None:
    """The ferry's people are not the pudding's."""
    night = Night(TOKYO_DAY)
    night.topics["ferry"] = a_route(fixed("mary"), name="sea")
    await night.flares(a_fire(brand="minato", topic="ferry"), a_fire())
    assert {(page.incident.split(":")[1], page.to) for page in night.pages} == {
        ("ferry", "mary"),
        ("pudding", "sato"),
    }
