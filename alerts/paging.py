"""Turning a decision into rows of the outbox: one page per person and channel, one state per publisher."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from alerts import bodies, routing
from alerts.chart import content
from alerts.digest.standdown import Rule
from alerts.escalation import allclear, bundling, climb, crowd, memory
from alerts.escalation.climb import Call
from alerts.escalation.quiet_hours import asleep
from alerts.escalation.record import Round
from alerts.incident import Incident
from alerts.links.offer import Links, Offer
from alerts.notification_log import Page, PageKind
from alerts.page import BESIDE, House, TopicOf, title, unnamed, write
from alerts.policy import Policy
from alerts.routing import Receiver
from alerts.wording import WORDS, Language

__all__ = ["Change", "Paging", "Policy", "When", "rings"]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One change of an incident: before and after, its event line (None: only figures), its new pages."""

    before: Incident | None
    after: Incident
    event: dict[str, Any] | None
    pages: tuple[Page, ...] = ()

    def lines(self) -> list[dict[str, Any]]:
        """Return the lines that `replay` prints for this change."""
        return [*([self.event] if self.event else []), *(bodies.page_line(page) for page in self.pages)]


class When(NamedTuple):
    """The instant of a decision, and when the post that decided it was received."""

    now: datetime
    decided_at: datetime


