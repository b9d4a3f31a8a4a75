"""What of the keyword lists decides what is counted to a topic, and whether a change lets more in."""

from collections.abc import Iterable, Sequence

import msgspec

from models.keyword import Keyword, KeywordList, Near, TopicKey


class Rules(msgspec.Struct, frozen=True):
    """The keywords of one topic, in an order of their own, and the accounts that its brand leaves out.

    Without the ``dictionary`` other places of a text are words.
    """

    keywords: tuple[Keyword, ...]
    own_accounts: tuple[str, ...] = ()
    dictionary: bool = True

    def widen(self, before: "Rules") -> bool:
        """Tell whether posts may match that did not match *before*."""
        if before.dictionary != self.dictionary or not set(before.own_accounts) <= set(self.own_accounts):
            return True
        return not all(any(_within(one, other) for other in before.keywords) for one in self.keywords)


def of(lists: Iterable[KeywordList], *, dictionary: bool = True) -> dict[TopicKey, Rules]:
    """Return the rules of every topic that has any; names, notes and runbooks decide nothing."""
    lists = list(lists)
    own: dict[str, set[str]] = {}
    found: dict[TopicKey, list[Keyword]] = {}
    for one in lists:
        own.setdefault(one.brand, set()).update(one.own_accounts)
        for keyword in one.keywords:
            bare = msgspec.structs.replace(keyword, note="")
            found.setdefault(TopicKey(one.brand, keyword.topic), []).append(bare)
    return {
        key: Rules(
            tuple(sorted(keywords, key=msgspec.json.encode)), tuple(sorted(own[key.brand])), dictionary
        )
        for key, keywords in found.items()
    }


def _within(one: Keyword, other: Keyword) -> bool:
    """Tell whether every post of *one* is a post of *other*: fewer spellings, or more conditions."""
    return (
        (one.topic, one.mode, one.kana) == (other.topic, other.mode, other.kana)
        and one.obfuscation <= other.obfuscation
        and set(one.any) <= set(other.any)
        and set(one.none) >= set(other.none)
        and set(one.all) >= set(other.all)
        and (other.near is None or _nearer(one.near, other.near))
        and _fewer(one.authors, other.authors)
        and _fewer(one.sources, other.sources)
        and other.starts in {None, one.starts}
        and other.expires in {None, one.expires}
    )


def _nearer(one: Near | None, other: Near) -> bool:
    return one is not None and set(one.terms) <= set(other.terms) and one.within <= other.within


def _fewer(some: Sequence[str], others: Sequence[str]) -> bool:
    """Tell whether *some* names let no more in than *others*; none at all let everybody in."""
    return not others or (bool(some) and set(some) <= set(others))
