"""One incident as people read it on a terminal: what it is, who has it, who answered, what happened."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from alerts import response_wording, story, timeline
from alerts.defuse import clip, plain, width
from alerts.first_response import RESPONDED
from alerts.page import MARKS
from alerts.routing import NameOf, as_known
from alerts.wording import WORDS as PAGE_WORDS
from alerts.wording import Language
from listener.commands.incident_grounds import grounds
from models.response import FirstResponse

WIDTH = 88
_STEP = 22  # cells of a step of the timeline
_LINES = 50  # of the timeline, as many as the daemon tells


class Reader(NamedTuple):
    """Who reads it: language, the clock on the wall, and by which names they see people."""

    language: Language
    zone: ZoneInfo
    name_of: NameOf = as_known

    def time(self, at: datetime) -> str:
        """Return the reader's date and time of *at*."""
        return f"{at.astimezone(self.zone):%m/%d %H:%M}"

    def person(self, who: str) -> str:
        """Return how the reader sees whoever goes by *who*."""
        return plain(self.name_of(who, self.language))


def card(told: dict[str, Any], reader: Reader) -> str:
    """Return the lines of an incident, as the daemon *told* it."""
    words, dot = story.WORDS[reader.language], PAGE_WORDS[reader.language].dot
    lines = [
        told["summaries"].get(reader.language) or told["summary"] or told["id"],
        f"{told['id']}{dot}{words.state[told['state']]}",
        _times(told, reader) + dot + _owner(told, reader),
        *_answer(told, reader),
        _verdict(told, reader),
        *(f"{mark}{_quote(quote, reader)}" for mark, quote in zip(MARKS, told["quotes"], strict=False)),
        *grounds(told, reader.language, reader.time, reader.name_of),
        words.timeline.format(zone=reader.zone),
        *([f"  {words.earlier}"] if len(told["timeline"]) >= _LINES else []),
        *(f"  {line}" for line in _timeline(told, reader)),
    ]
    return "\n".join(clip(line, WIDTH) for line in lines)


def _times(told: dict[str, Any], reader: Reader) -> str:
    words = story.WORDS[reader.language]
    said = words.times.format(
        start=_time(told["started_at"], reader), opened=_time(told["opened_at"], reader)
    )
    return said + (words.over.format(end=_time(told["resolved_at"], reader)) if told["resolved_at"] else "")


def _owner(told: dict[str, Any], reader: Reader) -> str:
    words = story.WORDS[reader.language]
    return words.owned.format(owner=reader.person(told["owner"])) if told["owner"] else words.unowned


def _answer(told: dict[str, Any], reader: Reader) -> list[str]:
    words = story.WORDS[reader.language]
    if not told.get("first_response"):
        how = f"hinoban incidents responded {told['brand']} --at HH:MM"
        burns = told["mood"] in {"negative", "mixed"}
        return [words.unanswered, words.noting.format(how=how)] if burns else []
    first = msgspec.convert(told["first_response"], FirstResponse)
    waited = max(timedelta(), first.at - _instant(told["started_at"]))
    said = response_wording.after(first.kind, waited, reader.language)
    by = _who({"by": first.by, "channel": first.channel}, reader)
    return [words.answered.format(said=said, at=reader.time(first.at), by=by)]


def _verdict(told: dict[str, Any], reader: Reader) -> str:
    words = story.WORDS[reader.language]
    if not told["verdict"]:
        return words.no_verdict
    return words.verdict.format(verdict=PAGE_WORDS[reader.language].verdict[told["verdict"]])


def _quote(quote: dict[str, Any], reader: Reader) -> str:
    page = PAGE_WORDS[reader.language]
    others = page.others.format(n=quote["others"]) if quote["others"] else ""
    sentence = page.collapsed if quote["abusive"] else page.quote
    return sentence.format(mark="", text=clip(quote["text"], WIDTH - 20), others=others).strip()


def _timeline(told: dict[str, Any], reader: Reader) -> Iterator[str]:
    """Yield a line per step, in the order in which things happened: an answer may be noticed late."""
    words = story.WORDS[reader.language]
    for entry in sorted(told["timeline"], key=lambda entry: _instant(entry["at"])):
        step = clip(words.steps.get(entry["what"], entry["what"]), _STEP)
        pad = " " * (_STEP - width(step))
        parts = (_who(entry, reader), plain(_why(entry, reader)))
        said = PAGE_WORDS[reader.language].dot.join(filter(None, parts))
        yield f"{_time(entry['at'], reader)}  {step}{pad} {said}".rstrip()


def _why(entry: dict[str, Any], reader: Reader) -> str:
    why = str(entry["why"])
    if entry["what"] == RESPONDED:
        return story.WORDS[reader.language].how.get(why, why)
    return timeline.why(why, reader.language, reader.name_of, entry["by"])


def _who(entry: dict[str, Any], reader: Reader) -> str:
    who, channel = reader.person(entry["by"]), plain(entry["channel"])
    by = story.WORDS[reader.language].by
    return by.format(who=who, channel=channel) if who and channel else who


def _instant(text: str) -> datetime:
    return msgspec.convert(text, datetime)


def _time(text: str, reader: Reader) -> str:
    return reader.time(_instant(text))
