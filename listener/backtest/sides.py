"""Everything that a backtest compares."""

from functools import cached_property

from listener.backtest.ledger import Ledger
from listener.backtest.past import Past
from listener.backtest.period import Period
from listener.backtest.rehearsal import Outcome
from listener.backtest.trial import Trial


class Sides:
    """The trial, the past it was tried on, and what came of either side."""

    def __init__(
        self, trial: Trial, period: Period, past: Past, ledger: Ledger, current: Outcome, changed: Outcome
    ) -> None:
        self.trial = trial
        self.period = period
        self.past = past
        self.ledger = ledger
        self.current = current
        self.changed = changed

    @cached_property
    def sampling(self) -> float:
        """Return for how many posts a sampled one stands on average, 0 without a sample."""
        kept = sum(one.kept for one in self.past.sampled.values())
        return sum(one.stands_for for one in self.past.sampled.values()) / kept if kept else 0.0
