"""Builders and fakes for alerting: a flare-up, an incident, a mention, and evidence that was planted."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from alerts import carriers, lifecycle, terms
from alerts.delivery.notifier import DeliveryError
from alerts.incident import Incident, Severity
from alerts.notification_log import Page
from alerts.paging import Paging, Policy
from alerts.routing import Receiver
from models.curve import Curve
from models.flareup import FlareUp, Mood, Reading, Transition
from models.keyword import TopicKey
from models.mention import Label, Match, Mention, Score
from models.post import Author, Post, PostKind

NIGHT = datetime(2026, 11, 20, 17, 40, tzinfo=UTC)  # 02:40 in Tokyo


def minutes(n: float) -> timedelta:
    """Return *n* minutes."""
    return timedelta(minutes=n)


def a_flare(  # noqa: PLR0913 - a builder names what a test varies
    transition: Transition = "opened",
    *,
    topic: str = "pudding",
    brand: str = "sakura",
    started: float = 0,
    at: float = 10,
    mood: Mood = "negative",
    negative: float = 12,
    expected: float = 2,
    size: float = 24,
    found_late: bool = False,
    **reading: Any,
) -> FlareUp:
    """Build a transition; *started* and *at* are minutes after NIGHT."""
    key = TopicKey(brand, topic)
    figures: dict[str, Any] = {
        "state": "ember" if transition == "ember" else "burning",
        "volume": size * 1.5,
        "expected": 5.0,
        "upper": 12.0,
        "negative": negative,
        "negative_expected": expected,
        "share": 0.72,
        "share_low": 0.61,
        "share_high": 0.81,
        "share_usual": 0.15,
        "evidence": 14.0,
        "threshold": 10.0,
        "sources": ("bluesky",),
    }
    return FlareUp(
        key=key,
        transition=transition,
        at=NIGHT + minutes(at),
        started_at=NIGHT + minutes(started),
        mood=mood,
        size=size,
        found_late=found_late,
        reading=Reading(key=key, at=NIGHT + minutes(at), **(figures | reading)),
    )


def an_incident(severity: Severity = "warning", **changes: Any) -> Incident:
    """Build an open incident of the sakura pudding."""
    return msgspec.structs.replace(lifecycle.opened_by(a_flare(), severity, ()), **changes)


def a_mention(  # noqa: PLR0913 - a builder names what a test varies
    text: str,
    who: str = "neko",
    *,
    at: float = 0,
    label: Label = "negative",
    cluster: str = "",
    kind: PostKind = "post",
    target: str | None = None,
    source: str = "bluesky",
) -> Mention:
    """Build a mention of the sakura pudding, *at* minutes after NIGHT; its id is its author and minute."""
    when = NIGHT + minutes(at)
    post = Post(
        source=source,
        id=f"{who}-{at:g}",
        text=text,
        created_at=when,
        received_at=when,
        author=Author(id=f"did:{who}", handle=who),
        kind=kind,
        target=target,
    )
    match = Match(
        list="sakura",
        brand="sakura",
        topic="pudding",
        keyword="さくらプリン",
        spelling="さくらプリン",
        start=0,
        end=6,
        text="さくらプリン",
    )
    odds = {each: 0.9 if each == label else 0.05 for each in ("negative", "neutral", "positive")}
    score = Score(label=label, negative=odds["negative"], neutral=odds["neutral"], positive=odds["positive"])
    return Mention(
        post=post,
        brand="sakura",
        topic="pudding",
        matches=(match,),
        cluster=cluster,
        score=score,
    )


class PlantedEvidence:
    """Evidence that a test planted."""

    def __init__(self, mentions: Sequence[Mention] = (), *, broken: bool = False) -> None:
        self.planted = list(mentions)
        self.broken = broken
        self.blind: Sequence[str] = ("X", "Instagram")
        self.silent: list[tuple[str, datetime]] = []
        self.planted_curve: Curve | None = None
        self.planted_reading: Reading | None = None

    async def mentions(
        self, brand: str, topics: Sequence[str], since: datetime, until: datetime, limit: int
    ) -> list[Mention]:
        """Return the planted mentions in the span."""
        if self.broken:
            raise RuntimeError("the disk is on fire")
        return [
            mention
            for mention in self.planted
            if mention.brand == brand
            and mention.topic in topics
            and since <= mention.post.created_at <= until
        ][-limit:]

    async def earlier(self, brand: str, topics: Sequence[str], before: datetime, limit: int) -> list[Mention]:
        """Return what was planted before the span."""
        return await self.mentions(brand, topics, before - minutes(60 * 24), before, limit)

    async def traces(
        self, brand: str, topics: Sequence[str], since: datetime, until: datetime
    ) -> list[carriers.Trace]:
        """Return the traces of what was planted."""
        return carriers.traced(await self.mentions(brand, topics, since, until, len(self.planted)))

    async def posts(self, keys: Collection[str]) -> list[Post]:
        """Return the planted posts of these keys."""
        return [one.post for one in self.planted if carriers.key_of(one.post) in keys]

    def terms_in(self, text: str) -> Iterable[str]:
        """Return the words that can be told without a dictionary."""
        return terms.terms_in(text)

    def silent_sources(self, now: datetime) -> Sequence[tuple[str, datetime]]:
        """Return the planted silences."""
        del now
        return self.silent

    def curve(self, key: TopicKey) -> Curve | None:
        """Return the planted curve."""
        del key
        return self.planted_curve

    def reading(self, key: TopicKey, now: datetime) -> Reading | None:
        """Return the planted figures."""
        del key, now
        if self.broken:
            raise RuntimeError("nobody counts")
        return self.planted_reading


class FakeChannel:
    """A notifier whose far side is a list; it fails as it is told."""

    wakes = False
    publishes = False

    def __init__(self) -> None:
        self.taken: list[Page] = []
        self.failures: list[DeliveryError] = []

    async def restore(self, incidents: Sequence[Incident]) -> None:
        """Do nothing."""

    async def run(self) -> None:
        """Return at once."""

    async def deliver(self, page: Page) -> None:
        """Take the page, or fail as told."""
        if self.failures:
            raise self.failures.pop(0)
        self.taken.append(page)

    async def close(self) -> None:
        """Do nothing."""


def a_paging(*, channels: tuple[str, ...] = ("console",), publishers: tuple[str, ...] = ()) -> Paging:
    """Build the paging of a night with one Japanese receiver."""
    return Paging(Policy(receiver=Receiver(channels=channels), publishers=publishers))
