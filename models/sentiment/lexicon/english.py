"""Finds the words and phrases of a list in English text."""

import re
from collections.abc import Iterable, Iterator

from models.sentiment.lexicon.evidence import Hit
from models.sentiment.lexicon.wordlist import Entry

_TOKEN = re.compile(r"[a-z]+(?:['’][a-z]+)*|\d+|[.!?;]")
_REACH = 3  # words a "not" reaches over: not a very good one
_STOPS = frozenset(".!?;")


class Reader:
    """Finds the longest phrase at each word, flipped by a negation shortly before it."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = {entry.form.replace("’", "'"): entry for entry in entries}
        self._longest: dict[str, int] = {}
        for form in self._entries:
            words = form.split()
            self._longest[words[0]] = max(self._longest.get(words[0], 0), len(words))

    def hits(self, text: str) -> Iterator[Hit]:
        """Yield the hits of a folded text in order."""
        tokens = _TOKEN.findall(text.replace("’", "'"))
        at = reach = 0
        while at < len(tokens):
            entry, taken = self._entry_at(tokens, at)
            if entry is None:
                reach = 0 if tokens[at] in _STOPS else max(0, reach - 1)
            elif "negate" in entry.roles:
                reach = _REACH
            else:
                yield Hit(self._weight(entry, negated=reach > 0), entry.roles, at, at + taken)
                # an adjective in between carries the negation on: not very helpful
                reach = reach if "boost" in entry.roles else 0
            at += taken

    def _entry_at(self, tokens: list[str], at: int) -> tuple[Entry | None, int]:
        for length in range(self._longest.get(tokens[at], 0), 0, -1):
            phrase = " ".join(tokens[at : at + length])
            if entry := self._entries.get(phrase):
                return entry, len(phrase.split(" "))
        return None, 1

    @staticmethod
    def _weight(entry: Entry, *, negated: bool) -> float:
        if not negated or entry.roles & {"boost", "damp"}:
            return entry.weight
        return -0.7 * entry.weight if entry.weight > 0 else -0.4 * entry.weight
