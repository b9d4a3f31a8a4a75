"""Telling people in the morning what the night was: once per night and receiver, by the outbox."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple, Protocol

import msgspec
import structlog

from alerts import bodies
from alerts.digest import message, morning
from alerts.digest.material import Material
from alerts.digest.morning import Moment, Morning
from alerts.digest.night import Hours
from alerts.digest.standdown import Rule
from alerts.escalation.quiet_hours import asleep
from alerts.letter import letter
from alerts.notification_log import LogError, NotificationLog, Page
from alerts.page import TopicOf
from alerts.rota.vacancies import Vacancy
from alerts.routing import NameOf, Receiver, as_known
from config.settings import Receiver as GivenReceiver
from config.settings import Settings
from listener import routes
from listener.notebook import Notebook, Scrap
from models.clock import Clock

log = structlog.get_logger(__name__)

LOOK = timedelta(minutes=1)
"""How often to look whether it is morning somewhere: settings may have changed."""
EVER = datetime(1970, 1, 1, tzinfo=UTC)
READERS = "digest_readers"
"""Under which key the daemon notes since when somebody gets a digest."""
BEFORE = timedelta(days=7)
"""How far back it is looked who was asked, and what is left to do."""


Vacancies = Callable[[datetime], Sequence[Vacancy]]
"""Returns when soon nobody is on call."""


class Chronicle(Protocol):
    """What is remembered of the past; ``listener.storage`` has it."""

    async def material(self, since: datetime, until: datetime, asked_since: datetime) -> Material:
        """Return everything about [since, until)."""
        ...


class Reader(NamedTuple):
    """Somebody who gets a digest: who, and when their night begins and ends."""

    receiver: Receiver
    hours: Hours


class Company(NamedTuple):
    """Whom to tell, by which rules, in which words; replaced whole when the settings change.

    ``waking`` are the channels that can wake a sleeper.
    """

    readers: tuple[Reader, ...]
    rules: Mapping[str, Rule]
    topic_of: TopicOf
    waking: Collection[str] = ()
    name_of: NameOf = as_known

    def ways(self, receiver: Receiver, now: datetime) -> tuple[str, ...]:
        """Return the channels that a digest takes: in the receiver's quiet hours none that wakes."""
        quiet = asleep(receiver, now)
        return tuple(way for way in receiver.channels if not (quiet and way in self.waking))

    def rule_of(self, brand: str) -> Rule:
        """Return who calls a fire of *brand* off, and when."""
        return self.rules.get(brand, Rule())


def company(settings: Settings, topic_of: TopicOf, waking: Collection[str] = ()) -> Company:
    """Return who is told by *settings*: nobody where the digest is off, or no channel is there."""
    names = settings.digest.to or (settings.alerting.fallback,)
    readers = [reader(settings, name) for name in names] if settings.digest.enabled else []
    there = tuple(one for one in readers if one.receiver.channels)
    shown = routes.people(settings, waking).shown
    return Company(there, routes.rules(settings), topic_of, waking, shown)


def reader(settings: Settings, name: str) -> Reader:
    """Return receiver *name* with their hours; one that is not configured hears by every channel."""
    given = settings.receivers.get(name) or GivenReceiver(channels=tuple(settings.channels))
    receiver = routes.receiver(settings, name, given)
    begins, handoff = (time.fromisoformat(at) for at in (settings.digest.begins, settings.digest.handoff))
    return Reader(receiver, Hours(begins, handoff, receiver.clock))


class Mornings:
    """Sends every reader a digest at their handoff; one that was missed is sent late, and says so."""

    def __init__(
        self,
        chronicle: Chronicle,
        log: NotificationLog,
        clock: Clock,
        wake: Callable[[], None],
        *,
        notebook: Notebook | None = None,
        vacancies: Vacancies = lambda _: (),
    ) -> None:
        self.company = Company((), {}, lambda _: None)
        self._notebook = notebook or Scrap()
        self._vacancies = vacancies
        self._chronicle = chronicle
        self._log = log
        self._clock = clock
        self._wake = wake
        self._told: set[tuple[str, date]] = set()
        self._since: dict[str, datetime] | None = None

    async def run(self) -> None:
        """Tell every night until cancelled."""
        while True:
            await self.look()
            await self._clock.sleep_until(self._next())

    async def look(self) -> None:
        """Send what is due; what cannot be made now is tried again."""
        try:
            since = await self._readers()
        except LogError as error:
            log.warning("digest_not_made", why=str(error))
            return
        for each in self.company.readers:
            try:
                await self._tell(each, since[each.receiver.name])
            except LogError as error:
                log.warning("digest_not_made", to=each.receiver.name, why=str(error))
            except Exception:
                # Whatever is wrong with a digest, the watch goes on; this night is told on the command line.
                log.exception("digest_failed", to=each.receiver.name)
                self._told.add((each.receiver.name, each.hours.latest(self._clock.now())))

    def _next(self) -> datetime:
        now = self._clock.now()
        return min([now + LOOK, *(each.hours.upcoming(now) for each in self.company.readers)])

    async def _readers(self) -> dict[str, datetime]:
        """Return since when everybody is a reader: whoever became one at noon missed no morning."""
        known = self._since
        if known is None:
            kept = await self._notebook.get(READERS)
            known = msgspec.json.decode(kept, type=dict[str, datetime]) if kept else None
        # At the very first look everybody always was one; a night before the first start is not told anyway.
        usual = EVER if known is None else self._clock.now()
        names = [each.receiver.name for each in self.company.readers]
        found = {name: (known or {}).get(name, usual) for name in names}
        if found != known:
            await self._notebook.set(READERS, msgspec.json.encode(found).decode())
        self._since = found
        return found

    async def _tell(self, each: Reader, since: datetime) -> None:
        now = self._clock.now()
        day = each.hours.latest(now)
        ways = self.company.ways(each.receiver, now)
        if (each.receiver.name, day) in self._told or not ways:
            return  # whom every channel would wake is told when their night is over
        night = each.hours.ending(day)
        if night.end < since:
            return
        material = await self._chronicle.material(night.start, now, night.start - BEFORE)
        if any(run.started <= night.end for run in material.runs):
            vacant = self._vacancies(now)
            told = morning.morning(material, Moment(night, now), self.company.rule_of, vacant)
            fresh = await self._log.record([], list(self._pages(each, day, told, ways)))
            if fresh:
                log.info("digest", to=each.receiver.name, night=str(day), late=told.late.total_seconds())
                self._wake()
        self._told.add((each.receiver.name, day))

    def _pages(self, each: Reader, day: date, told: Morning, ways: Collection[str]) -> Iterator[Page]:
        receiver = each.receiver
        brief = message.write(told, receiver, self.company.topic_of, name_of=self.company.name_of)
        for channel in ways:
            key = f"digest:{receiver.name}:{day}:{channel}"
            blank = Page(
                key=key,
                incident=f"digest:{day}",
                brand="",
                channel=channel,
                to=receiver.name,
                kind="digest",
                severity="ember",
                created_at=told.made_at,
                decided_at=told.made_at,
                text=brief.text,
                short=brief.short,
            )
            span = {"since": bodies.stamp(told.night.start), "until": bodies.stamp(told.night.end)}
            yield letter(blank, night=str(day), **span)
