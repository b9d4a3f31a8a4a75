"""A chart as SVG: bars on the band of what is usual, and a symbol with its line for every moment."""

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from alerts.chart import glyphs
from alerts.chart.content import Chart, Mark, Moment
from alerts.chart.wording import LABELS, Labels

WIDE, HIGH = 640, 360
FONTS = "Noto Sans CJK JP, Noto Sans JP, IPAexGothic, IPAPGothic, TakaoPGothic, VL PGothic, sans-serif"
_LEFT, _RIGHT, _TOP = 62, 624, 58
_EDGE = 16.0
_ROW = 29  # of the moments that are told below
_TEXT, _SMALL = 21.0, 19.0
_INK, _QUIET, _GRID = "#1f2933", "#52606d", "#dde3ea"
_RED, _BLUE, _BAND, _USUAL = "#c81e1e", "#8fb3d9", "#e6ebf1", "#7b8794"
_COLOURS: dict[Moment, str] = {
    "first_post": "#6b4e00",
    "opened": "#1f5f99",
    "page": "#8b1a8b",
    "acknowledged": "#146c2e",
    "over": "#323f4b",
}
# Told apart by shape too, for those who see no colours; each stands on its point, 12 high.
_SYMBOLS: dict[Moment, str] = {
    "first_post": "M0 0-7-12H7Z",
    "opened": "M0-1-6.5-7 0-13 6.5-7Z",
    "page": "M-6-12H6V-1H-6Z",
    "acknowledged": "M0-13A6.2 6.2 0 1 1 0-.6 6.2 6.2 0 1 1 0-13Z",
    "over": "M-6.5-12 6.5-1M6.5-12-6.5-1",
}
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 50_000, 100_000, 1_000_000)


class _Told(NamedTuple):
    """A moment as it is told below the curve: in its row, from the left."""

    mark: Mark
    said: str
    x: float
    row: int


class _Frame(NamedTuple):
    """Where times and counts stand: the more is told below, the lower the curve."""

    chart: Chart
    most: float
    told: tuple[_Told, ...] = ()

    @property
    def bottom(self) -> float:
        rows = max((told.row for told in self.told), default=0) + 1
        return HIGH - 40 - _ROW * rows

    def x(self, step: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * step / len(self.chart.curve.people)

    def y(self, count: float) -> float:
        return self.bottom - (self.bottom - _TOP) * min(count, self.most) / self.most

    def at(self, mark: Mark) -> float | None:
        curve = self.chart.curve
        step = (mark.at - curve.since) / timedelta(minutes=curve.minutes)
        return self.x(min(step, len(curve.people))) if 0 <= step <= len(curve.people) + 1 else None


def svg(chart: Chart) -> str:
    """Return *chart* as SVG."""
    labels, curve = LABELS[chart.language], chart.curve
    highest = max((*curve.people, *curve.negative, *curve.upper, 4.0))
    frame = _Frame(chart, highest * 1.08, tuple(_told(chart, labels)))
    parts = [
        f'<rect x="1" y="1" width="{WIDE - 2}" height="{HIGH - 2}" rx="14" fill="#ffffff" stroke="#c6ced8"/>',
        *_band(frame),
        *_grid(frame),
        *_bars(frame),
        *_expected(frame),
        *_hours(frame),
        *_key(labels),
        *_moments(frame),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDE}" height="{HIGH}"'
        f' viewBox="0 0 {WIDE} {HIGH}" font-family="{FONTS}">'
        f"{''.join(parts)}</svg>"
    )


def _band(frame: _Frame) -> Iterator[str]:
    tops = _stairs(frame, frame.chart.curve.upper)
    yield f'<path d="M{_LEFT} {frame.bottom:g}L{tops}L{_RIGHT} {frame.bottom:g}Z" fill="{_BAND}"/>'


def _expected(frame: _Frame) -> Iterator[str]:
    line = _stairs(frame, frame.chart.curve.expected)
    yield f'<path d="M{line}" fill="none" stroke="{_USUAL}" stroke-width="2" stroke-dasharray="5 4"/>'


def _stairs(frame: _Frame, counts: tuple[float, ...]) -> str:
    return " ".join(
        f"{frame.x(step + end):.1f} {frame.y(count):.1f}"
        for step, count in enumerate(counts)
        for end in (0, 1)
    )


