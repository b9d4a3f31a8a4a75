"""What a dispatcher decides about one incident, purely: is this old news, who is asked again, which page."""

from collections.abc import Collection
from datetime import datetime

import msgspec

from alerts import lifecycle, routing
from alerts.incident import Explanation, Incident, Quote
from alerts.notification_log import PageKind
from models.flareup import FlareUp

_ALIGHT = frozenset({"burning", "easing", "ember"})


def opens(flare: FlareUp) -> bool:
    """Tell whether a flare-up that no incident claims is one: an end is not, and growth only if it burns."""
    if flare.transition in {"closed", "eased"}:
        return False
    return flare.transition in {"ember", "opened", "reignited"} or flare.reading.state in _ALIGHT


def reopens(incident: Incident, flare: FlareUp) -> bool:
    """Tell whether a flare-up takes a resolved incident up again; "not a fire" holds until the next x3."""
    again = flare.transition in {"opened", "reignited"}
    again = again or (flare.transition == "grown" and flare.size > incident.announced)
    return again and flare.size >= incident.held_below


def stale(incident: Incident, flare: FlareUp) -> bool:
    """Tell whether a flare-up's transition was taken in already (it is seen again after a crash)."""
    if not incident.open:
        return incident.resolved_at is not None and flare.at <= incident.resolved_at
    return any(part.topic == flare.key.topic and flare.at < part.at for part in incident.parts)


def answerable(incident: Incident, *, rose: bool, outgrown: bool, now: datetime) -> Incident:
    """Break a snooze or a hold that growth has overtaken; an owner of a critical fire is asked again."""
    if outgrown:
        return lifecycle.awake(incident, now, "three times what was called not a fire")
    if rose and incident.state == "snoozed" and not incident.held_below:
        return lifecycle.awake(incident, now, f"grew to {incident.severity}")
    if rose and incident.state == "acknowledged" and incident.severity == "critical":
        return msgspec.structs.replace(incident, ack_until=now + lifecycle.CRITICAL_ACK)
    return incident


def page_for(before: Incident, after: Incident, *, rose: bool, outgrown: bool) -> tuple[PageKind | None, str]:
    """Return the kind of page a growth earns, and the occasion that keeps its key unique."""
    if outgrown:
        return "grown", f"outgrown-{after.revision}"
    if not rose or after.held_below:
        return None, ""
    if routing.pages(before):
        return "grown", f"{after.reopened}-{after.severity}"
    return "first", str(after.reopened)


def ran_out(incident: Incident, now: datetime) -> str:
    """Say what ran out, an acknowledgement or a snooze; empty when nothing did."""
    if incident.state == "acknowledged" and incident.ack_until is not None and incident.ack_until <= now:
        return f"still on it, {incident.owner}?"
    if incident.state == "snoozed" and incident.snoozed_until is not None and incident.snoozed_until <= now:
        return "the snooze is over"
    return ""


def without(incident: Incident, posts: Collection[str], now: datetime) -> Incident:
    """Drop the quotes of deleted posts."""
    told = incident.explanation

    def kept(quote: Quote | None) -> bool:
        return quote is not None and f"{quote.source}/{quote.id}" not in posts

    left: Explanation = msgspec.structs.replace(
        told,
        quotes=tuple(quote for quote in told.quotes if kept(quote)),
        starter=told.starter if kept(told.starter) else None,
        first=told.first if kept(told.first) else None,
        carriers=tuple(carrier for carrier in told.carriers if carrier.post not in posts),
    )
    return lifecycle.noted(lifecycle.explained(incident, left), now, "quote deleted")
