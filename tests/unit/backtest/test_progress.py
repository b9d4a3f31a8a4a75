"""One line about how far a backtest has come."""

import io
from datetime import timedelta
from zoneinfo import ZoneInfo

from listener.backtest.period import Period
from listener.backtest.progress import CLEAR, Progress
from tests.builders import NIGHT

DAY = timedelta(days=1)
PERIOD = Period(10, NIGHT - 20 * DAY, NIGHT - 10 * DAY, NIGHT, None)
ZONE = ZoneInfo("Asia/Tokyo")


class Terminal(io.StringIO):
    """A terminal that keeps what was written."""

    def isatty(self) -> bool:
        """Be one."""
        return True


class Stopwatch:
    """Measures what it is told."""

    now = 0.0

    def __call__(self) -> float:
        """Return the present."""
        return self.now


def test_a_wait_of_seconds_is_not_spoken_of() -> None:
    """Then one line says the day and, once it is known, how long the rest takes; in the end it is gone."""
    err, watch = Terminal(), Stopwatch()
    progress = Progress(err, "en", ZONE, watch)
    watch.now = 2.9
    progress.reached(PERIOD, PERIOD.learn + DAY / 2)
    assert err.getvalue() == ""
    watch.now = 4.0
    progress.reached(PERIOD, PERIOD.learn + DAY / 2)
    assert err.getvalue() == CLEAR + "backtest: learning 11-01, day 1 of 20"
    progress.reached(PERIOD, PERIOD.learn + DAY)  # at once again: not worth a line
    watch.now = 60.0
    progress.reached(PERIOD, PERIOD.learn + 12 * DAY)
    assert err.getvalue().endswith(CLEAR + "backtest: testing 11-13, day 12 of 20; about 1 min left")
    assert err.getvalue().count(CLEAR) == 2
    progress.clear()
    progress.clear()
    assert err.getvalue().endswith("left" + CLEAR)


def test_off_a_terminal_nothing_is_said() -> None:
    """A log is not the place for it."""
    err, watch = io.StringIO(), Stopwatch()
    progress = Progress(err, "ja", ZONE, watch)
    watch.now = 99.0
    progress.reached(PERIOD, NIGHT)
    progress.clear()
    assert err.getvalue() == ""
