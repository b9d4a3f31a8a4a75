"""A few posts that a change brings in or loses, with the words, and why."""

from collections.abc import Iterable
from typing import Any

import msgspec

from listener import assembly
from listener.backtest.past import Past
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


def chosen(mentions: Iterable[Mention], most: int) -> list[Mention]:
    """Return up to *most* mentions with texts of their own, spread evenly over time."""
    own: dict[str, Mention] = {}
    for mention in sorted(mentions, key=lambda one: (one.post.created_at, one.post.id, one.topic)):
        if not mention.inherited:
            own.setdefault(mention.cluster or mention.post.text, mention)
    texts = list(own.values())
    if len(texts) <= most:
        return texts
    return [texts[number * len(texts) // most] for number in range(most)]


def came_in(mentions: Iterable[Mention], past: Past, most: int) -> tuple[Example, ...]:
    """Return examples of what is newly matched."""
    return tuple(_example(mention, past) for mention in chosen(mentions, most))


def went_out(mentions: Iterable[Mention], past: Past, changed: Setup, most: int) -> tuple[Example, ...]:
    """Return examples of what the *changed* lists no longer match, and why."""
    return tuple(_example(mention, past, *_why(mention, changed)) for mention in chosen(mentions, most))


def _example(mention: Mention, past: Past, why: str = "", word: str = "") -> Example:
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
        stands_for=past.weight(post.key),
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
