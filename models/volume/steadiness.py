"""How steady a topic's share of negative is beyond chance: from hour to hour, and over a third of a day."""

from math import sqrt

import msgspec

LONG = 8
"""Hours of the longer stretch."""
PRIOR = 0.01
"""How alike two people of one stretch are supposed to be: 15 % that wander by a quarter of themselves."""
PRIOR_PEOPLE = 300.0
"""What that is worth, in people."""
LEAST, MOST = 0.0005, 0.5
"""Bounds of what is learned."""
RARE = 0.01
"""What happens less often is weighed as if it were this usual: one unhappy person is no wandering share."""
CAP = 3.0
"""Shares are cut at so many standard deviations, or one fire would excuse the next."""


class Stretches(msgspec.Struct):
    """The intraclass correlation of the people of stretches of one length, by Pearson's statistic.

    rho = sum[(y - np)^2 / (np(1 - p)) - 1] / sum(n - 1), discounted, with a prior (after Williams 1982).
    """

    excess: float = 0.0
    weight: float = 0.0

    @property
    def alike(self) -> float:
        """Return rho."""
        found = (self.excess + PRIOR * PRIOR_PEOPLE) / (self.weight + PRIOR_PEOPLE)
        return min(max(found, LEAST), MOST)

    def learn(self, people: float, negative: float, share: float) -> None:
        """Learn one stretch of so many *people*, *negative* ones among them, where *share* was usual."""
        if people <= 1.0:
            return
        chance = people * max(share * (1.0 - share), RARE)
        cap = CAP * sqrt(chance * (1.0 + (people - 1.0) * self.alike)) + 1.0
        off = min(abs(negative - people * share), cap)
        self.excess += off * off / chance - 1.0
        self.weight += people - 1.0

    def forget(self, keep: float) -> None:
        """Discount what was learned by *keep*."""
        self.excess, self.weight = self.excess * keep, self.weight * keep


class Steadiness(msgspec.Struct):
    """What one topic's share of negative does when nothing burns."""

    hourly: Stretches = msgspec.field(default_factory=Stretches)
    longer: Stretches = msgspec.field(default_factory=Stretches)
    begun: tuple[int, float, float, float] = (0, 0.0, 0.0, 0.0)
    """Hours, people, negative and expected negative people of the longer stretch that is not whole yet."""

    def learn(self, people: float, negative: float, share: float, keep: float) -> None:
        """Learn an hour of so many scored *people*, discounting what came before by *keep*."""
        self.hourly.forget(keep)
        self.longer.forget(keep)
        self.hourly.learn(people, negative, share)
        hours, crowd, angry, expected = self.begun
        hours, crowd, angry, expected = hours + 1, crowd + people, angry + negative, expected + people * share
        if hours == LONG:
            if crowd > 0.0:
                self.longer.learn(crowd, angry, expected / crowd)
            hours, crowd, angry, expected = 0, 0.0, 0.0, 0.0
        self.begun = (hours, crowd, angry, expected)

    def alike(self, hours: int) -> float:
        """Return rho of stretches of so many *hours*; people of a longer one are never more alike."""
        return self.hourly.alike if hours < LONG // 2 else min(self.longer.alike, self.hourly.alike)
