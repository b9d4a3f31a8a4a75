"""Letters and digits as strokes: a bare machine has no fonts, and equal data must make equal pictures."""

from xml.sax.saxutils import escape

CELL = 13.5  # units from the highest to the lowest point of the letters; capitals are 10
_GAP = 2.2
# Each glyph: its width, and a path whose baseline is y = 0.
_GLYPHS: dict[str, tuple[float, str]] = {
    " ": (2.4, ""),
    "0": (6.0, "M3-10C.8-10 0-7.8 0-5S.8 0 3 0 6-2.2 6-5 5.2-10 3-10Z"),
    "1": (3.4, "M.4-8 3-10V0"),
    "2": (6.0, "M.2-7.3C.2-9 1.4-10 3-10S5.7-9 5.7-7.4C5.7-5.2.2-2.6.2 0H6"),
    "3": (6.0, ("M.3-8.6C.9-9.5 1.8-10 3-10 4.6-10 5.6-9 5.6-7.6S4.5-5.3 2.6-5.3C4.7-5.3 6-4.3 6-2.7 6-1 "
               "4.7 0 3 0 1.5 0 .5-.6 0-1.6")),
    "4": (6.2, "M4.6 0V-10L0-3H6.2"),
    "5": (6.0, ("M5.6-10H1.1L.6-5.5C1.2-6.1 2.1-6.5 3-6.5 4.8-6.5 6-5.2 6-3.3 6-1.3 4.7 0 2.9 0 1.5 0 "
               ".5-.6 0-1.6")),
    "6": (6.0, ("M5.3-9C4.8-9.6 4-10 3.2-10 1.2-10 .1-7.8.1-4.6.1-1.6 1.2 0 3.1 0 4.8 0 6-1.4 6-3.2S4.8-6.3 "
               "3.1-6.3.1-5 .1-3.3")),
    "7": (6.0, "M0-10H6L2.2 0"),
    "8": (6.0, ("M3-5.4C1.3-5.4.4-6.4.4-7.7S1.4-10 3-10 5.6-9 5.6-7.7 4.7-5.4 3-5.4C1.2-5.4 0-4.3 0-2.7S1.2 "
               "0 3 0 6-1.1 6-2.7 4.8-5.4 3-5.4Z")),
    "9": (6.0, ("M.7-1C1.2-.4 2 0 2.8 0 4.8 0 5.9-2.2 5.9-5.4 5.9-8.4 4.8-10 2.9-10 1.2-10 0-8.6 0-6.8S1.2 "
               "-3.7 2.9-3.7 5.9-5 5.9-6.7")),
    ":": (1.0, "M.5-6V-5.9M.5-.6V-.5"),
    ".": (0.6, "M.3-.3V-.2"),
    ",": (0.8, "M.6-.4 .1 1.4"),
    "k": (4.8, "M0-10V0M4.5-7 0-2.6M1.7-4.2 4.8 0"),
    "a": (5.0, "M5-7V0M5-3.5C5-5.6 4-7 2.5-7S0-5.6 0-3.5 1 0 2.5 0 5-1.4 5-3.5"),
    "c": (4.6, "M4.6-5.6C4.1-6.5 3.4-7 2.5-7 1-7 0-5.6 0-3.5S1 0 2.5 0C3.4 0 4.1-.5 4.6-1.4"),
    "d": (5.0, "M5-10V0M5-3.5C5-5.6 4-7 2.5-7S0-5.6 0-3.5 1 0 2.5 0 5-1.4 5-3.5"),
    "e": (5.0, "M0-3.7H5C5-5.7 4-7 2.5-7S0-5.6 0-3.5 1 0 2.6 0C3.5 0 4.2-.4 4.7-1.2"),
    "f": (3.2, "M3.4-9.9C1.9-10.2 1.3-9.4 1.3-8V0M0-6.8H3.2"),
    "g": (5.0, ("M5-7V.8C5 2.4 4 3.2 2.5 3.2 1.5 3.2.8 2.9.3 2.2M5-3.5C5-5.6 4-7 2.5-7S0-5.6 0-3.5 1 0 2.5 0 "
               "5-1.4 5-3.5")),
    "h": (4.9, "M0-10V0M0-4.2C.3-6 1.3-7 2.6-7 4.2-7 4.9-6 4.9-4.3V0"),
    "i": (0.6, "M.3-7V0M.3-9.8V-9.7"),
    "l": (0.6, "M.3-10V0"),
    "m": (8.0, "M0-7V0M0-4.3C.2-6 1.1-7 2.2-7 3.5-7 4-6 4-4.4V0M4-4.3C4.2-6 5.1-7 6.2-7 7.5-7 8-6 8-4.4V0"),
    "n": (4.9, "M0-7V0M0-4.2C.3-6 1.3-7 2.6-7 4.2-7 4.9-6 4.9-4.3V0"),
    "o": (5.2, "M2.6-7C1-7 0-5.6 0-3.5S1 0 2.6 0 5.2-1.4 5.2-3.5 4.2-7 2.6-7Z"),
    "p": (5.0, "M0-7V3.2M0-3.5C0-5.6 1-7 2.5-7S5-5.6 5-3.5 4 0 2.5 0 0-1.4 0-3.5"),
    "r": (3.0, "M0-7V0M0-4C.3-6 1.4-7.2 3-6.9"),
    "s": (4.4, ("M4.2-5.9C3.8-6.6 3.1-7 2.2-7 1-7 .2-6.3.2-5.3.2-3 4.4-4.2 4.4-1.8 4.4-.7 3.5 0 2.2 0 1.2 0 "
               ".5-.4 0-1.1")),
    "t": (3.2, "M1.4-9V-1.8C1.4-.5 2 .1 3.3-.2M0-6.8H3.2"),
    "u": (4.9, "M0-7V-2.7C0-1 .7 0 2.3 0 3.6 0 4.6-1 4.9-2.8M4.9-7V0"),
    "v": (5.0, "M0-7 2.5 0 5-7"),
    "w": (7.6, "M0-7 1.9 0 3.8-7 5.7 0 7.6-7"),
    "x": (4.8, "M0-7 4.8 0M4.8-7 0 0"),
    "y": (5.2, "M0-7 2.6-.2M5.2-7 2.2 1.8C1.8 2.9 1.1 3.3.1 3.1"),
}  # fmt: skip
_UNKNOWN = (4.0, "M0-7H4V0H0Z")
_WIDE = 0x2E80  # from here on a character is as wide as it is high, and needs a font


def strokes(text: str) -> bool:
    """Tell whether *text* can be drawn without any font."""
    return all(char in _GLYPHS for char in text)


def width(text: str, size: float) -> float:
    """Return how wide *text* is at *size*."""
    if not strokes(text):
        return sum(size if ord(char) >= _WIDE else 0.55 * size for char in text)
    units = sum(_GLYPHS[char][0] + _GAP for char in text) - _GAP
    return max(units, 0.0) * size / CELL


def drawn(x: float, y: float, text: str, size: float, colour: str) -> str:
    """Return *text* as SVG with its baseline at *y*: strokes where they are known, else the system's font."""
    if not strokes(text):
        return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{colour}">{escape(text)}</text>'
    scale, parts, at = size / CELL, [], 0.0
    for char in text:
        wide, path = _GLYPHS.get(char, _UNKNOWN)
        if path:
            parts.append(f'<path transform="translate({at:.1f})" d="{path}"/>')
        at += wide + _GAP
    return (
        f'<g transform="translate({x:.1f} {y:.1f}) scale({scale:.3f})" fill="none" stroke="{colour}"'
        f' stroke-width="1.35" stroke-linecap="round" stroke-linejoin="round">{"".join(parts)}</g>'
    )
