"""What the daemon does beside the way of a post: it keeps its log book, tells mornings, pings, and drills."""

from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import structlog

from alerts.delivery.notifier import Notifier
from alerts.digest import standdown
from alerts.digest.standdown import StandDown
from alerts.incident import Incident
from alerts.notification_log import LogError
from config.settings import Settings
from listener import assembly, dead_letters, drill, heartbeat, mornings, routes
from listener.commands import drill as drilling
from listener.commands import outbox
from listener.control import Handler
from listener.dead_letters import Undelivered
from listener.drill import Box, Drill
from listener.heartbeat import Heartbeat, Ready
from listener.metrics import Metrics
from listener.mornings import Mornings
from listener.rota import notices
from listener.rota.notices import Notices
from listener.rota.rotas import Rotas
from listener.storage.database import Database
from models.clock import Clock
from models.keyword import Topic, TopicKey

log = structlog.get_logger(__name__)

SEEN = timedelta(minutes=1)
"""How exactly a killed daemon's last moment is known."""


class Surroundings(NamedTuple):
    """What the routine is lent by the daemon."""

    database: Database
    log: Box
    channels: Mapping[str, Notifier]
    clock: Clock
    metrics: Metrics
    ready: Ready
    wake: Callable[[], None]
    rotas: Rotas | None = None


class Routine:
    """Runs beside the pipeline; none of it can stop a page."""

    def __init__(self, settings: Settings, topics: Mapping[TopicKey, Topic], around: Surroundings) -> None:
        self._around = around
        notebook, rotas = around.database.meta, around.rotas
        self._mornings = Mornings(
            around.database.chronicle,
            around.log,
            around.clock,
            around.wake,
            notebook=notebook,
            vacancies=rotas.told if rotas else lambda _: (),
        )
        upcoming = rotas.vacancies if rotas else lambda *_: ()
        self._notices = Notices(upcoming, notebook, around.log, around.clock, around.wake)
        # Read at the start, so that a secret that is not there is said before anything runs.
        url = heartbeat.address(settings.watchdog)
        self._heartbeat = Heartbeat(url, settings.watchdog, around.ready, around.clock, around.metrics)
        self._undelivered = Undelivered(
            dead_letters.Around(around.database.dead_letters, notebook, around.log, around.clock, around.wake)
        )
        self._drill = Drill(around.log, around.channels, around.clock, around.wake)
        self._run: int | None = None
        self.use(settings, topics)

    def use(self, settings: Settings, topics: Mapping[TopicKey, Topic]) -> None:
        """Go by other settings and topics."""
        self._settings = settings
        self._topics = topics
        waking = assembly.waking(self._around.channels)
        self._mornings.company = mornings.company(settings, topics.get, waking)
        self._notices.wardens = notices.wardens(settings)
        self._undelivered.operator, self._undelivered.waking = routes.fallback(settings), waking

    async def begin(self, version: str) -> None:
        """Open the log book, and take up when the last drill was."""
        try:
            self._run = await self._around.database.chronicle.begin(version, self._around.clock.now())
            last = await self._around.database.meta.get(drill.LAST)
        except LogError as error:
            log.warning("log_book_refused", why=str(error))
            return
        if last:
            self._around.metrics.drill_last_success.set(datetime.fromisoformat(last).timestamp())

    def lasting(self) -> list[Coroutine[Any, Any, None]]:
        """Return what goes on for as long as the daemon."""
        return [
            self._mornings.run(),
            self._notices.run(),
            self._undelivered.run(),
            self._heartbeat.run(),
            self._note(),
        ]

    def handlers(self) -> dict[str, Handler]:
        """Return what the daemon answers at its own door."""
        return {"drill": self._drilled, "outbox.retry": self._sent_again}

    def stand_down(self, incident: Incident) -> StandDown | None:
        """Return who may call an incident off, and from when on; None where nothing was critical."""
        return standdown.stand_down(incident, self._mornings.company.rule_of(incident.brand))

    async def end(self) -> None:
        """Note the last moment of a daemon that stops by itself."""
        if self._run is not None:
            try:
                await self._around.database.chronicle.seen(self._run, self._around.clock.now())
            except LogError as error:
                log.warning("log_book_refused", why=str(error))

    async def _note(self) -> None:
        while True:
            await self._around.clock.sleep_until(self._around.clock.now() + SEEN)
            await self.end()

    async def _sent_again(self, request: dict[str, Any]) -> list[str]:
        keys = outbox.keys_of(request)
        sent = await outbox.revived(self._around.database.dead_letters, self._settings, keys)
        log.info("sent_again", pages=sent)
        self._around.wake()
        return sent

    async def _drilled(self, request: dict[str, Any]) -> list[dict[str, Any]]:
        wish = drilling.wish_of(request)
        receivers = drilling.targets(self._settings, self._topics, wish)
        tries = await self._drill.run(receivers, wish)
        failed = [one.channel for one in tries if one.outcome != "confirmed"]
        log.info("drill", by=wish.by, tried=len(tries), failed=failed)
        if wish.whole and drill.succeeded(tries):
            now = self._around.clock.now()
            self._around.metrics.drill_last_success.set(now.timestamp())
            await drilling.remember(self._around.database, now)
        return [drilling.row(one) for one in tries]
