"""`hinoban detect` on seeded series of many shapes, beside four rules that people write first.

`python -m bench.series` prints more: `--seeds tune`, `--series 20`, `--shape mentions`.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from time import perf_counter

import numpy as np

from bench.counts.rivals import RIVALS
from bench.counts.scoring import Judged, alarms, best_threshold, ranking, row_ranking, window_score
from bench.counts.shapes import SHAPES, Strip, drawn
from bench.nights.seeds import RANGES, Rates
from models.volume.series.judging import Series
from models.volume.settings import DetectionSettings

ALARM = 0.5
OURS = "hinoban detect"
Detector = Callable[[Strip], Rates]


def hinoban(strip: Strip) -> Rates:
    """Return the anomaly scores of a series, row by row."""
    series = Series(strip.minutes, DetectionSettings())
    rows = zip(strip.times.tolist(), strip.values.tolist(), strict=True)
    return np.array([series.tell(at, value).score for at, value in rows])


DETECTORS: dict[str, Detector] = {OURS: hinoban, **RIVALS}


def said(judged: Sequence[Judged]) -> str:
    """Return what a detector is worth, in one line."""
    fixed = alarms(judged, ALARM)
    at_half = window_score(judged, ALARM)
    best = max(at_half, window_score(judged, best_threshold(judged)))
    return (
        f"found {fixed.found:.0%}, {fixed.false_per_month:.1f} false a month, median {fixed.delay:.0f} rows;"
        f" window score {at_half:.0f} (best threshold {best:.0f});"
        f" ranking {ranking(judged):.3f}, rows {row_ranking(judged):.2f}"
    )


def strips(series: int, seeds: str = "figures", shapes: Sequence[str] = tuple(SHAPES)) -> list[Strip]:
    """Draw so many series of each shape."""
    return [drawn(shape, seed) for shape in shapes for seed in RANGES[seeds][:series]]


def measure(series: int = 3) -> Iterator[tuple[object, ...]]:
    """Yield the rows of `make bench`: each shape by itself, then all by all detectors."""
    all_strips = strips(series)
    began = perf_counter()
    ours = [Judged(strip, hinoban(strip)) for strip in all_strips]
    rate = sum(len(one.scores) for one in ours) / (perf_counter() - began)
    for shape in SHAPES:
        yield f"detect, {shape}", said([one for one in ours if one.strip.shape == shape])
    yield f"detect, all, {OURS}", said(ours)
    for name, rival in RIVALS.items():
        yield f"detect, all, {name}", said([Judged(strip, rival(strip)) for strip in all_strips])
    yield (
        "detect, rows a second",
        f"{rate:,.0f}; a year of 5-minute rows in {105_120 / rate:.0f} s",
        "≤ 10 s",
        rate > 10_512,
    )


def main() -> None:
    """Print a table of every detector and shape."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--series", type=int, default=5)
    options.add_argument("--seeds", choices=sorted(RANGES), default="tune")
    options.add_argument("--shape", choices=sorted(SHAPES), action="append")
    options.add_argument("--detector", choices=sorted(DETECTORS), action="append")
    chosen = options.parse_args()
    shapes = chosen.shape or list(SHAPES)
    drawings = strips(chosen.series, chosen.seeds, shapes)
    for name in chosen.detector or DETECTORS:
        judged = [Judged(strip, DETECTORS[name](strip)) for strip in drawings]
        for shape in shapes:
            print(f"{name:16} {shape:9}", said([one for one in judged if one.strip.shape == shape]))
        print(f"{name:16} {'all':9}", said(judged))


if __name__ == "__main__":
    main()
