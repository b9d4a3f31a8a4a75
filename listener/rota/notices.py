"""Telling people by day when soon nobody will be on call: once per gap, and again the day before it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

import msgspec
import structlog

from alerts import bodies
from alerts.escalation.quiet_hours import by_day, wakes_at
from alerts.letter import letter
from alerts.notification_log import LogError, NotificationLog, Page
from alerts.rota import notice, vacancies
from alerts.rota.vacancies import Vacancy
from alerts.routing import Receiver
from config.settings import Settings
from listener import routes
from listener.notebook import Notebook
from models.clock import Clock

log = structlog.get_logger(__name__)

LOOK = timedelta(minutes=5)
"""How often to look; first so long after a start that calendars on the web were asked."""
KEPT = "rota_gaps_told"
"""Under which key the daemon notes what it told."""
FORGET = timedelta(days=60)

Upcoming = Callable[[str, datetime], Sequence[Vacancy]]
"""Returns when soon nobody is on call by the rota of a name."""


class Warden(NamedTuple):
    """Somebody who hears of the gaps of rotas, and who is called in them: their names, by rota."""

    receiver: Receiver
    rotas: Mapping[str, tuple[Receiver, ...]]


def wardens(settings: Settings) -> tuple[Warden, ...]:
    """Return who hears of whose gaps: of each route with a rota its own fallback, else its last resort."""
    known = routes.people(settings, ()).receivers
    called: dict[str, dict[str, None]] = {}
    heard: dict[str, dict[str, None]] = {}
    for name, given in settings.route.items():
        if given.rota and settings.rota[given.rota].tell_gaps:
            route = routes.route(settings, name)
            called.setdefault(given.rota, {})[route.fallback.name] = None
            teller = given.fallback or route.ladder.last_resort or route.fallback.name
            heard.setdefault(teller, {})[given.rota] = None
    found = {routes.fallback(settings).name: routes.fallback(settings), **known}
    instead = {rota: tuple(found[name] for name in names) for rota, names in called.items()}
    return tuple(
        Warden(found[name], {rota: instead[rota] for rota in rotas})
        for name, rotas in heard.items()
        if found[name].channels
    )


class Notices:
    """Sends one message about all that is new, when its reader is awake and it is day; it never rings."""

    def __init__(
        self,
        upcoming: Upcoming,
        notebook: Notebook,
        log: NotificationLog,
        clock: Clock,
        wake: Callable[[], None],
    ) -> None:
        self.wardens: tuple[Warden, ...] = ()
        self._upcoming = upcoming
        self._notebook = notebook
        self._log = log
        self._clock = clock
        self._wake = wake
        self._told: dict[str, date] | None = None

    async def run(self) -> None:
        """Tell until cancelled."""
        while True:
            await self._clock.sleep_until(self._clock.now() + LOOK)
            await self.look()

    async def look(self) -> None:
        """Tell what is due; what cannot be told now is tried again."""
        for each in self.wardens:
            try:
                await self._tell(each, self._clock.now())
            except LogError as error:
                log.warning("rota_gap_not_told", to=each.receiver.name, why=str(error))
            except Exception:
                # The watch goes on: the log, the digest and the metric say it as well.
                log.exception("rota_gap_not_told", to=each.receiver.name)

    async def _tell(self, each: Warden, now: datetime) -> None:
        told = await self._remembered()
        due = [one for one in self._vacant(each, now) if self._due(each.receiver, one, told, now)]
        if not due:
            return
        fresh = await self._log.record([], list(_pages(each, due, told, now)))
        today = _day(now, each.receiver)
        since = (now - FORGET).date()
        kept = {key: day for key, day in told.items() if day >= since}
        self._told = kept | {_key(each.receiver, one): today for one in due}
        if fresh:
            log.info("rota_gap_told", to=each.receiver.name, gaps=len(due))
            self._wake()
        await self._notebook.set(KEPT, msgspec.json.encode(self._told).decode())

    def _vacant(self, each: Warden, now: datetime) -> Iterator[Vacancy]:
        for rota in each.rotas:
            yield from self._upcoming(rota, now)

    def _due(self, reader: Receiver, one: Vacancy, told: Mapping[str, date], now: datetime) -> bool:
        begins = _day(one.since, reader) if one.since else None
        if not vacancies.untold(one, told.get(_key(reader, one)), _day(now, reader), begins):
            return False
        day = by_day(reader, now)
        # What begins before the next day is told in the evening: at night it would be a surprise.
        return day == now or (wakes_at(reader, now) == now and (one.since is None or one.since < day))

    async def _remembered(self) -> dict[str, date]:
        if self._told is None:
            kept = await self._notebook.get(KEPT)
            self._told = msgspec.json.decode(kept, type=dict[str, date]) if kept else {}
        return self._told


def _pages(each: Warden, due: Sequence[Vacancy], told: Mapping[str, date], now: datetime) -> Iterator[Page]:
    reader, first = each.receiver, due[0]
    again = all(_key(reader, one) in told for one in due)
    others = {one.name: one for rota in {one.rota: None for one in due} for one in each.rotas[rota]}
    instead = [one.called(reader.language) for one in others.values()] if set(others) != {reader.name} else []
    brief = notice.write(due, reader, instead=instead, again=again)
    gaps = [{"rota": one.rota, "since": _stamp(one.since), "until": _stamp(one.until)} for one in due]
    for channel in reader.channels:
        blank = Page(
            # The day stands for how often it was told: the same decision after a crash is the same row.
            key=f"gap:{_key(reader, first)}:{_day(now, reader)}:{channel}",
            incident=f"gap:{first.rota}",
            brand="",
            channel=channel,
            to=reader.name,
            kind="gap",
            severity="ember",
            created_at=now,
            decided_at=now,
            text=brief.text,
            short=brief.short,
        )
        yield letter(blank, gaps=gaps)


def _stamp(at: datetime | None) -> str | None:
    return bodies.stamp(at) if at else None


def _key(reader: Receiver, one: Vacancy) -> str:
    return f"{reader.name}:{one.rota}:{_stamp(one.since) or 'long'}"


def _day(at: datetime, reader: Receiver) -> date:
    return at.astimezone(reader.clock).date()