def _grid(frame: _Frame) -> Iterator[str]:
    unit = next((step for step in _STEPS if frame.most / step <= 4), _STEPS[-1])  # noqa: PLR2004 - lines
    for count in range(0, int(frame.most) + 1, unit):
        y = frame.y(count)
        yield _line(_LEFT, y, _RIGHT, y, _GRID)
        said = f"{count // 1000}k" if count and unit >= 1000 else str(count)  # noqa: PLR2004 - a thousand
        yield glyphs.drawn(_LEFT - 9 - glyphs.width(said, _SMALL), y + 7, said, _SMALL, _QUIET)


def _bars(frame: _Frame) -> Iterator[str]:
    curve, inset = frame.chart.curve, 1.2
    wide = frame.x(1) - frame.x(0) - 2 * inset
    for step, (people, negative) in enumerate(zip(curve.people, curve.negative, strict=True)):
        for count, under, colour in ((negative, 0, _RED), (max(people, negative), negative, _BLUE)):
            if count > under:
                top, bottom = frame.y(count), frame.y(under)
                yield (
                    f'<rect x="{frame.x(step) + inset:.1f}" y="{top:.1f}" width="{wide:.1f}"'
                    f' height="{bottom - top:.1f}" fill="{colour}"/>'
                )


def _hours(frame: _Frame) -> Iterator[str]:
    curve = frame.chart.curve
    span = len(curve.people) * curve.minutes
    every = 30 if span <= 200 else 60 if span <= 420 else 120  # noqa: PLR2004 - minutes that leave room
    for step in range(len(curve.people) + 1):
        at = frame.chart.local(curve.since + timedelta(minutes=step * curve.minutes))
        if (at.hour * 60 + at.minute) % every:
            continue
        x, said = frame.x(step), f"{at:%H:%M}"
        yield _line(x, frame.bottom, x, frame.bottom + 6, _QUIET)
        middle = min(max(x - glyphs.width(said, _SMALL) / 2, 6), WIDE - 8 - glyphs.width(said, _SMALL))
        yield glyphs.drawn(middle, frame.bottom + 25, said, _SMALL, _QUIET)


def _key(labels: Labels) -> Iterator[str]:
    yield glyphs.drawn(16, 36, labels.title, _TEXT, _INK)
    right = WIDE - 16.0
    keys = ((labels.usual, _BAND), (labels.others, _BLUE), (labels.unhappy, _RED))
    for said, colour in keys:
        right -= glyphs.width(said, _TEXT)
        yield glyphs.drawn(right, 36, said, _TEXT, _INK)
        right -= 24
        edge = _USUAL if colour == _BAND else colour
        yield f'<rect x="{right:.1f}" y="21" width="16" height="16" rx="3" fill="{colour}" stroke="{edge}"/>'
        right -= 22


def _moments(frame: _Frame) -> Iterator[str]:
    """Draw a line for every moment that is in sight, and tell all of them below."""
    before, y = -WIDE * 1.0, 0.0
    for mark in frame.chart.marks:
        x = frame.at(mark)
        if x is not None:
            # What happened at once stands below each other.
            y = y + 16 if x - before < 15 else _TOP + 1.0  # noqa: PLR2004 - a symbol's width
            before = x
            yield _line(x, _TOP, x, frame.bottom, _COLOURS[mark.what], ' stroke-dasharray="6 4"', 1.8)
            yield _symbol(mark, x, y)
    for mark, said, x, row in frame.told:
        y = frame.bottom + 56 + _ROW * row
        yield _symbol(mark, x + 8, y - 1)
        yield glyphs.drawn(x + 21, y, said, _SMALL, _INK)


def _told(chart: Chart, labels: Labels) -> Iterator[_Told]:
    """Yield the moments in words, each where there is room for it."""
    x, row = _EDGE, 0
    for mark in chart.marks:
        times = f" x{mark.times}" if mark.times > 1 else ""
        said = f"{chart.local(mark.at):%H:%M} {labels.moments[mark.what]}{times}"
        wide = 21 + glyphs.width(said, _SMALL)
        if x > _EDGE and x + wide > WIDE - _EDGE:
            x, row = _EDGE, row + 1
        yield _Told(mark, said, x, row)
        x += wide + 20


def _symbol(mark: Mark, x: float, y: float) -> str:
    colour = _COLOURS[mark.what]
    return (
        f'<path transform="translate({x:.1f} {y:.1f})" d="{_SYMBOLS[mark.what]}" fill="{colour}"'
        f' stroke="{colour}" stroke-width="2"/>'
    )


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, dash: str = "", wide: float = 1) -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"'
        f' stroke-width="{wide:g}"{dash}/>'
    )
