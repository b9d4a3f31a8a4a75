"""Posts of the past from a file, counted per hour as if they had come while the watch ran."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime

import msgspec

from listener.answering import Finder
from listener.backlog import Scores
from listener.census import Census, whole_hours
from listener.history import Hour, Refused
from listener.recognition import Recognition, bare_repost
from listener.sources import post_line
from listener.sources.json_frame import BadPost
from models.keyword import TopicKey
from models.mention import Label, Mention
from models.post import Post, PostKey
from models.volume.duplicates import Clusters

BATCH = 64
"""Texts that are scored together."""
SOURCE = "history"
"""The source of posts that name none."""


class PastPosts:
    """Takes the posts out of a file's lines; only those that concern somebody stay in memory."""

    def __init__(self, finder: Finder) -> None:
        self.refused: list[Refused] = []
        self._finder = finder
        self._posts: dict[PostKey, Post] = {}
        self._first: datetime | None = None
        self._last: datetime | None = None

    def taken(self, lines: Iterable[str]) -> Iterator[str]:
        """Yield the lines that are no posts; a taken or refused post leaves an empty line."""
        for number, line in enumerate(lines, 1):
            yield "\n" if '"text"' in line and self._take(line, number) else line

    def _take(self, line: str, number: int) -> bool:
        if not line.lstrip("\ufeff \t").startswith("{"):
            return False
        raw = line.removeprefix("\ufeff").strip().encode("utf-8", "surrogateescape")
        try:
            post = post_line.decode(raw, source=SOURCE, received_at=None)
        except BadPost as error:
            self.refused.append(Refused(number, line, error.reason))
            return True
        if isinstance(post, Post):
            self._keep(msgspec.structs.replace(post, received_at=post.created_at))
        return True

    def _keep(self, post: Post) -> None:
        at = post.created_at
        self._first, self._last = min(self._first or at, at), max(self._last or at, at)
        author = post.author.id if post.author else ""
        handle = post.author.handle if post.author else ""
        if bare_repost(post) or self._finder.find(
            post.text, author=author, handle=handle, source=post.source, at=at
        ):
            self._posts[post.key] = post

    async def hours(
        self, scores: Scores, topics: Collection[TopicKey], cap: int, now: datetime
    ) -> list[Hour]:
        """Return every whole hour between the first and the last post, for every topic, silence included."""
        if self._first is None or self._last is None:
            return []
        census, span = Census(cap), whole_hours(self._first, min(self._last, now))
        found = self._mentions()
        labels = await _labels([mention for mention in found if not mention.inherited], scores)
        for mention in found:
            meant = mention.post.target if mention.inherited else mention.post.id
            census.add(mention, labels.get(PostKey(mention.post.source, meant or "")))
        return [
            Hour(key, datetime.fromtimestamp(hour.hour * 3600, UTC), round(hour.people), round(hour.negative))
            for key in topics
            for hour in census.lesson(key, span).hours
        ]

    def _mentions(self) -> list[Mention]:
        recognition = Recognition(Clusters())
        recognition.use(self._finder)
        posts = sorted(self._posts.values(), key=lambda post: (post.created_at, post.id))
        return [mention for post in posts for mention in recognition.mentions_of(post)]


async def _labels(mentions: Sequence[Mention], scores: Scores) -> dict[PostKey, Label]:
    posts = list({mention.post.key: mention.post for mention in mentions}.values())
    labels: dict[PostKey, Label] = {}
    for first in range(0, len(posts), BATCH):
        some = posts[first : first + BATCH]
        judged = await scores.score([post.text for post in some])
        labels |= {post.key: score.label for post, score in zip(some, judged, strict=True)}
    return labels
