"""A few posts that a change brings in or loses, with the words, and why."""

from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from listener import assembly
from listener.backtest.report import Example
from listener.backtest.trial import Setup
from models.keyword import Keyword, KeywordList
from models.mention import Mention
from models.post import Author

RELAXED: dict[str, dict[str, Any]] = {
    "excluded": {"none": ()},
    "all": {"all": ()},
    "near": {"near": None},
    "account": {"authors": ()},
    "source": {"sources": ()},
    "time": {"starts": None, "expires": None},
}
"""What each reason takes away from a keyword: the one without which it would match again."""
CONDITIONS = {name: value for parts in RELAXED.values() for name, value in parts.items()}
HELD = 10_000
"""Texts that are kept to choose from; beyond it every second one."""


class Shown(NamedTuple):
    """A mention that may be shown, and for how many it stands."""

    mention: Mention
    weight: float

    @property
    def order(self) -> tuple[datetime, str, str]:
        """Return what mentions are sorted by."""
        return self.mention.post.created_at, self.mention.post.id, self.mention.topic


class Pool:
    """Mentions with texts of their own, of which some will be shown; bare reposts have none.

    Where there are more than *most*, every second one goes, and from then on only every second is taken,
    every fourth, ...: what is left is from all over the time.
    """

    def __init__(self, most: int = HELD) -> None:
        self._most = most
        self._every = 1
        self._seen = 0
        self._own: dict[str, Shown] = {}

    def add(self, one: Shown) -> None:
        """Take in a mention, or leave it out."""
        if one.mention.inherited:
            return
        name = one.mention.cluster or one.mention.post.text
        known = self._own.get(name)
        if known is not None:
            self._own[name] = min(known, one, key=lambda either: either.order)
            return
        self._seen += 1
        if self._seen % self._every:
            return
        self._own[name] = one
        if len(self._own) > self._most:
            self._every *= 2
            self._own = dict(list(self._own.items())[::2])

    def chosen(self, most: int) -> list[Shown]:
        """Return up to *most* of them, spread evenly over time."""
        own = sorted(self._own.values(), key=lambda one: one.order)
        if len(own) <= most:
            return own
        return [own[number * len(own) // most] for number in range(most)]


def came_in(pool: Pool, most: int) -> tuple[Example, ...]:
    """Return examples of what is newly matched."""
    return tuple(_example(one) for one in pool.chosen(most))


def went_out(pool: Pool, changed: Setup, most: int) -> tuple[Example, ...]:
    """Return examples of what the *changed* lists no longer match, and why."""
    return tuple(_example(one, *_why(one.mention, changed)) for one in pool.chosen(most))


def _example(one: Shown, why: str = "", word: str = "") -> Example:
    mention = one.mention
    post, score = mention.post, mention.score
    return Example(
        post=f"{post.source}/{post.id}",
        at=post.created_at,
        brand=mention.brand,
        topic=mention.topic,
        text=post.text,
        words=tuple(dict.fromkeys(match.text for match in mention.matches)),
        keyword=mention.matches[0].keyword if mention.matches else "",
        why=why,
        word=word,
        label=score.label if score else "",
        stands_for=one.weight,
    )


def _why(mention: Mention, changed: Setup) -> tuple[str, str]:
    """Return the reason why *changed* does not match, and the word that is to blame, if it is one."""
    spellings = {match.spelling for match in mention.matches}
    own = {name for one in changed.words.lists if one.brand == mention.brand for name in one.own_accounts}
    rules = [
        (msgspec.structs.replace(one, own_accounts=tuple(own)), keyword)
        for one in changed.words.lists
        if one.brand == mention.brand
        for keyword in one.keywords
        if keyword.topic == mention.topic and spellings.intersection(keyword.any)
    ]
    tries = ((one, keyword, reason) for reason in RELAXED for one, keyword in rules)
    for one, keyword, reason in tries:
        if _matches(mention, changed, one, msgspec.structs.replace(keyword, **RELAXED[reason])):
            return reason, _culprit(mention, changed, one, keyword) if reason == "excluded" else ""
    for one, keyword in rules:
        if _matches(mention, changed, msgspec.structs.replace(one, own_accounts=()), keyword):
            return "own", ""
        if _matches(mention, changed, one, msgspec.structs.replace(keyword, **CONDITIONS)):
            return "several", ""
    return ("edges" if rules else "gone"), ""


def _culprit(mention: Mention, changed: Setup, one: KeywordList, keyword: Keyword) -> str:
    """Return the first exclusion that alone refuses the post."""
    refusing = (
        word
        for word in keyword.none
        if not _matches(mention, changed, one, msgspec.structs.replace(keyword, none=(word,)))
    )
    return next(refusing, "")


def _matches(mention: Mention, changed: Setup, one: KeywordList, keyword: Keyword) -> bool:
    """Tell whether *keyword*, alone in its list, would match."""
    post, alone = mention.post, msgspec.structs.replace(one, keywords=(keyword,))
    author = post.author or Author(id="")
    dictionary = changed.settings.matching.dictionary
    matcher = assembly.compiled((alone,), post.received_at, dictionary=dictionary).matcher
    found = matcher.find(
        post.text, author=author.id, handle=author.handle, source=post.source, at=post.created_at
    )
    return bool(found)
