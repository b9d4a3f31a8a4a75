"""Incidents and pages as a log is given them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from alerts.incident import Entry, Explanation, Incident, Quote
from alerts.notification_log import Page
from models.flareup import Reason

NOW = datetime(2026, 11, 20, 17, 40, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def incident(name: str = "pudding", minutes: int = 0, **changes: Any) -> Incident:
    """Return an incident that opened so many minutes after the start."""
    at = NOW + minutes * MINUTE
    return msgspec.structs.replace(
        Incident(
            id=f"sakura:{name}:{at:%Y%m%dT%H%MZ}",
            brand="sakura",
            topic=name,
            topics=(name,),
            state="triggered",
            severity="warning",
            mood="negative",
            started_at=at,
            opened_at=at,
            updated_at=at,
            reasons=(Reason(signal="volume", value=38.0, expected=5.0),),
            explanation=Explanation(quotes=(Quote(source="jsonl", id="1", text="虫が入ってた", at=at),)),
            timeline=(Entry(at=at, what="opened"),),
        ),
        **changes,
    )


def page(key: str = "a", minutes: int = 0, **changes: Any) -> Page:
    """Return a page decided so many minutes after the start."""
    at = NOW + minutes * MINUTE
    return msgspec.structs.replace(
        Page(
            key=key,
            incident="sakura:pudding:20261120T1740Z",
            brand="sakura",
            channel="stdout",
            to="team",
            kind="first",
            severity="critical",
            created_at=at,
            decided_at=at,
            text="【緊急】さくらプリン",
            payload=msgspec.Raw('{"text":"虫"}'.encode()),
        ),
        **changes,
    )
