"""Who is woken, by what and when: the table of cases, each a night at the speed of a test."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from alerts.escalation.ladder import Ladder, Step
from alerts.escalation.route import People
from alerts.incident import Incident
from models.flareup import FlareUp
from tests.fakes_alerts import a_flare
from tests.responders import (
    CHIEF,
    DESK,
    MARY,
    SATO,
    SUZUKI,
    Night,
    Rota,
    a_route,
    crew,
    fixed,
    responder,
)

TOKYO_NIGHT = datetime(2026, 11, 20, 17, 10, tzinfo=UTC)  # 02:10 in Tokyo, 17:10 in London
DEEP_NIGHT = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)  # 06:30 in Tokyo, 21:30 in London
TOKYO_DAY = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # noon in Tokyo
NOBODY_ELSE = a_route(Rota(("sato",), ()), fallback=SATO)


def a_fire(critical: bool = True, **fields: Any) -> FlareUp:  # noqa: FBT001, FBT002 - a builder
    """Return a flare-up that is critical, or only a warning."""
    return a_flare("opened", started=-30, negative=50 if critical else 8, size=60, **fields)


async def test_a_critical_fire_climbs_until_somebody_answers() -> None:
    """Push and phone at once, for it is night; the phone again at 3, the second at 6, the team at 10, all."""
    night = Night(TOKYO_NIGHT)
    await night.flares(a_fire())
    await night.passes(31)
    everybody = ("sato", "suzuki", "mary")
    assert night.heard(TOKYO_NIGHT) == [
        (0, "first", "sato"),
        (3, "reminder", "sato"),
        (6, "escalation", "suzuki"),
        *((10, "escalation" if one == "mary" else "reminder", one) for one in everybody),
        *((20, "reminder", one) for one in everybody),
        (20, "escalation", "chief"),
        *((30, "reminder", one) for one in (*everybody, "chief")),
    ]
    assert night.calls(TOKYO_NIGHT)[:5] == [
        (0, "first", "sato", "push"),
        (0, "first", "sato", "phone"),
        (3, "reminder", "sato", "phone"),
        (6, "escalation", "suzuki", "push"),
        (6, "escalation", "suzuki", "phone"),
    ]


async def test_who_is_awake_is_called_gently_first() -> None:
    """By day the usual channels come first, and the louder ones after three minutes."""
    night = Night(TOKYO_DAY)
    await night.flares(a_fire())
    await night.passes(4)
    assert night.calls(TOKYO_DAY) == [(0, "first", "sato", "push"), (3, "reminder", "sato", "phone")]


async def test_the_second_person_acknowledges_and_nobody_else_is_called() -> None:
    """An answer by anybody ends the ladder."""
    night = Night(TOKYO_NIGHT)
    await night.flares(a_fire())
    await night.passes(7)
    assert (await night.says("suzuki", "ack")).ok
    await night.passes(29)
    assert [to for _, _, to in night.heard(TOKYO_NIGHT)] == ["sato", "sato", "suzuki"]
    assert night.incident.timeline[-1].by == "suzuki"


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


async def test_two_fires_within_a_minute_are_one_sound_and_the_page_names_both() -> None:
    """The second page makes no sound where the first just did, and says what else burns."""
    night = Night(TOKYO_NIGHT)
    await night.flares(a_fire(brand="sakura"))
    night.now += timedelta(seconds=40)
    await night.flares(a_fire(brand="minato", topic="ferry"))
    first, _, *both = night.pages
    assert [(one.channel, one.silent, one.sound) for one in both] == [
        ("push", True, first.sound),
        ("phone", True, first.sound),
    ]
    assert not first.silent
    second = both[0]
    assert "同時に: 【緊急】pudding" in second.text
    assert b'"rings":false' in bytes(second.payload)
    assert await night.log.night_pages(TOKYO_NIGHT) == {"sato": 1}


async def test_a_louder_sound_is_not_covered_by_a_lesser_one() -> None:
    """A critical page rings although a warning just did, and so does a phone after a push."""
    night = Night(TOKYO_DAY)
    await night.flares(a_fire(critical=False, brand="sakura"))
    await night.flares(a_fire(brand="minato", topic="ferry"))
    await night.flares(a_fire(brand="koban", topic="police"))
    assert [page.silent for page in night.pages] == [False, False, True]


async def test_two_fires_more_than_a_minute_apart_are_two_sounds() -> None:
    """Who fell asleep again is woken again."""
    night = Night(TOKYO_NIGHT)
    await night.flares(a_fire(brand="sakura"))
    night.now += timedelta(seconds=60)
    await night.flares(a_fire(brand="minato", topic="ferry"))
    assert [page.silent for page in night.pages] == [False] * 4


async def test_a_watch_that_was_away_takes_the_missed_steps_as_one() -> None:
    """Nobody is called several times at once; whoever should have been called is."""
    night = Night(TOKYO_NIGHT)
    await night.flares(a_fire())
    night.now += timedelta(minutes=47)
    await night.restart()
    await night.dispatcher.tick(night.now)
    assert night.calls(TOKYO_NIGHT)[2:] == [
        (47, "reminder", "sato", "phone"),
        (47, "reminder", "sato", "push"),
        (47, "escalation", "suzuki", "push"),
        (47, "escalation", "suzuki", "phone"),
        (47, "escalation", "mary", "push"),
        (47, "escalation", "mary", "phone"),
        (47, "escalation", "chief", "push"),
        (47, "escalation", "chief", "phone"),
    ]
    await night.passes(4)
    assert [at for at, _, _ in night.heard(TOKYO_NIGHT) if at > 47] == [50] * 4


async def test_of_missed_repetitions_only_the_last_is_taken() -> None:
    """A ladder that repeats "second" does not call the whole rota at once after a pause."""
    steps = (Step(after=0, to="first", by="channels"), Step(after=5, to="second", by="channels"))
    night = Night(TOKYO_DAY, a_route(ladder=Ladder(steps=steps, repeat_minutes=5)))
    await night.flares(a_fire())
    night.now += timedelta(minutes=47)
    await night.dispatcher.tick(night.now)
    assert night.heard(TOKYO_DAY)[1:] == [(47, "escalation", "suzuki"), (47, "escalation", "mary")]


async def test_a_bug_in_one_incident_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ladder of the other fire climbs on, and the bug is told all the same."""
    night = Night(TOKYO_NIGHT)
    await night.flares(a_fire(), a_fire(brand="minato", topic="mobile"))
    paging = night.dispatcher.paging
    called = paging.called

    def broken(incident: Incident, *moment: Any) -> Any:
        if incident.brand == "minato":
            raise RuntimeError("no page can be written of this")
        return called(incident, *moment)

    monkeypatch.setattr(paging, "called", broken)
    night.now += timedelta(minutes=3)
    with pytest.raises(RuntimeError, match="no page"):
        await night.dispatcher.tick(night.now)
    assert [page.brand for page in night.pages if page.created_at == night.now] == ["sakura"]


