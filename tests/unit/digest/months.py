"""A month to report: fires with verdicts, nights, voices by the hour."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from alerts.digest.material import Heard, Material, Run, Sent
from alerts.digest.night import Night
from alerts.incident import Entry, Incident, Verdict
from tests.fakes_alerts import an_incident
from tests.unit.digest.nights import TOKYO

START = datetime(2026, 11, 1, tzinfo=TOKYO).astimezone(UTC)
MONTH = Night(START, datetime(2026, 12, 1, tzinfo=TOKYO).astimezone(UTC))
MINUTE = timedelta(minutes=1)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Return an instant of November by the clock of Tokyo."""
    return datetime(2026, 11, day, hour, minute, tzinfo=TOKYO).astimezone(UTC)


def fire(day: int, hour: int, verdict: Verdict | None = None, **fields: Any) -> Incident:
    """Return a fire of the month; one with ``answer`` was acknowledged after so many minutes."""
    began = at(day, hour)
    minutes = fields.pop("answer", None)
    lines = [Entry(at=began, what="opened", by="hinoban")]
    if minutes is not None:
        lines.append(Entry(at=began + minutes * MINUTE, what="acknowledged", by="sato"))
    given: dict[str, Any] = {
        "id": f"sakura:pudding:{began:%Y%m%dT%H%MZ}",
        "started_at": began,
        "opened_at": began,
        "state": "resolved",
        "resolved_at": began + timedelta(hours=3),
        "verdict": verdict,
        "timeline": tuple(lines),
    }
    return msgspec.structs.replace(an_incident("critical"), **(given | fields))


def call(one: Incident, to: str = "sato", *, after: float = 0, night: bool = True, **fields: Any) -> Sent:
    """Return a page of a fire, so many minutes after it opened."""
    moment = one.opened_at + after * MINUTE
    given: dict[str, Any] = {"channel": "push", "kind": "first", "severity": one.severity}
    given |= {"sound": f"{one.id}:{to}:{after}"}
    return Sent(incident=one.id, brand=one.brand, to=to, at=moment, night=night, **(given | fields))


def november() -> Material:
    """Return a month with five fires: two real, one noise, one campaign by day, one nobody judged."""
    real, late = fire(3, 2, "real", answer=4), fire(9, 23, "real", answer=20)
    noise = fire(12, 4, "noise", answer=2)
    campaign = fire(15, 12, "campaign", answer=1)
    open_one = fire(20, 3)
    reopened = Entry(at=at(3, 5), what="reopened", by="hinoban")
    real = msgspec.structs.replace(real, timeline=(*real.timeline, reopened), reopened=1)
    sent = (
        call(real),
        call(real, channel="voice"),
        call(late),
        call(late, "tanaka", after=6, kind="escalation"),
        call(noise),
        call(campaign, "tanaka", night=False, severity="warning"),
        call(open_one),
        call(open_one, "tanaka", after=6, kind="escalation"),
    )
    heard = tuple(
        Heard(at(day, hour), voice, count, count // 3, count)
        for day in range(1, 31)
        for hour in range(24)
        for voice, count in (("complaint", hour), ("question", 6), ("praise", 2))
    )
    runs = (Run(at(1, 0) - timedelta(days=3), MONTH.end),)
    return Material(incidents=(real, late, noise, campaign, open_one), sent=sent, heard=heard, runs=runs)
