"""How far a backtest has come: one line on a terminal, nothing elsewhere."""

import math
from collections.abc import Callable, Mapping
from datetime import datetime
from time import perf_counter
from typing import TextIO
from zoneinfo import ZoneInfo

from listener.backtest.period import DAY, Period
from listener.terminal import Language

WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "learning": "backtest: learning {date}, day {day} of {days}",
        "testing": "backtest: testing {date}, day {day} of {days}",
        "left": "; about {minutes} min left",
        "stopped": "the backtest was stopped; there is no answer, and nothing was changed",
    },
    "ja": {
        "learning": "試算中: {date} を学習（{days}日のうち{day}日目）",
        "testing": "試算中: {date} を試験（{days}日のうち{day}日目）",
        "left": "、残り約{minutes}分",
        "stopped": "試算を中断しました。結果はなく、何も変更していません",
    },
}
PATIENCE = 3.0
"""Seconds that anybody waits without asking."""
EVERY = 0.5
CLEAR = "\r\x1b[K"
TELLING = 0.05
"""What share must be done before it tells how long the rest takes."""


class Progress:
    """Says in one line, again and again, which day has been reached; *timer* measures the wait."""

    def __init__(
        self, err: TextIO, language: Language, zone: ZoneInfo, timer: Callable[[], float] = perf_counter
    ) -> None:
        self._err = err
        self._words = WORDS[language]
        self._zone = zone
        self._timer = timer
        self._began = timer()
        self._next = self._began + PATIENCE
        self._shown = False

    def reached(self, period: Period, at: datetime) -> None:
        """Take in that everything up to *at* has passed, and say so now and then."""
        now = self._timer()
        if now < self._next or not self._err.isatty():
            return
        self._next = now + EVERY
        self._shown = True
        self._err.write(f"{CLEAR}{self._line(period, at, now - self._began)}")
        self._err.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            self._err.write(CLEAR)
            self._err.flush()
            self._shown = False

    def _line(self, period: Period, at: datetime, seconds: float) -> str:
        words, whole = self._words, period.end - period.learn
        doing = words["testing" if at > period.start else "learning"]
        days = {"day": math.ceil((at - period.learn) / DAY), "days": math.ceil(whole / DAY)}
        line = doing.format(date=f"{at.astimezone(self._zone):%m-%d}", **days)
        done = (at - period.learn) / whole
        # Days are not equally busy, so only whole minutes are said.
        left = math.ceil(seconds * (1 - done) / done / 60) if done >= TELLING else 0
        return line + (words["left"].format(minutes=left) if left else "")
