"""All topics: what the pipeline talks to."""

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo

from models.curve import Curve
from models.flareup import FlareUp, Reading
from models.keyword import TopicKey
from models.mention import Label
from models.volume import curves, stepping
from models.volume.calendar import Almanac
from models.volume.detection import Topic
from models.volume.expectation import ENDLESS, Expectation
from models.volume.kinship import prior
from models.volume.outages import Outages
from models.volume.reading import instant
from models.volume.recounting import Seen, recounted
from models.volume.relearning import Lesson, restate, shelve
from models.volume.settings import DetectionSettings
from models.volume.snapshot import VERSION, Snapshot, decode, encode
from models.volume.surroundings import Surroundings
from models.volume.tally import Sighting, Tally, seconds

LONG_ABSENCE = 86400.0
"""Seconds after which nothing that was going on can be followed up."""
STEP = 10
"""Minutes by which time may seem to run backwards before the clock is taken to have been set back."""
KEEP_HOLES = 240
"""Minutes for which an ended outage still matters."""


class Watch:
    """The detector over all topics; `now` and event times are handed in."""

    def __init__(
        self,
        keys: Iterable[TopicKey],
        settings: DetectionSettings,
        zones: Mapping[str, tzinfo],
        almanac: Almanac | None = None,
    ) -> None:
        self.settings = settings
        self._almanac = almanac or Almanac(zones)
        self._wanted: set[TopicKey] = set(keys)
        self._topics: dict[TopicKey, Topic] = {}
        self._awake: set[TopicKey] = set()
        self._touched: set[TopicKey] = set()
        self._waiting: list[FlareUp] = []
        self._outages = Outages()
        self._doubted: dict[TopicKey, int] = {}

    def count(self, sighting: Sighting, now: datetime | float) -> None:
        """Count a mention; one of a topic that nobody watches is ignored."""
        if sighting.key not in self._wanted:
            return
        at = seconds(now)
        topic = self._current(sighting.key, at)
        around = self._around(sighting.key)
        if topic.count(sighting, max(at, topic.head * 60.0), around):
            self._outages.fill(sighting.source, int(seconds(sighting.at) // 60))
            self._awake.add(sighting.key)
            self._touched.add(sighting.key)

    def judge(self, key: TopicKey, post: str, label: Label, at: datetime | float) -> None:
        """Take the score of a mention that was counted before; *at* is when the score arrived."""
        if key in self._topics and self._current(key, seconds(at)).judge(post, label, self._around(key)):
            self._touched.add(key)

    def forget(self, key: TopicKey, post: str) -> None:
        """Forget a deleted post: its number goes, what it counted stays.

        A deletion does not undo that people saw it, and the deleting of the first posts is itself a
        sign of fire. Neither text nor names are kept here at any time.
        """
        if key in self._topics:
            self._topics[key].tally.forget(post)

    def recount(self, key: TopicKey, seen: Iterable[Seen], now: datetime | float) -> None:
        """Count the last three hours of a topic anew: what it was about is not us.

        A fire is over by that, which the next call says; if the rest burns, it ignites again after it.
        """
        if key in self._topics:
            at, around = seconds(now), self._around(key)
            topic = self._current(key, at)
            self._waiting += recounted(topic, seen, max(at, topic.head * 60.0), around)
            self._touched.add(key)

    def evaluate(self, now: datetime | float) -> list[FlareUp]:
        """Return what has changed in the topics that were touched since the last call."""
        at = seconds(now)
        touched, self._touched = sorted(self._touched), set()
        said = self._flush()
        failed: Exception | None = None
        for key in touched:
            try:
                topic = self._current(key, at)
                said += self._flush()
                said += topic.evaluate(max(at, topic.head * 60.0), self._around(key))
            except Exception as error:  # noqa: BLE001 - a topic that fails must not hide another's fire
                failed = failed or error
        return self._unless(failed, said)

    def tick(self, now: datetime | float) -> list[FlareUp]:
        """Close the minutes that have ended by *now*; sleeping topics cost nothing."""
        at = seconds(now)
        due = self._wanted if self._outages.holes else self._awake | (self._wanted - self._live())
        failed: Exception | None = None
        for key in sorted(due):
            try:
                if self._current(key, at).idle:
                    self._awake.discard(key)
            except Exception as error:  # noqa: BLE001 - a topic that fails must not hide another's fire
                failed = failed or error
        self._outages.forget(int(at // 60) - KEEP_HOLES)
        return self._unless(failed, self._flush())

    def reading(self, key: TopicKey, now: datetime | float) -> Reading:
        """Describe one topic at *now*."""
        at = seconds(now)
        return self._current(key, at).reading(at, self._around(key))

    def readings(self, now: datetime | float) -> list[Reading]:
        """Describe every topic at *now*."""
        return [self.reading(key, now) for key in sorted(self._wanted)]

    def curve(self, key: TopicKey) -> Curve | None:
        """Return the last hours of one topic for a picture, as of its running minute; None: never watched."""
        topic = self._topics.get(key)
        return curves.curve(topic, self._around(key)) if topic is not None else None

    def outage(self, source: str, since: datetime | float) -> None:
        """Take a dead source out of the expectation from *since* on, and learn nothing meanwhile."""
        self._outages.begin(source, int(seconds(since) // 60))

    def restored(self, source: str, at: datetime | float) -> None:
        """Expect the source again from *at* on; if it is backfilled, also for the time between."""
        self._outages.end(source, int(seconds(at) // 60))

    def absent(self, sources: Iterable[str], since: datetime | float, until: datetime | float) -> None:
        """Take in that nobody listened to *sources* meanwhile: the machine slept, or its clock was set ahead.

        After a day or more every topic goes on where it stood, instead of living through the silence.
        """
        for source in sources:
            self.outage(source, since)
            self.restored(source, until)
        start, end = seconds(since), seconds(until)
        if end - start >= LONG_ABSENCE:
            for key in sorted(self._topics.keys() - self._unborn()):
                topic = self._current(key, start)
                stepping.set_to(topic, int(end // 60), self._around(key))

    def learn_hour(self, key: TopicKey, hour: datetime, people: int, negative: int) -> None:
        """Learn one hour of history, oldest first; 48 of them end the cold start."""
        start = int(hour.timestamp() // 3600)
        topic = self._topics.get(key)
        if topic is None:
            topic = self._found(key, (start + 1) * 60)
            # Nobody watches yet: the time up to the first live minute must not be learned as silence.
            topic.expectation.born = ENDLESS
        around = self._around(key)
        topic.expectation.import_hour(start, people, negative, around)
        topic.expectation.begin(topic.head, around.calendar)

    def doubt(self, key: TopicKey, since: datetime | float) -> None:
        """Trust a topic's usual no longer: since then another keyword list counts; ``relearn`` ends it."""
        self._doubted[key] = int(seconds(since) // 60)
        if key in self._topics:
            shelve(self._topics[key], self._doubted[key])

    def relearn(self, key: TopicKey, lesson: Lesson, now: datetime | float) -> None:
        """Learn what is usual from what the present list would have counted; says nothing by itself."""
        self._doubted.pop(key, None)
        if key in self._wanted:
            topic, minute = self._current(key, seconds(now)), int(seconds(now) // 60)
            restate(topic, lesson, self._fresh(key, minute), self._around(key))

    def learning_since(self, key: TopicKey) -> datetime | None:
        """Return since when a topic has been learning, or None when it knows enough."""
        topic = self._topics.get(key)
        if topic is None or not topic.cold(self.settings):
            return None
        born = topic.expectation.born
        return instant((topic.head if born == ENDLESS else born) * 60.0)

    def settle(self, before: datetime) -> None:
        """Take fires that began *before* as over: they were learned anew, and are nobody's news."""
        for topic in self._topics.values():
            if topic.episode is not None and topic.open and topic.episode.started * 60.0 < seconds(before):
                topic.end(topic.episode, self.settings)

    def retain(self, keys: Iterable[TopicKey]) -> None:
        """Watch exactly *keys* from now on; topics that stay keep their state."""
        self._wanted = set(keys)
        self._topics = {key: topic for key, topic in self._topics.items() if key in self._wanted}
        self._awake &= self._wanted
        self._touched &= self._wanted

    def consult(self, almanac: Almanac) -> None:
        """Go by other calendars from now on, also in the two hours that may still change."""
        self._almanac = almanac

    @property
    def keys(self) -> list[TopicKey]:
        """Return the topics that are watched."""
        return sorted(self._wanted)

    def dump(self) -> bytes:
        """Return the whole state."""
        topics = [self._topics[key] for key in sorted(self._topics)]
        return encode(Snapshot(VERSION, topics, self._outages, sorted(self._touched), self._waiting))

    def load(self, blob: bytes) -> None:
        """Take over a state that was dumped before; topics no longer watched are left out."""
        snapshot = decode(blob)
        self._topics = {topic.key: topic for topic in snapshot.topics if topic.key in self._wanted}
        self._awake = {key for key, topic in self._topics.items() if not topic.idle}
        self._touched = set(snapshot.touched) & self._wanted
        self._waiting = [said for said in snapshot.waiting if said.key in self._wanted]
        self._outages = snapshot.outages
        for key in self._doubted.keys() & self._topics.keys():
            shelve(self._topics[key], self._doubted[key])

    def _live(self) -> set[TopicKey]:
        return self._topics.keys() - self._unborn()

    def _unborn(self) -> set[TopicKey]:
        """Return the topics that know history only."""
        return {key for key, topic in self._topics.items() if topic.expectation.born == ENDLESS}

    def _unless(self, failed: Exception | None, said: list[FlareUp]) -> list[FlareUp]:
        """Return what was said; after a failure raise it, and let the next call say the rest."""
        if failed is None:
            return said
        self._waiting[:0] = said
        raise failed

    def _flush(self) -> list[FlareUp]:
        said, self._waiting = self._waiting, []
        return said

    def _current(self, key: TopicKey, at: float) -> Topic:
        """Return the topic with every minute before *at* closed; what that said waits for the next call."""
        minute = int(at // 60)
        topic = self._topics.get(key)
        if topic is None:
            topic = self._found(key, minute)
        elif topic.expectation.born == ENDLESS:
            topic.begin(minute, self._around(key))
        elif topic.head < minute:
            self._waiting += topic.advance(minute, self._around(key))
        elif topic.head > minute + STEP:
            self._outages.set_back(minute)
            stepping.set_to(topic, minute, self._around(key))
        return topic

    def _found(self, key: TopicKey, minute: int) -> Topic:
        """Start watching a topic, expecting of it what its brand's other topics do."""
        expectation = self._fresh(key, minute)
        topic = self._topics[key] = Topic(key, Tally.empty(minute), expectation)
        expectation.begin(minute, self._around(key).calendar)
        return topic

    def _fresh(self, key: TopicKey, minute: int) -> Expectation:
        others = ((k, topic.expectation.baseline) for k, topic in self._topics.items() if k != key)
        return Expectation.fresh(minute, prior(key.brand, others, self.settings), self.settings)

    def _around(self, key: TopicKey) -> Surroundings:
        almanac = self._almanac
        return Surroundings(self.settings, almanac.calendar(key.brand), self._outages, almanac.agenda(key))
