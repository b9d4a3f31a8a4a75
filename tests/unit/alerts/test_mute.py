"""A namesake is muted until the morning, and its list's owner hears what would have kept it out."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from alerts import lifecycle, mute
from alerts.command import Action, Command
from alerts.dispatcher import Dispatcher
from alerts.escalation.route import People
from alerts.mute import Claim, Ruling
from alerts.routing import Receiver
from models.keyword import RiskClass
from models.mention import Mention
from tests.fakes_alerts import NIGHT, PlantedEvidence, a_flare, a_mention, a_paging, minutes
from tests.fakes_log import MemoryLog

TOKYO = ZoneInfo("Asia/Tokyo")


def _said(text: str, who: str, *, spelling: str = "さくらプリン", risk: RiskClass = "") -> Mention:
    mention = a_mention(text, who)
    at = text.index(spelling)
    match = msgspec.structs.replace(
        mention.matches[0], spelling=spelling, start=at, end=at + len(spelling), text=spelling, risk=risk
    )
    return msgspec.structs.replace(mention, matches=(match,))


NAMESAKE = [_said(f"さくらプリンセス最終回{n}、ひどすぎる", f"fan{n}") for n in range(8)]
OURS = [_said("桜プリンに虫", "neko", spelling="桜プリン"), _said("さくらプリンまずい", "inu")]


def _ruled(mentions: list[Mention], terms: tuple[str, ...] = (), **claim: Any) -> Ruling:
    found = mute.ruled(mentions, Claim("sato", NIGHT, TOKYO, **claim), terms)
    assert found is not None
    return found


def test_the_spelling_that_carried_most_is_muted_until_nine() -> None:
    """By the responder's clock, and it says how much it carried."""
    ruling = _ruled([*NAMESAKE, *OURS])
    assert (ruling.mute.spelling, ruling.mute.mentions, ruling.mute.of) == ("さくらプリン", 9, 10)
    assert ruling.mute.until.astimezone(TOKYO) == datetime(2026, 11, 21, 9, 0, tzinfo=TOKYO)
    assert mute.said(ruling.mute, TOKYO).startswith(
        "さくらプリン is muted until 09:00 Asia/Tokyo (9 of 10 mentions)"
    )


@pytest.mark.parametrize(
    ("at", "zone", "until"),
    [
        (datetime(2026, 11, 21, 0, 30, tzinfo=UTC), "Asia/Tokyo", datetime(2026, 11, 22, 0, 0, tzinfo=UTC)),
        (datetime(2026, 3, 29, 0, 0, tzinfo=UTC), "Europe/Berlin", datetime(2026, 3, 29, 7, 0, tzinfo=UTC)),
        (datetime(2026, 10, 25, 0, 0, tzinfo=UTC), "Europe/Berlin", datetime(2026, 10, 25, 8, 0, tzinfo=UTC)),
    ],
)
def test_the_morning_is_that_of_the_wall(at: datetime, zone: str, until: datetime) -> None:
    """After nine it is tomorrow's, and a night in which clocks change ends at nine all the same."""
    assert mute.morning(at, ZoneInfo(zone)) == until


def test_other_spellings_and_risk_classes_count_on() -> None:
    """A muted spelling must not hide a fire of ours."""
    silent = _ruled([*NAMESAKE, *OURS]).mute
    risky = _said("さくらプリンに虫", "uma", risk="safety")
    both = msgspec.structs.replace(NAMESAKE[0], matches=(*NAMESAKE[0].matches, *OURS[0].matches))
    later = msgspec.structs.replace(silent, until=NIGHT)
    assert mute.silence([silent], NAMESAKE[0], NAMESAKE[0].matches, NIGHT)
    for one, given in ((OURS[0], silent), (risky, silent), (both, silent), (NAMESAKE[0], later)):
        assert not mute.silence([given], one, one.matches, NIGHT)
    elsewhere = msgspec.structs.replace(NAMESAKE[0], topic="cookie")
    assert not mute.silence([silent], elsewhere, elsewhere.matches, NIGHT)
    assert not mute.silence([silent], NAMESAKE[0], (), NIGHT)


