"""The way of a post: recognised, stored, counted, scored, judged, and handed to alerting."""

import zlib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import structlog

from alerts.dispatcher import Dispatcher
from listener.backlog import Backlog, Waiting
from listener.keeping import Keeping, Kept, Sorted
from listener.metrics import Metrics
from listener.recognition import Recognition
from listener.storage.database import Database
from listener.storage.errors import StorageError
from models.clock import Clock
from models.flareup import FlareUp
from models.mention import Mention, Score
from models.post import Batch, Deletion, Gap, Post, PostKey
from models.sentiment.batching import Scoring
from models.volume.tally import Sighting
from models.volume.watch import Watch

log = structlog.get_logger(__name__)

SNAPSHOT = "watch"
REFED = 1_000
"""Mentions read at a time when the detector is brought up to date after a start."""


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
    """Drives every stage; the daemon, the replay and the demo run the same one."""

    def __init__(
        self, stages: Stages, *, sample_rate: float = 0.01, on_gap: Callable[[Gap], None] = lambda _: None
    ) -> None:
        self.backlog = Backlog()
        self.recognition = stages.recognition
        self.watch = stages.watch
        self.keeping = Keeping(stages.database, sample_rate=sample_rate)
        self.posts = 0
        self.mentions = 0
        self._database = stages.database
        self._scoring = stages.scoring
        self._dispatcher = stages.dispatcher
        self._metrics = stages.metrics
        self._clock = stages.clock
        self._on_gap = on_gap
        self._since = [0, 0]  # mentions counted and scored since ``sampled`` was asked
        self._covered = 0  # every mention up to this number is counted
        self._judged = 0  # and every judgement up to this one

    async def restore(self) -> None:
        """Bring the detector up to date with what is stored, after any kind of stop."""
        snapshot = await self._database.state.load(SNAPSHOT)
        if snapshot is not None:
            self.watch.load(snapshot.blob)
            self._covered, self._judged = snapshot.seq, snapshot.judged
        await self._dispatcher.restore(self._clock.now())
        await self._rejudge()
        while rows := await self._database.mentions.after(self._covered, REFED):
            await self._refeed(rows)
        for seq, mention in reversed(await self._database.mentions.unscored(REFED)):
            self._queue(Kept(seq, mention, new=False))

    async def take(self, batch: Batch) -> None:
        """Recognise, store, confirm, count and judge one batch."""
        now = self._clock.now()
        with self._metrics.stage_seconds.labels("match").time():
            found = await self._sort(batch)
        with self._metrics.stage_seconds.labels("store").time():
            kept = await self.keeping.store(found)
        with self._metrics.stage_seconds.labels("detect").time():
            for gap in found.gaps:
                self._note_gap(gap)
            for one in kept:
                self._count(one, now)
            flares = self.watch.evaluate(now)
        await self.decide(flares, decided_at=found.newest or now)
        if found.deletions:
            await self._erase(found.deletions)

    async def score(self, limit: int = 64) -> int:
        """Score up to *limit* of what waits, newest first; return how many were scored."""
        waiting = self.backlog.take(limit)
        if not waiting:
            return 0
        with self._metrics.stage_seconds.labels("score").time():
            scores = await self._scoring.score([one.text for one in waiting])
            rows = [(one.seq, score) for one, score in zip(waiting, scores, strict=True)]
            judged = await self.keeping.scores(rows, self._model)
        for one, score in zip(waiting, scores, strict=True):
            self._judge(one.mention, score)
        self._judged = judged if judged is not None else self._judged
        now = self._clock.now()
        newest = max(one.mention.post.received_at for one in waiting)
        await self.decide(self.watch.evaluate(now), decided_at=min(newest, now))
        return len(waiting)

    def sampled(self) -> float:
        """Return the share of the mentions since the last call that was scored, 1 when there were none."""
        counted, scored = self._since
        self._since = [0, 0]
        return min(1.0, scored / counted) if counted else 1.0

    @property
    def _model(self) -> str:
        return f"{self._scoring.backend} {self._scoring.version}"

    async def tick(self) -> None:
        """End a minute: learn, ease, close, remind."""
        now = self._clock.now()
        self.backlog.drop_old(now)
        await self.decide(self.watch.tick(now), decided_at=now)
        await self._dispatcher.tick(now)

    async def snapshot(self) -> None:
        """Remember the detector's state, with the numbers of what it covers."""
        try:
            await self.keeping.flush()
            covered, judged, blob = self._covered, self._judged, self.watch.dump()
            await self._database.state.save(SNAPSHOT, covered, blob, judged=judged)
        except StorageError as error:
            log.error("snapshot_not_stored", why=str(error))

    async def decide(self, flares: Sequence[FlareUp], *, decided_at: datetime) -> None:
        """Hand transitions to alerting."""
        if flares:
            await self._dispatcher.flared(flares, now=self._clock.now(), decided_at=decided_at)

    async def _sort(self, batch: Batch) -> Sorted:
        found = Sorted(source=batch.source, cursor=batch.cursor, confirm=batch.confirm)
        for item in batch.items:
            if isinstance(item, Post):
                if (target := self.recognition.unknown_target(item)) is not None:
                    await self._recall(target)
                self._recognise(item, found)
            elif isinstance(item, Deletion):
                found.deletions.append(item)
            else:
                found.gaps.append(item)
        return found

    def _recognise(self, post: Post, found: Sorted) -> None:
        self.posts += 1
        mentions = self.recognition.mentions_of(post)
        if mentions:
            found.mentions += mentions
            found.newest = post.received_at
        elif post.edited and self.recognition.forget(post.key):
            found.withdrawn.append(post.key)
        elif post.text and _lot(post.id) < self.keeping.sample_rate:
            found.unmatched.append(post)

    async def _recall(self, target: PostKey) -> None:
        """Fetch the stored mentions of a post that is reposted long after it was seen."""
        rows = await self._database.mentions.of_post(target)
        self.recognition.remember([mention for _, mention in rows])

    def _note_gap(self, gap: Gap) -> None:
        log.info("gap", source=gap.source, start=str(gap.start), end=str(gap.end), reason=gap.reason)
        self.watch.outage(gap.source, gap.start)
        if gap.end is not None:
            self.watch.restored(gap.source, gap.end)
        self._on_gap(gap)

    def _count(self, kept: Kept, now: datetime) -> None:
        mention, source = kept.mention, kept.mention.post.source
        if kept.new and mention.late:
            self._metrics.mentions_late.labels(source).inc()
        elif kept.new:
            self._metrics.mentions.labels(mention.brand, mention.topic, source).inc()
        self.mentions += kept.new
        self._since[0] += kept.new
        self.watch.count(sighting_of(mention), now)
        if mention.score is not None:
            self._judge(mention, mention.score)
        else:
            self._queue(kept)
        self._covered = max(self._covered, kept.seq)

    def _queue(self, kept: Kept) -> None:
        text = self.recognition.text_of(kept.mention)
        if text:
            self.backlog.add(Waiting(kept.seq, kept.mention, text))

    def _judge(self, mention: Mention, score: Score) -> None:
        self.recognition.learned(mention.post.key, score)
        self._since[1] += 1
        sentiment = "unsure" if score.unsure else score.label
        self._metrics.mentions_scored.labels(mention.brand, mention.topic, sentiment).inc()
        self.watch.judge(mention.key, _identity(mention), score.label, self._clock.now())

    async def _erase(self, deletions: Iterable[Deletion]) -> None:
        gone: list[str] = []
        for deletion in deletions:
            if deletion.id is None:
                continue
            key = PostKey(deletion.source, deletion.id)
            gone.append(f"{key.source}/{key.id}")
            for mention in self.recognition.forget(key):
                self.watch.forget(mention.key, _identity(mention))
        await self._dispatcher.forget(gone, self._clock.now())

    async def _rejudge(self) -> None:
        """Feed the judgements that were made on covered mentions after the snapshot."""
        while rows := await self._database.mentions.judged_after(self._judged, self._covered, REFED):
            for number, _, mention in rows:
                if mention.score is not None:
                    self.watch.judge(mention.key, _identity(mention), mention.score.label, self._clock.now())
                self._judged = number

    async def _refeed(self, rows: Sequence[tuple[int, Mention]]) -> None:
        """Count stored mentions again, at the minutes they were received in."""
        for seq, mention in rows:
            received = mention.post.received_at
            await self.decide(self.watch.evaluate(received), decided_at=received)
            self.recognition.remember([mention])
            self.watch.count(sighting_of(mention), received)
            if mention.score is not None:
                self.watch.judge(mention.key, _identity(mention), mention.score.label, received)
            self._covered = seq


def sighting_of(mention: Mention) -> Sighting:
    """Return what the detector needs to know of a mention."""
    post = mention.post
    return Sighting(
        key=mention.key,
        id=_identity(mention),
        at=post.created_at,
        author=post.author.id if post.author else None,
        source=post.source,
        cluster=mention.cluster,
        repost=mention.inherited,
        weak=mention.weak,
        risks=frozenset(mention.risks),
        late=mention.late,
    )


def _identity(mention: Mention) -> str:
    return f"{mention.post.source}/{mention.post.id}"


def _lot(native_id: str) -> float:
    """Return a number in [0, 1) that depends on the post alone, so that a sample is a random one."""
    return zlib.crc32(native_id.encode("utf-8", "surrogatepass")) / 2**32
