"""From a phone it is said what it really was, and a namesake is muted: one tap, the spelling is shown."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.fakes_alerts import NIGHT, a_flare, a_mention, minutes
from tests.taps import Night, tokens

NAMESAKE = [a_mention(f"さくらプリンセス最終回{n}、ひどすぎる", f"fan{n}", at=n) for n in range(8)]
MUTE = '<button class="choice" name="mute" value="さくらプリン">同名の別の話'
SHOWN = "<small>「さくらプリン」を 09:00 まで消音</small>"


@pytest.fixture
async def night() -> AsyncIterator[Night]:
    """Serve the links of a night in which a namesake burns."""
    async with Night(said=NAMESAKE).open() as night:
        yield night


async def test_not_a_fire_asks_why_and_shows_what_it_would_mute(night: Night) -> None:
    """One big button for whoever has no time, three smaller ones for whoever knows; looking mutes nothing."""
    *_, not_a_fire = await night.burns()
    seen = await night.get(not_a_fire)
    assert seen.text.count("<button") == 4
    assert "<button>火事ではない</button>" in seen.text
    assert MUTE in seen.text
    assert SHOWN in seen.text
    assert 'value="real"' not in seen.text
    assert (await night.incident()).mutes == ()


async def test_one_tap_closes_judges_and_mutes(night: Night) -> None:
    """In the name of the receiver, by link, until nine by their clock; the page says what became of it."""
    *_, not_a_fire = await night.burns()
    seen = await night.post(not_a_fire, mute="さくらプリン")
    incident = await night.incident()
    assert (seen.status, seen.button) == (200, False)
    assert "「さくらプリン」は 09:00 まで数えません。" in seen.text
    assert "判定: 同名の別の話" in seen.text
    assert (incident.state, incident.verdict) == ("resolved", "not_us")
    [one] = night.dispatcher.mutes(night.clock.now())
    assert (one.spelling, one.by) == ("さくらプリン", "sato")
    assert [(line.what, line.by, line.channel) for line in incident.timeline[-2:]] == [
        ("resolved", "sato", "link"),
        ("muted", "sato", "link"),
    ]
    assert not (await night.post(not_a_fire, mute="さくらプリン")).button
    assert len((await night.incident()).mutes) == 1


@pytest.mark.parametrize(
    ("pressed", "verdict"),
    [
        ({}, "noise"),
        ({"verdict": "campaign"}, "campaign"),
        ({"verdict": "not_us"}, "not_us"),
        ({"verdict": "real"}, "noise"),
        ({"verdict": "nonsense"}, "noise"),
    ],
)
async def test_every_answer_of_not_a_fire_closes_it(
    night: Night, pressed: dict[str, str], verdict: str
) -> None:
    """Nothing that is sent to that link can call it real, and nothing is muted unless that was pressed."""
    *_, not_a_fire = await night.burns()
    assert (await night.post(not_a_fire, {}, **pressed)).status == 200
    incident = await night.incident()
    assert (incident.state, incident.verdict, incident.mutes) == ("resolved", verdict, ())


async def test_a_spelling_that_was_not_shown_is_not_muted(night: Night) -> None:
    """The verdict counts, and the page says that nothing is silent."""
    *_, not_a_fire = await night.burns()
    seen = await night.post(not_a_fire, mute='抹茶"><script>')
    assert "消音はできませんでした" in seen.text
    assert "<script" not in seen.text
    incident = await night.incident()
    assert (incident.state, incident.verdict, incident.mutes) == ("resolved", "not_us", ())


async def test_other_links_mute_nothing(night: Night) -> None:
    """Acknowledging and snoozing stay what they are, whatever is sent along."""
    ack, snooze, _ = await night.burns()
    for token in (snooze, ack):
        assert MUTE not in (await night.get(token)).text
        await night.post(token, {}, mute="さくらプリン", verdict="not_us", instead_of="sato")
    incident = await night.incident()
    assert (incident.state, incident.verdict, incident.mutes) == ("acknowledged", None, ())


async def _over(night: Night) -> str:
    """Let it burn out; return the token that asks for the verdict."""
    await night.burns()
    [first, *_] = await night.flares(a_flare("closed", at=90, negative=1, size=2))
    [verdict] = tokens(first.text)
    return verdict


async def test_after_the_all_clear_a_namesake_can_still_be_muted(night: Night) -> None:
    """It may come back before nine."""
    verdict = await _over(night)
    night.clock.set(NIGHT + minutes(100))
    assert MUTE in (await night.get(verdict)).text
    assert (
        "「さくらプリン」は 09:00 まで数えません。" in (await night.post(verdict, mute="さくらプリン")).text
    )
    assert (await night.incident()).verdict == "not_us"


async def test_a_day_later_there_is_nothing_to_mute(night: Night) -> None:
    """Pressing an old page's button is answered, and nothing is promised."""
    verdict = await _over(night)
    night.clock.set(NIGHT + minutes(91 + 24 * 60))
    assert MUTE not in (await night.get(verdict)).text
    seen = await night.post(verdict, mute="さくらプリン")
    assert (seen.status, (await night.incident()).verdict) == (409, None)
    assert (await night.post(verdict, verdict="not_us")).status == 200
    assert (await night.incident()).verdict == "not_us"


async def test_what_is_muted_already_is_not_offered_again(night: Night) -> None:
    """Nor is anything where nobody knows what brought it."""
    *_, not_a_fire = await night.burns()
    await night.says("verdict", verdict="not_us", mute=True)
    assert 'name="mute"' not in (await night.get(not_a_fire)).text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ja", ("企画・放送", "同名の別の話", "ほかの表記と、安全や漏えいの指摘は鳴ります")),
        ("en", ("A campaign or broadcast", "Not us: a namesake", "others, and safety or leaks, still page")),
    ],
)
async def test_the_page_speaks_the_language_of_its_reader(language: Any, said: tuple[str, ...]) -> None:
    """Japanese or English."""
    async with Night(language=language, said=NAMESAKE).open() as night:
        *_, not_a_fire = await night.burns()
        text = (await night.get(not_a_fire)).text
        assert [words for words in said if words not in text] == []


async def test_who_takes_over_reads_what_it_was_called(night: Night) -> None:
    """Somebody who is about to own a fire knows that it was called none."""
    ack, *_ = await night.burns()
    await night.says("verdict", verdict="noise")
    seen = await night.get(ack)
    assert "すでに tanakaさんが" in seen.text
    assert "判定: 誤報" in seen.text
