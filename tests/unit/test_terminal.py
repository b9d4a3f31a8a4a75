"""The demo's picture of the night."""

import io
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rich.cells import cell_len
from rich.console import Console

from listener.terminal import Heard, Picture
from models.flareup import Reading
from models.keyword import Topic, TopicKey
from tests.builders import NIGHT

PUDDING = TopicKey("sakura", "pudding")
COMPANY = TopicKey("sakura", "company")
TOPICS = {
    PUDDING: Topic(slug="pudding", name={"ja": "さくらプリン", "en": "Sakura pudding"}),
    COMPANY: Topic(slug="company", name={"ja": "さくらフーズ", "en": "Sakura Foods"}),
}


def reading(volume: float, state: Any = "calm") -> Reading:
    """Return a reading of the pudding with so many people per hour."""
    return Reading(
        key=PUDDING,
        at=NIGHT,
        state=state,
        volume=volume,
        expected=8,
        upper=20,
        negative=volume / 4,
        negative_expected=1,
        share=0.5,
        share_low=0.4,
        share_high=0.6,
        share_usual=0.15,
        evidence=3,
        threshold=10,
    )


def event(severity: str = "critical", **more: Any) -> dict[str, Any]:
    """Return an incident's event line."""
    line = {"id": "i", "brand": "sakura", "topic": "pudding", "topics": ["pudding"], "mood": "negative"}
    return line | {"state": "triggered", "severity": severity} | more


def drawn(picture: Picture, width: int = 80) -> str:
    """Return the picture as text."""
    console = Console(file=io.StringIO(), width=width, force_terminal=False)
    console.print(picture.draw(NIGHT, {"bluesky": Heard(posts=12)}, [], 7))
    text = console.file.getvalue()  # type: ignore[attr-defined]  # a StringIO
    return str(text)


def picture(language: Any = "ja") -> Picture:
    """Return an empty picture."""
    return Picture(TOPICS, ZoneInfo("Asia/Tokyo"), language, pace=600)


@pytest.mark.parametrize(
    ("language", "name", "word"), [("ja", "さくらプリン", "炎上"), ("en", "Sakura pudding", "BURNING")]
)
def test_a_topic_is_called_by_its_name_and_state(language: str, name: str, word: str) -> None:
    """Slugs are for machines."""
    shown = picture(language)
    shown.add([reading(40, "burning")], column=True)
    text = drawn(shown)
    assert name in text
    assert word in text
    assert "pudding:" not in text


def test_the_local_time_is_shown() -> None:
    """02:10 in Tokyo, whatever the machine's zone."""
    assert "02:10" in drawn(picture())


def test_a_column_of_the_sparkline_is_redrawn_until_the_next_begins() -> None:
    """Twenty minutes share one character."""
    shown = picture()
    for volume in (10, 20, 30):
        shown.add([reading(volume)], column=False)
    shown.add([reading(60)], column=True)
    assert "▄█" in drawn(shown)


def test_the_story_tells_what_is_new_once() -> None:
    """An event line that repeats the present state adds nothing."""
    shown = picture()
    shown.changed(event("ember"), NIGHT)
    shown.changed(event("critical"), NIGHT + timedelta(minutes=9))
    shown.changed(event("critical"), NIGHT + timedelta(minutes=10))
    shown.changed(event("critical", topics=["pudding", "company"]), NIGHT + timedelta(minutes=11))
    shown.changed(
        event("critical", topics=["pudding", "company"], state="resolved"), NIGHT + timedelta(hours=4)
    )
    story = [
        line.strip("│ ") for line in drawn(shown).splitlines() if " さくらプリン " in line and ":" in line
    ]
    assert story == [
        "02:10 さくらプリン 火種: 板に載せるだけで、まだ呼ばない",
        "02:19 さくらプリン 緊急: 当番を呼び出した",
        "02:21 さくらプリン さくらフーズ にも広がる",
        "06:10 さくらプリン 収束",
    ]


def test_praise_is_said_to_wake_nobody() -> None:
    """A campaign is news, not a fire."""
    shown = picture("en")
    shown.changed(event("ember", mood="positive"), NIGHT)
    assert "a surge of praise: nobody is woken" in drawn(shown)


def test_the_page_is_shown_with_its_time() -> None:
    """What went out stands on the screen."""
    shown = picture()
    shown.paged("【緊急】さくらプリン", NIGHT)
    text = drawn(shown)
    assert "02:10 呼び出し" in text
    assert "【緊急】さくらプリン" in text


@pytest.mark.parametrize("language", ["ja", "en"])
def test_nothing_is_wider_than_a_small_terminal(language: str) -> None:
    """Eighty columns are enough for every line, sparkline included."""
    shown = picture(language)
    for minute in range(50):
        shown.add([reading(10_000 + minute, "burning")], column=True)
    lines = drawn(shown, 80).splitlines()
    assert max(cell_len(line) for line in lines) <= 80
    assert not any("…" in line for line in lines)
