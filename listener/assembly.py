"""Joining the rooms: from settings and keyword lists to a pipeline that runs on any clock."""

import random
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from alerts.blindspots import unwatched
from alerts.delivery import NOTIFIERS
from alerts.delivery.notifier import Notifier, Parts
from alerts.dispatcher import Dispatcher
from alerts.escalation.ladder import Ladder
from alerts.notification_log import NotificationLog, Page
from alerts.page import Ways
from alerts.paging import Change, Paging, Policy
from alerts.severity import SeveritySettings
from config import decode, secrets
from config.decode import SettingsError, Tables
from config.settings import Settings
from listener import nouns, routes
from listener.agenda import almanac
from listener.agenda.almanac import Events, OnBroken
from listener.evidence import StoredEvidence
from listener.keeping import unheeded
from listener.matching import lists as keyword_lists
from listener.matching.lists import ListError
from listener.matching.matcher import Matcher
from listener.metrics import Metrics
from listener.pipeline import Pipeline, Stages
from listener.recognition import Recognition
from listener.relearning import Relearning
from listener.sorting import OnPoison
from listener.sources import SOURCES
from listener.sources.source import Report, Source
from listener.sources.source import Surroundings as Lent
from listener.storage.database import Database
from models.clock import Clock
from models.keyword import KeywordList, Topic, TopicKey
from models.post import Gap
from models.sentiment import SCORERS
from models.sentiment.batching import Scoring
from models.sentiment.scorer import Scorer
from models.volume.calendar import Almanac
from models.volume.duplicates import Clusters
from models.volume.settings import DetectionSettings
from models.volume.watch import Watch

TABLES = Tables(
    sources={name: kind.settings for name, kind in SOURCES.items()},
    channels={name: kind.settings for name, kind in NOTIFIERS.items()},
    scorers={name: kind.settings for name, kind in SCORERS.items()},
    detection=DetectionSettings,
    severity=SeveritySettings,
    ladder=Ladder,
)

Silent = Callable[[datetime], Sequence[tuple[str, datetime]]]


class Engine(NamedTuple):
    """Everything between a batch of posts and the outbox."""

    pipeline: Pipeline
    dispatcher: Dispatcher
    watch: Watch
    scoring: Scoring
    relearning: Relearning
    evidence: StoredEvidence

    def use(self, settings: Settings, words: "Vocabulary") -> None:
        """Go by new lists and settings; nothing in here may fail."""
        self.pipeline.recognition.use(words.matcher)
        self.watch.retain(words.topics)
        self.watch.consult(almanac_of(settings, words))
        self.relearning.use(words.lists, words.matcher)
        self.evidence.blind = unwatched(settings.alerting.blind, settings.sources)
        self.evidence.cut = nouns.cutter(dictionary=settings.matching.dictionary)
        self.dispatcher.severity_of = severity_of(settings)
        self.dispatcher.paging.topic_of = words.topics.get

    def next_channel(self, page: Page) -> str | None:
        """Return where a page goes that its channel cannot deliver."""
        return self.dispatcher.paging.next_channel(page)


class Vocabulary(NamedTuple):
    """The keyword lists in force, what was built from them, and the events of their brands."""

    lists: tuple[KeywordList, ...]
    matcher: Matcher
    events: Events = MappingProxyType({})

    @property
    def topics(self) -> dict[TopicKey, Topic]:
        """Return every topic that a keyword or a list names; a nameless one is called by its slug."""
        named = {TopicKey(given.brand, topic.slug): topic for given in self.lists for topic in given.topics}
        used = {
            TopicKey(given.brand, keyword.topic): Topic(slug=keyword.topic)
            for given in self.lists
            for keyword in given.keywords
        }
        return used | named


def read_settings(path: Path) -> Settings:
    """Read the configuration; raises SettingsError."""
    return decode.read(path, TABLES)


def vocabulary(paths: Iterable[Path], *, now: datetime, dictionary: bool = True) -> Vocabulary:
    """Load keyword lists and build their matcher; raises ListError."""
    return compiled(tuple(keyword_lists.load(list(paths))), now, dictionary=dictionary)


def with_events(
    words: Vocabulary, settings: Settings, *, now: datetime, on_broken: OnBroken | None = None
) -> Vocabulary:
    """Read the calendars of the brands as well; raises SettingsError unless *on_broken* hears of it."""
    return words._replace(events=almanac.events(settings, words.topics, now=now, on_broken=on_broken))


def first_vocabulary(
    settings: Settings, *, now: datetime, on_broken: Callable[[ListError | SettingsError], None]
) -> Vocabulary:
    """Load what can be loaded: at a start a broken file must not leave the others unwatched.

    Raises ListError when no list at all is left.
    """
    sound: list[KeywordList] = []
    broken: ListError | None = None
    for file in keyword_lists.files(settings.keywords):
        try:
            sound += keyword_lists.load([file])
        except ListError as error:
            broken = error
            on_broken(error)
    if broken and not sound:
        raise broken
    words = compiled(tuple(sound), now, dictionary=settings.matching.dictionary)
    return with_events(words, settings, now=now, on_broken=on_broken)


def compiled(lists: tuple[KeywordList, ...], now: datetime, *, dictionary: bool) -> Vocabulary:
    """Build the matcher of lists that were read before."""
    matcher = Matcher(lists, now=now) if dictionary else Matcher(lists, words=None, now=now)
    return Vocabulary(lists, matcher)


