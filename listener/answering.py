"""From a post of a brand's own account to what it answers in public, or states."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final, Protocol

from listener.matching.own_accounts import OwnAccounts
from models.mention import Match
from models.post import Post
from models.response import Response, ResponseKind

_ANSWERS: Final[dict[str, ResponseKind]] = {"reply": "reply", "quote": "quote"}
# An account that sells the product names it all day: only who regrets, explains or recalls makes a statement.
_STATES = re.compile(
    r"お詫び|おわび|謝罪|申し訳|ご迷惑|ご心配|ご指摘|ご報告|ご説明|事実確認|事実関係|確認して|確認中|調査|回収"
    r"|apolog|sorry|regret|statement|investigat|recall|looking into|aware of",
    re.IGNORECASE,
)


class Finder(Protocol):
    """Finds keywords, and knows whose account is whose; ``listener.matching`` builds it."""

    @property
    def own(self) -> OwnAccounts:
        """Return whose accounts are whose."""
        ...

    def find(
        self, text: str, *, author: str = "", handle: str = "", source: str = "", at: datetime | None = None
    ) -> list[Match]:
        """Return why *text* matches, nothing when it does not."""
        ...


def owners(post: Post, finder: Finder) -> frozenset[str]:
    """Return the brands whose own account wrote *post*."""
    return finder.own.brands(post.author.id, post.author.handle) if post.author else frozenset()


def responses(post: Post, finder: Finder) -> list[Response]:
    """Return what *post* answers, or states, for each brand whose own account wrote it."""
    brands = sorted(owners(post, finder))
    if not brands:
        return []
    if post.target:
        kind = _ANSWERS.get(post.kind)
        return [_response(post, brand, kind, target=post.target) for brand in brands] if kind else []
    if post.kind != "post" or not _STATES.search(post.text):
        return []
    return [
        _response(post, brand, "statement", topic=topic)
        for brand in brands
        for topic in sorted(set(_topics(post, brand, finder)))
    ]


def _topics(post: Post, brand: str, finder: Finder) -> Iterator[str]:
    """Yield the topics that *post* speaks of; its author is left out, for own posts match nothing."""
    found = finder.find(post.text, source=post.source, at=post.created_at)
    yield from (match.topic for match in found if match.brand == brand)
    yield from finder.own.topics_named(brand, post.text)


def _response(post: Post, brand: str, kind: ResponseKind, *, target: str = "", topic: str = "") -> Response:
    account = (post.author.handle or post.author.id) if post.author else ""
    return Response(
        brand=brand,
        source=post.source,
        kind=kind,
        account=account,
        at=min(post.created_at, post.received_at),  # some claim to be from the future
        received_at=post.received_at,
        target=target,
        topic=topic,
    )