def test_a_second_mute_is_of_what_still_counts() -> None:
    """The next spelling, not the same once more; a post of both is silent only when both are muted."""
    first = _ruled([*NAMESAKE, *OURS]).mute
    second = _ruled([*NAMESAKE, *OURS], muted=(first,)).mute
    assert (first.spelling, second.spelling, second.mentions) == ("さくらプリン", "桜プリン", 1)
    both = msgspec.structs.replace(NAMESAKE[0], matches=(*NAMESAKE[0].matches, *OURS[0].matches))
    assert [mute.silence(some, both, both.matches, NIGHT) for some in ([first], [second])] == [False, False]
    assert mute.silence([first, second], both, both.matches, NIGHT)
    assert mute.ruled([*NAMESAKE, *OURS], Claim("sato", NIGHT, TOKYO, muted=(first, second))) is None


def test_the_spelling_that_was_shown_is_the_one_that_is_muted() -> None:
    """Also when another carries most by the time the button is pressed; one that nobody used is none."""
    assert _ruled([*NAMESAKE, *OURS], spelling="桜プリン").mute.spelling == "桜プリン"
    assert mute.ruled(NAMESAKE, Claim("sato", NIGHT, TOKYO, spelling="抹茶")) is None


def test_the_longer_word_is_suggested_with_what_it_would_have_cost() -> None:
    """さくらプリンセス would have masked the namesake, and only it."""
    exclusion = _ruled([*NAMESAKE, *OURS]).exclusion
    assert exclusion.words == ("さくらプリンセス",)
    assert (exclusion.mentions, exclusion.of, exclusion.list) == (8, 9, "sakura")


def test_a_namesake_of_the_same_spelling_is_told_by_the_words_beside_it() -> None:
    """Where no longer word holds the spelling, the words that most of them use are suggested."""
    game = [_said(f"{word}の さくらプリン ガチャ爆死", f"g{n}") for n, word in enumerate("赤青黄緑紫白")]
    exclusion = _ruled(game, terms=("ガチャ", "爆死", "赤")).exclusion
    assert exclusion.words == ()
    assert exclusion.beside == ("ガチャ", "爆死")


def test_nothing_is_muted_where_only_risks_were_said() -> None:
    """They page whatever anybody says."""
    risky = [_said("さくらプリンに虫", "a", risk="safety")]
    assert mute.ruled(risky, Claim("sato", NIGHT, TOKYO)) is None


async def test_a_verdict_mutes_and_everybody_can_read_it() -> None:
    """The answer, the timeline and the incident say it; the dispatcher tells the pipeline until nine."""
    dispatcher = Dispatcher(MemoryLog(), a_paging(), evidence=PlantedEvidence(NAMESAKE))
    await dispatcher.flared([a_flare()], now=NIGHT + minutes(10))
    incident = dispatcher.open_incidents[0].id
    wish = Command(action="resolve", incident=incident, by="sato", channel="cli", verdict="not_us", mute=True)
    answer = await dispatcher.command(wish, NIGHT + minutes(12))
    assert "さくらプリン is muted until 09:00" in answer.text
    assert [one.spelling for one in dispatcher.mutes(NIGHT + minutes(13))] == ["さくらプリン"]
    assert dispatcher.mutes(NIGHT + minutes(60 * 7)) == []


async def _muting(dispatcher: Dispatcher, at: float, action: Action = "verdict") -> str:
    wish = Command(action=action, incident="sakura", by="sato", channel="cli", verdict="not_us", mute=True)
    return (await dispatcher.command(wish, NIGHT + minutes(at))).text


async def test_a_second_mute_does_not_end_the_first() -> None:
    """Both are silent until nine, after a restart too, and each has its suggestion."""
    log = MemoryLog()
    dispatcher = Dispatcher(log, a_paging(), evidence=PlantedEvidence([*NAMESAKE, *OURS]))
    await dispatcher.flared([a_flare()], now=NIGHT + minutes(10))
    assert "さくらプリン is muted until 09:00 Asia/Tokyo (9 of 10 mentions)" in await _muting(dispatcher, 12)
    assert "桜プリン is muted until 09:00 Asia/Tokyo (1 of 10 mentions)" in await _muting(dispatcher, 20)
    assert "no spelling is known" in await _muting(dispatcher, 30, "resolve")
    again = Dispatcher(log, a_paging())
    await again.restore(NIGHT + minutes(40))
    assert [one.spelling for one in again.mutes(NIGHT + minutes(40))] == ["さくらプリン", "桜プリン"]
    [incident] = log.incidents.values()
    assert [one.spelling for one in incident.exclusions] == ["さくらプリン", "桜プリン"]
    assert [(line.by, line.channel) for line in incident.timeline if line.what == "muted"] == [
        ("sato", "cli")
    ] * 2


