"""From a post to its mentions: which topics of which brands it is counted to."""

import itertools
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from listener import answering
from listener.answering import Finder
from models.mention import Match, Mention, Score
from models.post import Author, Item, Post, PostKey
from models.response import Response
from models.volume.duplicates import Clusters

LATE = timedelta(hours=2)
"""A post older than this on arrival is history: it never pages."""

REMEMBERED = 20_000
"""Mentioned posts kept in memory, so that a bare repost finds its target."""

STORED = 200_000
"""Identities of stored posts kept in memory, so that only their reposts are looked up."""

NOBODY = Author(id="")


class Recognition:
    """Knows the keyword lists, and the posts that reposts may point to."""

    def __init__(self, clusters: Clusters) -> None:
        self._clusters = clusters
        self._recent: OrderedDict[PostKey, tuple[Mention, ...]] = OrderedDict()
        self._stored: OrderedDict[PostKey, None] = OrderedDict()
        self._finder: Finder | None = None

    def use(self, finder: Finder) -> None:
        """Change to new keyword lists, at once."""
        self._finder = finder

    def mentions_of(self, post: Post) -> list[Mention]:
        """Return one mention per topic; a bare repost inherits those of its target."""
        late = post.received_at - post.created_at > LATE
        if bare_repost(post):
            return self._inherited(post, late=late)
        topics = self._topics(post)
        if not topics:
            return []
        told = nameless(post.text, itertools.chain(*topics.values()))
        cluster = self._clusters.assign(post.text, heard_at(post), told=told)
        mentions = [
            Mention(post=post, brand=brand, topic=topic, matches=tuple(found), cluster=cluster, late=late)
            for (brand, topic), found in topics.items()
        ]
        self._remember(post.key, mentions)
        return mentions

    def responses_of(self, post: Post) -> list[Response]:
        """Return what *post* answers, or states, for the brands whose own account wrote it."""
        assert self._finder is not None
        return answering.responses(post, self._finder)

    def recall(self, mention: Mention) -> None:
        """Know a stored mention again: for reposts of it, and for copies of its text."""
        post = mention.post
        if mention.inherited or not post.text:
            return
        others = [other for other in self._recent.get(post.key, ()) if other.key != mention.key]
        found = itertools.chain(*(one.matches for one in (*others, mention)))
        self._clusters.assign(post.text, heard_at(post), told=nameless(post.text, found))
        self._remember(post.key, [*others, mention])

    def learned(self, mention: Mention, score: Score) -> None:
        """Keep the score of a remembered text, for the reposts to come; an older text's is not."""
        known = self._recent.get(mention.post.key, ())
        if known and not mention.inherited and known[0].post.text == mention.post.text:
            scored = tuple(msgspec.structs.replace(one, score=score) for one in known)
            self._recent[mention.post.key] = scored

    def expect(self, keys: Iterable[PostKey]) -> None:
        """Know that posts are stored, so that a repost of one is worth a look into the database."""
        for key in keys:
            self._stored[key] = None
            if len(self._stored) > STORED:
                self._stored.popitem(last=False)

    def wanted(self, items: Iterable[Item]) -> set[PostKey]:
        """Return what to look up for *items*: targets of bare reposts, and old versions of edited posts."""
        posts = [item for item in items if isinstance(item, Post)]
        keys = {target_of(post) for post in posts if bare_repost(post)}
        keys |= {post.key for post in posts if post.edited}
        return {key for key in keys if key is not None and key in self._stored and key not in self._recent}

    def known(self, key: PostKey) -> tuple[Mention, ...]:
        """Return what a post was counted to, as far as it is remembered."""
        return self._recent.get(key, ())

    def forget(self, key: PostKey) -> tuple[Mention, ...]:
        """Drop a deleted post and return what it was counted to."""
        self._stored.pop(key, None)
        return self._recent.pop(key, ())

    def by_author(self, source: str, author: str) -> list[PostKey]:
        """Return the remembered posts of one account."""
        return [
            key
            for key, (first, *_) in self._recent.items()
            if key.source == source and first.post.author and first.post.author.id == author
        ]

    def text_of(self, mention: Mention) -> str:
        """Return the text that says how *mention* feels: for a bare repost, its target's."""
        if not mention.inherited:
            return mention.post.text
        known = self.targets(mention.post)
        return known[0].post.text if known else ""

    def score_of(self, mention: Mention) -> Score | None:
        """Return the score of *mention*, for a bare repost the one that its target has by now."""
        if mention.score is not None or not mention.inherited:
            return mention.score
        known = self.targets(mention.post)
        return known[0].score if known else None

    def _topics(self, post: Post) -> dict[tuple[str, str], list[Match]]:
        assert self._finder is not None
        author = post.author or NOBODY
        topics: dict[tuple[str, str], list[Match]] = {}
        for match in self._finder.find(
            post.text, author=author.id, handle=author.handle, source=post.source, at=post.created_at
        ):
            topics.setdefault((match.brand, match.topic), []).append(match)
        return topics

    def _inherited(self, post: Post, *, late: bool) -> list[Mention]:
        own = answering.owners(post, self._finder) if self._finder else ()
        return [
            Mention(post=post, brand=of.brand, topic=of.topic, inherited=True, late=late, score=of.score)
            for of in self.targets(post)
            if of.brand not in own
        ]

    def targets(self, post: Post) -> tuple[Mention, ...]:
        """Return what the post that *post* points to was counted to, as far as it is remembered."""
        key = target_of(post)
        return self._recent.get(key, ()) if key else ()

    def _remember(self, key: PostKey, mentions: Sequence[Mention]) -> None:
        self._recent[key] = tuple(mentions)
        self._recent.move_to_end(key)
        if len(self._recent) > REMEMBERED:
            self.expect([self._recent.popitem(last=False)[0]])


def heard_at(post: Post) -> datetime:
    """Return when a post was written, but not after it came: some claim to be from the future."""
    return min(post.created_at, post.received_at)


def bare_repost(post: Post) -> bool:
    """Tell whether *post* only passes another on, without a word."""
    return post.kind == "repost" and not post.text


def target_of(post: Post) -> PostKey | None:
    """Return the identity of the post that *post* points to."""
    return PostKey(post.source, post.target) if post.target else None


def nameless(text: str, matches: Iterable[Match]) -> str:
    """Return *text* without what matched: that two posts name the same product makes neither a copy."""
    hidden = {at for match in matches for at in range(match.start, match.end)}
    return "".join(letter for at, letter in enumerate(text) if at not in hidden)
