"""The sentences that answer a command, or refuse it, in Japanese and English."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from alerts import story
from alerts.wording import WORDS as PAGE_WORDS
from alerts.wording import Language

UTC = ZoneInfo("UTC")


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """One language's templates; ``refused`` ones are named as by ``lifecycle.IllegalChangeError``."""

    done: str
    verdict: str
    answered: str
    until: str
    taken_over: str
    held: str
    none: str
    comma: str
    end: str
    refused: dict[str, str]
    action: dict[str, str]


JA = Words(
    done="{id}: {state}",
    verdict=" ・ 判定: {verdict}",
    answered=" ・ 公式の初回返信 {at}",
    until="({until} まで)",
    taken_over="{owner}さんから引き継ぎました",
    held="「{verdict}」とされたので、3倍に増えるまで鳴りません",
    none="なし",
    comma="、",
    end=" ・ ",
    refused={
        "expired": "この指示は{at}に期限切れです",
        "ambiguous": "{reference} に当てはまる事案が複数あります。どれか指定してください: {names}",
        "unknown": "{reference} という事案はありません。いま燃えている事案: {names}",
        "mute_what": "消音は判定 not_us のときだけです。not_us にするか、消音を外してください",
        "mute_late": "{id} は収束から1日以上たっています。消音せずに判定だけ送ってください",
        "verdict": "判定は real、noise、campaign、not_us のどれかです",
        "ack_minutes": "対応中にできるのは1〜{longest}分です({minutes}分は不可)",
        "snooze_minutes": "{id} を待たせるには、1〜{longest}分で何分待つかが必要です",
        "resolved": "{id} は{since}に収束しています。{action}ことはできません",
        "still_open": "{id} はまだ続いているので、再燃にはできません",
        "to_come": "{at} はまだ来ていません。公式が返信した時刻を書いてください",
        "too_early": "{id} の始まりは{began}です。それより前の発信は返信になりません",
        "later": "{id} には{first}に公式の返信があります({by})。後の返信は初回になりません",
    },
    action={"acknowledge": "対応開始する", "snooze": "待たせる", "resolve": "閉じる"},
)

EN = Words(
    done="{id} is {state}",
    verdict=", verdict {verdict}",
    answered=", answered at {at}",
    until=" until {until}",
    taken_over="taken over from {owner}",
    held="it was called {verdict}: silent until it is three times as big",
    none="none",
    comma=", ",
    end="; ",
    refused={
        "expired": "the command expired at {at}",
        "ambiguous": "{reference!r} may mean {names}: say which",
        "unknown": "no incident is called {reference!r}; open now: {names}",
        "mute_what": "only the verdict not_us mutes a spelling: say not_us, or leave mute out",
        "mute_late": "{id} is over for more than a day: give the verdict without mute",
        "verdict": "a verdict is one of real, noise, campaign, not_us",
        "ack_minutes": "an acknowledgement lasts from 1 to {longest} minutes, not {minutes}",
        "snooze_minutes": "a snooze of {id} needs a wake-up time: minutes from 1 to {longest}",
        "resolved": "{id} is resolved since {since}: there is nothing to {action}",
        "still_open": "{id} is still open, so it cannot be reopened",
        "to_come": "{at} is still to come: say when the brand answered",
        "too_early": "{id} began at {began}: what was said before is no answer to it",
        "later": "{id} was answered at {first} ({by}): a later answer is not the first",
    },
    action={},
)

WORDS: dict[Language, Words] = {"ja": JA, "en": EN}


def refused(why: str, facts: dict[str, Any], language: Language = "en", zone: ZoneInfo = UTC) -> str:
    """Say in one sentence why a command was refused; times are told by the clock of *zone* as well.

    >>> refused("unknown", {"reference": "tea", "names": ()})
    "no incident is called 'tea'; open now: none"
    """
    words = WORDS[language]
    return words.refused[why].format(**{name: _said(fact, words, zone) for name, fact in facts.items()})


def time(at: datetime, zone: ZoneInfo) -> str:
    """Spell an instant for programs and, where *zone* is somebody's, by their clock."""
    told = f"{at.astimezone(UTC):%Y-%m-%d %H:%M}Z"
    return told if zone.key == UTC.key else f"{told} ({at.astimezone(zone):%H:%M} {zone.key})"


def spelt(at: datetime, language: Language, zone: ZoneInfo) -> str:
    """Spell an instant for a reader of *language*."""
    if language == "en":
        return time(at, zone)
    return f"{at.astimezone(zone):%m/%d %H:%M} {zone.key}"


def state(known: str, language: Language) -> str:
    """Return the word for a state; in English commands, answers and programs share theirs."""
    return known if language == "en" else story.WORDS[language].state[known]


def verdict(known: str | None, language: Language) -> str:
    """Return the word for a verdict, likewise."""
    return str(known) if language == "en" else PAGE_WORDS[language].verdict[str(known)]


def _said(fact: Any, words: Words, zone: ZoneInfo) -> Any:
    if isinstance(fact, datetime):
        return spelt(fact, "en" if words is EN else "ja", zone)
    if isinstance(fact, tuple):
        return words.comma.join(fact) or words.none
    return words.action.get(fact, fact) if isinstance(fact, str) else fact