async def test_a_page_quotes_nobody_who_spoke_of_the_namesake() -> None:
    """When it burns again, what is muted is no news."""
    dispatcher = Dispatcher(MemoryLog(), a_paging(), evidence=PlantedEvidence([*NAMESAKE, *OURS]))
    await dispatcher.flared([a_flare()], now=NIGHT + minutes(10))
    await _muting(dispatcher, 12, "resolve")
    again = await dispatcher.flared([a_flare("reignited", at=20)], now=NIGHT + minutes(20))
    assert [quote.text for quote in again[0].after.explanation.quotes] == ["桜プリンに虫"]


async def test_a_fire_that_is_long_over_mutes_nothing() -> None:
    """Its verdict is still taken; a mute that would be forgotten at once is not promised."""
    dispatcher = Dispatcher(MemoryLog(), a_paging(), evidence=PlantedEvidence(NAMESAKE))
    await dispatcher.flared([a_flare()], now=NIGHT + minutes(10))
    await dispatcher.flared([a_flare("closed", at=90)], now=NIGHT + minutes(90))
    assert "over for more than a day" in await _muting(dispatcher, 90 + 24 * 60 + 1)
    [incident] = dispatcher._incidents.values()
    assert incident.verdict is None
    assert "is muted until" in await _muting(dispatcher, 90 + 24 * 60)


async def test_what_is_critical_beside_a_namesake_is_asked_about_again() -> None:
    """Only the pudding is muted: whoever said so owns what burns of the cookie, as after "on it"."""
    dispatcher = Dispatcher(MemoryLog(), a_paging(), evidence=PlantedEvidence(NAMESAKE))
    await dispatcher.flared([a_flare(negative=40)], now=NIGHT + minutes(10))
    await dispatcher.flared([a_flare(topic="cookie", negative=40, at=11)], now=NIGHT + minutes(11))
    await _muting(dispatcher, 12)
    [incident] = dispatcher.open_incidents
    assert (incident.severity, incident.state, incident.held_below) == ("critical", "acknowledged", 0)
    assert incident.ack_until == NIGHT + minutes(12) + lifecycle.CRITICAL_ACK
    [change] = await dispatcher.tick(incident.ack_until)
    assert [page.kind for page in change.pages] == ["reminder"]


async def test_nine_is_by_the_clock_of_who_says_so() -> None:
    """Whoever answers from Berlin has their own morning."""
    receiver = Receiver(name="anna", zone="Europe/Berlin")
    paging = a_paging()
    paging.policy = msgspec.structs.replace(paging.policy, people=People({"anna": receiver}))
    dispatcher = Dispatcher(MemoryLog(), paging, evidence=PlantedEvidence(NAMESAKE))
    await dispatcher.flared([a_flare()], now=NIGHT + minutes(10))
    wish = Command(
        action="verdict", incident="sakura", by="anna", channel="link", verdict="not_us", mute=True
    )
    await dispatcher.command(wish, NIGHT + minutes(12))
    [one] = dispatcher.mutes(NIGHT + minutes(13))
    assert one.until.astimezone(receiver.clock).hour == 9


async def test_only_what_is_not_us_can_be_muted() -> None:
    """A real fire is not made quiet by a slip."""
    dispatcher = Dispatcher(MemoryLog(), a_paging(), evidence=PlantedEvidence(NAMESAKE))
    await dispatcher.flared([a_flare()], now=NIGHT + minutes(10))
    wish = Command(
        action="resolve",
        incident=dispatcher.open_incidents[0].id,
        by="sato",
        channel="cli",
        verdict="real",
        mute=True,
    )
    answer = await dispatcher.command(wish, NIGHT + minutes(12))
    assert not answer.ok
    assert "not_us" in answer.text
