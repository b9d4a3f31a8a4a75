"""What sources hand on: posts, deletions and gaps, in batches."""

from collections.abc import Callable
from datetime import datetime
from typing import Literal, NamedTuple

import msgspec

PostKind = Literal["post", "reply", "repost", "quote"]


class PostKey(NamedTuple):
    """The identity of a post: the configured name of its source, and its id there."""

    source: str
    id: str


class Author(msgspec.Struct, frozen=True, gc=False):
    """Who wrote a post, as far as the source says."""

    id: str
    handle: str = ""
    name: str = ""
    followers: int | None = None


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """One post, its text already plain, its times already checked (aware, UTC)."""

    source: str
    id: str
    text: str
    created_at: datetime
    received_at: datetime
    author: Author | None = None
    lang: str = ""
    kind: PostKind = "post"
    target: str | None = None
    url: str = ""
    edited: bool = False
    truncated: bool = False

    @property
    def key(self) -> PostKey:
        """Return the identity of the post; an edit keeps it."""
        return PostKey(self.source, self.id)


class Deletion(msgspec.Struct, frozen=True, kw_only=True):
    """A post (``id``) or everything by an author (``author``) was deleted at its source.

    ``hidden`` is true for an account that is only deactivated: hide, do not erase.
    """

    source: str
    id: str | None = None
    author: str | None = None
    hidden: bool = False
    received_at: datetime


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of time in which a source told us nothing, though it may have had posts."""

    source: str
    start: datetime
    end: datetime | None
    reason: str
    backfilled: bool = False


Item = Post | Deletion | Gap


class Batch(msgspec.Struct, kw_only=True):
    """Items that are stored together, with the cursor to resume after them.

    ``confirm`` is called once everything in the batch and its cursor are durable (a webhook answers
    202 then, MQTT acknowledges then).
    """

    source: str
    items: list[Item]
    cursor: str | None = None
    confirm: Callable[[], None] | None = None
