"""Turning a decision into rows of the outbox: one page per channel, one state per publisher."""

from datetime import datetime
from typing import Any

import msgspec

from alerts import bodies, routing
from alerts.incident import Incident
from alerts.notification_log import Page, PageKind
from alerts.page import TopicOf, Ways, title, unnamed, write
from alerts.routing import Receiver
from alerts.wording import WORDS


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """Who hears of what: the fallback receiver is paged, ``publishers`` are told every present state."""

    receiver: Receiver = Receiver()
    publishers: tuple[str, ...] = ()
    ways: Ways = Ways()
    repeat_minutes: int = 10  # remind until acknowledged; 0 never
    merge_minutes: int = 120  # fires of one brand that overlap within this are one incident
    remember_hours: int = 72  # how long a resolved incident can be reopened


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One change of an incident: before and after, its event line (None: only figures), its new pages."""

    before: Incident | None
    after: Incident
    event: dict[str, Any] | None
    pages: tuple[Page, ...] = ()

    def lines(self) -> list[dict[str, Any]]:
        """Return the lines that `replay` prints for this change."""
        return [*([self.event] if self.event else []), *(bodies.page_line(page) for page in self.pages)]


class Paging:
    """Writes pages and states for a policy."""

    def __init__(self, policy: Policy, topic_of: TopicOf = unnamed) -> None:
        self.policy = policy
        self.topic_of = topic_of

    def pages(
        self, incident: Incident, kind: PageKind, occasion: str, *, now: datetime, decided_at: datetime
    ) -> list[Page]:
        """Return the page of *kind* for each channel of the receiver; *occasion* makes its key unique."""
        if not routing.pages(incident):
            return []
        receiver = self.policy.receiver
        written = write(incident, kind, receiver=receiver, topic_of=self.topic_of, ways=self.policy.ways)
        return [
            self._row(
                Page(
                    key=f"{incident.id}:{kind}:{occasion}:{receiver.name}:{channel}",
                    incident=incident.id,
                    brand=incident.brand,
                    channel=channel,
                    to=receiver.name,
                    kind=kind,
                    severity=incident.severity,
                    created_at=now,
                    decided_at=decided_at,
                    text=written.text,
                    short=written.short,
                    quoted=tuple(sorted({*written.quoted, *bodies.quoted_in(incident)})),
                ),
                incident,
            )
            for channel in receiver.channels
        ]

    def states(
        self, incident: Incident, event: dict[str, Any] | None, *, now: datetime, decided_at: datetime
    ) -> list[Page]:
        """Return one row per publisher: the incident's present state, and the event if there was one.

        The text is the page as it would read now, for boards and alerts that stand beside it.
        """
        text = self._present(incident) if self.policy.publishers else ""
        return [
            self._row(
                Page(
                    key=f"{incident.id}:state:{incident.revision}:{channel}",
                    incident=incident.id,
                    brand=incident.brand,
                    channel=channel,
                    to=channel,
                    kind="event" if event else "state",
                    severity=incident.severity,
                    created_at=now,
                    decided_at=decided_at,
                    text=text,
                    quoted=bodies.quoted_in(incident),
                ),
                incident,
            )
            for channel in self.policy.publishers
        ]

    def summary(self, incident: Incident) -> str:
        """Return the headline of an incident as it stands, in the language of the receiver."""
        return title(incident, receiver=self.policy.receiver, topic_of=self.topic_of)

    def summaries(self, incident: Incident) -> dict[str, str]:
        """Return the headline by language, for programs whose readers read another than the receiver."""
        readers = (msgspec.structs.replace(self.policy.receiver, language=language) for language in WORDS)
        return {one.language: title(incident, receiver=one, topic_of=self.topic_of) for one in readers}

    def _present(self, incident: Incident) -> str:
        if not routing.pages(incident):
            return self.summary(incident)
        kind: PageKind = "first" if incident.open else "resolved"
        policy = self.policy
        return write(incident, kind, receiver=policy.receiver, topic_of=self.topic_of, ways=policy.ways).text

    def _row(self, page: Page, incident: Incident) -> Page:
        state = page.kind in {"state", "event"}
        line = bodies.event_line(incident) if state else bodies.page_line(page) | _ringing(page)
        body = bodies.envelope(page.key, page.created_at) | line | {"detail": bodies.detail(incident)}
        return msgspec.structs.replace(page, payload=msgspec.Raw(bodies.encode(body)))


def _ringing(page: Page) -> dict[str, Any]:
    # For channels that only know a severity: an all-clear of a critical fire must not sound like one.
    return {"rings": routing.rings(page.kind)}
