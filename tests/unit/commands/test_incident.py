"""One incident on a terminal, and telling when the brand answered."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from alerts import lifecycle
from alerts.bodies import detail
from alerts.defuse import width
from alerts.first_response import answered
from alerts.incident import Explanation, Incident, Quote
from alerts.story import EN, JA
from config.decode import SettingsError
from listener.commands.incident import instant
from listener.commands.incident_card import WIDTH, Reader, card
from listener.commands.incident_table import table
from models.response import FirstResponse
from tests.fakes_alerts import NIGHT, an_incident, minutes

TOKYO = ZoneInfo("Asia/Tokyo")


def burning(**fields: Any) -> Incident:
    """Return a fire that somebody took, with a quote and a headline."""
    said = (Quote(source="bluesky", id="a", text="@all 虫が https://evil.example", author="neko", others=3),)
    given = {
        "explanation": Explanation(quotes=said),
        "summaries": {"ja": "【緊急】プリン", "en": "[CRITICAL] pudding"},
    }
    taken = lifecycle.acknowledged(
        an_incident("critical"), by="sato", channel="mqtt", at=NIGHT + minutes(16), why="見ています"
    )
    return msgspec.structs.replace(taken, **(given | fields))


def shown(incident: Incident, language: Any = "ja") -> list[str]:
    """Return the lines of the card, as the daemon would tell it over its socket."""
    told = msgspec.json.decode(msgspec.json.encode(detail(incident)))
    return card(told, Reader(language, TOKYO)).split("\n")


def test_an_incident_is_told_in_japanese() -> None:
    """Headline, id and state, times and owner, the answer, the verdict, quotes, and what happened."""
    first = FirstResponse(at=NIGHT + minutes(41), kind="reply", by="sakura_official", channel="bluesky")
    lines = shown(answered(burning(), first))
    assert lines[:5] == [
        "【緊急】プリン",
        "sakura:pudding:20261120T1740Z ・ 対応中",
        "開始 11/21 02:40 ・ 検知 11/21 02:50 ・ 担当: sato",
        "公式の初回返信 41分後(11/21 03:21 sakura_official(bluesky))",
        "判定: まだ",
    ]
    assert lines[5].startswith("①「＠all 虫が (リンク)」ほか3件") or lines[5].startswith(
        "①「＠all 虫が (link)」"
    )
    assert lines[6] == "経過 (Asia/Tokyo)"
    assert lines[-2:] == [
        "  11/21 02:56  対応開始               sato(mqtt) ・ 見ています",
        "  11/21 03:21  公式の返信             sakura_official(bluesky) ・ 返信",
    ]


def test_the_same_in_english() -> None:
    """With an answer that somebody told of, once it is over and judged."""
    told = FirstResponse(at=NIGHT + minutes(61), kind="told", by="sato", channel="cli")
    over = lifecycle.resolved(burning(), by="sato", channel="cli", at=NIGHT + minutes(90), verdict="real")
    lines = shown(answered(over, told, "on television"), "en")
    assert lines[0] == "[CRITICAL] pudding"
    assert lines[2] == "Began 11/21 02:40 · noticed 11/21 02:50 · over 11/21 04:10 · owner: sato"
    assert lines[3] == "First answer after 1 h 1 min (as told) (11/21 03:41 by sato (cli))"
    assert lines[4] == "Verdict: real"
    happened = [line.split("  ")[2].strip() for line in lines[7:]]
    assert happened[-4:] == ["acknowledged", "answered in public", "verdict real", "resolved"]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_an_unanswered_fire_says_what_cannot_be_seen_and_how_to_note_it(language: Any) -> None:
    """Praise waits for no answer."""
    words = {"ja": JA, "en": EN}[language]
    lines = shown(burning(owner="", summaries={}, summary=""), language)
    assert lines[0] == "sakura:pudding:20261120T1740Z"
    assert words.unowned in lines[2]
    assert lines[3] == words.unanswered
    assert lines[4].endswith("hinoban incidents responded sakura --at HH:MM")
    assert words.unanswered not in shown(burning(mood="positive"), language)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_card_is_at_most_88_columns_wide_whatever_is_in_it(language: Any) -> None:
    """Names, reasons and texts of strangers are defused and cut."""
    loud = burning(owner="x" * 300)
    for _ in range(60):
        loud = lifecycle.noted(
            loud, NIGHT, "severity " + "あ" * 50, "\x1b[31m\n" + "い" * 300, by="@all" * 50
        )
    lines = shown(loud, language)
    assert all(width(line) <= WIDTH for line in lines)
    assert not any("\x1b" in line for line in lines)
    assert {"ja": JA, "en": EN}[language].earlier in lines[8]


def by_name(who: str, language: Any) -> str:
    """See one person as people call them."""
    return {"sato": {"ja": "佐藤", "en": "Sato"}}.get(who, {}).get(language, who)


@pytest.mark.parametrize(
    ("language", "owned", "asked"),
    [
        ("ja", "担当: 佐藤", "再確認                 hinoban ・ 佐藤さん、まだ対応中ですか?"),
        ("en", "owner: Sato", "asked again            hinoban · still on it, Sato?"),
    ],
)
def test_people_are_seen_by_name_also_in_what_was_noted(language: Any, owned: str, asked: str) -> None:
    """The owner, who acted, and who was asked; what commands know them by stays out of sight."""
    again = lifecycle.awake(burning(), NIGHT + minutes(46), "still on it, sato?")
    told = msgspec.json.decode(msgspec.json.encode(detail(again)))
    lines = card(told, Reader(language, TOKYO, by_name)).split("\n")
    assert lines[2].endswith(owned)
    assert lines[-1].endswith(asked)
    assert not any("sato" in line for line in lines)


@pytest.mark.parametrize(
    ("language", "row"),
    [
        (
            "ja",
            ["【緊急】プリン", "  11/21 02:40から ・ 対応中 ・ 担当: 佐藤 ・ sakura:pudding:20261120T1740Z"],
        ),
        (
            "en",
            [
                "[CRITICAL] pudding",
                "  since 11/21 02:40 · acknowledged · owner: Sato · sakura:pudding:20261120T1740Z",
            ],
        ),
    ],
)
def test_a_list_has_headlines_and_the_readers_clock(language: Any, row: list[str]) -> None:
    """Two lines for each, which also hold what a command wants to be given."""
    told = msgspec.json.decode(msgspec.json.encode(detail(burning())))
    assert table([told], Reader(language, TOKYO, by_name)).split("\n") == row
    assert table([], Reader(language, TOKYO)) == {"ja": JA, "en": EN}[language].no_incident


NOW = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)  # 03:30 on the 21st in Tokyo


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("02:51", "2026-11-20T17:51:00+00:00"),
        ("2:51", "2026-11-20T17:51:00+00:00"),
        ("03:30", "2026-11-20T18:30:00+00:00"),
        ("23:50", "2026-11-20T14:50:00+00:00"),
        ("2026-11-21T02:51", "2026-11-20T17:51:00+00:00"),
        ("2026-11-21 02:51", "2026-11-20T17:51:00+00:00"),
        ("2026-11-20T17:51:00Z", "2026-11-20T17:51:00+00:00"),
    ],
)
def test_a_time_is_read_by_the_clock_of_the_watch(given: str, meant: str) -> None:
    """Of a time of day it is the last one that was; a zone that is written counts."""
    assert instant(given, TOKYO, NOW).isoformat() == meant


@pytest.mark.parametrize("given", ["soon", "25:00", "2026-13-01T00:00", "02:51 please, at once", "-"])
def test_what_is_no_time_is_refused(given: str) -> None:
    """In a sentence that says how to write it."""
    with pytest.raises(SettingsError, match="write it like 02:51 or 2026-11-21T02:51"):
        instant(given, TOKYO, NOW)
