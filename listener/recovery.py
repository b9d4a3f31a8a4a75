"""After any kind of stop: the detector is brought to where it would stand had nothing happened."""

import itertools
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import structlog

from listener.backlog import FORGOTTEN
from listener.recognition import Recognition
from listener.sighting import identity
from listener.storage.database import Database
from models.flareup import FlareUp
from models.mention import Mention, Score
from models.volume.snapshot import SnapshotError
from models.volume.tally import Sighting
from models.volume.watch import Watch

log = structlog.get_logger(__name__)

SNAPSHOT, ALIVE = "watch", "alive"
PAGE = 1_000
"""Mentions read at a time."""
RECOLLECTED = 5_000
"""Mentions before the snapshot that are read for reposts of them, copies of them, and missing scores."""
REPOSTED = timedelta(days=3)
"""For how long a repost of a stored post is looked up."""
RELEARNED = timedelta(days=3)
"""How much is learned anew where there is no snapshot: a cold start ends after two days."""
ABSENCE = timedelta(minutes=2)
"""A stop shorter than this is no gap: the sign of life is given once a minute."""

Said = tuple[list[FlareUp], datetime]
Seen = Callable[[Mention, datetime], Sighting]


class Unscored(NamedTuple):
    """A stored mention that still waits for its score."""

    seq: int
    mention: Mention


class Recovery:
    """Feeds what was stored to the detector again, in order, each mention when it was received."""

    def __init__(
        self, database: Database, watch: Watch, recognition: Recognition, now: datetime, sighting: Seen
    ) -> None:
        self.covered = 0
        self.judged = 0
        self.unscored: list[Unscored] = []
        self.inherited: list[tuple[int, Mention, Score]] = []
        self._database = database
        self._watch = watch
        self._recognition = recognition
        self._now = now
        self._sighting = sighting
        self._reached = datetime.fromtimestamp(0, UTC)  # the last sign of life that was found
        self._news_since = self._reached
        self._settled = datetime.min.replace(tzinfo=UTC)

    async def replay(self, sources: Iterable[str] = ()) -> AsyncIterator[Said]:
        """Yield what the detector says, and when the deciding post was received.

        *sources* were not heard while the watch was stopped: that is no silence.
        """
        await self._load()
        self._recognition.expect(await self._database.mentions.recent_keys(self._now - REPOSTED))
        await self._recollect()
        since = max(self._reached, self._now - RELEARNED)
        for gap in await self._database.gaps.overlapping(since, self._now):
            self._watch.outage(gap.source, gap.start)
            if gap.end is not None:
                self._watch.restored(gap.source, gap.end)
        yield await self._rejudge(), self._reached
        async for said in self._refeed():
            yield said
        await self._note_absence(sources)
        last = self._fresh(self._watch.tick(self._now))
        self._watch.settle(self._settled)
        yield [flare for flare in last if flare.started_at >= self._settled], self._now

    async def _load(self) -> None:
        snapshot = await self._database.state.load(SNAPSHOT)
        if snapshot is not None:
            try:
                self._watch.load(snapshot.blob)
            except SnapshotError as error:
                log.error("snapshot_unusable", why=str(error))
                snapshot = None
        if snapshot is not None:
            self.covered, self.judged = snapshot.seq, snapshot.judged
            self._reached = snapshot.saved_at
            return
        # What is learned anew was judged before: only what is fresh may still be news.
        self._news_since = self._settled = self._now - FORGOTTEN
        _, self.judged = await self._database.mentions.last()
        self.covered = await self._last_before(self._now - RELEARNED)

    async def _last_before(self, at: datetime) -> int:
        """Return the number of the last mention received before *at*."""
        low, high = 0, (await self._database.mentions.last())[0]
        while low < high:
            middle = (low + high) // 2
            found = await self._database.mentions.after(middle, 1)
            if found and found[0][1].post.received_at < at:
                low = found[0][0]
            else:
                high = middle
        return low

    async def _recollect(self) -> None:
        """Know again what the snapshot covers but does not hold: texts, and what waits for a score."""
        reached = max(0, self.covered - RECOLLECTED)
        while reached < self.covered and (rows := await self._database.mentions.after(reached, PAGE)):
            reached = rows[-1][0]
            await self._recall([row for row in rows if row[0] <= self.covered])

    async def _recall(self, rows: Sequence[tuple[int, Mention]]) -> None:
        for seq, mention in rows:
            self._recognition.recall(mention)
            if mention.score is None and not mention.inherited:
                self._wait(seq, mention)
        reposts = [(seq, mention) for seq, mention in rows if mention.inherited and mention.score is None]
        wanted = self._recognition.wanted(mention.post for _, mention in reposts)
        for found in (await self._database.mentions.of_posts(wanted)).values():
            for _, mention in found:
                self._recognition.recall(mention)
        for seq, mention in reposts:
            if (score := self._recognition.score_of(mention)) is not None:
                self.inherited.append((seq, mention, score))
            else:
                self._wait(seq, mention)

    def _wait(self, seq: int, mention: Mention) -> None:
        if mention.post.created_at > self._now - FORGOTTEN:
            self.unscored.append(Unscored(seq, mention))

    async def _rejudge(self) -> list[FlareUp]:
        """Feed the judgements that were made on covered mentions after the snapshot."""
        while rows := await self._database.mentions.judged_after(self.judged, self.covered, PAGE):
            for number, _, mention in rows:
                self._judge(mention, mention.score, self._reached)
                self.judged = number
        for _, mention, score in self.inherited:
            self._judge(mention, score, self._reached)
        return self._fresh(self._watch.evaluate(self._reached)) if self.covered else []

    async def _refeed(self) -> AsyncIterator[Said]:
        while rows := await self._database.mentions.after(self.covered, PAGE):
            await self._recall(rows)
            for received, together in itertools.groupby(rows, key=lambda row: row[1].post.received_at):
                if self._minute(received) > self._minute(self._reached):
                    said = self._watch.tick(self._minute(received))
                    yield self._fresh(sorted(said, key=lambda flare: flare.at)), received
                self._reached = max(self._reached, received)
                yield self._count(list(together), received), received

    def _count(self, rows: Sequence[tuple[int, Mention]], received: datetime) -> list[FlareUp]:
        """Count what came together and look at it, then judge it and look again: so it was done before."""
        for seq, mention in rows:
            self._watch.count(self._sighting(mention, received), received)
            self.covered = seq
            if mention.inherited:
                self._judge(mention, self._recognition.score_of(mention), received)
        said = self._watch.evaluate(received)
        for _, mention in rows:
            self._judge(mention, mention.score, received)
        return self._fresh([*said, *self._watch.evaluate(received)])

    async def _note_absence(self, sources: Iterable[str]) -> None:
        """Expect nothing of the time in which nobody listened; what is backfilled fills it again."""
        alive = await self._database.state.load(ALIVE)
        ended = max(self._reached, alive.saved_at if alive else self._reached)
        if self.covered and self._now - ended >= ABSENCE:
            self._watch.absent(sources, ended, self._now)

    def _judge(self, mention: Mention, score: Score | None, at: datetime) -> None:
        if score is not None:
            self._watch.judge(mention.key, identity(mention), score.label, at)

    def _fresh(self, flares: list[FlareUp]) -> list[FlareUp]:
        return [flare for flare in flares if flare.at >= self._news_since]

    @staticmethod
    def _minute(at: datetime) -> datetime:
        return at.replace(second=0, microsecond=0)
