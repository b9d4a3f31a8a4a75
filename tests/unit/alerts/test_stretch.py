"""What burns now: a page of a fire that flared up again tells what came since."""

import re

import msgspec

from alerts import lifecycle, page, stretch
from alerts.incident import Incident
from alerts.routing import Receiver
from tests.fakes_alerts import NIGHT, PlantedEvidence, a_flare, a_mention, an_incident, minutes
from tests.fakes_dispatcher import ID, Night

INSECT = [a_mention(f"さくらプリンに虫がいた、{n}", f"i{n}", at=n) for n in range(12)]
BOYCOTT = [a_mention(f"さくらプリンは不買です、{n}", f"b{n}", at=300 + n) for n in range(12)]
LIT = a_mention("さくらプリンの値上げ表を見た", "lit", at=299)
SPREAD = [a_mention("", f"r{n}", at=301 + n, kind="repost", target="lit-299") for n in range(4)]


async def _again(*flares: float) -> Night:
    night = Night(evidence=PlantedEvidence([*INSECT, LIT, *BOYCOTT, *SPREAD]))
    await night.flares(a_flare("opened"), a_flare("closed", at=90), a_flare("reignited", at=315))
    for at in flares:
        await night.flares(a_flare("updated", at=at))
    return night


async def test_a_page_of_what_flared_up_again_tells_what_came_since() -> None:
    """Quotes, words and who lit it are of the second fire; when it burnt before is said."""
    text = list((await _again()).log.pages.values())[-1].text
    assert "【注意・再燃】" in text
    assert "07:55〜" in text.split("\n")[0]
    assert "再燃: 02:40〜04:10に続き再び" in text
    assert "発端 ＠lit 07:39" in text
    assert "不買" in text
    assert "虫" not in text


async def test_the_earlier_story_stays_in_the_incident() -> None:
    """Everybody is counted since the fire began, and the first post is the first one."""
    told = (await _again()).log.incidents[ID].explanation
    assert told.observed.people == len({*range(12), *range(13), *range(4)}) + 16
    assert told.first is not None
    assert told.first.id == "i0-0"


async def test_what_is_over_is_told_as_a_whole() -> None:
    """The all-clear names the words of both fires."""
    night = await _again()
    await night.flares(a_flare("closed", at=400))
    terms = night.log.incidents[ID].explanation.terms
    assert "虫" in terms
    assert "不買" in terms


async def test_a_long_fire_is_told_by_its_last_hours() -> None:
    """Who is woken by its growth reads what is said now, unless hardly anybody speaks."""
    night = Night(evidence=PlantedEvidence([*INSECT, *BOYCOTT]))
    await night.flares(a_flare("opened"), a_flare("grown", at=320, size=90))
    assert not any("虫" in quote.text for quote in night.log.incidents[ID].explanation.quotes)
    quiet = Night(evidence=PlantedEvidence([*INSECT, *BOYCOTT[:3]]))
    await quiet.flares(a_flare("opened"), a_flare("grown", at=320, size=90))
    assert any("虫" in quote.text for quote in quiet.log.incidents[ID].explanation.quotes)


def _reopened(by: str, started: float = 0) -> Incident:
    over = lifecycle.resolved(an_incident(), by=by, channel="", at=NIGHT + minutes(90))
    return lifecycle.reopened(over, a_flare("reignited", at=100, started=started), "warning", ())


def test_a_stretch_begins_where_the_fire_had_burnt_out() -> None:
    """What somebody closed may have burnt on: then what is weighed counts, as far as it was of the fire."""
    assert stretch.present(_reopened(lifecycle.WATCH)).since == NIGHT + minutes(90)
    assert stretch.present(_reopened("sato")).since == NIGHT


def test_another_flare_up_tells_its_own_beginning() -> None:
    """It names the headline's time, and its posts are read from there."""
    again = _reopened(lifecycle.WATCH, started=95)
    assert stretch.present(again)[:2] == (NIGHT + minutes(95), NIGHT + minutes(95))
    receiver = Receiver(name="sato", channels=("mqtt",), language="en", zone="UTC")
    text = page.write(
        msgspec.structs.replace(again, updated_at=NIGHT + minutes(101)), "first", receiver=receiver
    )
    assert re.search(r"reignited\] .* from 19:15\n", text.text)
    assert "Again: it burnt 17:40–19:10" in text.text


async def test_what_joins_later_does_not_begin_the_present_stretch() -> None:
    """The cake joins half an hour after the pudding burns again: the page still tells of the pudding."""
    night = await _again()
    await night.flares(a_flare("opened", topic="cake", started=340, at=345))
    await night.flares(a_flare("grown", at=350, size=200, negative=60))
    text = list(night.log.pages.values())[-1].text
    assert "07:55〜" in text.split("\n")[0]
    assert "不買" in text
