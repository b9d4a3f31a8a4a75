"""How a critical fire climbs at night and by day, and how it sounds and reads to whoever is called."""

from datetime import timedelta

from tests.fakes_alerts import a_flare
from tests.responders import (
    DESK,
    SATO,
    TOKYO_DAY,
    TOKYO_NIGHT,
    Night,
    a_fire,
    a_route,
    crew,
    fixed,
    responder,
)


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
