"""The dispatcher: takes flare-ups and commands, keeps the incidents, and decides who is told."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import structlog

from alerts import calling, decision, first_response, lifecycle, mute, timeline
from alerts.bodies import event_line, named_in
from alerts.command import Answer, Command
from alerts.decision import MORNING, OVER, STEP, Cause
from alerts.evidence import Evidence, NoEvidence, Witness
from alerts.first_response import NoResponses, Responses
from alerts.grouping import claimed_by
from alerts.incident import Incident
from alerts.mute import Claim, Mute
from alerts.naming import named
from alerts.notification_log import NotificationLog
from alerts.paging import Change, Paging, When, rings
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
        responses: Responses | None = None,
        severity_of: Callable[[str], SeveritySettings] = default_severity,
        on_change: Callable[[Change], None] | None = None,
    ) -> None:
        self.paging = paging
        self._log = notification_log
        self._witness = Witness(evidence or NoEvidence())
        self._responses = responses or NoResponses()
        self.severity_of = severity_of
        self._on_change = on_change
        self._incidents: dict[str, Incident] = {}
        self._recorded: dict[str, datetime] = {}
        self._one_at_a_time = asyncio.Lock()

    @property
    def open_incidents(self) -> list[Incident]:
        """Return the open incidents, oldest first."""
        return sorted((i for i in self._incidents.values() if i.open), key=lambda i: (i.opened_at, i.id))

    def mutes(self, now: datetime) -> list[Mute]:
        """Return the spellings that are muted at *now*."""
        return [one for incident in self._incidents.values() for one in incident.mutes if now < one.until]

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
                changes += await self._take(flare, When(now, decided_at or now))
            return changes

    async def command(self, command: Command, now: datetime) -> Answer:
        """Carry out what somebody asked for, or refuse it in one sentence."""
        async with self._one_at_a_time:
            found = await self._meant(command.incident)
            incident = found[0] if len(found) == 1 else None
            names = ([i.id for i in self.open_incidents], [i.id for i in found])
            answer, changed = respond(command, incident, now, *names, zone=self._clock_of(command.by))
            if incident is not None and changed is not None:
                if command.mute:
                    claim = self._claim(command.by, now, command.channel, command.spelling)
                    changed = await self._witness.muted(changed, claim)
                    answer = answer.adding(timeline.last(changed, command.language), command.language)
                over = OVER if incident.open and not changed.open else None
                await self._commit(incident, changed, When(now, now), over)
            log.info("command", action=command.action, incident=command.incident, by=command.by, ok=answer.ok)
            return answer

    async def namesake(self, incident: Incident, by: str, now: datetime) -> Mute | None:
        """Return what would be muted if *by* said now that *incident* is not us; None where nothing would."""
        late = mute.late(incident.resolved_at, now)
        ruling = None if late else await self._witness.ruling(incident, self._claim(by, now))
        return ruling and ruling.mute

    def _claim(self, by: str, now: datetime, channel: str = "", spelling: str = "") -> Claim:
        return Claim(by, now, self._clock_of(by), channel, tuple(self.mutes(now)), spelling)

    def _clock_of(self, by: str) -> ZoneInfo:
        return (self.paging.policy.everybody().called(by) or self.paging.policy.receiver).clock

    async def _meant(self, reference: str) -> list[Incident]:
        known = self._incidents.get(reference) or await self._log.incident(reference)
        return [known] if known else named(reference, self._incidents.values())

    async def listen(self, now: datetime, *, anew: bool) -> list[Change]:
        """Note which fires were answered in public; *anew*: something was heard since this was asked last."""
        async with self._one_at_a_time:
            found = await first_response.heard(self._incidents.values(), self._responses, anew=anew)
            return [await self._commit(before, after, When(now, now), event=False) for before, after in found]

    async def tick(self, now: datetime) -> list[Change]:
        """Ask again where an acknowledgement or a snooze ran out, and climb on where nobody answered.

        What fails for one incident is raised when all the others had their turn.
        """
        async with self._one_at_a_time:
            self._forget_old(now)
            due = [i for i in self._incidents.values() if (at := self._due_at(i, now)) and at <= now]
            due.sort(key=lambda i: (i.opened_at, i.id))
            changes, failed = [], []
            for incident in due:
                try:
                    changes.append(await self._due(incident, When(now, now)))
                except Exception as error:  # noqa: BLE001 - raised below
                    failed.append(error)
            if failed:
                raise failed[0]
            return changes

    def next_due(self, now: datetime) -> datetime | None:
        """Return when the next ``tick`` has something to do, as far as is known now."""
        return min((at for i in self._incidents.values() if (at := self._due_at(i, now))), default=None)

    async def forget(self, posts: Collection[str], now: datetime) -> list[Change]:
        """Drop the quotes of deleted posts ("source/id") from every incident and publish what is left."""
        async with self._one_at_a_time:
            touched = [i for i in self._incidents.values() if not set(posts).isdisjoint(named_in(i))]
            return [
                await self._commit(i, decision.without(i, posts, now), When(now, now), event=False)
                for i in touched
            ]

    async def _take(self, flare: FlareUp, when: When) -> list[Change]:
        within = timedelta(minutes=self.paging.policy.merge_minutes)
        incident = claimed_by(flare, self._incidents.values(), within)
        if incident is None:
            incident = await self._log.incident(lifecycle.incident_id(flare))
        if incident is None:
            return await self._open(flare, when)
        if decision.stale(incident, flare, when.now):
            return []
        if not incident.open:
            return await self._reopen(incident, flare, when)
        if flare.transition == "closed":
            return await self._close(incident, flare, when)
        return await self._update(incident, flare, when)

    async def _open(self, flare: FlareUp, when: When) -> list[Change]:
        if not decision.opens(flare):
            return []
        judgement = self._judged(flare, None)
        incident = lifecycle.opened_by(flare, judgement.severity, judgement.reasons, judgement.decided)
        incident = await self._witness.explained(incident, when.now)
        change = await self._commit(None, incident, when, Cause("first", "0"))
        return [change, *await self._absorb_embers(incident, when.now)]

    async def _reopen(self, incident: Incident, flare: FlareUp, when: When) -> list[Change]:
        if not decision.reopens(incident, flare):
            return []
        judgement = self._judged(flare, None)
        changed = lifecycle.reopened(
            incident, flare, judgement.severity, judgement.reasons, judgement.decided
        )
        changed = await self._witness.explained(changed, when.now)
        change = await self._commit(incident, changed, when, Cause("first", str(changed.reopened)))
        return [change, *await self._absorb_embers(changed, when.now)]

    async def _close(self, incident: Incident, flare: FlareUp, when: When) -> list[Change]:
        changed = lifecycle.updated(incident, flare)
        if any(part.burning for part in changed.parts):
            changed = lifecycle.noted(changed, flare.at, "topic closed", flare.key.topic)
            return [await self._commit(incident, changed, when)]
        changed = lifecycle.resolved(changed, by=lifecycle.WATCH, channel="", at=flare.at, why="burnt out")
        changed = await self._witness.explained(changed, when.now)
        return [await self._commit(incident, changed, when, OVER)]

    async def _update(self, incident: Incident, flare: FlareUp, when: When) -> list[Change]:
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
        changed = decision.answerable(changed, rose=rose, outgrown=outgrown, now=when.now)
        notable = rose or outgrown or changed.timeline != incident.timeline
        cause = decision.page_for(incident, changed, rose=rose, outgrown=outgrown)
        look = (
            self._witness.explained if cause or changed.topics != incident.topics else self._witness.refreshed
        )
        changed = await look(changed, when.now)
        if not notable and when.now - self._recorded.get(incident.id, incident.opened_at) < _QUIET_WRITES:
            self._incidents[changed.id] = changed
            return []
        change = await self._commit(incident, changed, when, cause, event=notable)
        return [change, *(await self._absorb_embers(changed, when.now) if notable else [])]

    async def _absorb_embers(self, fire: Incident, now: datetime) -> list[Change]:
        """Close the embers of topics that now burn in another incident of the brand."""
        why = f"merged into {fire.id}"
        return [
            await self._commit(
                ember,
                lifecycle.resolved(ember, by=lifecycle.WATCH, channel="", at=now, why=why),
                When(now, now),
            )
            for ember in decision.embers(fire, self.open_incidents)
        ]

    def _due_at(self, incident: Incident, now: datetime) -> datetime | None:
        until = decision.runs_out(incident)
        due = self.paging.due_at(incident, now)
        return min((at for at in (until, due) if at is not None), default=None)

    async def _due(self, incident: Incident, when: When) -> Change:
        """Ask again, climb a step, or tell in the morning what the night kept."""
        if not incident.open:
            return await self._commit(incident, incident, when, MORNING, event=False)
        why = decision.ran_out(incident, when.now)
        changed = lifecycle.awake(incident, when.now, why) if why else incident
        changed = self._witness.figured(await self._witness.explained(changed, when.now), when.now)
        cause = Cause("reminder", decision.asked_again(incident), incident.owner) if why else STEP
        return await self._commit(incident, changed, when, cause, event=bool(why))

    async def _commit(
        self,
        before: Incident | None,
        after: Incident,
        when: When,
        cause: Cause | None = None,
        *,
        event: bool = True,
    ) -> Change:
        headlines = {"summary": self.paging.summary(after), "summaries": self.paging.summaries(after)}
        changed = msgspec.structs.replace(after, **headlines)
        changed, pages = await calling.called(
            cause, changed, self._incidents.values(), when, by=self.paging, known=self._log
        )
        event = event or changed.timeline != after.timeline
        line = event_line(changed) if event else None
        states = self.paging.states(changed, line, now=when.now, decided_at=when.decided_at)
        fresh = rings(await self._log.record([changed], [*pages, *states]))
        self._incidents[changed.id] = changed
        self._recorded[changed.id] = when.now
        change = Change(before=before, after=changed, event=line, pages=fresh)
        if event:
            log.info(
                "incident", id=changed.id, state=changed.state, severity=changed.severity, pages=len(fresh)
            )
        if self._on_change is not None:
            self._on_change(change)
        return change

    def _judged(self, flare: FlareUp, incident: Incident | None) -> Judgement:
        return judge(flare, self.severity_of(flare.key.brand), incident)

    def _forget_old(self, now: datetime) -> None:
        since = now - timedelta(hours=self.paging.policy.remember_hours)
        old = [
            i.id for i in self._incidents.values() if not i.open and (i.resolved_at or i.updated_at) < since
        ]
        for incident_id in old:
            del self._incidents[incident_id]
            self._recorded.pop(incident_id, None)
