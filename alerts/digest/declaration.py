"""The sentence about a stand-down: who may call a critical fire off, and from when on."""

from collections.abc import Callable
from datetime import datetime, timedelta

from alerts.digest.standdown import StandDown
from alerts.digest.wording import WORDS, Words
from alerts.pen import Pen

_MINUTE = timedelta(minutes=1)


def awaited(rule: StandDown, pen: Pen, by: str) -> str:
    """Say on an all-clear until when it must stay quiet before *by* declares the end."""
    return until(rule, WORDS[pen.receiver.language], pen.time, by)


def until(rule: StandDown, words: Words, clock: Callable[[datetime], str], by: str) -> str:
    """Say until when it must stay quiet, or that it must first be over."""
    sentence = words.call_off_later if rule.at is None else words.call_off_at
    return _written(sentence, rule, words, clock, by)


def told(rule: StandDown, now: datetime, words: Words, clock: Callable[[datetime], str], by: str) -> str:
    """Say in a digest of *now* whether *by* may declare the end already."""
    if rule.at is None:
        return _written(words.call_off_later, rule, words, clock, by)
    sentence = words.called_off if rule.allowed(now) else words.may_call_off
    return _written(sentence, rule, words, clock, by)


def length(span: timedelta, words: Words) -> str:
    """Spell a length of time in hours and minutes; a minute is the least."""
    hours, minutes = divmod(max(round(span / _MINUTE), 1), 60)
    if not hours:
        return words.minutes.format(m=minutes)
    return (words.hours if minutes else words.hours_only).format(h=hours, m=minutes)


def _written(sentence: str, rule: StandDown, words: Words, clock: Callable[[datetime], str], by: str) -> str:
    at = clock(rule.at) if rule.at else ""
    quiet = length(timedelta(minutes=rule.quiet_minutes), words)
    return sentence.format(by=by or words.somebody, at=at, quiet=quiet)
