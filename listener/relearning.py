"""A changed keyword list: its topics learn anew what is usual, in the background, and survive a kill."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
import structlog

from listener import imported, rules
from listener.backlog import Scores
from listener.control import ControlError
from listener.history import Hour
from listener.imported import Imported
from listener.matching.matcher import Matcher
from listener.recovery import ALIVE, SNAPSHOT
from listener.rules import Rules
from listener.storage.database import Database
from listener.storage.errors import StorageError
from listener.stored_past import StoredPast, Wanted
from models.clock import Clock
from models.keyword import KeywordList, TopicKey
from models.volume.relearning import Hour as Past
from models.volume.relearning import Lesson
from models.volume.watch import Watch

log = structlog.get_logger(__name__)

AGAIN = timedelta(minutes=1)
"""When a re-learning that failed is tried again."""
RULES, PENDING = "rules", "relearning"
"""The words under which is kept: what each topic learned by, and since when which topics wait."""

Snapshot = Callable[[], Awaitable[None]]
_rules = msgspec.json.Decoder(list[tuple[TopicKey, Rules]])
_pending = msgspec.json.Decoder(list[tuple[TopicKey, datetime]])
_hours = list[tuple[str, str, datetime, int, int]]


class Relearning:
    """Knows by which rules each topic has learned, and teaches those whose rules are others now.

    Nothing in ``prepare`` or ``use`` waits for posts to be read: the watch goes on with the old usual,
    doubted, until ``run`` has restated it.
    """

    def __init__(
        self, database: Database, watch: Watch, scores: Scores, snapshot: Snapshot, clock: Clock, *, cap: int
    ) -> None:
        self._database = database
        self._watch = watch
        self._scores = scores
        self._snapshot = snapshot
        self._clock = clock
        self._cap = cap
        self._learned: dict[TopicKey, Rules] = {}
        self._present: dict[TopicKey, Rules] = {}
        self._since: dict[TopicKey, datetime] = {}
        self._matcher: Matcher | None = None
        self._news = asyncio.Event()
        self._importing = asyncio.Lock()

    async def prepare(self, lists: tuple[KeywordList, ...], matcher: Matcher) -> None:
        """Find out, before anything is restored, which lists changed since their topics learned."""
        self._present, self._matcher = rules.of(lists, dictionary=matcher.dictionary), matcher
        kept = await self._database.meta.get(RULES)
        if kept is None:
            # The first start of a version that keeps them: nothing is known to have changed.
            self._learned = dict(self._present)
            await self._keep()
        else:
            self._learned = dict(_rules.decode(kept))
        waiting = dict(_pending.decode(await self._database.meta.get(PENDING) or "[]"))
        alive = await self._database.state.load(ALIVE)
        # Since the last sign of life at the latest, posts were matched by what is in force now.
        stopped = alive.saved_at if alive else self._clock.now()
        self._mark(lambda key: waiting.get(key, stopped))

    def use(self, lists: tuple[KeywordList, ...], matcher: Matcher) -> None:
        """Take note that other lists are in force from now on."""
        before = self._present
        self._present, self._matcher = rules.of(lists, dictionary=matcher.dictionary), matcher
        now = self._clock.now()
        self._mark(lambda key: self._since.get(key, now) if before.get(key) == self._present[key] else now)

    def _mark(self, since: Callable[[TopicKey], datetime]) -> None:
        changed = [key for key, now in self._present.items() if self._learned.get(key) != now]
        self._since = {key: since(key) for key in changed}
        for key in changed:
            if key in self._learned:
                self._watch.doubt(key, self._since[key])
        if changed:
            log.info("relearning", topics=[str(key) for key in changed])
        self._news.set()

    async def run(self) -> None:
        """Re-learn whatever waits, until cancelled; a failure is tried again."""
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                await self.catch_up()
            except StorageError as error:
                log.warning("relearning_waits", why=str(error))
                await self._clock.sleep_until(self._clock.now() + AGAIN)
                self._news.set()
            except Exception:
                # Left as it is: the topics go on learning live, which is safe and slow.
                log.exception("relearning_failed")

    async def catch_up(self) -> None:
        """Teach every topic that waits, and remember that it was taught."""
        await self._keep()
        kept = await imported.load(self._database)
        fresh = {key for key, one in kept.items() if one.fresh and key in self._present}
        by_since: dict[datetime, list[TopicKey]] = {}
        for key in {*self._since, *(key for key in fresh if self._watch.learning_since(key) is not None)}:
            by_since.setdefault(self._since.get(key, self._clock.now()), []).append(key)
        for since, keys in sorted(by_since.items()):
            await self._teach(sorted(keys), since, kept)
        async with self._importing:
            now = await imported.load(self._database)
            for key in fresh:
                now[key].fresh = now[key] != kept[key]
            if fresh:
                await imported.save(self._database, now)

    async def _teach(self, keys: list[TopicKey], since: datetime, kept: dict[TopicKey, Imported]) -> None:
        present, matcher = dict(self._present), self._matcher
        assert matcher is not None
        widened = {
            key
            for key in keys
            if key not in self._learned or (key in self._since and present[key].widen(self._learned[key]))
        }
        past = StoredPast(self._database, matcher, self._scores, self._cap)
        lessons = await past.lessons(Wanted(keys, since, widened))
        began = self._clock.now()
        for key in keys:
            if self._present.get(key) != present[key]:
                continue  # changed again meanwhile: it waits already
            lesson = _joined(lessons[key], kept[key].past(present[key]) if key in kept else [])
            self._watch.relearn(key, lesson, began)
            self._say(key, lesson)
            await asyncio.sleep(0)
        await self._remember(keys, present, began)

    async def _remember(self, keys: list[TopicKey], present: dict[TopicKey, Rules], began: datetime) -> None:
        """Forget that *keys* wait, once a snapshot holds what they have learned."""
        await self._snapshot()
        snapshot = await self._database.state.load(SNAPSHOT)
        if snapshot is None or snapshot.saved_at < began:
            raise StorageError("the detector's state could not be stored", retryable=True)
        for key in keys:
            if self._present.get(key) == present[key]:
                self._since.pop(key, None)
                self._learned[key] = present[key]
        await self._keep()

    async def _keep(self) -> None:
        learned = {key: rules for key, rules in self._learned.items() if key in self._present}
        await self._database.meta.set(RULES, msgspec.json.encode(sorted(learned.items(), key=_key)).decode())
        await self._database.meta.set(PENDING, msgspec.json.encode(sorted(self._since.items())).decode())

    def _say(self, key: TopicKey, lesson: Lesson) -> None:
        since = self._watch.learning_since(key)
        reading = self._watch.reading(key, self._clock.now())
        log.info(
            "relearned" if lesson.told else "learns_live",
            topic=str(key),
            hours=len(lesson.hours),
            expected=round(reading.expected, 1),
            usual_share=round(reading.share_usual, 3),
            learning_since=str(since) if since else None,
        )

    async def learn(self, request: dict[str, Any]) -> dict[str, Any]:
        """Take hours of the past from ``hinoban learn``; they are learned in the background."""
        try:
            given = msgspec.convert(request.get("hours", []), _hours)
        except msgspec.ValidationError as error:
            raise ControlError(f"hours: {error}") from error
        hours = [Hour(TopicKey(brand, topic), at, *counts) for brand, topic, at, *counts in given]
        unknown = {str(hour.key) for hour in hours if hour.key not in self._present}
        if unknown:
            raise ControlError(f"no keyword list has a topic {', '.join(sorted(unknown))}")
        async with self._importing:
            merged = await imported.merge(self._database, hours, self._present)
        if not request.get("more"):
            self._news.set()
        kept = await imported.load(self._database)
        topics = [(key.brand, key.topic, len(one.hours)) for key, one in kept.items()]
        return {**merged._asdict(), "topics": topics}


def _joined(lesson: Lesson, past: list[Past]) -> Lesson:
    """Put imported hours before and between those that were seen, which win."""
    if not past:
        return lesson
    seen = {hour.hour for hour in lesson.hours} if lesson.told else set()
    older = [hour for hour in past if hour.hour not in seen]
    hours = [*older, *(lesson.hours if lesson.told else [])]
    worth = lesson.worth if lesson.told else 0.0
    return Lesson(sorted(hours), worth + sum(hour.people for hour in older))


def _key(item: tuple[TopicKey, Rules]) -> TopicKey:
    return item[0]
