"""People per topic and hour out of posts of the past, counted as the watch counts them."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

import msgspec

from listener.sighting import identity, passes_on
from models.keyword import TopicKey
from models.mention import Label, Mention
from models.volume.counting import HISTORY, Crowd, Ring, fingerprint
from models.volume.relearning import Hour, Lesson


class _Hour(msgspec.Struct):
    """What one topic had in one hour; ``likely`` stands for posts of which only a sample was kept."""

    people: float = 0.0
    negative: float = 0.0
    posts: int = 0
    scored: int = 0
    likely: float = 0.0
    likely_negative: float = 0.0

    @property
    def blamed(self) -> float:
        """Return the negative people, those included whose posts were not scored."""
        found = self.negative * self.posts / self.scored if self.scored else 0.0
        return min(found, self.people) + self.likely_negative


class _Topic(msgspec.Struct):
    people: Crowd
    negative: Crowd
    hours: dict[int, _Hour]
    squares: float = 0.0
    """The variance of what the sampled posts stand for."""


class Census:
    """Counts mentions that come in the order of their arrival; copies of a text count *cap* times at most."""

    def __init__(self, cap: int) -> None:
        self._cap = cap
        self._topics: dict[TopicKey, _Topic] = {}

    def add(self, mention: Mention, label: Label | None) -> None:
        """Count a post that was stored, or read, with its score if it has one."""
        at = int(mention.post.created_at.timestamp() // 60)
        topic = self._topics.get(mention.key)
        if topic is None:
            topic = _Topic(Crowd(Ring(at)), Crowd(Ring(at)), defaultdict(_Hour))
            self._topics[mention.key] = topic
        if at > topic.people.ring.head:
            topic.people.advance(at)
            topic.negative.advance(at)
        if at <= topic.people.ring.head - HISTORY:
            return
        hour = topic.hours[at // 60]
        hour.posts += 1
        hour.people += self._joined(topic.people, at, mention)
        if label is not None:
            hour.scored += 1
        if label == "negative":
            hour.negative += self._joined(topic.negative, at, mention)

    def estimate(self, mention: Mention, stands_for: float, negative: float) -> None:
        """Count a sampled post for all that it stands for; *negative* is the chance that they are."""
        if mention.key not in self._topics:
            at = int(mention.post.created_at.timestamp() // 60)
            self._topics[mention.key] = _Topic(Crowd(Ring(at)), Crowd(Ring(at)), defaultdict(_Hour))
        topic = self._topics[mention.key]
        hour = topic.hours[int(mention.post.created_at.timestamp() // 3600)]
        hour.likely += stands_for
        hour.likely_negative += stands_for * negative
        topic.squares += stands_for * stands_for

    def lesson(
        self, key: TopicKey, hours: Iterable[int], *, left_out: Collection[int] = (), unseen: float = 0.0
    ) -> Lesson:
        """Return what a topic had in *hours*, silence included, but for those *left_out*.

        *unseen* is how many posts one of the sample stands for: as many may have been missed.
        """
        topic = self._topics.get(key)
        found = topic.hours if topic else {}
        told = [
            Hour(hour, one.people + one.likely, one.blamed)
            for hour in hours
            if hour not in left_out and (one := found.get(hour) or _Hour())
        ]
        whole = sum(hour.people for hour in told)
        stored = sum(one.people for one in found.values())
        variance = stored + (topic.squares if topic else 0.0) + unseen * unseen
        return Lesson(told, max(whole * whole / variance, 0.5) if variance else 0.5)

    def _joined(self, crowd: Crowd, at: int, mention: Mention) -> int:
        post, author = fingerprint(identity(mention)), mention.post.author
        who = fingerprint(f"{mention.post.source}\n{author.id}") if author else post
        before = crowd.ring.values[at - crowd.ring.head - 1]
        crowd.add(at, who, post, "" if passes_on(mention) else mention.cluster, self._cap)
        return crowd.ring.values[at - crowd.ring.head - 1] - before


def whole_hours(since: datetime, until: datetime) -> range:
    """Return the hours since the epoch that lie wholly between two instants."""
    return range(-int(-since.timestamp() // 3600), int(until.timestamp() // 3600))
