"""Answers and refusals of commands, in the language of whoever asks."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from alerts import answer_wording, lifecycle
from alerts.command import Command
from alerts.response import respond, unknown
from tests.fakes_alerts import NIGHT, an_incident, minutes

TOKYO = ZoneInfo("Asia/Tokyo")
ID = "sakura:pudding:20261120T1740Z"


def answered(action: Any, language: Any = "ja", **wish: Any) -> str:
    """Return the answer to a command about a critical fire, forty minutes after it began."""
    command = Command(action=action, incident=ID, by="ito", channel="cli", language=language, **wish)
    taken = lifecycle.acknowledged(an_incident("critical"), by="sato", channel="mqtt", at=NIGHT + minutes(20))
    answer, _ = respond(command, taken, NIGHT + minutes(40), zone=TOKYO)
    return answer.text


@pytest.mark.parametrize(
    ("action", "wish", "said"),
    [
        ("ack", {}, f"{ID}: 対応中(11/21 03:50 Asia/Tokyo まで) ・ satoさんから引き継ぎました"),
        (
            "snooze",
            {"minutes": 30},
            f"{ID}: 待機中(11/21 03:50 Asia/Tokyo まで) ・ satoさんから引き継ぎました",
        ),
        ("resolve", {"verdict": "noise"}, f"{ID}: 収束 ・ 判定: 誤報"),
        ("snooze", {}, f"{ID} を待たせるには、1〜1440分で何分待つかが必要です"),
        ("ack", {"minutes": 0}, "対応中にできるのは1〜1440分です(0分は不可)"),
        ("ack", {"expires": NIGHT}, "この指示は11/21 02:40 Asia/Tokyoに期限切れです"),
        (
            "responded",
            {"at": NIGHT + minutes(50)},
            "11/21 03:30 Asia/Tokyo はまだ来ていません。公式が返信した時刻を書いてください",
        ),
    ],
)
def test_a_command_is_answered_in_japanese(action: Any, wish: dict[str, Any], said: str) -> None:
    """By the clock of whoever asks, whether it was done or refused."""
    assert answered(action, **wish) == said


def test_programs_are_answered_in_english() -> None:
    """A command that says nothing of a language comes from one."""
    command = Command(action="ack", incident="tea", by="ito", channel="mqtt")
    answer, _ = respond(command, None, NIGHT, known=(ID,))
    assert answer.text == f"no incident is called 'tea'; open now: {ID}"
    assert answered("ack", "en").startswith(
        f"{ID} is acknowledged until 2026-11-20 18:50Z (03:50 Asia/Tokyo); "
    )


def test_an_unknown_name_is_refused_in_japanese() -> None:
    """It means several incidents, or none, also when nothing burns."""
    assert unknown("tea", [], [], "ja") == "tea という事案はありません。いま燃えている事案: なし"
    assert unknown("sa", [], ["a", "b"], "ja").endswith("どれか指定してください: a、b")


def test_both_languages_have_the_same_sentences() -> None:
    """A refusal that one of them lacks would be a traceback at night."""
    ja, en = answer_wording.JA, answer_wording.EN
    assert ja.refused.keys() == en.refused.keys()
