"""A whole pipeline over a database of its own, for the tests of the listener's glue."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, NamedTuple, cast
from zoneinfo import ZoneInfo

from prometheus_client import CollectorRegistry

from alerts.dispatcher import Dispatcher
from alerts.notification_log import NotificationLog, Page
from alerts.paging import Paging, Policy
from alerts.routing import Receiver
from listener.evidence import StoredEvidence
from listener.matching import lists
from listener.matching.matcher import Matcher
from listener.metrics import Metrics
from listener.pipeline import Pipeline, Stages
from listener.recognition import Recognition
from listener.storage.database import MEMORY, Database
from models.clock import VirtualClock
from models.flareup import Reading
from models.keyword import TopicKey
from models.mention import Score
from models.post import Batch, Gap, Item, Post
from models.sentiment.batching import Scoring
from models.volume.duplicates import Clusters
from models.volume.settings import DetectionSettings
from models.volume.watch import Watch
from tests.builders import NIGHT, a_post, a_score

LIST = """
schema = 1
brand = "sakura"
name = "さくらフーズ"
own_accounts = ["sakura_official"]
[[keyword]]
topic = "pudding"
any = ["さくらプリン"]
[[keyword]]
topic = "company"
any = ["さくらフーズ"]
"""
PUDDING, COMPANY = TopicKey("sakura", "pudding"), TopicKey("sakura", "company")
TOPICS = (PUDDING, COMPANY)
SOURCES = ("bluesky", "mastodon")


class WordScoring:
    """Scores a text by one word; fails on the texts that it was told to fail on."""

    backend = "words"
    version = "1"

    def __init__(self, *poison: str) -> None:
        self.poison = poison
        self.broken = False
        self.scored: list[str] = []

    async def score(self, texts: Sequence[str]) -> list[Score]:
        """Return one score per text."""
        if self.broken or any(text in self.poison for text in texts):
            raise RuntimeError("no score for this")
        self.scored += texts
        return [a_score("negative" if "最悪" in text else "neutral") for text in texts]


class Rig(NamedTuple):
    """A pipeline, its surroundings, and what it complained of."""

    pipeline: Pipeline
    database: Database
    dispatcher: Dispatcher
    watch: Watch
    scoring: WordScoring
    metrics: Metrics
    clock: VirtualClock
    gaps: list[Gap]
    poison: list[Item]

    async def take(self, *items: Item, cursor: str | None = None, confirm: Any = None) -> None:
        """Let a batch arrive at the time of its last item, and score it."""
        moments = [item.received_at for item in items if not isinstance(item, Gap)]
        self.clock.set(max(moments, default=self.clock.now()))
        source = items[0].source if items else "bluesky"
        await self.pipeline.take(Batch(source=source, items=list(items), cursor=cursor, confirm=confirm))
        await self.score()

    async def score(self) -> None:
        """Score all that waits."""
        while await self.pipeline.score():
            pass

    async def end_minute(self) -> None:
        """Go to the next full minute and end it."""
        now = self.clock.now().replace(second=0, microsecond=0)
        self.clock.set(now + timedelta(minutes=1))
        await self.pipeline.tick()

    async def pages(self) -> list[Page]:
        """Return every page that ever rang, in order."""
        found = [
            page
            for incident in await self.database.log.incidents(100)
            for page in await self.database.log.pages_of(incident.id)
        ]
        return sorted(found, key=lambda page: (page.created_at, page.key))

    def readings(self) -> list[Reading]:
        """Describe every topic now."""
        return self.watch.readings(self.clock.now())

    def reading(self, key: TopicKey = PUDDING) -> Reading:
        """Describe one topic now."""
        return self.watch.reading(key, self.clock.now())

    def sample(self, name: str, **labels: str) -> float | None:
        """Return the value of a metric."""
        return self.metrics.registry.get_sample_value(name, labels)


def untaught() -> Watch:
    """Return a watch that knows nothing, as a process has it when it starts."""
    return Watch(TOPICS, DetectionSettings(), {"sakura": ZoneInfo("Asia/Tokyo")})


def taught(hours: int = 240, *, people: int = 6, negative: int = 1) -> Watch:
    """Return a watch that has learned quiet hours up to the night."""
    watch = untaught()
    start = NIGHT.replace(minute=0)
    for key in TOPICS:
        for hour in range(-hours, 0):
            watch.learn_hour(key, start + timedelta(hours=hour), people, negative)
    return watch


@asynccontextmanager
async def rig(
    path: Path | Literal[":memory:"] = MEMORY,
    *,
    start: datetime = NIGHT,
    watch: Watch | None = None,
    log: NotificationLog | None = None,
    sources: Iterable[str] = SOURCES,
) -> AsyncIterator[Rig]:
    """Open the database at *path*, build a pipeline over it and bring that up to date."""
    clock = VirtualClock(start)
    async with Database.open(path, clock) as database:
        one = build(database, clock, watch or taught(), log)
        await one.pipeline.restore(sources)
        yield one


def build(database: Database, clock: VirtualClock, watch: Watch, log: NotificationLog | None = None) -> Rig:
    """Build a pipeline that was not brought up to date yet."""
    metrics = Metrics(CollectorRegistry())
    recognition = Recognition(Clusters())
    recognition.use(Matcher([lists.parse(LIST, Path("sakura.toml"))], words=None, now=NIGHT))
    policy = Policy(receiver=Receiver(name="oncall", channels=("bell",)))
    evidence = StoredEvidence(database.mentions, database.traces, blind=(), silent=lambda _: ())
    dispatcher = Dispatcher(
        log or database.log, Paging(policy), evidence=evidence, responses=database.responses
    )
    scoring = WordScoring()
    gaps: list[Gap] = []
    poison: list[Item] = []
    stages = Stages(recognition, database, watch, cast("Scoring", scoring), dispatcher, metrics, clock)
    pipeline = Pipeline(
        stages, sample_rate=1.0, on_gap=gaps.append, on_poison=lambda item, _: poison.append(item)
    )
    return Rig(pipeline, database, dispatcher, watch, scoring, metrics, clock, gaps, poison)


BAD = "さくらプリン最悪"


def fire(minute: int, people: int = 4, text: str = BAD, source: str = "bluesky") -> list[Post]:
    """Return the angry posts of one minute, each by another person."""
    names = [f"{source}{minute}-{n}" for n in range(people)]
    return [a_post(text, minutes=minute, id=name, by=name, source=source) for name in names]


async def burn(one: Rig, minutes: int, first: int = 0, **how: Any) -> None:
    """Let it burn for some minutes."""
    for minute in range(first, first + minutes):
        await one.take(*fire(minute, **how))
        await one.end_minute()


async def stored(one: Rig) -> list[str]:
    """Return the ids of the posts of the stored mentions."""
    return [mention.post.id for _, mention in await one.database.mentions.after(0, 10_000)]
