"""Near-duplicate clusters of texts: copies of one text are one voice, however many accounts post it."""

import re
from collections import Counter, OrderedDict
from datetime import datetime
from typing import NamedTuple
from unicodedata import normalize
from zlib import crc32

from models.volume.counting import fingerprint
from models.volume.tally import seconds

_NOISE = re.compile(r"https?://\S+|www\.\S+|@[a-z0-9_.\-]+|[\W\d_]+")
SHORTEST = 10
"""Shorter texts are people, not copies: many honest strangers write 「さくらプリン最悪」 alike."""
FEWEST = 3
"""Letters beside a name without which nothing can be compared."""
LONGEST = 300
"""Characters of a text that are compared."""
SKETCH = 16
"""Smallest trigram hashes kept of a text (bottom-k MinHash, Broder 1997)."""
ALIKE = 0.6
"""Jaccard similarity of trigrams from which a text is a copy."""
LIFE = 7200.0
"""Seconds that a cluster is remembered after its last copy."""
MOST = 20_000
"""Clusters remembered at once."""


class Cluster(NamedTuple):
    """A text that others may copy: its name, its sketch and when it was last seen."""

    name: str
    sketch: tuple[int, ...]
    last: float


def essence(text: str) -> str:
    """Return *text* without URLs, handles, spaces, punctuation, digits and case."""
    return _NOISE.sub("", normalize("NFKC", text).casefold())[:LONGEST]


def sketch(letters: str) -> tuple[int, ...]:
    """Return the smallest hashes of the character trigrams, ascending."""
    raw = letters.encode("utf-32-le", "surrogatepass")
    return tuple(sorted({crc32(raw[at : at + 12]) for at in range(0, len(raw) - 8, 4)})[:SKETCH])


def likeness(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """Return the estimated Jaccard similarity of two sketched texts."""
    union = sorted({*one, *other})[:SKETCH]
    both = set(one) & set(other)
    return sum(value in both for value in union) / len(union) if union else 0.0


class Clusters:
    """Assigns texts to clusters online; a text is compared with the first of its cluster, so none drifts."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._clusters: OrderedDict[str, Cluster] = OrderedDict()
        self._by_hash: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self._clusters)

    def assign(self, text: str, at: datetime | float, *, told: str | None = None) -> str:
        """Return the name of the cluster of *text*, empty for a text too short to be a copy.

        What is *told* beside the name of a product is compared, if given: all who speak of it name it. The
        name of a cluster comes from the text that founded it, so it survives a restart.
        """
        whole = essence(text)
        letters = whole if told is None else essence(told)
        if len(whole) < SHORTEST or len(letters) < FEWEST:
            return ""
        now = seconds(at)
        self._forget(now)
        hashes = sketch(letters)
        found = self._nearest(hashes) or Cluster(f"{fingerprint(letters):016x}", hashes, now)
        self._clusters[found.name] = found._replace(last=max(now, found.last))
        self._clusters.move_to_end(found.name)
        for value in found.sketch:
            self._by_hash[value] = found.name
        return found.name

    def _nearest(self, hashes: tuple[int, ...]) -> Cluster | None:
        votes = Counter(name for value in hashes if (name := self._by_hash.get(value)) is not None)
        best, most = None, ALIKE
        for name, _ in votes.most_common(3):
            cluster = self._clusters[name]
            alike = likeness(hashes, cluster.sketch)
            if alike >= most:
                best, most = cluster, alike
        return best

    def _forget(self, now: float) -> None:
        while self._clusters:
            oldest = next(iter(self._clusters.values()))
            if len(self._clusters) < self._most and oldest.last > now - LIFE:
                return
            del self._clusters[oldest.name]
            for value in oldest.sketch:
                if self._by_hash.get(value) == oldest.name:
                    del self._by_hash[value]