async def test_an_older_versions_incident_goes_on_from_its_page() -> None:
    """Without a round of its own: the page that it remembers was the first step."""
    night = Night(TOKYO_NIGHT)
    await night.flares(a_fire())
    [known] = night.log.incidents
    night.log.incidents[known] = msgspec.structs.replace(night.incident, round=None, rung=())
    await night.restart()
    await night.passes(3)
    assert night.heard(TOKYO_NIGHT) == [(0, "first", "sato"), (3, "escalation", "sato")]


async def test_topics_go_their_own_routes() -> None:
    """The ferry's people are not the pudding's."""
    night = Night(TOKYO_DAY)
    night.topics["ferry"] = a_route(fixed("mary"), name="sea")
    await night.flares(a_fire(brand="minato", topic="ferry"), a_fire())
    assert {(page.incident.split(":")[1], page.to) for page in night.pages} == {
        ("ferry", "mary"),
        ("pudding", "sato"),
    }


async def test_mary_sleeps_when_tokyo_wakes() -> None:
    """Night is the responder's: at half past ten in London a warning waits for seven in Tokyo."""
    late = DEEP_NIGHT  # 06:30 and 21:30
    night = Night(late, a_route(Rota(("mary", "sato"), ())), People(crew(MARY, SATO).receivers))
    await night.flares(a_fire(critical=False))
    assert night.heard(late) == [(0, "first", "mary")]
    await night.passes(31)
    assert night.heard(late)[-1] == (30, "escalation", "sato")


async def test_only_the_owner_is_asked_whether_they_are_still_on_it() -> None:
    """The others are asked to take it."""
    night = Night(TOKYO_NIGHT)
    await night.flares(a_fire())
    await night.says("suzuki", "ack")
    await night.passes(36)
    asked = [(page.to, "まだ対応中ですか" in page.text) for page in night.pages if page.channel == "phone"]
    assert asked == [("sato", False), ("suzuki", True), ("sato", False)]


async def test_the_text_of_a_reader_is_in_their_language_and_zone() -> None:
    """One call, two readers: Mary reads English and her own clock."""
    english = responder("mary", "Europe/London", language="en")
    night = Night(TOKYO_NIGHT, a_route(fixed("sato", "mary")), crew(SATO, english, DESK))
    await night.flares(a_flare("opened", started=-30, at=-30, negative=50))
    await night.passes(6)
    texts = {page.to: page.text.split("\n")[0] for page in night.pages}
    assert "【緊急" in texts["sato"]
    assert "02:10〜" in texts["sato"]
    assert texts["mary"].startswith("[CRITICAL, help] pudding")
    assert texts["mary"].endswith("from 17:10")


async def test_a_clock_that_was_set_back_holds_nobody_up() -> None:
    """The ladder goes on from the new time; nobody sleeps through the hour that comes twice."""
    night = Night(TOKYO_NIGHT)
    await night.flares(a_fire())
    await night.passes(4)
    night.now -= timedelta(hours=1)
    back = night.now
    await night.passes(7)
    assert (6.5, "escalation", "suzuki") in night.heard(back)


async def test_the_night_of_the_clock_change_is_an_hour_shorter() -> None:
    """What waited since half past ten comes at seven by the new time, seven and a half hours later."""
    anna = responder("anna", "Europe/Berlin")
    late = datetime(2026, 3, 28, 21, 30, tzinfo=UTC)
    night = Night(late, a_route(fixed("anna"), fallback=anna), crew(anna))
    await night.flares(a_fire(critical=False))
    await night.passes(8 * 60, every=5)
    assert night.heard(late)[0] == (7.5 * 60, "first", "anna")
