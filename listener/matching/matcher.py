"""Find every keyword of every list in a post: a sieve over all spellings, then the rules that passed it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, Literal

import msgspec

from listener.matching import boundary, markup
from listener.matching.boundary import WordBoundaries
from listener.matching.normalise import cleaned
from listener.matching.own_accounts import OwnAccounts
from listener.matching.query import Rule, account
from listener.matching.reading import Reading
from listener.matching.sieve import Sieve
from models.keyword import KeywordList
from models.mention import Match

LONGEST: Final = 10_000
"""At most so many characters of a text are matched."""
DEFAULT_WORDS: Final = boundary.available()
"""SudachiPy, where it is installed."""


class Matcher:
    """All keyword lists, compiled; build a new one to change them."""

    def __init__(
        self,
        lists: Iterable[KeywordList],
        *,
        words: WordBoundaries | None = DEFAULT_WORDS,
        now: datetime,
    ) -> None:
        """Compile *lists*; *words* decides where one script runs on, *now* dates posts that have no time."""
        lists = list(lists)
        self.own = OwnAccounts(lists)
        self._words = words
        self._now = now
        self._rules = [
            Rule(one, keyword, self.own.of(one.brand)) for one in lists for keyword in one.keywords
        ]
        self._spellings = [(r, i) for r, rule in enumerate(self._rules) for i in range(len(rule.any))]
        self._names = _names(lists)
        self._sieve = Sieve(
            (anchor, number, term.spelling.kana)
            for number, term in enumerate(self._rules[rule].any[index] for rule, index in self._spellings)
            for anchor in term.anchors()
        )

    @property
    def dictionary(self) -> bool:
        """Tell whether a dictionary decides where words begin and end."""
        return self._words is not None

    def find(
        self,
        text: str,
        *,
        author: str = "",
        handle: str = "",
        source: str = "",
        at: datetime | None = None,
        format: Literal["plain", "html"] = "plain",  # noqa: A002  # the name of the field of a post
    ) -> list[Match]:
        """Return why *text* concerns the lists, in order of place; empty when it does not.

        *author* and *handle* are compared with filters and own accounts; offsets count characters of
        *text* as given, HTML included.
        """
        if format == "html":
            plain = markup.from_html(text)
            found = self.find(plain.text, author=author, handle=handle, source=source, at=at)
            return [_in_original(match, plain, text) for match in found]
        text = text[:LONGEST]
        maybe = self._sieve.maybe(text)
        if not maybe:
            return []
        accounts = frozenset(filter(None, (account(author), account(handle))))
        return self._read(text, self._listening(maybe, accounts, source, at or self._now))

    def _listening(
        self, maybe: Iterable[int], accounts: frozenset[str], source: str, at: datetime
    ) -> dict[int, set[int]]:
        """Sort the spellings that passed the sieve under the rules that listen to such a post."""
        rules: dict[int, set[int]] = {}
        for number in maybe:
            rule, spelling = self._spellings[number]
            rules.setdefault(rule, set()).add(spelling)
        return {r: rules[r] for r in sorted(rules) if self._rules[r].applies(accounts, source, at)}

    def _read(self, text: str, rules: dict[int, set[int]]) -> list[Match]:
        if not rules:
            return []
        reading = Reading(markup.without_addresses(text, self._names), self._words)
        found = [match for rule, some in rules.items() for match in self._rules[rule].matches(reading, some)]
        return sorted(found, key=lambda match: (match.start, match.end))


def _names(lists: Iterable[KeywordList]) -> frozenset[str]:
    """Return the spellings that look like addresses: somebody's name is booking.com."""
    spellings = (text for one in lists for keyword in one.keywords for text in keyword.any)
    return frozenset(cleaned(text).strip() for text in spellings if markup.is_address(cleaned(text)))


def _in_original(match: Match, plain: markup.Plain, source: str) -> Match:
    start, end = plain.starts[match.start], plain.ends[match.end - 1]
    return msgspec.structs.replace(match, start=start, end=end, text=source[start:end])
