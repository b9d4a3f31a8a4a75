"""A night as Hinoban lives it: posts into the watch as they arrive, its transitions to the desk."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from time import perf_counter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bench.nights.desk import Desk, Rung
from bench.nights.night import MONDAY, Night, Truth
from bench.nights.posts import Posts
from models.flareup import FlareUp, Reading
from models.keyword import TopicKey
from models.mention import Label
from models.volume.settings import DetectionSettings
from models.volume.tally import Sighting
from models.volume.watch import Watch

KEY = TopicKey("sakura", "pudding")
LABELS: tuple[Label, Label, Label] = ("negative", "neutral", "positive")
HISTORY = 7200.0
"""Seconds after which a post is history, as the listener marks it."""
SCORED = 1500
"""Posts that can be scored in a minute; of more a random part is."""
SPARE = 30
"""Minutes that a night goes on after everything that was to be found has woken somebody."""


class Watched(NamedTuple):
    """What became of a night: pages, transitions, and the microseconds that a minute cost."""

    rung: list[Rung]
    flares: list[FlareUp]
    minutes: int
    seconds: float


class Minute(NamedTuple):
    """A minute's posts, ready for the watch."""

    number: int
    sightings: list[Sighting]
    labels: list[tuple[str, Label]]
    arrivals: list[float]


def watched(
    night: Night,
    settings: DetectionSettings,
    *,
    whole: bool = False,
    look: Callable[[Reading], None] | None = None,
) -> Watched:
    """Live through a night; ends when all is found, unless the *whole* is asked for."""
    watch = taught(night, settings)
    start = night.began.timestamp()
    flares: list[FlareUp] = []
    holes = _Holes(night, watch)
    spent, number = 0.0, 0
    with Desk() as desk:
        for minute in minutes(night):
            number = minute.number
            holes.note(number)
            began = perf_counter()
            said = lived(watch, minute, start + 60.0 * (number + 1))
            spent += perf_counter() - began
            if said:
                flares += said
                desk.take(said, night.began + timedelta(minutes=number + 1))
            if look is not None:
                look(watch.reading(KEY, start + 60.0 * (number + 1)))
            if not whole and night.truths and _done(night.truths, desk.rung, night, number):
                break
        return Watched(desk.rung, flares, number + 1, spent)


def taught(night: Night, settings: DetectionSettings) -> Watch:
    """Return a watch that knows the night's past."""
    watch = Watch([KEY], settings, {KEY.brand: ZoneInfo("Asia/Tokyo")})
    for hour in night.hours:
        watch.learn_hour(KEY, MONDAY + timedelta(hours=hour.start), hour.people, hour.negative)
    watch.tick(night.began)
    return watch


def lived(watch: Watch, minute: Minute, end: float) -> list[FlareUp]:
    """Count and judge a minute's posts, and end it at *end*."""
    for sighting, at in zip(minute.sightings, minute.arrivals, strict=True):
        watch.count(sighting, at)
    for post, label in minute.labels:
        watch.judge(KEY, post, label, end - 0.01)
    return watch.tick(end)


def minutes(night: Night) -> Iterator[Minute]:
    """Yield every minute of the live stretch with the posts that arrive in it."""
    start, posts = night.began.timestamp(), night.posts
    posts = posts.picked((posts.arrived >= 0) & (posts.arrived < night.length * 60.0))
    bounds = posts.arrived.searchsorted([60.0 * edge for edge in range(night.length + 1)])
    for number in range(night.length):
        first, last = int(bounds[number]), int(bounds[number + 1])
        yield _minute(number, first, posts.picked(slice(first, last)), start)


def _minute(number: int, first: int, posts: Posts, start: float) -> Minute:
    columns = zip(*(column.tolist() for column in posts), strict=True)
    sightings, arrivals, labels = [], [], []
    for index, (at, arrived, author, _, label, cluster, repost, source, _) in enumerate(columns):
        name = f"{first + index}"
        arrivals.append(start + arrived)
        sightings.append(
            Sighting(
                KEY,
                name,
                start + at,
                f"{author}",
                f"source{source}",
                f"{cluster}" if cluster >= 0 else "",
                repost,
                late=arrived - at > HISTORY,
            )
        )
        labels.append((name, LABELS[label]))
    # Arrival is random within the minute, so every so-many-th is a fair sample.
    step = max(1.0, len(labels) / SCORED)
    return Minute(
        number, sightings, [labels[int(at * step)] for at in range(int(len(labels) / step))], arrivals
    )


class _Holes:
    """Tells the watch of dead sources, as the listener does where it notices."""

    def __init__(self, night: Night, watch: Watch) -> None:
        self._holes = [hole for hole in night.holes if hole.told]
        self._watch = watch
        self._start = night.began.timestamp()

    def note(self, minute: int) -> None:
        for hole in self._holes:
            if minute == hole.start + 2:
                self._watch.outage(f"source{hole.source}", self._start + hole.start * 60.0)
            if minute == hole.end:
                self._watch.restored(f"source{hole.source}", self._start + hole.end * 60.0)


def _done(truths: list[Truth], rung: list[Rung], night: Night, minute: int) -> bool:
    """Tell whether every fire has woken somebody a while ago, or is over."""
    last = truths[-1]
    if minute > last.until:
        return True
    since = night.began + timedelta(minutes=last.start)
    until = night.began + timedelta(minutes=minute - SPARE)
    return any(since < page.at <= until and page.wakes for page in rung)
