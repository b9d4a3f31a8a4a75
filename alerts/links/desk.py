"""What becomes of a tap: looking never acts, acting is done once, and every answer is a clear one."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Literal, NamedTuple

import msgspec
import structlog

from alerts.command import Action, Command, Handle
from alerts.incident import Incident, Verdict
from alerts.links.link import SNOOZE_MINUTES, Link, LinkLog, Purpose, companions, digest, well_formed
from alerts.mute import Mute
from alerts.notification_log import LogError
from models.clock import Clock

log = structlog.get_logger(__name__)

Outcome = Literal["ask", "taken", "done", "already", "over", "stale", "expired", "unknown", "refused", "busy"]
IncidentOf = Callable[[str], Awaitable[Incident | None]]
Namesake = Callable[[Incident, str], Awaitable[Mute | None]]
"""Returns what would be muted if somebody said that an incident is not us."""

CHANNEL = "link"
JUDGING = frozenset({"not_a_fire", "verdict"})
"""What links are for whose answer says what it was."""


class Sight(NamedTuple):
    """What somebody sees who opens a link; an unknown one shows no incident."""

    outcome: Outcome
    link: Link | None = None
    incident: Incident | None = None
    others: tuple[tuple[Purpose, str], ...] = ()  # what else can be done now, and by which token
    namesake: Mute | None = None  # what "not us" can mute, or just did
    unmuted: bool = False  # a mute was asked for, and its spelling was not found


class Wish(NamedTuple):
    """What was pressed: a verdict, the spelling to mute with it, and from whom an incident is taken over."""

    verdict: Verdict | None = None
    instead_of: str = ""
    mute: str = ""


NOTHING = Wish()
_ACTIONS: dict[Purpose, Action] = {
    "ack": "ack",
    "snooze": "snooze",
    "not_a_fire": "resolve",
    "verdict": "verdict",
}


def standing(link: Link, incident: Incident, now: datetime) -> Outcome:
    """Return what a link can still do for its incident as it stands."""
    if link.expires_at <= now:
        return "expired"
    if link.used_at is not None:
        return "already"
    if link.purpose != "ack" and link.reopened != incident.reopened:
        # Written for a fire that was over since: it must not silence the one that burns now.
        return "stale"
    if link.purpose == "verdict" or incident.open:
        return _asked(link, incident)
    return "over"


def _asked(link: Link, incident: Incident) -> Outcome:
    if link.purpose == "ack" and incident.state == "acknowledged":
        return "already" if incident.owner == link.to else "taken"
    return "already" if link.purpose == "snooze" and incident.state == "snoozed" else "ask"


async def _nothing(incident: Incident, by: str) -> Mute | None:
    del incident, by
    return None


class Desk:
    """Answers taps: one at a time, so that of two at once the second sees what the first did."""

    def __init__(
        self,
        links: LinkLog,
        incident_of: IncidentOf,
        handle: Handle,
        clock: Clock,
        namesake: Namesake = _nothing,
    ) -> None:
        self._links = links
        self._incident_of = incident_of
        self._handle = handle
        self._clock = clock
        self._namesake = namesake
        self._one_at_a_time = asyncio.Lock()

    async def look(self, token: str) -> Sight:
        """Return what the link of *token* would do; changes nothing."""
        if not well_formed(token):
            return Sight("unknown")
        try:
            sight = _leading_on(await self._seen(digest(token)), token)
        except LogError as error:
            log.warning("link_not_read", why=str(error))
            return Sight("busy")
        if sight.outcome == "ask" and sight.link and sight.incident and sight.link.purpose in JUDGING:
            return sight._replace(namesake=await self._namesake(sight.incident, sight.link.to))
        return sight

    async def tap(self, token: str, wish: Wish = NOTHING) -> Sight:
        """Do what the link of *token* is for, once; return how it stands then."""
        async with self._one_at_a_time:
            sight = await self.look(token)
            if not _acts(sight, wish) or sight.link is None:
                return sight
            answer = await self._handle(_command(sight.link, wish))
            if not answer.ok:
                return (await self.look(token))._replace(outcome="refused")
            await self._use(sight.link)
            return _done(await self.look(token), wish)

    async def _seen(self, key: str) -> Sight:
        link = await self._links.link(key)
        incident = await self._incident_of(link.incident) if link else None
        if link is None or incident is None:
            return Sight("unknown")
        outcome = standing(link, incident, self._clock.now())
        # Whoever finds an old message learns nothing of what goes on now.
        return Sight(outcome, link, None if outcome == "expired" else incident)

    async def _use(self, link: Link) -> None:
        try:
            await self._links.use_link(link.digest, self._clock.now())
        except LogError as error:
            # What was done is done, and how the incident stands keeps it from being done again.
            log.warning("link_not_marked", why=str(error))


def _done(seen: Sight, wish: Wish) -> Sight:
    mutes = seen.incident.mutes if seen.incident and wish.mute else ()
    muted = next((one for one in reversed(mutes) if one.spelling == wish.mute), None)
    return seen._replace(outcome="done", namesake=muted, unmuted=bool(wish.mute) and muted is None)


def _leading_on(sight: Sight, token: str) -> Sight:
    """Add what the page of an acknowledgement leads to: no page has room for every link."""
    link, incident = sight.link, sight.incident
    if link is None or incident is None or link.purpose != "ack" or not incident.open:
        return sight
    fits = link.reopened == incident.reopened
    return sight._replace(others=tuple(companions(token).items())) if fits else sight


def _acts(sight: Sight, wish: Wish) -> bool:
    if sight.link is None or sight.incident is None:
        return False
    if sight.outcome == "taken":
        return wish.instead_of == sight.incident.owner
    return sight.outcome == "ask" and (sight.link.purpose != "verdict" or wish.verdict is not None)


def _command(link: Link, wish: Wish) -> Command:
    command = Command(action=_ACTIONS[link.purpose], incident=link.incident, by=link.to, channel=CHANNEL)
    if link.purpose == "snooze":
        return msgspec.structs.replace(command, minutes=SNOOZE_MINUTES)
    if link.purpose not in JUDGING:
        return command
    # Who says "not a fire" and no more says that nothing is there; that it is one takes another link.
    fire = link.purpose == "not_a_fire" and wish.verdict in {None, "real"}
    verdict = "noise" if fire else wish.verdict
    muting = verdict == "not_us" and bool(wish.mute)
    return msgspec.structs.replace(
        command, verdict=verdict, mute=muting, spelling=wish.mute if muting else ""
    )
