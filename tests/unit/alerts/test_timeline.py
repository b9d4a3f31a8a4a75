"""What a timeline notes in one language is told in the reader's."""

import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from alerts import story, timeline
from alerts.mute import Mute, said
from alerts.reasons import RISK
from alerts.wording import WORDS
from tests.fakes_alerts import NIGHT, minutes
from tests.watch import HOME


def by_name(who: str, language: Any) -> str:
    """See two people as they are called."""
    return {"ja": {"sato": "佐藤", "ito": "伊藤"}, "en": {"sato": "Sato", "ito": "Ito"}}[language].get(
        who, who
    )


@pytest.mark.parametrize(
    ("noted", "ja", "en"),
    [
        ("risk:safety, negative_30_min", "安全の指摘、30分の不満", "mention safety, unhappy in 30 min"),
        ("slow_burn:10h, share", "じわじわ増加 10h、不満の割合", "a slow burn 10h, share of unhappy"),
        ("still on it, sato?", "佐藤さん、まだ対応中ですか?", "still on it, Sato?"),
        ("to sato, ito", "呼び出し: 佐藤、伊藤", "to Sato, Ito"),
        ("asleep: sato", "就寝中: 佐藤", "asleep: Sato"),
        (
            "woken too often this week: ito",
            "今週は夜の呼び出しが多い: 伊藤",
            "woken too often this week: Ito",
        ),
        ("on route food: ito is called", "経路 food: 伊藤を呼び出し", "on route food: Ito is called"),
        (
            "sato and 2 more sleep; the first is awake at 07:00 (Asia/Tokyo)",
            "佐藤ほか2人は就寝中。最初に起きるのは07:00(Asia/Tokyo)",
            "Sato and 2 more sleep; the first is awake at 07:00 (Asia/Tokyo)",
        ),
        (
            "sato sleeps; the first is awake at 07:00 (Asia/Tokyo)",
            "佐藤は就寝中。起きるのは07:00(Asia/Tokyo)",
            "Sato sleeps until 07:00 (Asia/Tokyo)",
        ),
        ("48 negative people per hour", "不満48人/時", "48 unhappy people per hour"),
        ("grew to critical", "緊急に拡大", "grew to CRITICAL"),
        ("電話で確認中, 折り返し待ち", "電話で確認中, 折り返し待ち", "電話で確認中, 折り返し待ち"),
    ],
)
def test_what_was_noted_is_told_in_the_readers_words(noted: str, ja: str, en: str) -> None:
    """Signals and our own sentences, with people by name; what somebody wrote stays as it is."""
    assert timeline.why(noted, "ja", by_name) == ja
    assert timeline.why(noted, "en", by_name) == en


@pytest.mark.parametrize(
    "written", ["to be sure, the shop is asked", "share", "burnt out", "grew to critical"]
)
def test_what_a_person_wrote_stays_as_it_is(written: str) -> None:
    """Also where it reads like a line of ours: who is behind it tells them apart."""
    assert timeline.why(written, "ja", by_name, "sato") == written
    assert timeline.why("for 30 min", "ja", by_name, "sato") == "30分"
    assert timeline.why("burnt out", "ja", by_name, "hinoban") == "鎮火"


def test_a_mute_is_told_with_its_clock() -> None:
    """As it is noted now, and as it was noted before the zone was."""
    mute = Mute(
        brand="sakura",
        topics=("pudding",),
        spelling="プリン",
        since=NIGHT,
        until=NIGHT + minutes(380),
        by="sato",
        mentions=9,
        of=10,
    )
    noted = said(mute, ZoneInfo("Asia/Tokyo"))
    assert timeline.why(noted, "ja", by=mute.by) == "「プリン」は09:00 Asia/Tokyoまで数えない(10件中9件)"
    assert timeline.why(noted.replace(" Asia/Tokyo", ""), "en") == "“プリン” until 09:00 (9 of 10 posts)"


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_signal_and_every_reason_has_words(language: Any) -> None:
    """Of the documentation's table of signals none is left as programs know it."""
    named = re.findall(r"^\| `([a-z_0-9:]+)`", _documented(), re.MULTILINE)
    assert len(named) > 10
    assert all(timeline.signal(name, language) for name in named)
    assert all(timeline.signal(RISK + name, language) for name in WORDS[language].risk)
    assert story.JA.why.keys() == story.EN.why.keys() == timeline._PATTERNS.keys()


def _documented() -> str:
    text = (HOME / "docs" / "mqtt.md").read_text("utf-8")
    return text.partition("| `signal` |")[2].partition("### What explains it")[0]
