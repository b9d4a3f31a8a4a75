"""What was counted of one topic in the last hours: people, negative people, posts, scores, risks."""

from datetime import datetime

import msgspec

from models.keyword import TopicKey
from models.mention import Label
from models.volume.counting import WINDOW, Crowd, Ring, fingerprint
from models.volume.settings import DetectionSettings

WORSE = {"": 0, "neutral": 1, "positive": 2, "negative": 3}
"""Which of two scores of one post stands; that praise outdoes nothing said is a convention."""
SPREAD = 3
"""Negative posts within two hours that make a source one of the fire's."""
NOBODY = [0] * WINDOW
"""Who says what floods a topic, where nothing does."""


class Sighting(msgspec.Struct, frozen=True):
    """A mention as the detector sees it; ``at`` is event time (aware, or seconds since the epoch)."""

    key: TopicKey
    id: str
    at: datetime | float
    author: str | None = None
    source: str = ""
    cluster: str = ""
    repost: bool = False
    weak: bool = False
    risks: frozenset[str] = frozenset()
    late: bool = False


class Counted(msgspec.Struct):
    """A post that was counted and may still be scored."""

    minute: int
    author: int
    cluster: str
    source: str
    weak: bool
    label: str = ""
    repost: bool = False


def seconds(at: datetime | float) -> float:
    """Return seconds since the epoch."""
    return at.timestamp() if isinstance(at, datetime) else float(at)


