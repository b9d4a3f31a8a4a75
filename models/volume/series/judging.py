"""Judges a plain series online: by the negatives where they are given, else by the totals, both ways."""

from statistics import fmean, median
from typing import Literal, NamedTuple

from models.flareup import State
from models.volume.evidence import SCALES, SHORT, surprise, upper
from models.volume.series.course import Course
from models.volume.series.habit import Heard, Voice
from models.volume.series.spread import shortfall
from models.volume.series.units import COUNTS, Units, fitting
from models.volume.series.usual import Row, Usual
from models.volume.series.windows import Sums, Windows, widths
from models.volume.settings import DetectionSettings
from models.volume.weighing import Scale, Weighing

Standing = State | Literal["low"]
FEWEST, MOST = 12, 48
"""Rows that are only looked at, to learn what the numbers are: a day of them, within these bounds."""
ALARM = 0.5
LEAST = 7.0
"""Nats under which totals never alarm, however calm the series is."""


class Judgement(NamedTuple):
    """What is said of one row."""

    expected: float
    upper: float
    score: float
    state: Standing


class Series:
    """Judges rows of a fixed interval one by one.

    Times are seconds of the file's own wall clock, and the season is that clock's.
    """

    def __init__(self, minutes: float, settings: DetectionSettings, *, negatives: bool = False) -> None:
        self._minutes = minutes
        self._settings = settings
        self._by_negative = negatives
        self._widths = widths(minutes)
        self._short = max(1, sum(width * minutes <= SCALES[SHORT - 1] for width in self._widths))
        self._look = int(min(max(1440.0 / minutes, FEWEST), MOST))
        self._seen: list[tuple[float, float]] = []
        self._units: Units | None = COUNTS if negatives else None
        self._begin([])

    def tell(
        self, at: float, value: float, negative: float | None = None, authors: float | None = None
    ) -> Judgement:
        """Judge one row by itself and the rows before it; *authors* are the people behind the posts."""
        people = value if authors is None else min(authors, value)
        if not self._by_negative:
            return self._tell_total(at, people)
        blamed = min(negative or 0.0, value) * (people / value if value else 1.0)
        return self._judge(at, people, blamed)

    def miss(self, at: float) -> Judgement:
        """Return what is expected of a row without a value; nothing is learned of it."""
        if self._usual is None or self._units is None:
            return Judgement(0.0, 0.0, 0.0, "learning")
        expected = self._usual.expect(at)[1]
        return Judgement(self._units.value(expected), self._bound(expected), 0.0, self._state)

    def _tell_total(self, at: float, value: float) -> Judgement:
        self._seen.append((at, value))
        del self._seen[: -self._look]
        if self._units is not None and self._units.fits(value):
            return self._judge(at, self._units.counted(value), 0.0)
        values = [one for _, one in self._seen]
        if len(values) < self._look:
            return Judgement(median(values), max(values), 0.0, "learning")
        self._units = fitting(values)
        self._begin([self._units.counted(one) for one in values])
        judged = [self._judge(when, self._units.counted(one), 0.0) for when, one in self._seen]
        return judged[-1]._replace(score=0.0, state="learning")

    def _begin(self, counts: list[float]) -> None:
        """Start to learn; the first rows tell about how much to expect."""
        seconds = self._minutes * 60.0
        self._usual: Usual | None = None
        if counts:
            level = max(median(counts), 0.5 * fmean(counts), 0.5)
            self._usual = Usual(seconds, level, self._widths, self._settings)
        self._windows = Windows(seconds, self._widths)
        least = self._settings.threshold_quiet if self._by_negative else LEAST
        self._above, self._below = (Voice(seconds, least) for _ in range(2))
        self._rise, self._fall = (Course(seconds, self._settings) for _ in range(2))
        self._state: Standing = "learning"

    def _judge(self, at: float, count: float, negative: float) -> Judgement:
        if self._usual is None:
            self._begin([max(count, 0.5)])
        usual = self._usual
        assert usual is not None
        assert self._units is not None
        base, expected = usual.expect(at)
        # With negatives the level may not follow a fire; their share decides, as in the daemon.
        row = Row(at, count, negative, base, base if self._by_negative else expected)
        usual.add(row)
        self._windows.add(row)
        sums = list(self._windows.sums())
        score = self._blame(at, sums, usual) if self._by_negative else self._size(at, sums, usual)
        return Judgement(self._units.value(row.expected), self._bound(row.expected), score, self._state)

    def _bound(self, expected: float) -> float:
        assert self._usual is not None
        assert self._units is not None
        pad, inverse = self._usual.beside(0, expected)
        return self._units.value(upper(expected + pad, inverse) - pad)

    def _size(self, at: float, sums: list[Sums], usual: Usual) -> float:
        """Judge the totals, in both directions."""
        highs, lows = [0.0] * len(sums), [0.0] * len(sums)
        for index, (count, _, expected) in enumerate(sums):
            pad, inverse = usual.beside(index, expected)
            if count > expected:
                highs[index] = surprise(count + pad, expected + pad, inverse)
            else:
                lows[index] = shortfall(count + pad, expected + pad, inverse)
        above, below = self._above.hear(at, max(highs)), self._below.hear(at, max(lows))
        self._stand(
            at, sums[-1].brought, (above, max(highs[: self._short])), (below, max(lows[: self._short]))
        )
        return max(above.score, below.score)

    def _stand(
        self, at: float, people: float, above: tuple[Heard, float], below: tuple[Heard, float]
    ) -> None:
        """Say how things stand after a row; its evidence comes with that of the short windows."""
        settings = self._settings
        enough = self._units is not COUNTS or people >= self._authors()
        high, short = above
        rise = self._rise.follow(
            at, opens=enough and high.score >= ALARM, goes_on=short >= settings.easing_share * high.bar
        )
        low, short = below
        fall = self._fall.follow(
            at, opens=low.score >= ALARM, goes_on=short >= settings.easing_share * low.bar
        )
        if rise == "open":
            self._state = "burning"
        elif fall == "open":
            self._state = "low"
        elif rise == "easing":
            self._state = "easing"
        elif enough and high.evidence >= settings.ember_share * high.bar:
            self._state = "ember"
        else:
            self._state = "learning" if self._cold() else "calm"

    def _cold(self) -> bool:
        return self._usual is None or self._usual.base.hours < self._settings.cold_hours

    def _authors(self) -> int:
        return self._settings.cold_authors if self._cold() else self._settings.min_authors

    def _blame(self, at: float, sums: list[Sums], usual: Usual) -> float:
        """Judge the negatives, by the conditions of the daemon."""
        share, settings = usual.base.share, self._settings
        doubt = usual.base.doubt + usual.base.share_doubt
        scales = []
        for width, inverse, (count, negative, expected) in zip(
            self._widths, usual.negatives.inverse, sums, strict=False
        ):
            blamed = expected * share
            evidence = surprise(negative, blamed, inverse + doubt)
            minutes = round(width * self._minutes)
            scales.append(Scale(minutes, negative, blamed, count, expected, negative, evidence))
        heard = self._above.hear(at, max(scale.evidence for scale in scales))
        weighing = Weighing(tuple(scales), share, settings.threshold_quiet)
        looked = weighing
        if self._rise.recent(at):
            looked = weighing._replace(scales=weighing.scales[: self._short])
        short = max(scale.evidence for scale in weighing.scales[: self._short])
        stage = self._rise.follow(
            at,
            opens=looked.deciding(settings, self._authors()) is not None,
            goes_on=short >= settings.easing_share * settings.threshold_quiet,
        )
        if stage == "closed":
            glows = looked.deciding(settings, settings.min_authors, part=settings.ember_share) is not None
            self._state = "ember" if glows else "learning" if self._cold() else "calm"
        else:
            self._state = "burning" if stage == "open" else "easing"
        return heard.score
