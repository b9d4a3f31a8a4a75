"""The message about vacancies: at most 900 characters, in Japanese or English."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from alerts.defuse import clip
from alerts.layout import CHARACTERS, HEADLINE, ROWS, SHORT, rows
from alerts.rota.vacancies import Vacancy
from alerts.routing import Receiver
from alerts.wording import Language

_LONGEST = 80
"""Half-width cells of the names of those who are called instead."""


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """One language's templates."""

    head: str
    again: str
    several: str
    line: str
    more: str
    weekdays: str
    time: str
    span: str
    already: str
    endless: str
    length: str
    days: str
    hours: str
    minutes: str
    you: str
    others: str
    mend: str
    comma: str


JA = Words(
    head="【当番の空き】",
    again="【当番の空き・再通知】",
    several="{n}件 ",
    line="■{rota} {span}",
    more="ほか{n}件",
    weekdays="月火水木金土日",
    time="{at:%m/%d}({day}) {at:%H:%M}",
    span="{since}〜{until}",
    already="すでに",
    endless="終わりの予定なし",
    length="({length})",
    days="{n}日",
    hours="{n}時間",
    minutes="{n}分",
    you="このままでは、この間の呼び出しはあなたに届きます。",
    others="このままでは、この間の呼び出しは{names}に届きます。",
    mend="当番を入れてください。一覧: hinoban rota gaps",
    comma="、",
)
EN = Words(
    head="[NOBODY ON CALL] ",
    again="[STILL NOBODY ON CALL] ",
    several="{n} times: ",
    line="■ {rota} {span}",
    more="+{n} more",
    weekdays="Mon Tue Wed Thu Fri Sat Sun",
    time="{day} {at:%d %b %H:%M}",
    span="{since} – {until}",
    already="now",
    endless="no end planned",
    length=" ({length})",
    days="{n} d",
    hours="{n} h",
    minutes="{n} min",
    you="As it stands, pages of these hours come to you.",
    others="As it stands, pages of these hours go to {names}.",
    mend="Put somebody in. To see all: hinoban rota gaps",
    comma=", ",
)
WORDS: dict[Language, Words] = {"ja": JA, "en": EN}


class Brief(NamedTuple):
    """A message and its short form."""

    text: str
    short: str


def write(
    found: Sequence[Vacancy], receiver: Receiver, *, instead: Sequence[str], again: bool = False
) -> Brief:
    """Tell *receiver* of vacancies; *instead* are the names of others who would be called then."""
    words = WORDS[receiver.language]
    count = words.several.format(n=len(found)) if len(found) > 1 else ""
    first = f"{found[0].rota} {spelt(found[0], receiver)}"
    head = clip((words.again if again else words.head) + count + first, HEADLINE)
    names = clip(words.comma.join(instead), _LONGEST)
    closing = (words.others.format(names=names) if instead else words.you, words.mend)
    lines = [words.line.format(rota=one.rota, span=lasting(one, receiver)) for one in found]
    text = "\n".join((head, *lines, *closing))
    while len(text) > CHARACTERS or rows(text) > ROWS:
        lines.pop()
        more = words.more.format(n=len(found) - len(lines))
        text = "\n".join((head, *lines, more, *closing))
    return Brief(text, clip(head, SHORT))


def spelt(one: Vacancy, receiver: Receiver) -> str:
    """Return from when to when, by the receiver's clock and in their words."""
    words = WORDS[receiver.language]
    since = _time(one.since, receiver, words) if one.since else words.already
    until = _time(one.until, receiver, words) if one.until else words.endless
    return words.span.format(since=since, until=until)


def lasting(one: Vacancy, receiver: Receiver) -> str:
    """Return from when to when, and how long that is where both are known."""
    words = WORDS[receiver.language]
    if one.since is None or one.until is None:
        return spelt(one, receiver)
    return spelt(one, receiver) + words.length.format(length=_length(one.until - one.since, words))


def _time(at: datetime, receiver: Receiver, words: Words) -> str:
    local = at.astimezone(receiver.clock)
    days = words.weekdays.split() if " " in words.weekdays else words.weekdays
    return words.time.format(at=local, day=days[local.weekday()])


def _length(span: timedelta, words: Words) -> str:
    minutes = round(span / timedelta(minutes=1))
    units = ((words.days, minutes // 1440), (words.hours, minutes // 60 % 24), (words.minutes, minutes % 60))
    return " ".join(template.format(n=count) for template, count in units if count)
