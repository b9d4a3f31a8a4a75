"""The tiny page behind a one-tap link: one headline, one big button, no script."""

import base64
import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from html import escape
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from alerts.defuse import clip, defuse
from alerts.incident import Incident, Verdict
from alerts.links.desk import Outcome, Sight
from alerts.links.link import Link
from alerts.links.wording import WORDS, Words
from alerts.routing import NameOf, as_known
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
HeadlineOf = Callable[[Incident, Language, str], str]
"""Returns line 1 of a page about an incident for a reader of a language, by the clock of a zone."""
_ACTS = frozenset({"ask", "taken"})
_NAMED = 40  # half-width cells of a name


class Plain(NamedTuple):
    """A page that speaks of no incident: two sentences."""

    said: str
    more: str


def summed(incident: Incident, language: Language, zone: str) -> str:
    """Return the headline that an incident carries, by the clock of whoever is paged by default."""
    del zone
    return incident.summaries.get(language) or incident.summary or incident.id


def of(sight: Sight, language: Language, name_of: NameOf = as_known, headline_of: HeadlineOf = summed) -> str:
    """Return the HTML for *sight*; *language* is spoken where no link says which, people are seen by name."""
    link, incident = sight.link, sight.incident
    if link is None:
        return _plain(sight.outcome, language)
    words = WORDS[link.language]
    if incident is None:
        return _framed(link.language, _sentences(Plain(words.expired, words.newest)), words.expired)
    link, incident = _named(link, incident, name_of)
    headline = headline_of(incident, link.language, link.zone)
    content = [f"<h1>{escape(headline)}</h1>", *_told(sight, link, incident, words)]
    content += [_elsewhere(sight, words)] if sight.others else []
    return _framed(link.language, "\n".join(content), headline, incident.severity if incident.open else "")


def _named(link: Link, incident: Incident, name_of: NameOf) -> tuple[Link, Incident]:
    """Return both with the names by which the reader knows people; what is pressed names them as we do."""
    to, owner = (name_of(who, link.language) for who in (link.to, incident.owner))
    return msgspec.structs.replace(link, to=to), msgspec.structs.replace(incident, owner=owner)


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


def _told(sight: Sight, link: Link, incident: Incident, words: Words) -> list[str]:
    clock, outcome = ZoneInfo(link.zone), sight.outcome
    state = [_p(line) for line in _state(incident, words, clock)]
    if outcome in _ACTS:
        lines = [*_before(outcome, link, incident, words, clock), _form(sight, link, incident, words)]
        as_whom = words.as_whom.format(to=_name(link.to))
        return [*lines, _p(words.harmless, "soft"), _p(as_whom, "soft")]
    if outcome == "done":
        until = _time(incident.snoozed_until or incident.updated_at, clock)
        return [
            _p(words.done["muted" if sight.namesake else link.purpose].format(until=until), "said"),
            *_silenced(sight, words, clock),
            *state,
        ]
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
        judged = [words.judged.format(verdict=words.verdict[incident.verdict])] if incident.verdict else []
        return [_p(_taken(incident, words, clock), "said"), *(_p(line, "soft") for line in judged)]
    lines = [_p(line, "soft") for line in _state(incident, words, clock)]
    return [*lines, _p(words.effect[link.purpose])]


def _form(sight: Sight, link: Link, incident: Incident, words: Words) -> str:
    if sight.outcome == "taken":
        label = words.take_over.format(owner=_name(incident.owner))
        owner = sight.incident.owner if sight.incident else ""
        buttons = [_button(label, "over", "instead_of", owner)]
    elif link.purpose == "verdict":
        buttons = list(_verdicts(sight, ("real", "noise", "campaign", "not_us"), link, words))
    else:
        buttons = [f"<button>{escape(words.button[link.purpose])}</button>"]
    if sight.outcome == "ask" and link.purpose == "not_a_fire":
        buttons += [_p(words.because), *_verdicts(sight, ("campaign", "not_us"), link, words)]
    # Without an action it posts to the address it came from, below whatever path a proxy added.
    return "\n".join(('<form method="post">', *buttons, "</form>"))


def _verdicts(sight: Sight, offered: tuple[Verdict, ...], link: Link, words: Words) -> Iterator[str]:
    """Yield a button for each verdict, and one that also mutes what the last of them is about."""
    for verdict in offered:
        yield _button(words.verdict[verdict], "choice", "verdict", verdict)
    if (muted := sight.namesake) is not None:
        until = _time(muted.until, ZoneInfo(link.zone))
        also = words.mute.format(spelling=clip(defuse(muted.spelling), _NAMED), until=until)
        yield _button(words.verdict["not_us"], "choice", "mute", muted.spelling, also)
        yield _p(words.muting, "soft")


def _button(label: str, kind: str, name: str, value: str, also: str = "") -> str:
    given = f'class="{kind}" name="{name}" value="{escape(value, quote=True)}"'
    more = f"<small>{escape(also)}</small>" if also else ""
    return f"<button {given}>{escape(label)}{more}</button>"


def _silenced(sight: Sight, words: Words, clock: ZoneInfo) -> list[str]:
    """Say what became of a mute that was asked for."""
    if (muted := sight.namesake) is not None:
        spelling = clip(defuse(muted.spelling), _NAMED)
        return [_p(words.muted.format(spelling=spelling, until=_time(muted.until, clock)))]
    return [_p(words.not_muted)] if sight.unmuted else []


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
