"""Just enough of SVG for time series, rendered to PNG."""

from collections.abc import Sequence
from math import floor, log10
from xml.sax.saxutils import escape

import resvg_py

LEFT, RIGHT = 70, 30
FONT = "DejaVu Sans, Noto Sans CJK JP, sans-serif"
INK = "#323f4b"


class Canvas:
    """A picture under construction."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self._height = height
        self._parts: list[str] = []

    def add(self, part: str) -> None:
        """Add an element."""
        self._parts.append(part)

    def text(
        self,
        x: float,
        y: float,
        said: str,
        *,
        size: int = 12,
        colour: str = INK,
        weight: str = "normal",
        anchor: str = "start",
    ) -> None:
        """Write a line of text."""
        self.add(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" font-weight="{weight}"'
            f' text-anchor="{anchor}">{escape(said)}</text>'
        )

    def panel(self, top: float, height: float, span: tuple[int, int], most: float) -> "Scale":
        """Open a panel for minutes of *span* and values up to *most*."""
        return Scale(self, top, height, span, most)

    def svg(self) -> str:
        """Return the picture as SVG."""
        size = f'width="{self.width}" height="{self._height}"'
        body = "".join(self._parts)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{FONT}">'
            f'<rect {size} fill="#ffffff"/>{body}</svg>'
        )

    def png(self) -> bytes:
        """Return the picture as PNG, twice as large so that it is sharp on any screen."""
        return bytes(resvg_py.svg_to_bytes(svg_string=self.svg(), zoom=2))


class Scale:
    """One panel: minutes to the right, values upwards from 0."""

    def __init__(self, canvas: Canvas, top: float, height: float, span: tuple[int, int], most: float) -> None:
        self._canvas = canvas
        self._top = top
        self._height = height
        self._first, self._last = span
        self._most = most * 1.12
        self._axis(most)

    def x(self, minute: float) -> float:
        """Return where a minute stands."""
        wide = self._canvas.width - LEFT - RIGHT
        return LEFT + wide * (minute - self._first) / max(1, self._last - self._first)

    def y(self, value: float) -> float:
        """Return where a value stands."""
        return self._top + self._height * (1 - value / self._most)

    def line(self, values: Sequence[float], colour: str, *, width: float = 1.5, dashed: bool = False) -> None:
        """Draw one value per minute."""
        dash = ' stroke-dasharray="5 4"' if dashed else ""
        self._canvas.add(
            f'<polyline points="{self._points(values)}" fill="none" stroke="{colour}"'
            f' stroke-width="{width}"{dash}/>'
        )

    def band(self, low: Sequence[float], high: Sequence[float], colour: str) -> None:
        """Fill what lies between."""
        back = " ".join(reversed(self._points(low).split(" ")))
        self._canvas.add(f'<polygon points="{self._points(high)} {back}" fill="{colour}"/>')

    def label(self, said: str) -> None:
        """Say above the panel what it shows."""
        self._canvas.text(LEFT, self._top - 8, said, size=12, colour="#52606d")

    def tick(self, minute: int, name: str) -> None:
        """Draw a time."""
        bottom = self._top + self._height
        self._rule(minute, "#eef1f4", 1.0, "")
        if name:
            self._canvas.text(self.x(minute), bottom + 16, name, size=11, anchor="middle")

    def mark(self, minute: int, colour: str, name: str, row: int) -> None:
        """Draw a moment, its name below the panel."""
        self._rule(minute, colour, 1.4, ' stroke-dasharray="3 3"')
        if name:
            at = self._top + self._height + 32 + 13 * row
            right = self.x(minute) > self._canvas.width - 150
            self._canvas.text(
                self.x(minute), at, name, size=11, colour=colour, anchor="end" if right else "start"
            )

    def _rule(self, minute: int, colour: str, width: float, dash: str) -> None:
        x, bottom = self.x(minute), self._top + self._height
        self._canvas.add(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{self._top}" y2="{bottom}" stroke="{colour}"'
            f' stroke-width="{width}"{dash}/>'
        )

    def _axis(self, most: float) -> None:
        right = self._canvas.width - RIGHT
        step = rounded(most / 3)
        value = 0.0
        while value <= self._most:
            y = self.y(value)
            self._canvas.add(f'<line x1="{LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" stroke="#d9dfe5"/>')
            self._canvas.text(LEFT - 8, y + 4, f"{value:,.0f}", size=11, anchor="end")
            value += step

    def _points(self, values: Sequence[float]) -> str:
        return " ".join(
            f"{self.x(self._first + index):.1f},{self.y(value):.1f}" for index, value in enumerate(values)
        )


def rounded(value: float) -> float:
    """Return the largest of 1, 2 and 5 times a power of ten that *value* reaches, at least 1."""
    power = 10.0 ** floor(log10(max(value, 1.0)))
    return max(step * power for step in (1, 2, 5) if step * power <= max(value, 1.0))
