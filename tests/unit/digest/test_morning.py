"""The morning digest: what it holds, and how it reads."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from alerts.defuse import width
from alerts.digest import message
from alerts.digest.material import Heard, Material, Run, Silence
from alerts.digest.message import Brief
from alerts.digest.morning import Moment, Morning, morning
from alerts.digest.standdown import Rule
from alerts.layout import CHARACTERS, HEADLINE
from alerts.mute import Mute
from models.response import FirstResponse
from tests.unit.digest.nights import (
    NIGHT,
    READERS,
    answered,
    busy,
    clock,
    entry,
    fire,
    held,
    over,
    page,
    topic_of,
)

DOCS = Path(__file__).parents[3] / "docs"
ALIVE = (Run(clock("12:00"), clock("06:59")),)


def told(material: Material, *, late: float = 0) -> Morning:
    """Tell a night at its handoff, or so many minutes later."""
    return morning(material, Moment(NIGHT, NIGHT.end + timedelta(minutes=late)))


def read(material: Material, language: str = "ja", *, late: float = 0) -> Brief:
    """Write the digest of a night."""
    return message.write(told(material, late=late), READERS[language], topic_of)


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("ja", "【朝の報告】11/21 07:00 静かな夜でした(18:00〜07:00)"),
        ("en", "[MORNING] 11/21 07:00 a quiet night (18:00–07:00)"),
    ],
)
def test_a_quiet_night_is_one_line(language: str, line: str) -> None:
    """Who slept through reads nothing more."""
    assert read(Material(runs=ALIVE), language).text == line


def test_a_quiet_night_that_was_not_watched_says_so() -> None:
    """Silence must not look like calm."""
    gone = Material(runs=(Run(clock("12:00"), clock("23:00")), Run(clock("05:00"), clock("06:59"))))
    assert read(gone).text.splitlines()[1] == "■見張りの穴 見張り停止 23:00〜05:00(6時間)"


def test_a_fire_is_told_with_who_answered_and_how_fast() -> None:
    """Severity, from when to when, peak, answer, verdict, stand-down."""
    burnt, pages = answered()
    lines = read(Material(incidents=(burnt,), sent=pages, runs=ALIVE)).text.splitlines()
    assert lines == [
        "【朝の報告】11/21 07:00 夜の炎上: 緊急1件 ・ 呼び出し2回",
        "■緊急 さくらプリン 02:10〜06:33 ・ 最大 不満360人/時",
        "  tanakaが6分で応答 ・ 判定待ち",
        "  警戒解除: 09:33から広報責任者が宣言可(静穏3時間)",
        "■夜の負担 sato 1回、tanaka 1回 ・ 応答の中央値 6分",
    ]


def test_the_same_fire_in_english() -> None:
    """For a reader of the other language."""
    burnt, pages = answered()
    text = read(Material(incidents=(burnt,), sent=pages, runs=ALIVE), "en").text
    assert "■ CRITICAL Sakura pudding 02:10–06:33 · peak 360 unhappy per hour" in text
    assert "tanaka answered in 6 min · no verdict yet" in text


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("ja", "  tanakaが6分で応答 ・ 公式の初回返信 41分後 ・ 判定待ち"),
        ("en", "  tanaka answered in 6 min · first public answer after 41 min · no verdict yet"),
    ],
)
def test_a_fire_is_told_with_the_brands_first_answer(language: str, line: str) -> None:
    """Who comes in the morning knows whether customers have heard anything yet."""
    burnt, pages = answered()
    first = FirstResponse(at=clock("02:51"), kind="reply", by="sakurafoods_jp", channel="bluesky")
    spoken = msgspec.structs.replace(burnt, first_response=first)
    assert line in read(Material(incidents=(spoken,), sent=pages, runs=ALIVE), language).text.splitlines()


def test_the_worst_fire_comes_first() -> None:
    """Then the larger one."""
    small = over(fire("20:00", "warning", topic="cafe", peak=10.0), "21:00")
    large = over(fire("21:00", "warning", topic="tea", peak=90.0), "22:00")
    burnt, _ = answered()
    assert [one.topic for one in told(Material(incidents=(small, large, burnt))).fires] == [
        "pudding",
        "tea",
        "cafe",
    ]


def test_what_was_over_before_the_night_is_not_told() -> None:
    """Only what is left to do about it is."""
    before = over(fire("13:00", "warning"), "14:00")
    found = told(Material(incidents=(before,)))
    assert found.fires == ()
    assert [(one.topic, one.todo) for one in found.todo] == [("pudding", "verdict")]
    judged = msgspec.structs.replace(before, verdict="real")
    assert told(Material(incidents=(judged,))).quiet


def test_open_items_are_told_once() -> None:
    """A fire of this night says itself that nobody answered."""
    found = told(Material(incidents=(fire("23:00", "warning"),)))
    assert [one.todo for one in found.fires] == ["unanswered"]
    assert found.todo == ()


@pytest.mark.parametrize(
    ("became", "until", "says"),
    [
        ("", "08:00", "08:00まで待ち"),
        ("", "07:00", "これから呼び出し"),
        ("paged", "07:00", "朝に呼び出し"),
        ("grew", "07:00", "拡大して呼び出し"),
        ("over", "07:00", "自然に収束"),
    ],
)
def test_what_quiet_hours_held_back_is_told(became: str, until: str, says: str) -> None:
    """With what became of it."""
    one = fire("23:30", "warning", postponed=(held(until, became=became),))
    assert f"■延期 注意 さくらプリン 23:40 → {says}" in read(Material(incidents=(one,))).text.splitlines()


def test_embers_glow_and_praise_is_worth_an_answer() -> None:
    """An ember that went out is not told; praise is, though it is over."""
    ember, cold = fire("04:00", "ember", topic="daifuku"), over(fire("01:00", "ember", topic="tea"), "02:00")
    praise = over(fire("20:00", "ember", topic="dorayaki", mood="positive", peak=75.0), "23:00")
    found = told(Material(incidents=(ember, cold, praise)))
    assert [one.topic for one in found.embers] == ["daifuku"]
    assert [one.topic for one in found.praise] == ["dorayaki"]
    assert not found.fires


def test_a_muted_spelling_is_named_until_it_counts_again() -> None:
    """Whoever takes over must know what is not counted."""
    mute = Mute(
        brand="sakura",
        topics=("pudding",),
        spelling="@さくら",
        since=clock("03:00"),
        until=clock("09:00"),
        by="sato",
        mentions=9,
        of=10,
    )
    one = over(fire("02:10", "warning", mutes=(mute,), verdict="not_us"), "05:00")
    assert "■数えない語 「＠さくら」09:00まで(sato)" in read(Material(incidents=(one,))).text.splitlines()
    assert told(Material(incidents=(one,)), late=121).muted == ()


def test_a_source_is_not_silent_while_the_watch_itself_is_away() -> None:
    """The same hour is one gap, not two."""
    away = (Run(clock("12:00"), clock("01:00")), Run(clock("02:00"), clock("06:59")))
    silent = (Silence("bluesky", clock("01:00"), clock("02:00")), Silence("x", clock("05:00"), None))
    seen = told(Material(runs=away, silences=silent)).watched
    assert [one.source for one in seen.silent] == ["x"]
    assert len(seen.away) == 1


def test_a_blink_is_no_gap() -> None:
    """A restart of seconds is counted, not told as an absence."""
    quick = (Run(clock("12:00"), clock("01:00")), Run(clock("01:00"), clock("06:59")))
    seen = told(Material(runs=quick)).watched
    assert (seen.away, seen.restarts) == ((), 1)
    assert "再起動1回" in read(Material(runs=quick)).text


def test_a_sample_is_called_one() -> None:
    """A sentiment of half of the posts is not that of all."""
    half = (Heard(clock("02:00"), "complaint", 100, 50, 50),)
    assert "判定は50%まで" in read(Material(runs=ALIVE, heard=half)).text


def test_the_load_counts_sounds_not_messages() -> None:
    """Two channels of one call are one sound; a dead letter is none; the evening was not yet quiet."""
    one = fire()
    sent = (
        page(one, "02:20", channel="push", sound="a"),
        page(one, "02:20", channel="voice", sound="a"),
        page(one, "02:30", kind="reminder", sound="b"),
        page(one, "02:40", kind="reminder", sound="c", outcome="dead"),
        page(one, "18:30", night=False, sound="d"),
        page(one, "06:33", kind="resolved", sound="e"),
    )
    assert told(Material(incidents=(one,), sent=sent)).load == {"sato": 2}


def test_a_late_digest_says_that_it_is_late() -> None:
    """And by how much; a stand-down that is allowed by then is called so."""
    text = read(busy(), late=185).text.splitlines()
    assert text[1] == "07:00に見張りが止まっていたため、3時間5分遅れの報告です"
    assert "  警戒解除: 広報責任者が宣言できます(09:33から可)" in text
    assert not told(busy(), late=5).late


def test_each_brand_has_its_own_rule() -> None:
    """Who declares it over, and how long it must be quiet."""
    burnt, pages = answered()
    moment = Moment(NIGHT, NIGHT.end)
    rule = Rule(declared_by="山田", quiet_minutes=30)
    found = morning(Material(incidents=(burnt,), sent=pages), moment, {"sakura": rule}.__getitem__)
    assert found.fires[0].stand_down is not None
    assert found.fires[0].stand_down.at == clock("07:03")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_terrible_night_still_fits(language: str) -> None:
    """At most 900 characters; the worst is kept, and the rest is where the last line says."""
    fires = tuple(
        over(
            fire(
                f"{hour:02}:{minute:02}", severity, topic=f"topic-{hour}-{minute}", peak=hour * 10.0 + minute
            ),
            "06:50",
        )
        for hour in range(6)
        for minute in (0, 20, 40)
        for severity in ("critical",)
    )
    brief = read(Material(incidents=fires, runs=ALIVE), language)
    assert len(brief.text) <= CHARACTERS
    assert brief.cut
    assert brief.text.splitlines()[-1].endswith("hinoban report morning --date 2026-11-21")
    assert "topic-5-40" in brief.text
    whole = message.write(told(Material(incidents=fires)), READERS[language], topic_of, most=100_000)
    assert "topic-0-0" in whole.text
    assert not whole.cut


def test_the_headline_stands_alone_on_a_lock_screen() -> None:
    """In 40 full-width characters; the short form is its beginning."""
    for language in ("ja", "en"):
        brief = read(busy(), language)
        head = brief.text.splitlines()[0]
        assert width(head) <= HEADLINE
        assert len(brief.short) <= 70
        assert head.startswith(brief.short)


def test_names_of_people_cannot_call_anybody() -> None:
    """A name is from outside: an acknowledgement says who it was by."""
    one = over(
        fire("02:10", "critical", entry("02:26", "acknowledged", "@channel https://evil.example")), "05:00"
    )
    text = read(Material(incidents=(one,), sent=(page(one, "02:20"),))).text
    assert "@channel" not in text
    assert "evil.example" not in text


@pytest.mark.parametrize(("language", "page"), [("ja", "morning.ja.md"), ("en", "morning.md")])
def test_the_document_shows_digests_as_they_are(language: str, page: str) -> None:
    """What people learn to read is what they get."""
    blocks = (DOCS / page).read_text("utf-8").split("```")[1:4:2]
    said = {*read(busy(), language).text.splitlines(), read(Material(runs=ALIVE), language).text}
    shown = [line for block in blocks for line in block.strip("\n").splitlines()]
    assert len(shown) > 10
    assert [line for line in shown if line not in said] == []
