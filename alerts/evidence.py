"""The port of evidence: what an explanation may look at."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

import msgspec
import structlog

from alerts import lifecycle
from alerts.explain import explain
from alerts.incident import Incident
from models.mention import Mention

log = structlog.get_logger(__name__)

_LIMIT = 2_000
_EARLIER = timedelta(hours=24)


class Evidence(Protocol):
    """Reads back what was said, and what could not be heard."""

    @property
    def blind(self) -> Sequence[str]:
        """Return the names of what is not watched at all ("X", "Instagram")."""
        ...

    async def mentions(
        self, brand: str, topics: Sequence[str], since: datetime, until: datetime, limit: int
    ) -> list[Mention]:
        """Return the newest *limit* mentions in [since, until], oldest first, with scores and clusters."""
        ...

    def silent_sources(self, now: datetime) -> Sequence[tuple[str, datetime]]:
        """Return the sources that are silent though they should not be, and since when."""
        ...


class NoEvidence:
    """Evidence of nothing: pages then carry figures only."""

    blind: Sequence[str] = ()

    async def mentions(
        self, brand: str, topics: Sequence[str], since: datetime, until: datetime, limit: int
    ) -> list[Mention]:
        """Return nothing."""
        del brand, topics, since, until, limit
        return []

    def silent_sources(self, now: datetime) -> Sequence[tuple[str, datetime]]:
        """Return nothing."""
        del now
        return ()


class Witness:
    """Looks the evidence up; a page goes out without it rather than not at all."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence

    async def explained(self, incident: Incident, now: datetime) -> Incident:
        """Attach what was said since the incident began."""
        brand, topics, start = incident.brand, incident.topics, incident.started_at
        try:
            current = await self._evidence.mentions(brand, topics, start, now, _LIMIT)
            earlier = await self._evidence.mentions(brand, topics, start - _EARLIER, start, _LIMIT)
        except Exception:
            log.exception("no evidence for an incident", incident=incident.id)
            return self.blinded(incident, now)
        explanation = await asyncio.to_thread(
            explain,
            current,
            earlier=earlier,
            blind=self._evidence.blind,
            silent=self._evidence.silent_sources(now),
        )
        return lifecycle.explained(incident, explanation)

    def blinded(self, incident: Incident, now: datetime) -> Incident:
        """Attach only what is not heard now, and keep what was said."""
        explanation = msgspec.structs.replace(
            incident.explanation,
            blind=tuple(self._evidence.blind),
            silent=tuple(self._evidence.silent_sources(now)),
        )
        return lifecycle.explained(incident, explanation)