def scorer(settings: Settings | None) -> Scorer:
    """Build the configured scorer alone; the default one where nothing is configured."""
    kind = SCORERS[settings.scorer.kind if settings else "onnx"]
    return kind.build((settings.scorer.settings if settings else None) or kind.settings())


def scoring(settings: Settings, on_fallback: Callable[[str], None]) -> Scoring:
    """Build the owner of the configured scorer; it loads at its first use or by ``warm_up``."""
    return Scoring(settings.scorer.kind, settings.scorer.settings, on_fallback=on_fallback)


def policy(settings: Settings, publishers: Iterable[str], ways: Ways) -> Policy:
    """Return who hears of what where there are no routes: the fallback receiver, at any hour."""
    return Policy(
        receiver=msgspec.structs.replace(routes.fallback(settings), quiet=""),
        publishers=tuple(publishers),
        ways=ways,
        repeat_minutes=settings.alerting.remind_minutes,
        merge_minutes=settings.alerting.merge_minutes,
    )


def routed(
    settings: Settings, words: Vocabulary, channels: Mapping[str, Notifier], ways: Ways, rota: routes.Current
) -> Policy:
    """Return who hears of what: the people of the routes, each in their own night."""
    return msgspec.structs.replace(
        policy(settings, publishing(channels), ways),
        receiver=routes.fallback(settings),
        people=routes.people(settings, waking(channels)),
        route_of=routes.route_of(settings, words.topics, rota),
        rules=routes.rules(settings),
    )


def socket_path(settings: Settings) -> Path:
    """Return where the daemon's own door is: beside its database."""
    return settings.storage.path.with_suffix(".sock")


def severity_of(settings: Settings) -> Callable[[str], SeveritySettings]:
    """Return the severity settings of each brand."""
    default = SeveritySettings()
    known = {slug: brand.severity for slug, brand in settings.brand.items()}
    return lambda brand: known.get(brand, default)


def almanac_of(settings: Settings, words: Vocabulary) -> Almanac:
    """Return the calendars that the detector goes by."""
    return almanac.build(settings, {key.brand for key in words.topics}, words.events)


def notifiers(settings: Settings, parts: Parts) -> dict[str, Notifier]:
    """Build every configured channel, by name."""
    return {
        name: NOTIFIERS[given.kind].make(name, _at_site(given.settings, settings.site), parts)
        for name, given in settings.channels.items()
    }


def sources(settings: Settings, clock: Clock, reports: Mapping[str, Report]) -> dict[str, Source]:
    """Build every configured source, by name; raises SettingsError for a secret that is not there."""
    return {
        name: SOURCES[given.kind].build(
            name, given.settings, Lent(clock, reports[name], secrets.read, settings.site)
        )
        for name, given in settings.sources.items()
    }


def notifier_parts(clock: Clock, brands: Callable[[], Collection[str]], **more: Any) -> Parts:
    """Return what every notifier is lent; *brands* returns those of the keyword lists in force."""
    return Parts(clock=clock, random=random.Random(), secret=secrets.read, brands=brands, **more)  # noqa: S311 - jitter


class Surroundings(NamedTuple):
    """What an engine is built in: where it stores, what it counts with, what time it is."""

    database: Database
    metrics: Metrics
    clock: Clock
    on_change: Callable[[Change], None]
    on_gap: Callable[[Gap], None] = lambda _: None
    silent: Silent = lambda _: ()
    log: NotificationLog | None = None  # what alerting remembers in; None is the database itself
    on_poison: OnPoison = unheeded
    explain: bool = True  # whether incidents carry what was said, or figures alone


def engine(
    settings: Settings, words: Vocabulary, scoring: Scoring, paging: Paging, around: Surroundings
) -> Engine:
    """Build the way of a post; ``pipeline.restore`` is still to be called."""
    topics = words.topics
    watch = Watch(topics, settings.detection, {}, almanac_of(settings, words))
    recognition = Recognition(Clusters())
    recognition.use(words.matcher)
    evidence = StoredEvidence(
        around.database.mentions,
        around.database.traces,
        blind=unwatched(settings.alerting.blind, settings.sources),
        silent=around.silent,
        cut=nouns.cutter(dictionary=settings.matching.dictionary),
        curve=watch.curve,
        reading=watch.reading,
    )
    dispatcher = Dispatcher(
        around.log or around.database.log,
        paging,
        evidence=evidence if around.explain else None,
        responses=around.database.responses if around.explain else None,
        severity_of=severity_of(settings),
        on_change=around.on_change,
    )
    stages = Stages(recognition, around.database, watch, scoring, dispatcher, around.metrics, around.clock)
    pipeline = Pipeline(
        stages,
        sample_rate=settings.storage.unmatched_rate,
        on_gap=around.on_gap,
        on_poison=around.on_poison,
    )
    relearning = Relearning(
        around.database,
        watch,
        scoring,
        pipeline.snapshot,
        around.clock,
        cap=watch.settings.cluster_cap,
    )
    return Engine(pipeline, dispatcher, watch, scoring, relearning, evidence)


def publishing(channels: Mapping[str, Notifier]) -> tuple[str, ...]:
    """Return the channels that are told every state, not only what rings."""
    return tuple(name for name, channel in channels.items() if channel.publishes)


def waking(channels: Mapping[str, Notifier]) -> frozenset[str]:
    """Return the channels that can wake a sleeper."""
    return frozenset(name for name, channel in channels.items() if channel.wakes)


def _at_site(settings: Any, site: str) -> Any:
    """Return channel settings with the watch's site, unless they name their own."""
    if getattr(settings, "site", None) == "main":
        return msgspec.structs.replace(settings, site=site)
    return settings
