"""The composition root: builds the parts, runs them in one task group, drains."""

import asyncio
import random
from collections import deque
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from litestar.handlers import HTTPRouteHandler
from prometheus_client import CollectorRegistry

from alerts.command import Answer, Command
from alerts.delivery.notifier import Notifier
from alerts.delivery.outbox import Outbox
from alerts.page import Ways
from alerts.paging import Change, Paging, Policy
from config.settings import Settings
from listener import assembly, orders, routine, taps
from listener.assembly import Engine, Vocabulary
from listener.commands import incidents
from listener.console import app as console
from listener.console import server
from listener.control import ControlServer
from listener.flow import Flow
from listener.health import Health
from listener.housekeeping import Housekeeping
from listener.listening import keep_listening
from listener.metrics import Metrics
from listener.operations import Operations
from listener.quietness import Quietness
from listener.readiness import Readiness
from listener.reception import Frame, Reception, silent
from listener.refresh import Refresh
from listener.routine import Routine
from listener.sources.source import Source
from listener.sources.webhook import Webhook
from listener.steadfast import SteadfastLog
from listener.storage.database import Database
from models.clock import Clock
from models.post import Gap, Item

log = structlog.get_logger(__name__)

DRAIN = timedelta(seconds=20)
"""How long a stop may take; systemd's TimeoutStopSec is longer."""
MINUTE = timedelta(minutes=1)
SNAPSHOT_MINUTES = 5