class Paging:
    """Decides whom a policy calls about an incident, and writes pages and states."""

    def __init__(self, policy: Policy, topic_of: TopicOf = unnamed, links: Links | None = None) -> None:
        self.policy = policy
        self.topic_of = topic_of
        self.links = links

    def due_at(self, incident: Incident, now: datetime) -> datetime | None:
        """Return when somebody is to be called about *incident* next; None while nobody is."""
        waiting = [one.until for one in incident.postponed if one.kind == allclear.KIND and not one.became]
        if not incident.open:
            return min(waiting, default=None)
        return climb.due_at(self._adopted(incident), self.policy.route(incident), now)

    def spared(self, incident: Incident, load: dict[str, int], now: datetime) -> tuple[str, ...]:
        """Return who had so many night pages this week that the next one is called before them."""
        return crowd.overburdened(self.policy.route(incident), self.policy.everybody(), now, load)

    def capped(self) -> bool:
        """Tell whether anybody's night pages are capped at all."""
        return any(one.night_cap for one in self.policy.people.receivers.values())

    def next_channel(self, page: Page) -> str | None:
        """Return where a page goes that its channel cannot deliver: its receiver's next one.

        What must not ring at night goes to nothing that wakes.
        """
        people = self.policy.everybody()
        receiver = people.receivers.get(page.to, self.policy.receiver)
        quiet = not routing.rings(page.kind) and asleep(receiver, page.created_at)
        return routing.next_channel(receiver, page.channel, people.waking if quiet else ())

    def called(
        self, incident: Incident, others: Iterable[Incident], when: When
    ) -> tuple[Incident, list[Page]]:
        """Take what is due of the incident's ladder: return it as it then stands, and the pages.

        *others* are the incidents whose pages may have made the same sound a moment ago.
        """
        people = self.policy.everybody()
        incident = self._adopted(incident)
        decision = climb.decide(incident, self.policy.route(incident), people, when.now)
        if decision is None:
            return incident, []
        within = timedelta(seconds=self.policy.bundle_seconds)
        known = {other.id: other for other in others}
        calls = tuple(
            bundling.bundled(call, incident, known.values(), when.now, within) for call in decision.calls
        )
        told = memory.told(incident, decision._replace(calls=calls), when.now)
        return told, [page for call in calls for page in self._rows(told, call, known, when)]

    def all_clear(self, incident: Incident, when: When) -> tuple[Incident, list[Page]]:
        """Tell everybody who was called that it is over: without a sound, or in their morning."""
        if not routing.pages(incident):
            return incident, []
        people, fallback = self.policy.everybody(), self.policy.route(incident).fallback
        told = allclear.over(incident, people, fallback, when.now)
        incident = memory.postponing(memory.settled(incident, "over"), told.postponed)
        return incident, [page for call in told.calls for page in self._rows(incident, call, {}, when)]

    def morning(self, incident: Incident, when: When) -> tuple[Incident, list[Page]]:
        """Send the all-clears that waited for the end of somebody's night."""
        calls = allclear.owed(incident, self.policy.everybody(), when.now)
        incident = memory.settled(incident, "paged", when.now)
        return incident, [page for call in calls for page in self._rows(incident, call, {}, when)]

    def pages(
        self, incident: Incident, kind: PageKind, occasion: str, *, now: datetime, decided_at: datetime
    ) -> list[Page]:
        """Return the page of *kind* for each channel of the fallback receiver, whatever the hour."""
        if not routing.pages(incident):
            return []
        call = Call(self.policy.receiver, self.policy.receiver.channels, kind, occasion)
        return list(self._rows(incident, call, {}, When(now, decided_at)))

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

    def headline(self, incident: Incident, language: Language, zone: str) -> str:
        """Return the headline as somebody reads it who has another language or clock than the receiver."""
        reader = msgspec.structs.replace(self.policy.receiver, language=language, zone=zone)
        return title(incident, receiver=reader, topic_of=self.topic_of)

    def _adopted(self, incident: Incident) -> Incident:
        """Give a round to an incident that an older version paged: its first step was taken then."""
        if incident.round is not None or incident.paged_at is None or not incident.open:
            return incident
        asking = Round(at=incident.paged_at, kind="first", occasion=f"{incident.reopened}-adopted", done=1)
        return msgspec.structs.replace(incident, round=asking)

    def _rows(self, incident: Incident, call: Call, known: dict[str, Incident], when: When) -> Iterator[Page]:
        beside = [
            title(known[name], receiver=call.to, topic_of=self.topic_of) for name in call.beside[:BESIDE]
        ]
        offer = self._offered(incident, call, when)
        written = write(
            self._addressed(incident, call.to),
            call.kind,
            receiver=call.to,
            topic_of=self.topic_of,
            ways=offer.ways,
            beside=beside,
            house=self._house(incident),
        )
        quoted = tuple(sorted({*written.quoted, *bodies.quoted_in(incident)}))
        for channel in call.channels:
            page = Page(
                key=f"{incident.id}:{call.kind}:{call.occasion}:{call.to.name}:{channel}",
                incident=incident.id,
                brand=incident.brand,
                channel=channel,
                to=call.to.name,
                kind=call.kind,
                severity=incident.severity,
                created_at=when.now,
                decided_at=when.decided_at,
                text=written.text,
                short=written.short,
                quoted=quoted,
                night=call.night,
                sound=call.sound,
                silent=channel in call.silent,
                link=offer.first(f"{written.text}\n{written.short}"),
                links=offer.remembered,
            )
            yield self._row(page, incident, call.to)

    def _addressed(self, incident: Incident, reader: Receiver) -> Incident:
        """Ask "still on it?" nobody but the owner, where the owner is somebody whom a page can reach."""
        owner = self.policy.everybody().called(incident.owner)
        if owner in {None, reader} or incident.state == "acknowledged":
            return incident
        return msgspec.structs.replace(incident, owner="")

    def _offered(self, incident: Incident, call: Call, when: When) -> Offer:
        """Return how *call* is answered: by links where there are any, else by what to type."""
        if self.links is None:
            return Offer(self.policy.ways)
        return self.links.offer(incident, call.kind, call.to, when.now, self.policy.ways)

    def _present(self, incident: Incident) -> str:
        if not routing.pages(incident):
            return self.summary(incident)
        kind: PageKind = "first" if incident.open else "resolved"
        policy = self.policy
        return write(
            incident,
            kind,
            receiver=policy.receiver,
            topic_of=self.topic_of,
            ways=policy.ways,
            house=self._house(incident),
        ).text

    def _house(self, incident: Incident) -> House:
        return House(self.policy.everybody().shown, self.policy.rules.get(incident.brand, Rule()))

    def _row(self, page: Page, incident: Incident, reader: Receiver | None = None) -> Page:
        state = page.kind in {"state", "event"}
        line = bodies.event_line(incident) if state else bodies.page_line(page) | _ringing(page)
        body = bodies.envelope(page.key, page.created_at) | line | {"detail": bodies.detail(incident)}
        chart = content.of(incident, reader) if reader else None
        if chart is not None:
            body["chart"] = msgspec.to_builtins(chart)
        return msgspec.structs.replace(page, payload=msgspec.Raw(bodies.encode(body)))


def _ringing(page: Page) -> dict[str, Any]:
    # For channels that only know a severity: an all-clear of a critical fire must not sound like one.
    return {"rings": routing.rings(page.kind) and not page.silent}


def rings(pages: Sequence[Page]) -> tuple[Page, ...]:
    """Return the pages that go to people, not the states that go to boards."""
    return tuple(page for page in pages if page.kind not in {"state", "event"})
