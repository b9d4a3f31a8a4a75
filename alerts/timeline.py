"""The reasons of a timeline, which are stored in one language, in the words of whoever reads them."""

import re
from typing import Final

from alerts import reasons, story
from alerts.incident import Incident
from alerts.lifecycle import WATCH
from alerts.routing import NameOf, as_known
from alerts.wording import WORDS as PAGE_WORDS
from alerts.wording import Language

_TIME = r"(?P<time>\d\d:\d\d)"
_AWAKE = rf"the first is awake at {_TIME} \((?P<zone>[^)]+)\)"
_PATTERNS: Final = {
    "growth": r"(?P<n>\d+) negative people per hour",
    "minutes": r"for (?P<n>\d+) min",
    "burnt": r"burnt out",
    "awake": r"the snooze is over",
    "still": r"still on it, (?P<who>.+)\?",
    "muted": rf"(?P<what>.+) is muted until {_TIME}(?P<zone> \S+)? \((?P<n>\d+) of (?P<of>\d+) mentions\).*",
    "unmuted": r"no spelling is known that brought it",
    "outgrown": r"three times what was called not a fire",
    "rose": r"grew to (?P<severity>critical|warning)",
    "merged": r"merged into (?P<what>\S+)",
    "gap": r"on route (?P<what>\S*): (?P<who>.+) is called",
    "spared": r"woken too often this week: (?P<who>.+)",
    "asleep": r"asleep: (?P<who>.+)",
    "helpers": r"to (?P<who>.+)",
    "sleeps": rf"(?P<who>.+) sleeps; {_AWAKE}",
    "sleep": rf"(?P<who>.+) and (?P<n>\d+) more sleep; {_AWAKE}",
}
_KNOWN: Final = {name: re.compile(pattern) for name, pattern in _PATTERNS.items()}
_BY_PEOPLE: Final = {name: _KNOWN[name] for name in ("minutes", "muted")}
"""What we note where somebody acted who gave no reason."""
_COMMA = ", "


def why(noted: str, language: Language, shown: NameOf = as_known, by: str = "") -> str:
    """Return a reason that we noted in the reader's words; what people wrote themselves stays as it is.

    *by* is who did it: "to be sure" is our own way to say who was called, and a person's to say why.

    >>> why("risk:safety, negative_30_min", "ja")
    '安全の指摘、30分の不満'
    >>> why("still on it, sato?", "en", lambda who, language: who.title())
    'still on it, Sato?'
    """
    ours = by in {"", WATCH}
    signals = [signal(name, language) for name in noted.split(_COMMA)]
    if ours and all(signals):
        return PAGE_WORDS[language].comma.join(signals)
    for name, pattern in (_KNOWN if ours else _BY_PEOPLE).items():
        if found := pattern.fullmatch(noted):
            return _told(name, found.groupdict(), language, shown)
    return noted


def last(incident: Incident, language: Language) -> str:
    """Return why the last thing happened: in English, which programs read as well, as it was noted."""
    entry = incident.timeline[-1]
    return entry.why if language == "en" else why(entry.why, language, by=entry.by)


def signal(name: str, language: Language) -> str:
    """Return what people call a signal; empty for what is none."""
    kind, _, which = name.partition(":")
    page = PAGE_WORDS[language]
    if name.startswith(reasons.RISK):
        return page.risk.get(which, which)
    said = story.WORDS[language].signals.get(kind, "")
    return f"{said} {which}" if said and which else said


def _told(name: str, found: dict[str, str | None], language: Language, shown: NameOf) -> str:
    page, facts = PAGE_WORDS[language], {key: value or "" for key, value in found.items()}
    if "who" in facts:
        facts["who"] = page.comma.join(shown(who, language) for who in facts["who"].split(_COMMA))
    if "severity" in facts:
        facts["severity"] = page.severity[facts["severity"]]
    return story.WORDS[language].why[name].format(**facts)
