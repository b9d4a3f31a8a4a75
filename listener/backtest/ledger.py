"""What both sides matched, added up slice by slice, and where they differ."""

from collections.abc import Iterable, Sequence

from listener.backtest.examples import Pool, Shown
from listener.backtest.past import Slice
from listener.backtest.period import Period
from listener.backtest.report import Estimate
from listener.backtest.volume import Volume
from models.keyword import TopicKey
from models.mention import Mention
from models.post import PostKey

Name = tuple[PostKey, TopicKey]


class Column:
    """Mentions by topic, and all together."""

    def __init__(self) -> None:
        self._all = Volume()
        self._topics: dict[TopicKey, Volume] = {}

    def add(self, key: TopicKey, weight: float) -> None:
        """Take in a mention."""
        self._all.add(weight)
        self._topics.setdefault(key, Volume()).add(weight)

    def total(self) -> Estimate:
        """Return how many there are."""
        return self._all.estimate()

    def of(self, key: TopicKey, *, unit: float = 0.0) -> Estimate:
        """Return how many a topic has."""
        return self._topics.get(key, Volume()).estimate(unit=unit)


class Ledger:
    """The tested mentions of both sides, what only the changed one matches, and what only the current one."""

    def __init__(self, period: Period) -> None:
        self.current, self.changed = Column(), Column()
        self.newly, self.dropped = Column(), Column()
        self.came_in, self.went_out = Pool(), Pool()
        self._period = period

    def add(self, given: Slice, current: Sequence[Mention], changed: Sequence[Mention]) -> None:
        """Take in what came of a slice on both sides."""
        before, after = self._named(current), self._named(changed)
        for mine, others, column, missing, pool in (
            (before, after, self.current, self.dropped, self.went_out),
            (after, before, self.changed, self.newly, self.came_in),
        ):
            for name, mention in mine.items():
                weight = given.weight(name[0])
                column.add(mention.key, weight)
                if name not in others:
                    missing.add(mention.key, weight)
                    pool.add(Shown(mention, weight))

    def _named(self, mentions: Iterable[Mention]) -> dict[Name, Mention]:
        tests = self._period.tests
        return {(one.post.key, one.key): one for one in mentions if tests(one.post.received_at)}
