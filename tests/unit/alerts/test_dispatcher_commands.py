"""What people say of an incident, what it changes, and when they are asked again."""

from typing import Any

import pytest

from tests.fakes_alerts import NIGHT, a_flare
from tests.fakes_dispatcher import ID, Night, events


async def test_reminders_go_out_until_somebody_acknowledges() -> None:
    """Every ten minutes while nobody answers; an acknowledgement ends it."""
    night = Night()
    await night.flares(a_flare("opened", at=0))
    for minute in range(1, 25):
        await night.tick(minute)
    assert night.kinds == ["first", "reminder", "reminder"]
    assert (await night.says("ack", 25)).ok
    for minute in range(26, 60):
        await night.tick(minute)
    assert night.kinds == ["first", "reminder", "reminder"]


async def test_a_critical_acknowledgement_is_asked_about_after_thirty_minutes() -> None:
    """The owner of a critical fire gets a reminder when the acknowledgement runs out."""
    night = Night()
    await night.flares(a_flare("opened", at=0, negative=50))
    answer = await night.says("ack", 5)
    assert answer.text == f"{ID} is acknowledged until 2026-11-20 18:15Z (03:15 Asia/Tokyo)"
    assert await night.tick(34) == []
    changes = await night.tick(35)
    assert events(changes) == [("triggered", "critical")]
    assert night.kinds == ["first", "reminder"]


async def test_a_snooze_ends_by_time_or_by_growth() -> None:
    """Growth to a higher severity breaks a snooze; otherwise its end reminds."""
    night = Night()
    await night.flares(a_flare("opened", at=0))
    await night.says("snooze", 1, minutes=60)
    await night.flares(a_flare("grown", at=5, size=80, negative=18))
    await night.tick(30)
    assert night.kinds == ["first"]
    await night.flares(a_flare("grown", at=31, size=400, negative=90))
    assert night.kinds == ["first", "grown"]
    assert night.log.incidents[ID].state == "triggered"
    await night.says("snooze", 32, minutes=5)
    await night.tick(37)
    assert night.kinds == ["first", "grown", "reminder"]


async def test_not_a_fire_holds_until_the_next_tripling() -> None:
    """Nothing pages below three times the size; at three times it does, even without a higher severity."""
    night = Night()
    await night.flares(a_flare("opened", at=0, negative=50, size=100))
    assert (await night.says("verdict", 1, verdict="noise")).ok
    await night.flares(a_flare("grown", at=9, size=299, negative=120))
    await night.tick(60)
    assert night.kinds == ["first"]
    await night.flares(a_flare("grown", at=61, size=300, negative=150))
    assert night.kinds == ["first", "grown"]


async def test_who_takes_over_what_is_not_a_fire_is_not_asked_again() -> None:
    """An acknowledgement would run out after half an hour; the hold outlasts it, until the next tripling."""
    night = Night()
    await night.flares(a_flare("opened", at=0, negative=50, size=100))
    await night.says("verdict", 1, verdict="noise")
    assert (await night.says("ack", 2, by="suzuki")).ok
    await night.tick(60)
    assert (night.kinds, night.log.incidents[ID].owner) == (["first"], "suzuki")
    await night.flares(a_flare("grown", at=61, size=300, negative=150))
    assert night.kinds == ["first", "grown"]


async def test_who_snoozes_what_is_not_a_fire_is_asked_again() -> None:
    """They were promised so: by time, and sooner if it gets worse."""
    night = Night()
    await night.flares(a_flare("opened", at=0, negative=50, size=100))
    await night.says("verdict", 1, verdict="noise")
    await night.says("snooze", 2, by="suzuki", minutes=30)
    await night.tick(32)
    assert night.kinds == ["first", "reminder"]


async def test_what_was_resolved_as_noise_comes_back_only_three_times_as_big() -> None:
    """A verdict on closing holds across the end."""
    night = Night()
    await night.flares(a_flare("opened", at=0, size=30))
    assert (await night.says("resolve", 5, verdict="noise")).ok
    assert await night.flares(a_flare("grown", at=10, size=80)) == []
    assert events(await night.flares(a_flare("grown", at=20, size=90))) == [("reopened", "warning")]


async def test_an_answer_says_what_whoever_asked_may_not_know() -> None:
    """Whose it was until now, and that somebody called it no fire; nothing where there is nothing to say."""
    night = Night()
    await night.flares(a_flare("opened", at=0))
    assert ";" not in (await night.says("ack", 1)).text
    assert ";" not in (await night.says("ack", 2)).text
    assert (await night.says("ack", 3, by="suzuki")).text.endswith("; taken over from sato")
    await night.says("verdict", 4, by="suzuki", verdict="noise")
    told = (await night.says("ack", 5)).text
    assert told.endswith(
        "; taken over from suzuki; it was called noise: silent until it is three times as big"
    )
    assert ";" not in (await night.says("resolve", 6, by="tanaka", verdict="real")).text


@pytest.mark.parametrize(
    ("action", "wish", "sentence"),
    [
        ("snooze", {}, "needs a wake-up time: minutes from 1 to 1440"),
        ("verdict", {}, "a verdict is one of real, noise, campaign, not_us"),
        ("ack", {"expires": NIGHT}, "the command expired at 2026-11-20 17:40Z"),
        ("ack", {"minutes": -3}, "lasts from 1 to 1440 minutes, not -3"),
        ("ack", {"minutes": 10**12}, "lasts from 1 to 1440 minutes"),
        ("ack", {"incident": "sakura:cake:x"}, f"no incident is called 'sakura:cake:x'; open now: {ID}"),
    ],
)
async def test_a_refused_command_says_why_and_changes_nothing(
    action: str, wish: dict[str, Any], sentence: str
) -> None:
    """One clear sentence, and the incident stays as it was."""
    night = Night()
    await night.flares(a_flare("opened", at=0))
    before = night.log.incidents[ID]
    answer = await night.says(action, 5, **wish)
    assert not answer.ok
    assert sentence in answer.text
    assert night.log.incidents[ID] == before
