"""Pictures of single nights: what was expected, what came, and what the watch did when."""

from datetime import datetime, timedelta
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bench.nights.drawing import Canvas, Scale
from bench.nights.night import Case, Night, night
from bench.nights.seeds import FIGURES
from bench.nights.watching import Watched, watched
from listener import logs
from models.flareup import FlareUp, Reading
from models.volume.settings import DetectionSettings

OUT = Path(__file__).parent.parent / "out"
TOKYO = timedelta(hours=9)
BEFORE, AFTER = 150, 60
LATE, MANY = 3600.0, 40
"""Seconds and posts from which it is worth showing when posts arrived, not only when they were written."""
NAMES = {"tv": "TV broadcast", "cold fire": "Fire in the first 48 hours", "cold calm": "The first 48 hours"}
MARKS = {"opened": "opens", "reignited": "again", "eased": "eases", "closed": "closes"}
RED, BLUE, GREY, GREEN, AMBER = "#c0392b", "#1f5f99", "#9aa5b1", "#2e7d4f", "#a86a00"
PICTURES = (
    Case("fire", 100.0, 5.0, FIGURES[0]),
    Case("campaign", 100.0, 1.0, FIGURES[0]),
    Case("slow burn", 100.0, 1.0, FIGURES[0]),
    Case("late burst", 100.0, 1.0, FIGURES[0]),
)


class Seen(NamedTuple):
    """A night and what the watch said of each minute."""

    night: Night
    lived: Watched
    readings: list[Reading]


def drawn(case: Case, folder: Path = OUT) -> Path:
    """Draw one night as a PNG; returns its path."""
    logs.configure("json", "error")
    readings: list[Reading] = []
    tonight = night(case)
    lived = watched(tonight, DetectionSettings(), whole=True, look=readings.append)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"night-{case.scenario.replace(' ', '-')}-{case.rate:g}-{case.seed}.png"
    path.write_bytes(picture(Seen(tonight, lived, readings)).png())
    return path


def picture(seen: Seen) -> Canvas:
    """Return two panels: people, and negative people, each with its expectation, above the marks."""
    first, last = _span(seen)
    readings = seen.readings[first:last]
    canvas = Canvas(1080, 620)
    canvas.text(20, 30, _title(seen.night), size=18, weight="bold")
    canvas.text(
        20, 50, "people per hour, over the last 30 minutes; times in Tokyo", size=13, colour="#52606d"
    )
    everyone, upper = [reading.volume for reading in readings], [reading.upper for reading in readings]
    arrived = _arrivals(seen.night)[first:last]
    panel = canvas.panel(88, 204, (first, last), max(*everyone, *upper, *arrived, 1.0))
    panel.band([0.0] * len(readings), upper, "#e3e8ee")
    _hours(panel, seen.night, first, last, named=False)
    panel.line([reading.expected for reading in readings], GREY, dashed=True)
    panel.line(everyone, BLUE, width=2.2)
    panel.line(arrived, AMBER)
    late = ", arrivals whenever written (amber)" if arrived else ""
    panel.label(f"everyone: people (blue), expected (dashed), usual up to 99 % (grey){late}")
    _marks(panel, seen, first, last, named=False)
    _negatives(canvas, seen, readings, (first, last))
    canvas.text(20, 606, _outcome(seen, first, last), size=13, colour="#323f4b")
    return canvas


def _arrivals(tonight: Night) -> list[float]:
    """Return the posts that arrived per hour, over 30 minutes, where many were late; else nothing."""
    posts = tonight.posts
    if ((posts.arrived - posts.at) > LATE).sum() < MANY:
        return []
    minutes = (posts.arrived[posts.arrived >= 0] // 60).astype(int)
    counts = np.bincount(minutes, minlength=tonight.length)[: tonight.length]
    arrived: list[float] = (2.0 * np.convolve(counts, np.ones(30))[: tonight.length]).tolist()
    return arrived


def _negatives(canvas: Canvas, seen: Seen, readings: list[Reading], span: tuple[int, int]) -> None:
    negative = [2 * reading.negative for reading in readings]
    usual = [2 * reading.negative_expected for reading in readings]
    panel = canvas.panel(335, 185, span, max(*negative, *usual, 1.0))
    _hours(panel, seen.night, *span, named=True)
    panel.line(usual, GREY, dashed=True)
    panel.line(negative, RED, width=2.2)
    panel.label("read as negative: people (red), expected (dashed)")
    _marks(panel, seen, *span, named=True)


def _span(seen: Seen) -> tuple[int, int]:
    """Return the first and last minute worth showing."""
    tonight = seen.night
    closings = [_minute(tonight, flare.at) for flare in seen.lived.flares if flare.transition == "closed"]
    ends = [truth.until for truth in tonight.truths] + [at for at in closings if at > tonight.opens]
    last = max(ends, default=tonight.opens + 300) + AFTER
    return max(0, tonight.opens - BEFORE), min(last, len(seen.readings))


def _title(tonight: Night) -> str:
    case = tonight.case
    size = f" {case.multiple:g}x" if case.scenario.endswith("fire") else ""
    name = NAMES.get(case.scenario, case.scenario.capitalize())
    return f"{name}{size} on a topic with {case.rate:,g} posts an hour (seed {case.seed})"


def _outcome(seen: Seen, first: int, last: int) -> str:
    pages = [page for page in seen.lived.rung if first <= _minute(seen.night, page.at) < last]
    paged = [f"{_clock(page.at)} {page.severity} page ({page.kind})" for page in pages[:4]]
    nobody = "nobody was paged, and " + ("somebody" if seen.night.truths else "nobody") + " should have been"
    return f"Hinoban: {'; '.join(paged) or nobody}"


def _hours(panel: Scale, tonight: Night, first: int, last: int, *, named: bool) -> None:
    step = 60 if last - first < 900 else 120
    offset = -(tonight.first + first + 540) % step
    for minute in range(first + offset, last, step):
        at = tonight.began + timedelta(minutes=minute)
        panel.tick(minute, _clock(at) if named else "")


def _marks(panel: Scale, seen: Seen, first: int, last: int, *, named: bool) -> None:
    tonight = seen.night
    marks = [(truth.onset, "5 % of peak", GREEN) for truth in tonight.truths]
    if not tonight.truths:
        marks.append((tonight.opens, "begins", GREEN))
    marks += [
        (_minute(tonight, flare.at), _said(flare), AMBER) for flare in seen.lived.flares if _said(flare)
    ]
    marks += [(_minute(tonight, page.at), f"{page.severity} page", RED) for page in seen.lived.rung]
    row, before = 0, -1000
    for minute, name, colour in sorted(
        (mark for mark in marks if first <= mark[0] < last), key=itemgetter(0)
    ):
        # Names that would overlap stand on the next line.
        row = row + 1 if minute - before < (last - first) // 9 else 0
        before = minute
        panel.mark(minute, colour, name if named else "", row % 4)


def _said(flare: FlareUp) -> str:
    buzz = "buzz " if flare.mood in {"buzz", "positive"} else ""
    name = MARKS.get(flare.transition, "")
    late = " (found late)" if flare.found_late and name == "opens" else ""
    return f"{buzz}{name}{late}" if name else ""


def _minute(tonight: Night, at: datetime) -> int:
    return round((at - tonight.began).total_seconds() / 60.0)


def _clock(at: datetime) -> str:
    return f"{at + TOKYO:%H:%M}"