class Daemon:
    """One watch, from its sources to its channels."""

    def __init__(self, path: Path, settings: Settings, clock: Clock, version: str) -> None:
        self._settings = settings
        self._clock = clock
        self._version = version
        self.metrics = Metrics(CollectorRegistry())
        self.metrics.build_info.labels(version).set(1)
        self.port = 0
        self._operations = Operations(self.metrics)
        self._frames: deque[Frame] = deque()
        self._receptions = {
            name: Reception(name, self.metrics, clock, self._frames) for name in settings.sources
        }
        self._refresh = Refresh(path, settings, self.metrics, clock, self._use)
        self._readiness = Readiness()
        self._health = Health(clock)
        self._quietness = Quietness(ZoneInfo(settings.time_zone))

    async def run(self, stop: asyncio.Event, reload: asyncio.Event) -> None:
        """Watch until *stop* is set; *reload* asks for the configuration to be read again."""
        async with AsyncExitStack() as stack:
            await self._build(stack)
            async with asyncio.TaskGroup() as tasks:
                lasting = [tasks.create_task(work) for work in self._lasting(reload)]
                listening = [tasks.create_task(self._listen(source)) for source in self._sources.values()]
                self._readiness.ready(f"watching {len(self._words.topics)} topics")
                log.info(
                    "watching", topics=len(self._words.topics), sources=list(self._sources), port=self.port
                )
                await stop.wait()
                self._readiness.stopping()
                for task in listening:
                    task.cancel()
                await asyncio.gather(*listening, return_exceptions=True)
                await self._drain()
                for task in lasting:
                    task.cancel()

    async def _build(self, stack: AsyncExitStack) -> None:
        settings = self._settings
        self._words = await self._refresh.first()
        self._database = await stack.enter_async_context(Database.open(settings.storage.path, self._clock))
        self._log = SteadfastLog(self._database.log, self._clock)
        self._scoring = assembly.scoring(settings, self._scorer_failed)
        stack.callback(self._scoring.close)
        self._channels = self._notifiers(stack)
        self._engine = self._build_engine()
        self._flow = Flow(self._engine.pipeline, self.metrics)
        self._outbox = self._build_outbox()
        self._routine = self._build_routine()
        await self._routine.begin(self._version)
        self._sources = assembly.sources(settings, self._clock, self._receptions)
        self._expect()
        await self._scoring.warm_up()
        self.metrics.scorer_info.labels(self._scoring.backend, self._scoring.version).set(1)
        await self._engine.relearning.prepare(self._words.lists, self._words.matcher)
        await self._engine.pipeline.restore(self._sources)
        self._flow.wake()
        await self._quietness.load(self._database.state)
        for channel in self._channels.values():
            await channel.restore(self._engine.dispatcher.open_incidents)
        door = taps.door(settings, self._log, self._engine.dispatcher, self._command, self._clock)
        links = await taps.serve(stack, settings, door)
        if settings.http.enabled:
            await self._serve_http(stack, links)

    def _notifiers(self, stack: AsyncExitStack) -> dict[str, Notifier]:
        back = lambda channel: self._outbox.back(channel)  # noqa: E731, PLW0108 - it is built after them
        lent = {"handle": self._command, "back": back, "note": self._log.note}
        parts = assembly.notifier_parts(self._clock, self._brands, **lent)
        channels = assembly.notifiers(self._settings, parts)
        for channel in channels.values():
            stack.push_async_callback(channel.close)
        return channels

    def _build_engine(self) -> Engine:
        policy = self._policy(self._settings)
        paging = Paging(policy, topic_of=self._words.topics.get, links=taps.maker(self._settings))
        around = assembly.Surroundings(
            self._database,
            self.metrics,
            self._clock,
            self._changed,
            self._gap,
            lambda now: silent(self._receptions.values(), now),
            self._log,
            self._poison,
        )
        return assembly.engine(self._settings, self._words, self._scoring, paging, around)

    def _policy(self, settings: Settings) -> Policy:
        return assembly.routed(settings, self._words, self._channels, Ways(), self._refresh.rotas.current)

    def _build_outbox(self) -> Outbox:
        return Outbox(
            self._log,
            self._channels,
            self._clock,
            random.Random(),  # noqa: S311 - jitter, not a secret
            observer=self._operations,
            next_channel=self._engine.next_channel,
        )

    def _build_routine(self) -> Routine:
        around = routine.Surroundings(
            self._database,
            self._log,
            self._channels,
            self._clock,
            self.metrics,
            lambda: {**self._health.alive(), **self._ready()},
            self._outbox.wake,
            self._refresh.rotas,
        )
        return Routine(self._settings, self._words.topics, around)

    def _expect(self) -> None:
        topics = self._words.topics
        self.metrics.expect_stages()
        self.metrics.expect_sources(self._sources)
        self.metrics.expect_topics(topics, self._sources)
        self.metrics.expect_channels({key.brand for key in topics}, self._channels)
        self.metrics.expect_responders(self._engine.dispatcher.paging.policy.everybody().receivers)

    async def _serve_http(self, stack: AsyncExitStack, links: Sequence[HTTPRouteHandler]) -> None:
        ingest = {
            name: source.accept for name, source in self._sources.items() if isinstance(source, Webhook)
        }
        app = console.create(
            self.metrics.registry, alive=self._health.alive, ready=self._ready, ingest=ingest, links=links
        )
        bound = server.bind(self._settings.http.listen)
        self.port = await stack.enter_async_context(server.serving(app, bound))

    def _lasting(self, reload: asyncio.Event) -> list[Coroutine[Any, Any, None]]:
        door = ControlServer(
            assembly.socket_path(self._settings),
            incidents.handlers(self._log, self._command, self._clock, self._routine.stand_down)
            | {"learn": self._engine.relearning.learn}
            | self._routine.handlers(),
        )
        waiting = self._engine.pipeline.keeping.flush
        self._housekeeping = Housekeeping(
            self._database, self._settings.storage, self._frames, self._clock, waiting
        )
        return [
            self._flow.take(),
            self._flow.score(),
            self._tick(),
            self._health.look(self._log.pending, partial(self._operations.show_outbox, list(self._channels))),
            self._engine.pipeline.handover.climb(),
            self._outbox.run(),
            *(channel.run() for channel in self._channels.values()),
            door.run(),
            self._housekeeping.run(),
            *self._refresh.lasting(reload),
            self._engine.relearning.run(),
            *self._routine.lasting(),
            self._readiness.keep_alive(self._clock),
        ]

    def _listen(self, source: Source) -> Coroutine[Any, Any, None]:
        return keep_listening(
            source,
            load=self._database.cursors.load,
            send=self._flow.put,
            report=self._receptions[source.name],
            clock=self._clock,
        )

    async def _tick(self) -> None:
        minutes = 0
        while True:
            now = self._clock.now()
            await self._clock.sleep_until(now.replace(second=0, microsecond=0) + MINUTE)
            minutes += 1
            await self._engine.pipeline.tick()
            self._show(self._clock.now())
            if minutes % SNAPSHOT_MINUTES == 0 and await self._log.flush():
                await self._engine.pipeline.snapshot()
                await self._quietness.save(self._database.state)
            self._health.ticked(self._clock.now())

    def _show(self, now: datetime) -> None:
        for reception in self._receptions.values():
            reception.tick(now, self._engine.watch.outage)
        heard = {name: one.posts for name, one in self._receptions.items() if one.down_since is None}
        self._operations.show_quiet(self._receptions, self._quietness.tick(now, heard))
        self._operations.show_readings(self._engine.watch.readings(now))
        self.metrics.scoring_sampled.set(self._engine.pipeline.sampled())

    async def _drain(self) -> None:
        deadline = self._clock.now() + DRAIN
        await self._flow.drain(DRAIN.total_seconds() / 2)
        if not await self._outbox.drain(deadline):
            log.warning("pages_left_in_outbox")
        await self._housekeeping.write()
        await self._routine.end()
        log.info("drained")

    async def _command(self, command: Command) -> Answer:
        parts = self._engine.dispatcher, self._engine.pipeline, self._database.mentions
        answer = await orders.carried_out(command, *parts, self._clock.now())
        self._outbox.wake()
        return answer

    def _changed(self, change: Change) -> None:
        self._operations.changed(change)
        self._operations.show_open(self._brands(), self._engine.dispatcher.open_incidents)
        self._outbox.wake()

    def _brands(self) -> set[str]:
        return {key.brand for key in self._words.topics}

    def _gap(self, gap: Gap) -> None:
        if reception := self._receptions.get(gap.source):
            reception.gap(gap)

    def _poison(self, item: Item, error: Exception) -> None:
        if reception := self._receptions.get(item.source):
            reception.poisoned(item, error)

    def _ready(self) -> Mapping[str, str]:
        trouble = dict(self._engine.pipeline.trouble)
        trouble["storage"] = trouble["storage"] or self._log.trouble
        trouble["configuration"] = self._refresh.trouble
        return self._health.ready(self._receptions.values(), trouble)

    def _scorer_failed(self, reason: str) -> None:
        # a text that breaks a scorer which goes on is counted; only its end is a trouble that lasts
        self._health.scorer = reason if self._scoring.backend != self._settings.scorer.kind else ""
        self.metrics.scorer_fallbacks.inc()
        self.metrics.scorer_info.clear()
        self.metrics.scorer_info.labels(self._scoring.backend, self._scoring.version).set(1)

    def _use(self, settings: Settings, words: Vocabulary) -> None:
        """Put new lists and new alerting settings to use; nothing in here may fail."""
        self._words = words
        self._engine.use(settings, words)
        self._engine.dispatcher.paging.policy = self._policy(settings)
        self._routine.use(settings, words.topics)
        self._expect()
