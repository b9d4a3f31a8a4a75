"""The tiny page behind a one-tap link: one headline, one big button, no script."""

import base64
import hashlib
from datetime import datetime
from html import escape
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from alerts.defuse import clip, defuse
from alerts.incident import Incident
from alerts.links.desk import Outcome, Sight
from alerts.links.link import Link
from alerts.links.wording import WORDS, Words
from alerts.wording import Language

STYLE = "\n" + (Path(__file__).parent / "tap.css").read_text(encoding="utf-8")
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow, noarchive">
<meta name="format-detection" content="telephone=no">
<title>{title}</title>
<style>{style}</style>
</head>
<body><main><div class="card {severity}">
<p class="name">{name}</p>
{content}
</div></main></body>
</html>
"""
_ACTS = frozenset({"ask", "taken"})
_NAMED = 40  # half-width cells of a name


class Plain(NamedTuple):
    """A page that speaks of no incident: two sentences."""

    said: str
    more: str


def of(sight: Sight, language: Language) -> str:
    """Return the HTML for *sight*; *language* is spoken where no link says which."""
    link, incident = sight.link, sight.incident
    if link is None:
        return _plain(sight.outcome, language)
    words = WORDS[link.language]
    if incident is None:
        return _framed(link.language, _sentences(Plain(words.expired, words.newest)), words.expired)
    headline = incident.summaries.get(link.language) or incident.summary or incident.id
    content = [f"<h1>{escape(headline)}</h1>", *_told(sight.outcome, link, incident, words)]
    content += [_elsewhere(sight, words)] if sight.others else []
    return _framed(link.language, "\n".join(content), headline, incident.severity if incident.open else "")


def too_many(language: Language) -> str:
    """Return the HTML for somebody who opened many links that do not work."""
    words = WORDS[language]
    return _framed(language, _sentences(Plain(words.too_many, words.too_many_more)), words.too_many)


def _plain(outcome: Outcome, language: Language) -> str:
    words = WORDS[language]
    told = Plain(words.unknown, words.unknown_more)
    if outcome == "busy":
        told = Plain(words.busy, words.busy_more)
    return _framed(language, _sentences(told), told.said)


def _sentences(told: Plain) -> str:
    return f"<h1>{escape(told.said)}</h1>\n{_p(told.more)}"


def _told(outcome: Outcome, link: Link, incident: Incident, words: Words) -> list[str]:
    clock = ZoneInfo(link.zone)
    state = [_p(line) for line in _state(incident, words, clock)]
    if outcome in _ACTS:
        lines = [*_before(outcome, link, incident, words, clock), _form(outcome, link, incident, words)]
        as_whom = words.as_whom.format(to=_name(link.to))
        return [*lines, _p(words.harmless, "soft"), _p(as_whom, "soft")]
    if outcome == "done":
        until = _time(incident.snoozed_until or incident.updated_at, clock)
        return [_p(words.done[link.purpose].format(until=until), "said"), *state]
    if outcome == "already":
        used = words.used.format(at=_time(link.used_at, clock)) if link.used_at else ""
        again = words.newest if incident.state in {"triggered", "reopened"} else ""
        if incident.state == "acknowledged":
            state[0] = _p(_taken(incident, words, clock), "said")
        return [*state, *(_p(line, "soft") for line in (used, again) if line)]
    said = {"over": words.over, "stale": words.stale}.get(outcome, words.refused)
    return [_p(said, "said"), *state, *([_p(words.newest, "soft")] if outcome != "over" else [])]


def _before(outcome: Outcome, link: Link, incident: Incident, words: Words, clock: ZoneInfo) -> list[str]:
    """Say how it stands and what pressing does."""
    if outcome == "taken":
        return [_p(_taken(incident, words, clock), "said")]
    lines = [_p(line, "soft") for line in _state(incident, words, clock)]
    return [*lines, _p(words.effect[link.purpose])]


def _form(outcome: Outcome, link: Link, incident: Incident, words: Words) -> str:
    if outcome == "taken":
        owner = escape(incident.owner, quote=True)
        label = escape(words.take_over.format(owner=_name(incident.owner)))
        buttons = f'<button class="over" name="instead_of" value="{owner}">{label}</button>'
    elif link.purpose == "verdict":
        buttons = "\n".join(
            f'<button class="choice" name="verdict" value="{verdict}">{escape(label)}</button>'
            for verdict, label in words.verdict.items()
        )
    else:
        buttons = f"<button>{escape(words.button[link.purpose])}</button>"
    # Without an action it posts to the address it came from, below whatever path a proxy added.
    return f'<form method="post">\n{buttons}\n</form>'


def _elsewhere(sight: Sight, words: Words) -> str:
    """Lead to what else can be done; each has a page and a button of its own."""
    leads = (f'<a href="{token}">{escape(words.button[purpose])}</a>' for purpose, token in sight.others)
    return f'<nav aria-label="{escape(words.elsewhere)}">{" ".join(leads)}</nav>'


def _state(incident: Incident, words: Words, clock: ZoneInfo) -> list[str]:
    owner, lines = _name(incident.owner), []
    if incident.state == "acknowledged":
        lines.append(words.acknowledged.format(owner=owner, since=_time(_since(incident), clock)))
        if incident.ack_until is not None:
            lines.append(words.until.format(until=_time(incident.ack_until, clock)))
    elif incident.state == "snoozed" and incident.snoozed_until is not None:
        lines.append(words.snoozed.format(owner=owner, until=_time(incident.snoozed_until, clock)))
    elif incident.state == "resolved":
        lines.append(words.resolved.format(since=_time(incident.resolved_at or incident.updated_at, clock)))
    else:
        lines.append(words.waiting)
    if incident.verdict:
        lines.append(words.judged.format(verdict=words.verdict[incident.verdict]))
    return lines


def _taken(incident: Incident, words: Words, clock: ZoneInfo) -> str:
    since = _time(_since(incident), clock)
    return words.taken.format(owner=_name(incident.owner), since=since)


def _since(incident: Incident) -> datetime:
    """Return when the incident was acknowledged last."""
    lines = (entry.at for entry in reversed(incident.timeline) if entry.what == "acknowledged")
    return next(lines, incident.updated_at)


def _name(name: str) -> str:
    return clip(defuse(name), _NAMED)


def _time(at: datetime, clock: ZoneInfo) -> str:
    return f"{at.astimezone(clock):%H:%M}"


def _p(text: str, kind: str = "") -> str:
    return f'<p class="{kind}">{escape(text)}</p>' if kind else f"<p>{escape(text)}</p>"


def _framed(language: Language, content: str, title: str, severity: str = "") -> str:
    return _PAGE.format(
        language=language,
        title=escape(title),
        style=STYLE,
        severity=severity,
        name=WORDS[language].name,
        content=content,
    )
