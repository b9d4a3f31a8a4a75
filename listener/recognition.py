"""From a post to its mentions: which topics of which brands it is counted to."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from models.mention import Match, Mention, Score
from models.post import Author, Post, PostKey
from models.volume.duplicates import Clusters

LATE = timedelta(hours=2)
"""A post older than this on arrival is history: it never pages."""

REMEMBERED = 50_000
"""Mentioned posts kept in memory, so that a bare repost finds its target."""


NOBODY = Author(id="")


class Finder(Protocol):
    """Finds the keywords in a text; ``listener.matching`` builds it."""

    def find(
        self, text: str, *, author: str = "", handle: str = "", source: str = "", at: datetime | None = None
    ) -> list[Match]:
        """Return why *text* matches, nothing when it does not."""
        ...


class Recognition:
    """Knows the keyword lists, and the posts that reposts may point to."""

    def __init__(self, clusters: Clusters) -> None:
        self._clusters = clusters
        self._recent: OrderedDict[PostKey, tuple[Mention, ...]] = OrderedDict()
        self._stored: set[PostKey] = set()
        self._finder: Finder | None = None

    def use(self, finder: Finder) -> None:
        """Change to new keyword lists, at once."""
        self._finder = finder

    def mentions_of(self, post: Post) -> list[Mention]:
        """Return one mention per topic; a bare repost inherits those of its target."""
        late = post.received_at - post.created_at > LATE
        if post.kind == "repost" and not post.text:
            return self._inherited(post, late=late)
        assert self._finder is not None
        author = post.author or NOBODY
        topics: dict[tuple[str, str], list[Match]] = {}
        for match in self._finder.find(
            post.text, author=author.id, handle=author.handle, source=post.source, at=post.created_at
        ):
            topics.setdefault((match.brand, match.topic), []).append(match)
        if not topics:
            return []
        cluster = self._clusters.assign(post.text, post.created_at)
        mentions = [
            Mention(post=post, brand=brand, topic=topic, matches=tuple(found), cluster=cluster, late=late)
            for (brand, topic), found in topics.items()
        ]
        self.remember(mentions)
        return mentions

    def remember(self, mentions: Sequence[Mention]) -> None:
        """Keep the mentions of one post, so that reposts of it are recognised."""
        if mentions:
            key = mentions[0].post.key
            self._recent[key] = tuple(mentions)
            self._recent.move_to_end(key)
            if len(self._recent) > REMEMBERED:
                old, _ = self._recent.popitem(last=False)
                self._stored.add(old)

    def learned(self, key: PostKey, score: Score) -> None:
        """Keep the score of a remembered post, for the reposts to come."""
        if known := self._recent.get(key):
            self._recent[key] = tuple(msgspec.structs.replace(mention, score=score) for mention in known)

    def expect(self, keys: Iterable[PostKey]) -> None:
        """Know that posts are stored, so that a repost of one is worth a look into the database."""
        self._stored.update(keys)

    def unknown_target(self, post: Post) -> PostKey | None:
        """Return the target of a bare repost when it is stored but no longer in memory."""
        if post.kind != "repost" or post.text or post.target is None:
            return None
        target = PostKey(post.source, post.target)
        return target if target in self._stored and target not in self._recent else None

    def forget(self, key: PostKey) -> tuple[Mention, ...]:
        """Drop a deleted post and return what it was counted to."""
        return self._recent.pop(key, ())

    def text_of(self, mention: Mention) -> str:
        """Return the text that says how *mention* feels: for a bare repost, its target's."""
        if not mention.inherited or mention.post.target is None:
            return mention.post.text
        known = self._recent.get(PostKey(mention.post.source, mention.post.target))
        return known[0].post.text if known else ""

    def _inherited(self, post: Post, *, late: bool) -> list[Mention]:
        target = self._recent.get(PostKey(post.source, post.target)) if post.target else None
        return [
            Mention(post=post, brand=of.brand, topic=of.topic, inherited=True, late=late, score=of.score)
            for of in target or ()
        ]
