"""What the shipped model's judgement is worth, beside the floors, and what it costs, beside its rivals.

Run ``make bench ARGS=sentiment``. Figures are macro-F1 with 95 % bootstrap intervals. The public sets are
read from ``build/sets``, a folder or a link to one: they are no part of this project. What ``python -m
models.sentiment.training`` leaves in ``build/model`` (fp32.onnx, student.pt) is compared with what ships.
What is not there is said in the row.
"""

from collections.abc import Iterator
from pathlib import Path

from bench.judging import accuracy, speed
from models.sentiment import onnx
from models.sentiment.training import corpus
from models.sentiment.training.example import shuffled

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "build" / "sets"
BUILD = ROOT / "build" / "model"
WEIGHTS = onnx.Settings().folder
PUBLIC_ROWS = 2_000
"""Rows of each public development part: intervals of ± .02, and half a minute."""
TIMED = 200
STARTS = 5
SEED = 7


def measure(
    weights: Path = WEIGHTS, public: int = PUBLIC_ROWS, timed: int = TIMED, starts: int = STARTS
) -> Iterator[tuple[object, ...]]:
    """Yield the rows of `make bench`."""
    if not weights.is_dir():
        yield "shipped sentiment model", f"not measured: there is no {weights.name}/"
        return
    scorer = onnx.build(onnx.Settings(folder=weights))
    held = accuracy.contest(scorer)
    yield from accuracy.own(held)
    yield from accuracy.public(held, DATA, public)
    yield from accuracy.against_fp32(scorer, weights, BUILD / "fp32.onnx")
    examples = corpus.examples(corpus.rows(corpus.TEST))
    texts = [row.text for row in shuffled(examples, SEED)][:timed]
    yield from speed.side_by_side(weights, BUILD, texts)
    yield speed.one_post(weights, texts)
    yield from speed.fresh(weights, starts)
