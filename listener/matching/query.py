"""One keyword as a rule: any of its spellings, all, near and none of its others, for whom and when."""

from collections.abc import Iterator
from datetime import datetime

from listener.matching.normalise import cleaned
from listener.matching.reading import Reading
from listener.matching.spelling import Haystack, Occurrence
from listener.matching.term import Term
from models.keyword import Keyword, KeywordList, Near
from models.mention import Match


def account(name: str) -> str:
    """Return an account's *name* as it is compared: without @ and in one case."""
    return name.strip().removeprefix("@").casefold()


class Rule:
    """A keyword of a list, compiled."""

    def __init__(
        self, keywords: KeywordList, keyword: Keyword, own_accounts: frozenset[str] = frozenset()
    ) -> None:
        self.list = keywords
        self.keyword = keyword
        self.own_accounts = own_accounts
        self.any = tuple(self._term(text, disguised=keyword.obfuscation) for text in keyword.any)
        self._authors = frozenset(map(account, keyword.authors))
        self._sources = frozenset(keyword.sources)
        self._conditions: _Conditions | None = None

    def _term(self, text: str, *, disguised: bool = False) -> Term:
        return Term(text, self.keyword.mode, self.keyword.kana, disguised=disguised)

    def applies(self, authors: frozenset[str], source: str, at: datetime) -> bool:
        """Tell whether this rule listens to a post by *authors* (id, handle) from *source* at *at*."""
        keyword = self.keyword
        return not (
            (keyword.starts and at < keyword.starts)
            or (keyword.expires and at >= keyword.expires)
            or (self._authors and not self._authors & authors)
            or (self._sources and source not in self._sources)
            or self.own_accounts & authors
        )

    def matches(self, reading: Reading, spellings: set[int]) -> Iterator[Match]:
        """Yield a match for each place where one of the *spellings* (indexes of ``any``) counts."""
        found = [
            (place, self.any[i]) for i in sorted(spellings) for place in self.any[i].occurrences(reading)
        ]
        if not found:
            return
        if self._conditions is None:
            self._conditions = _Conditions(self)
        seen: set[tuple[int, int]] = set()
        found.sort(key=lambda one: one[0].weak)  # of two ways to read one place the sure one counts
        for place, term in self._conditions.allowed(found, reading):
            if place[:2] not in seen:
                seen.add(place[:2])
                yield self._match(place, term, reading)

    def _match(self, place: Occurrence, term: Term, reading: Reading) -> Match:
        start, end = reading.original(place)
        return Match(
            list=self.list.slug,
            brand=self.list.brand,
            topic=self.keyword.topic,
            keyword=self.keyword.any[0],
            spelling=term.text,
            start=start,
            end=end,
            text=reading.text[start:end],
            strength="weak" if place.weak else "strong",
            risk=self.keyword.risk,
        )


class _Conditions:
    """What else a keyword asks of a post; compiled when one of its spellings first occurs."""

    def __init__(self, rule: Rule) -> None:
        keyword = rule.keyword
        self._all = [Term(text, keyword.mode, keyword.kana) for text in keyword.all]
        near = keyword.near or Near(())
        self._near = [Term(text, keyword.mode, keyword.kana) for text in near.terms]
        self._within = near.within
        self._masks = []
        self._refusals = []
        for text in keyword.none:
            term = Term(text, keyword.mode, keyword.kana)
            inner = [one for one in rule.any if contains(term, one)]
            if inner:
                kana = "fold" if any(one.spelling.kana for one in inner) else keyword.kana
                self._masks.append(Term(text, keyword.mode, kana, within=True))
            else:
                self._refusals.append(term)

    def allowed(
        self, found: list[tuple[Occurrence, Term]], reading: Reading
    ) -> Iterator[tuple[Occurrence, Term]]:
        """Yield those of *found* that no exclusion masks, near their terms; none if the post is refused."""
        masks = [mask for term in self._masks for mask in term.occurrences(reading)]
        left = [one for one in found if not any(_covers(mask, one[0]) for mask in masks)]
        if not left or not self._is_complete(reading):
            return
        if not self._near:
            yield from left
            return
        terms = [reading.original(place) for term in self._near for place in term.occurrences(reading)]
        for place, term in left:
            start, end = reading.original(place)
            if any(0 <= max(start - t.end, t.start - end) <= self._within for t in terms):
                yield place, term

    def _is_complete(self, reading: Reading) -> bool:
        if any(True for term in self._refusals for _ in term.occurrences(reading)):
            return False
        return all(any(True for _ in term.occurrences(reading)) for term in self._all)


def _covers(mask: Occurrence, place: Occurrence) -> bool:
    return mask.start <= place.start and place.end <= mask.end


def contains(exclusion: Term, spelling: Term) -> bool:
    """Tell whether *exclusion* contains *spelling*, folded as the spelling is."""
    return any(True for _ in spelling.spelling.places(Haystack(cleaned(exclusion.text))))
