"""How it is said that a brand answered in public, in Japanese and English."""

from datetime import timedelta

from alerts.first_response import waited
from alerts.incident import Incident
from alerts.wording import WORDS, Language
from models.response import ResponseKind

AFTER: dict[Language, dict[ResponseKind, str]] = {
    "ja": {
        "reply": "公式の初回返信 {after}後",
        "quote": "公式の初回引用 {after}後",
        "statement": "公式の初回声明 {after}後",
        "told": "公式の初回対応 {after}後(申告)",
    },
    "en": {
        "reply": "First answer after {after}",
        "quote": "First answer (a quote) after {after}",
        "statement": "First statement after {after}",
        "told": "First answer after {after} (as told)",
    },
}


def first(incident: Incident, language: Language) -> str:
    """Say how and when the brand first answered to *incident*; empty while that is not known."""
    known, delay = incident.first_response, waited(incident)
    return "" if known is None or delay is None else after(known.kind, delay, language)


def after(kind: ResponseKind, delay: timedelta, language: Language) -> str:
    """Say how the brand first answered, and how long after the flare-up began.

    >>> after("reply", timedelta(minutes=41), "en"), after("reply", timedelta(minutes=41), "ja")
    ('First answer after 41 min', '公式の初回返信 41分後')
    """
    return AFTER[language][kind].format(after=lasting(delay, language))


def lasting(time: timedelta, language: Language) -> str:
    """Spell a length of time in hours and minutes."""
    words = WORDS[language]
    hours, minutes = divmod(time // timedelta(minutes=1), 60)
    return (words.duration if hours else words.under_an_hour).format(hours=hours, minutes=minutes)
