"""The way of a post: recognised, stored, counted, scored, judged, and handed to alerting."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog

from alerts.dispatcher import Dispatcher
from listener.backlog import Backlog, Waiting
from listener.handover import Handover
from listener.keeping import Keeping, Kept, unheeded
from listener.metrics import Metrics
from listener.muting import Muting
from listener.recognition import LATE, Recognition
from listener.recovery import ALIVE, SNAPSHOT, Recovery
from listener.sighting import identity
from listener.sorting import OnPoison, Sorting
from listener.storage.database import Database
from listener.storage.errors import StorageError
from models.clock import Clock
from models.flareup import FlareUp
from models.mention import Mention, Score
from models.post import Batch, Deletion, Gap, Item, PostKey
from models.sentiment.batching import Scoring
from models.volume.watch import Watch

log = structlog.get_logger(__name__)

ABSENCE = timedelta(minutes=5)
"""Minutes that end so late were not watched."""
ATTEMPTS = 3
"""How often a snapshot waits for what is just being stored."""


class Stages(NamedTuple):
    """The parts of the way, and what they share."""

    recognition: Recognition
    database: Database
    watch: Watch
    scoring: Scoring
    dispatcher: Dispatcher
    metrics: Metrics
    clock: Clock


class Pipeline:
    """Drives every stage; the daemon, the replay and the demo run the same one.

    Whatever an item does to a stage, the watch goes on: *on_poison* is told of the item, and it is left out.
    """

    def __init__(
        self,
        stages: Stages,
        *,
        sample_rate: float = 0.01,
        on_gap: Callable[[Gap], None] = lambda _: None,
        on_poison: OnPoison = unheeded,
    ) -> None:
        self.backlog = Backlog()
        self.recognition = stages.recognition
        self.watch = stages.watch
        self.keeping = Keeping(
            stages.database, stages.clock, sample_rate=sample_rate, on_poison=self._set_aside
        )
        self.handover = Handover(stages.dispatcher, stages.clock)
        self.mentions = 0
        self._sorting = Sorting(
            stages.recognition, stages.watch, stages.database, rate=sample_rate, set_aside=self._set_aside
        )
        self.muting = Muting(stages.recognition, stages.dispatcher.mutes)
        self._database = stages.database
        self._scoring = stages.scoring
        self._metrics = stages.metrics
        self._clock = stages.clock
        self._on_gap = on_gap
        self._on_poison = on_poison
        self._since = [0, 0]  # mentions counted and scored since ``sampled`` was asked
        self.covered = 0  # every mention up to this number is counted
        self._aside: Counter[str] = Counter()  # items set aside in this minute, by kind of error
        self._detector = ""
        self._sources: tuple[str, ...] = ()
        self._alive: datetime | None = None
        self._answers: datetime | None = None  # so long what a brand answered may still come in

    @property
    def trouble(self) -> dict[str, str]:
        """Return what does not do its work, by name, with a sentence each; empty sentences mean nothing."""
        aside = ", ".join(f"{count} with {kind}" for kind, count in self._aside.items() if count)
        return {
            "storage": self.keeping.trouble,
            "alerting": self.handover.trouble,
            "detector": self._detector,
            "posts": f"set aside because no stage could take them: {aside}" if aside else "",
        }

    async def restore(self, sources: Iterable[str] = ()) -> None:
        """Bring everything up to date with what is stored, after any kind of stop.

        *sources* are those that will be heard: what passed while nobody listened is no silence of theirs.
        """
        self._sources = tuple(sources)
        now = self._clock.now()
        await self.handover.restore()
        recovery = Recovery(self._database, self.watch, self.recognition, now, self.muting.sighting)
        async for flares, decided_at in recovery.replay(self._sources):
            await self.decide(flares, decided_at=decided_at)
        self.covered, self.keeping.judged = recovery.covered, recovery.judged
        for seq, mention in recovery.unscored:
            self._queue(seq, mention)
        await self.keeping.scores(recovery.inherited, self._model)
        await self.snapshot()

    async def take(self, batch: Batch) -> None:
        """Recognise, store, confirm, count and judge one batch."""
        now = self._clock.now()
        self._note_absence(now)
        with self._metrics.stage_seconds.labels("match").time():
            found = await self._sorting.sort(batch)
        with self._metrics.stage_seconds.labels("store").time():
            kept = await self.keeping.store(found)
        if found.responses:
            self._answers = now + LATE
        with self._metrics.stage_seconds.labels("detect").time():
            self._note_gaps(found.gaps)
            self._count_all(kept, now)
            flares = self._detected(self.watch.evaluate, now)
        await self.decide(flares, decided_at=found.newest or now)
        scored = [(one.seq, one.mention, one.mention.score) for one in kept if one.new and one.mention.score]
        if scored:
            await self.keeping.scores(scored, self._model)
        if found.deletions:
            await self._erase(found.deletions)

    async def score(self, limit: int = 64) -> int:
        """Score up to *limit* of what waits, newest first; return how many were scored."""
        if not self.backlog:
            return 0
        self._note_absence(self._clock.now())
        with self._metrics.stage_seconds.labels("score").time():
            scored = await self.backlog.score(self._scoring, limit)
            # first, for a snapshot may be taken while they are stored, and must hold what it says it covers
            for one, score in scored:
                self._judge(one.mention, score)
            await self.keeping.scores([(one.seq, one.mention, score) for one, score in scored], self._model)
        if scored:
            now = self._clock.now()
            newest = max(one.mention.post.received_at for one, _ in scored)
            await self.decide(self._detected(self.watch.evaluate, now), decided_at=min(newest, now))
        return len(scored)

    def sampled(self) -> float:
        """Return the share of the mentions since the last call that was scored, 1 when there were none."""
        counted, scored = self._since
        self._since = [0, 0]
        return min(1.0, scored / counted) if counted else 1.0

    async def tick(self) -> None:
        """End a minute: learn, ease, close, remind."""
        now = self._clock.now()
        self.backlog.drop_old(now)
        self._note_absence(now)
        self._aside = Counter({kind: 0 for kind, count in self._aside.items() if count})
        await self.decide(self._detected(self.watch.tick, now), decided_at=now)
        await self.handover.tick(now)
        self._answers = self._answers or now + LATE
        await self.handover.listen(now, anew=now < self._answers)
        if await self.keeping.flush():
            await self._remember(ALIVE, b"")

    def _note_absence(self, now: datetime) -> None:
        """Notice that minutes are missing: the machine slept, stood still, or its clock was set ahead.

        Nobody listened in them, so nothing is made of their silence.
        """
        since, self._alive = self._alive or now, now
        if now - since > ABSENCE:
            log.warning("minutes_missing", since=str(since), until=str(now))
            self.watch.absent(self._sources, since, now)
        elif since - now > ABSENCE:
            log.warning("clock_set_back", was=str(since), now=str(now))

    async def snapshot(self) -> None:
        """Remember the detector's state, with the numbers of what it covers.

        While anything that it covers is not stored or not handed on, the last snapshot stands: after a
        stop the rest is found out again.
        """
        for _ in range(ATTEMPTS):
            await self.keeping.flush()
            await self.decide((), decided_at=self._clock.now())
            if not self.keeping.behind and not self.handover.waiting:
                await self._remember(SNAPSHOT, self.watch.dump())
                return
        log.warning("no_snapshot", batches=self.keeping.held, transitions=self.handover.waiting)

    async def decide(self, flares: Sequence[FlareUp], *, decided_at: datetime) -> None:
        """Hand transitions to alerting."""
        if flares or self.handover.waiting:
            await self.handover.flared(flares, decided_at=decided_at)

    @property
    def posts(self) -> int:
        """Return how many posts were looked at."""
        return self._sorting.posts

    @property
    def _model(self) -> str:
        return f"{self._scoring.backend} {self._scoring.version}"

    async def _remember(self, name: str, blob: bytes) -> None:
        covered = max(self.covered, self.keeping.numbered)
        try:
            await self._database.state.save(name, covered, blob, judged=self.keeping.judged)
        except StorageError as error:
            log.error("state_not_stored", name=name, why=str(error))

    def _note_gaps(self, gaps: Iterable[Gap]) -> None:
        for gap in gaps:
            log.info("gap", source=gap.source, start=str(gap.start), end=str(gap.end), reason=gap.reason)
            self.watch.outage(gap.source, gap.start)
            if gap.end is not None:
                self.watch.restored(gap.source, gap.end)
            self._on_gap(gap)

    def _count_all(self, kept: Iterable[Kept], now: datetime) -> None:
        for one in kept:
            if one.outcome == "refused":
                self.recognition.forget(one.mention.post.key)
            elif one.outcome != "duplicate":
                try:
                    self._count(one, now)
                except Exception as error:  # noqa: BLE001 - the others are counted
                    self._set_aside(one.mention.post, error)
            self.covered = max(self.covered, one.seq)

    def _count(self, kept: Kept, now: datetime) -> None:
        mention, source = kept.mention, kept.mention.post.source
        if kept.new and mention.late:
            self._metrics.mentions_late.labels(source).inc()
        elif kept.new:
            self._metrics.mentions.labels(mention.brand, mention.topic, source).inc()
        self.mentions += kept.new
        self._since[0] += kept.new
        self.watch.count(self.muting.sighting(mention, now), now)
        if mention.score is not None:
            self._judge(mention, mention.score)
        else:
            self._queue(kept.seq, mention)

    def _queue(self, seq: int, mention: Mention) -> None:
        text = self.recognition.text_of(mention)
        if text:
            self.backlog.add(Waiting(seq, mention, text))

    def _judge(self, mention: Mention, score: Score) -> None:
        self.recognition.learned(mention, score)
        self._since[1] += 1
        sentiment = "unsure" if score.unsure else score.label
        self._metrics.mentions_scored.labels(mention.brand, mention.topic, sentiment).inc()
        self.watch.judge(mention.key, identity(mention), score.label, self._clock.now())

    def _detected(self, look: Callable[[datetime], list[FlareUp]], now: datetime) -> list[FlareUp]:
        """Ask the detector; a bug in it must stop neither counting nor what burns already."""
        try:
            flares = look(now)
        except Exception as error:
            if not self._detector:
                log.exception("detector_failed")
            self._detector = f"failed with {type(error).__name__}: {error}"
            return []
        self._detector = ""
        return flares

    async def _erase(self, deletions: Iterable[Deletion]) -> None:
        gone: list[PostKey] = []
        for deletion in deletions:
            if deletion.id is not None:
                gone.append(PostKey(deletion.source, deletion.id))
            elif deletion.author is not None and not deletion.hidden:
                gone += self.recognition.by_author(deletion.source, deletion.author)
        for key in gone:
            for mention in self.recognition.forget(key):
                self.watch.forget(mention.key, identity(mention))
        await self.handover.forget([f"{key.source}/{key.id}" for key in gone])

    def _set_aside(self, item: Item, error: Exception) -> None:
        """Keep what no stage can take apart from the rest; a bug may hit every post: log it once."""
        kind = type(error).__name__
        if kind not in self._aside:
            log.error("item_set_aside", source=item.source, item=type(item).__name__, exc_info=error)
        self._aside[kind] += 1
        self._on_poison(item, error)