class Tally(msgspec.Struct):
    """The counts of one topic; ``head`` is the running minute."""

    head: int
    people: Crowd
    negative: Crowd
    weak: Crowd
    posts: Ring
    scored: Ring
    positive: Ring
    tardy: Ring
    risks: dict[str, Crowd] = {}
    counted: dict[int, Counted] = {}
    sources: dict[str, float] = {}
    burning: dict[str, list[int]] = {}
    voices: Crowd = msgspec.field(default_factory=lambda: Crowd(Ring(0)))
    """People with words of their own: reposts and copies share one reading, right or wrong."""
    angry: Crowd = msgspec.field(default_factory=lambda: Crowd(Ring(0)))

    def __post_init__(self) -> None:
        """Bring what an older snapshot did not have to the present."""
        self.voices.advance(self.head)
        self.angry.advance(self.head)

    @classmethod
    def empty(cls, head: int) -> "Tally":
        """Return a tally that has counted nothing yet."""
        people, negative, weak = (Crowd(Ring(head)) for _ in range(3))
        posts, scored, positive, tardy = (Ring(head) for _ in range(4))
        return cls(head, people, negative, weak, posts, scored, positive, tardy)

    @property
    def quiet(self) -> bool:
        """Tell whether the last two hours are empty."""
        return not any(self.posts.values[-WINDOW:])

    def sparse(self, settings: DetectionSettings) -> bool:
        """Tell, without weighing them, that too few spoke in two hours for a fire, an ember or a buzz."""
        few = self.negative.ring.total(WINDOW) < settings.min_authors
        return few and self.people.ring.total(WINDOW) < settings.buzz_authors and not self.risky

    @property
    def risky(self) -> dict[str, int]:
        """Return how many people spoke of each risk class that was seen in the last two hours."""
        totals = {risk: crowd.ring.total(WINDOW) for risk, crowd in sorted(self.risks.items())}
        return {risk: people for risk, people in totals.items() if people}

    def risk_began(self) -> int | None:
        """Return the first minute of the last two hours in which a risk class was seen."""
        minutes = [
            self.head - WINDOW + 1 + age
            for crowd in self.risks.values()
            for age, people in enumerate(crowd.ring.values[-WINDOW:])
            if people
        ]
        return min(minutes, default=None)

    def count(self, sighting: Sighting, now: float, settings: DetectionSettings) -> bool:
        """Count a sighting in the minute of its event time; False when it was known or is history."""
        at = min(seconds(sighting.at), now)
        minute = min(int(at // 60), self.head)
        post = fingerprint(sighting.id)
        if sighting.late or minute <= self.head - settings.late_minutes or post in self.counted:
            return False
        author = fingerprint(f"{sighting.source}\n{sighting.author}") if sighting.author else post
        cluster = "" if sighting.repost else sighting.cluster
        self.counted[post] = Counted(
            minute, author, cluster, sighting.source, sighting.weak, repost=sighting.repost
        )
        self.people.add(minute, author, post, cluster, settings.cluster_cap)
        if cluster:
            self.people.note(minute, cluster)
        if not sighting.repost:
            self.voices.add(minute, author, post, cluster, 1)
        self.posts.add(minute, 1)
        if now - at > settings.found_late_minutes * 60:
            self.tardy.add(minute, 1)
        for risk in () if sighting.weak else sorted(sighting.risks):
            crowd = self.risks.setdefault(risk, Crowd(Ring(self.head)))
            crowd.add(minute, author, post, cluster, settings.cluster_cap)
        self.sources[sighting.source] = self.sources.get(sighting.source, 0.0) + 1.0
        return True

    def judge(self, post_id: str, label: Label, settings: DetectionSettings) -> bool:
        """Count a score that arrived; False when it changes nothing.

        Of several scores (a post was edited) the worst stands, whatever their order: what was read as
        trouble was read, and what an edit made trouble of is.
        """
        post = fingerprint(post_id)
        counted = self.counted.get(post)
        if counted is None or counted.minute <= self.head - WINDOW or WORSE[label] <= WORSE[counted.label]:
            return False
        self.scored.add(counted.minute, not counted.label)
        self.positive.add(counted.minute, (label == "positive") - (counted.label == "positive"))
        counted.label = label
        if label == "negative":
            self._blame(post, counted, settings)
        return True

    def _blame(self, post: int, counted: Counted, settings: DetectionSettings) -> None:
        where = (counted.minute, counted.author, post, counted.cluster, settings.cluster_cap)
        self.negative.add(*where)
        if not counted.repost:
            self.angry.add(*where[:-1], 1)
        if counted.weak:
            self.weak.add(*where)
        minutes = self.burning.setdefault(counted.source, [])
        minutes.append(counted.minute)
        # The newest few tell whether a source takes part: sorted, so that order does not matter.
        minutes.sort()
        del minutes[:-SPREAD]

    def forget(self, post_id: str) -> None:
        """Forget a deleted post; what was counted stays counted, without a name."""
        self.counted.pop(fingerprint(post_id), None)

    def advance(self, minute: int) -> None:
        """Make *minute* the running one."""
        new_hour = minute // 60 != self.head // 60
        for crowd in self._crowds():
            crowd.advance(minute)
        for ring in (self.posts, self.scored, self.positive, self.tardy):
            ring.advance(minute)
        self.head = minute
        if new_hour:
            self._prune(minute - WINDOW)

    def set_back(self, minute: int) -> None:
        """Make an earlier *minute* the running one; what was counted after it counts no more."""
        for crowd in self._crowds():
            crowd.set_back(minute)
        for ring in (self.posts, self.scored, self.positive, self.tardy):
            ring.set_back(minute)
        self.counted = {post: counted for post, counted in self.counted.items() if counted.minute <= minute}
        kept = {source: [m for m in minutes if m <= minute] for source, minutes in self.burning.items()}
        self.burning = {source: minutes for source, minutes in kept.items() if minutes}
        self.head = minute

    def _crowds(self) -> tuple[Crowd, ...]:
        return self.people, self.negative, self.weak, self.voices, self.angry, *self.risks.values()

    def _prune(self, oldest: int) -> None:
        self.counted = {post: counted for post, counted in self.counted.items() if counted.minute > oldest}
        self.risks = {risk: crowd for risk, crowd in self.risks.items() if any(crowd.ring.values)}
        self.burning = {source: minutes for source, minutes in self.burning.items() if minutes[-1] > oldest}

    def copied(self) -> tuple[list[int], list[int]]:
        """Return who of the negative people of the last 1, 2, ... minutes, and of the weak ones, only copy.

        Of a text that was posted more than once those are people whom ``angry`` has room for, of one that
        floods the topic nobody is. All posts of two to three hours tell which these are, whatever their mood.
        """
        again = list(self.people.again)
        if not again:
            return NOBODY, NOBODY
        flood = set(self.people.floods())
        kept = self.angry.saying([text for text in again if text not in flood])
        said, faint = self.negative.saying(again), self.weak.saying(again)
        return [max(all_ - own, 0) for all_, own in zip(said, kept, strict=True)], faint

    def shares(self) -> dict[str, float]:
        """Return what part of the topic's posts each source usually brings."""
        whole = sum(self.sources.values())
        return {source: count / whole for source, count in self.sources.items()} if whole > 0 else {}

    def spread(self) -> tuple[str, ...]:
        """Return the sources that take part in what is negative now, else those with any of it."""
        oldest = self.head - WINDOW
        fresh = {source: [m for m in minutes if m > oldest] for source, minutes in self.burning.items()}
        strong = sorted(source for source, minutes in fresh.items() if len(minutes) >= SPREAD)
        return tuple(strong or sorted(source for source, minutes in fresh.items() if minutes))
