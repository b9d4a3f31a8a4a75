"""The dispatcher: takes flare-ups and commands, keeps the incidents, and decides who is told."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

import msgspec
import structlog

from alerts import decision, lifecycle, routing
from alerts.bodies import event_line, named_in
from alerts.command import Answer, Command
from alerts.evidence import Evidence, NoEvidence, Witness
from alerts.grouping import claimed_by
from alerts.incident import Incident
from alerts.naming import named
from alerts.notification_log import NotificationLog, Page, PageKind
from alerts.paging import Change, Paging
from alerts.response import respond
from alerts.severity import Judgement, SeveritySettings, higher, judge
from models.flareup import FlareUp

log = structlog.get_logger(__name__)

_QUIET_WRITES = timedelta(seconds=10)  # figures alone are written and published no oftener


def default_severity(brand: str) -> SeveritySettings:
    """Return the default severity settings, for any brand."""
    del brand
    return SeveritySettings()


class Dispatcher:
    """Owns the incidents in memory; every change is recorded with its pages in one transaction."""

    def __init__(
        self,
        notification_log: NotificationLog,
        paging: Paging,
        *,
        evidence: Evidence | None = None,
        severity_of: Callable[[str], SeveritySettings] = default_severity,
        on_change: Callable[[Change], None] | None = None,
    ) -> None:
        self.paging = paging
        self._log = notification_log
        self._witness = Witness(evidence or NoEvidence())
        self._severity_of = severity_of
        self._on_change = on_change
        self._incidents: dict[str, Incident] = {}
        self._recorded: dict[str, datetime] = {}
        self._one_at_a_time = asyncio.Lock()

    @property
    def open_incidents(self) -> list[Incident]:
        """Return the open incidents, oldest first."""
        return sorted((i for i in self._incidents.values() if i.open), key=lambda i: (i.opened_at, i.id))

    async def restore(self, now: datetime) -> None:
        """Take up what was open, and what may be reopened, after a start."""
        async with self._one_at_a_time:
            since = now - timedelta(hours=self.paging.policy.remember_hours)
            known = [*await self._log.resolved_since(since), *await self._log.open_incidents()]
            self._incidents = {incident.id: incident for incident in known}

    async def flared(
        self, flares: Sequence[FlareUp], *, now: datetime, decided_at: datetime | None = None
    ) -> list[Change]:
        """Take transitions of flare-ups; the same ones again (after a crash) change nothing."""
        async with self._one_at_a_time:
            changes: list[Change] = []
            for flare in flares:
                changes += await self._take(flare, now, decided_at or now)
            return changes

    async def command(self, command: Command, now: datetime) -> Answer:
        """Carry out what somebody asked for, or refuse it in one sentence."""
        async with self._one_at_a_time:
            found = await self._meant(command.incident)
            incident = found[0] if len(found) == 1 else None
            names = ([i.id for i in self.open_incidents], [i.id for i in found])
            answer, changed = respond(command, incident, now, *names)
            if incident is not None and changed is not None:
                kind: PageKind | None = "resolved" if incident.open and not changed.open else None
                await self._commit(incident, changed, now, now, kind=kind, occasion=str(changed.reopened))
            log.info("command", action=command.action, incident=command.incident, by=command.by, ok=answer.ok)
            return answer

    async def _meant(self, reference: str) -> list[Incident]:
        known = self._incidents.get(reference) or await self._log.incident(reference)
        return [known] if known else named(reference, self._incidents.values())

    async def tick(self, now: datetime) -> list[Change]:
        """Ask again where an acknowledgement or a snooze ran out, and remind where nobody answered."""
        async with self._one_at_a_time:
            self._forget_old(now)
            changes: list[Change] = []
            for incident in self.open_incidents:
                changes += await self._remind(incident, now)
            return changes

    async def forget(self, posts: Collection[str], now: datetime) -> list[Change]:
        """Drop the quotes of deleted posts ("source/id") from every incident and publish what is left."""
        async with self._one_at_a_time:
            touched = [i for i in self._incidents.values() if not set(posts).isdisjoint(named_in(i))]
            return [
                await self._commit(i, decision.without(i, posts, now), now, now, event=False) for i in touched
            ]

    async def _take(self, flare: FlareUp, now: datetime, decided_at: datetime) -> list[Change]:
        within = timedelta(minutes=self.paging.policy.merge_minutes)
        incident = claimed_by(flare, self._incidents.values(), within)
        if incident is None:
            incident = await self._log.incident(lifecycle.incident_id(flare))
        if incident is None:
            return await self._open(flare, now, decided_at)
        if decision.stale(incident, flare):
            return []
        if not incident.open:
            return await self._reopen(incident, flare, now, decided_at)
        if flare.transition == "closed":
            return await self._close(incident, flare, now, decided_at)
        return await self._update(incident, flare, now, decided_at)

    async def _open(self, flare: FlareUp, now: datetime, decided_at: datetime) -> list[Change]:
        if not decision.opens(flare):
            return []
        judgement = self._judged(flare, None)
        incident = lifecycle.opened_by(flare, judgement.severity, judgement.reasons, judgement.decided)
        incident = await self._witness.explained(incident, now)
        change = await self._commit(None, incident, now, decided_at, kind="first", occasion="0")
        return [change, *await self._absorb_embers(incident, now)]

    async def _reopen(
        self, incident: Incident, flare: FlareUp, now: datetime, decided_at: datetime
    ) -> list[Change]:
        if not decision.reopens(incident, flare):
            return []
        judgement = self._judged(flare, None)
        changed = lifecycle.reopened(
            incident, flare, judgement.severity, judgement.reasons, judgement.decided
        )
        changed = await self._witness.explained(changed, now)
        occasion = str(changed.reopened)
        change = await self._commit(incident, changed, now, decided_at, kind="first", occasion=occasion)
        return [change, *await self._absorb_embers(changed, now)]

    async def _close(
        self, incident: Incident, flare: FlareUp, now: datetime, decided_at: datetime
    ) -> list[Change]:
        changed = lifecycle.updated(incident, flare)
        if any(part.burning for part in changed.parts):
            changed = lifecycle.noted(changed, flare.at, "topic closed", flare.key.topic)
            return [await self._commit(incident, changed, now, decided_at)]
        changed = lifecycle.resolved(changed, by=lifecycle.WATCH, channel="", at=flare.at, why="burnt out")
        changed = await self._witness.explained(changed, now)
        occasion = str(changed.reopened)
        return [await self._commit(incident, changed, now, decided_at, kind="resolved", occasion=occasion)]

    async def _update(
        self, incident: Incident, flare: FlareUp, now: datetime, decided_at: datetime
    ) -> list[Change]:
        changed = lifecycle.updated(incident, flare)
        if flare.transition == "grown" and flare.size > incident.announced:
            changed = lifecycle.announced(changed, flare.at)
        if flare.transition in {"reignited", "eased"}:
            changed = lifecycle.noted(changed, flare.at, flare.transition, flare.key.topic)
        judgement = self._judged(flare, incident)
        rose = higher(judgement.severity, incident.severity)
        if rose:
            changed = lifecycle.raised(
                changed, judgement.severity, judgement.reasons, flare.at, judgement.decided
            )
        else:
            changed = lifecycle.measured(changed, flare, judgement.reasons)
        outgrown = 0 < incident.held_below <= changed.size
        changed = decision.answerable(changed, rose=rose, outgrown=outgrown, now=now)
        notable = rose or outgrown or changed.timeline != incident.timeline
        kind, occasion = decision.page_for(incident, changed, rose=rose, outgrown=outgrown)
        if kind or changed.topics != incident.topics:
            changed = await self._witness.explained(changed, now)
        else:
            changed = await self._witness.refreshed(changed, now)
        if not notable and now - self._recorded.get(incident.id, incident.opened_at) < _QUIET_WRITES:
            self._incidents[changed.id] = changed
            return []
        change = await self._commit(
            incident, changed, now, decided_at, kind=kind, occasion=occasion, event=notable
        )
        return [change, *(await self._absorb_embers(changed, now) if notable else [])]

    async def _absorb_embers(self, fire: Incident, now: datetime) -> list[Change]:
        """Close the embers of topics that now burn in another incident of the brand."""
        if fire.severity == "ember" or not fire.fire:
            return []
        embers = [
            incident
            for incident in self.open_incidents
            if incident.id != fire.id
            and incident.brand == fire.brand
            and incident.fire
            and incident.severity == "ember"
            and incident.topic in fire.topics
        ]
        why = f"merged into {fire.id}"
        return [
            await self._commit(
                ember, lifecycle.resolved(ember, by=lifecycle.WATCH, channel="", at=now, why=why), now, now
            )
            for ember in embers
        ]

    async def _remind(self, incident: Incident, now: datetime) -> list[Change]:
        why = decision.ran_out(incident, now)
        if why:
            changed = lifecycle.awake(incident, now, why)
        elif self._unanswered(incident, now):
            changed = incident
        else:
            return []
        due = f"{now:%Y%m%dT%H%M%SZ}"
        changed = await self._witness.explained(changed, now)
        change = await self._commit(
            incident, changed, now, now, kind="reminder", occasion=due, event=bool(why)
        )
        return [change]

    def _unanswered(self, incident: Incident, now: datetime) -> bool:
        repeat = timedelta(minutes=self.paging.policy.repeat_minutes)
        waiting = incident.state in {"triggered", "reopened"} and routing.pages(incident)
        return (
            bool(repeat) and waiting and incident.paged_at is not None and now >= incident.paged_at + repeat
        )

    async def _commit(
        self,
        before: Incident | None,
        after: Incident,
        now: datetime,
        decided_at: datetime,
        *,
        kind: PageKind | None = None,
        occasion: str = "",
        event: bool = True,
    ) -> Change:
        line = event_line(after) if event else None
        headlines = {"summary": self.paging.summary(after), "summaries": self.paging.summaries(after)}
        after = msgspec.structs.replace(after, **headlines)
        pages: list[Page] = []
        if kind is not None and routing.pages(after):
            after = msgspec.structs.replace(after, paged_at=now)
            pages = self.paging.pages(after, kind, occasion, now=now, decided_at=decided_at)
        states = self.paging.states(after, line, now=now, decided_at=decided_at)
        fresh = await self._log.record([after], [*pages, *states])
        self._incidents[after.id] = after
        self._recorded[after.id] = now
        rings = tuple(page for page in fresh if page.kind not in {"state", "event"})
        change = Change(before=before, after=after, event=line, pages=rings)
        if event:
            log.info("incident", id=after.id, state=after.state, severity=after.severity, pages=len(rings))
        if self._on_change is not None:
            self._on_change(change)
        return change

    def _judged(self, flare: FlareUp, incident: Incident | None) -> Judgement:
        return judge(flare, self._severity_of(flare.key.brand), incident)

    def _forget_old(self, now: datetime) -> None:
        since = now - timedelta(hours=self.paging.policy.remember_hours)
        old = [
            i.id for i in self._incidents.values() if not i.open and (i.resolved_at or i.updated_at) < since
        ]
        for incident_id in old:
            del self._incidents[incident_id]
            self._recorded.pop(incident_id, None)
