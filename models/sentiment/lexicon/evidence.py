"""What the words of a text add up to, before it becomes probabilities."""

from collections.abc import Iterable
from typing import NamedTuple

_SCORN = 0.5  # what sarcasm adds to the blame that it dresses up


class Hit(NamedTuple):
    """A form found in a text: its weight there, after negation, its entry's roles, and where it stands."""

    weight: float
    roles: frozenset[str]
    start: int
    end: int


class Evidence(NamedTuple):
    """Sums of negative and positive weights (both 0 or more), and the roles that were seen."""

    negative: float = 0.0
    positive: float = 0.0
    roles: frozenset[str] = frozenset()

    def joined(self, other: "Evidence") -> "Evidence":
        """Return what both add up to: a post may speak two languages."""
        roles = self.roles | other.roles
        return Evidence(self.negative + other.negative, self.positive + other.positive, roles)


class Sum:
    """Adds hits up in the order of the text, letting each act on its neighbours."""

    def __init__(self, reach: int) -> None:
        self._reach = reach  # how far from its booster a form may stand
        self.negative = self.positive = self._latest = 0.0
        self._boost, self._boosted_from = 1.0, 0
        self._roles: set[str] = set()

    def add_all(self, hits: Iterable[Hit]) -> None:
        """Add the hits of a text in order."""
        for hit in hits:
            if hit.roles:
                self._act(hit)
            if hit.weight and not hit.roles & {"boost", "damp"}:
                near = hit.start - self._boosted_from <= self._reach
                self._weigh(hit.weight * (self._boost if near else 1.0))
                self._boost = 1.0

    def total(self) -> Evidence:
        """Return the sums: sarcasm turns praise against the brand, a call for calm halves blame."""
        if "calm" in self._roles:
            return Evidence(self.negative / 2, self.positive, frozenset(self._roles))
        if "sarcasm" in self._roles and self.negative > 0:
            return Evidence(self.negative + self.positive + _SCORN, 0.0, frozenset(self._roles))
        return Evidence(self.negative, self.positive, frozenset(self._roles))

    def _weigh(self, weight: float) -> None:
        self._latest = weight
        if weight < 0:
            self.negative -= weight
        else:
            self.positive += weight

    def _act(self, hit: Hit) -> None:
        self._roles |= hit.roles
        if "boost" in hit.roles:
            self._boost, self._boosted_from = hit.weight, hit.end
        elif "damp" in hit.roles:
            self._take_back(hit.weight)
        elif "turn" in hit.roles:
            self.negative, self.positive = self.negative * 0.7, self.positive * 0.5
        elif "regret" in hit.roles:
            # 好きだったのに: what was good is what hurts now
            self.negative, self.positive = self.negative + 0.8 * self.positive, 0.2 * self.positive

    def _take_back(self, kept: float) -> None:
        lost = abs(self._latest) * (1 - kept)
        if self._latest < 0:
            self.negative -= lost
        else:
            self.positive -= lost
        self._latest *= kept
