"""The JSON that programs read: event lines, and the bodies of structured channels (docs/schemas)."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec

from alerts.abuse import abusive
from alerts.blindspots import spots
from alerts.defuse import defuse
from alerts.harmless import CAUSES
from alerts.incident import Incident, Quote
from alerts.mute import Exclusion
from alerts.notification_log import Page
from alerts.severity import RANK
from models.flareup import Reason

SCHEMA = 1
FRESH = timedelta(hours=24)
_LONGEST = 500


def stamp(at: datetime) -> str:
    """Return an instant as every body spells it: UTC, with Z."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def envelope(message: str, at: datetime, lasts: timedelta = FRESH) -> dict[str, Any]:
    """Return what every body begins with: schema, message id, when, and until when it matters."""
    return {"schema": SCHEMA, "message": message, "at": stamp(at), "expires": stamp(at + lasts)}


def event_line(incident: Incident) -> dict[str, Any]:
    """Return the line of an incident's transition, as `replay` prints and `event` publishes it."""
    return {
        "event": "incident",
        "id": incident.id,
        "brand": incident.brand,
        "topic": incident.topic,
        "state": incident.state,
        "severity": incident.severity,
        "topics": list(incident.topics),
        "at": stamp(incident.updated_at),
        "started_at": stamp(incident.started_at),
        "mood": incident.mood,
        "reasons": [_reason(reason) for reason in incident.reasons],
    }


def page_line(page: Page) -> dict[str, Any]:
    """Return the line of a page, as `replay` prints and `event` publishes it."""
    return {
        "event": "page",
        "incident": page.incident,
        "severity": page.severity,
        "at": stamp(page.created_at),
        "to": page.to,
        "channel": page.channel,
        "kind": page.kind,
        "text": page.text,
    }


def detail(incident: Incident) -> dict[str, Any]:
    """Return the whole of an incident for a structured channel; quoted words are defused."""
    explanation = incident.explanation
    plain = msgspec.to_builtins(incident)
    hidden = {"explanation", "parts", "reasons", "paged_at", "held_below", "announced", "round", "rung"}
    body: dict[str, Any] = {name: value for name, value in plain.items() if name not in hidden}
    body |= {
        "reasons": [_reason(reason) for reason in incident.reasons],
        "quotes": [_quote(quote) for quote in explanation.quotes],
        "terms": [defuse(term) for term in explanation.terms],
        "new_terms": [
            msgspec.to_builtins(term) | {"term": defuse(term.term)} for term in explanation.new_terms
        ],
        "first": _quote(explanation.first) if explanation.first else None,
        "starter": _quote(explanation.starter) if explanation.starter else None,
        "carriers": [
            one._asdict() | {"who": defuse(one.who), "at": stamp(one.at)} for one in explanation.carriers
        ],
        "observed": msgspec.to_builtins(explanation.observed),
        "reached": [msgspec.to_builtins(source) for source in explanation.reached],
        "harmless": [
            msgspec.to_builtins(sign) | {"what": defuse(sign.what), "cause": CAUSES[sign.sign]}
            for sign in explanation.harmless
        ],
        "blind_spots": [msgspec.to_builtins(spot) for spot in spots(incident)],
        "explained_at": stamp(explanation.at) if explanation.at else None,
        "planned": [msgspec.to_builtins(event) | {"note": defuse(event.note)} for event in incident.planned],
        "exclusions": [_exclusion(one) for one in incident.exclusions],
        "blind": list(explanation.blind),
        "silent": [{"source": name, "since": stamp(since)} for name, since in explanation.silent],
        "timeline": msgspec.to_builtins(incident.timeline[-50:]),
    }
    return body


def incident_body(told: dict[str, Any], message: str, at: datetime) -> dict[str, Any]:
    """Return the retained body of ``incident/<id>``; *told* is the incident's ``detail``."""
    return envelope(message, at, timedelta(hours=72)) | {"incident": told}


def brand_body(brand: str, board: Collection[dict[str, Any]], at: datetime) -> dict[str, Any]:
    """Return the board of one brand: its open incidents (details), and how bad it is."""
    here = [told for told in board if told["brand"] == brand and told["state"] != "resolved"]
    here.sort(key=lambda told: (told["opened_at"], told["id"]))
    shown = (
        "id",
        "topics",
        "state",
        "severity",
        "mood",
        "started_at",
        "learning_since",
        "negative",
        "size",
        "owner",
        "summary",
    )
    incidents = [{name: told[name] for name in shown} for told in here]
    message = f"{brand}:board:{stamp(at)}"
    return envelope(message, at) | {
        "brand": brand,
        "severity": worst(here),
        "incidents": incidents,
        "muted": _muted(brand, board, at),
    }


def _muted(brand: str, board: Iterable[dict[str, Any]], at: datetime) -> list[dict[str, Any]]:
    """Return the spellings of *brand* that do not count now, also of incidents that are over."""
    mutes = (mute for told in board if told["brand"] == brand for mute in told.get("mutes", ()))
    return [mute for mute in mutes if mute["until"] > stamp(at)]


def worst(board: Iterable[dict[str, Any]]) -> str:
    """Return the word for a lamp: the highest severity of the open fires, or ``calm``."""
    fires = (told for told in board if told["state"] != "resolved" and told["mood"] in {"negative", "mixed"})
    return max((str(told["severity"]) for told in fires), key=lambda word: RANK[word], default="calm")


def encode(body: dict[str, Any]) -> bytes:
    """Return a body as JSON."""
    return msgspec.json.encode(body)


def quoted_in(incident: Incident) -> tuple[str, ...]:
    """Return the keys of the posts whose text a body of this incident carries."""
    return tuple(sorted({f"{quote.source}/{quote.id}" for quote in incident.explanation.quoted}))


def named_in(incident: Incident) -> tuple[str, ...]:
    """Return the keys of the posts whose words or author a body of this incident carries."""
    return (*quoted_in(incident), *(carrier.post for carrier in incident.explanation.carriers))


def _exclusion(exclusion: Exclusion) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(exclusion)
    words = {name: [defuse(word) for word in told[name]] for name in ("words", "beside")}
    return told | words


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "signal": reason.signal,
        "value": reason.value,
        "expected": reason.expected,
        "low": reason.low,
        "high": reason.high,
    }


def _quote(quote: Quote) -> dict[str, Any]:
    return {
        "post": f"{quote.source}/{quote.id}",
        "text": defuse(quote.text[:_LONGEST]),
        "who": defuse(quote.author[:_LONGEST]),
        "url": quote.url if quote.url.startswith(("https://", "http://")) else "",
        "at": stamp(quote.at) if quote.at else None,
        "others": quote.others,
        "passed": quote.passed,
        "abusive": abusive(quote.text),
    }
