"""Steps `quantise` and `evaluate`: from the student to the sealed folder of the onnx scorer."""

import logging
import shutil
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from models.sentiment import onnx
from models.sentiment.exporting import folder, graph, smoothing
from models.sentiment.exporting.quantising import RECIPES
from models.sentiment.exporting.quantising import quantise as reduced
from models.sentiment.gist import reading
from models.sentiment.labels import LABELS, VOICES
from models.sentiment.logits import cut
from models.sentiment.onnx import Config, OnnxScorer, Settings
from models.sentiment.training import calibration, classifier, figures, lessons
from models.sentiment.training.evaluation import Floats, calibration_error, reliability
from models.sentiment.training.example import Example
from models.sentiment.training.workshop import Workshop

LOG = logging.getLogger(__name__)
NAME, VERSION = "hinoban-ja-en", "1"
MAX_LENGTH = 128
_SAMPLE = 300  # texts that show the quantiser how far activations reach


def quantise(shop: Workshop) -> None:
    """Write the student as int8, fit its temperatures on half of the test part, and seal the folder."""
    target = shop.work / "weights"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    graph.write_onnx(
        classifier.Served(classifier.load(shop.work / "student.pt")), shop.work / "fp32.onnx", voice=True
    )
    train, _ = lessons.written(shop)
    held = figures.halves()[0]
    sample = shop.tokenizer.encode_batch([reading(one.text) for one in train[:_SAMPLE]])
    encoded = [cut(one.ids, MAX_LENGTH) for one in sample]
    peaks = smoothing.peaks(shop.work / "fp32.onnx", encoded)
    reduced(shop.work / "fp32.onnx", target / "model.onnx", RECIPES[0], peaks)
    shutil.copy(shop.work / "trimmed" / "tokenizer.json", target / "tokenizer.json")
    raw = Config(
        name=NAME, version=VERSION, max_length=MAX_LENGTH, pad_token_id=1, unsure_below=0.0,
        id2label={str(at): name for at, name in enumerate(LABELS)},
        id2voice={str(at): name for at, name in enumerate(VOICES)},
    )  # fmt: skip
    _seal(target, raw)
    _seal(target, _calibrated(raw, logits(onnx.build(Settings(folder=target)), held), held))
    LOG.info("%s: %.1f MB", target / "model.onnx", (target / "model.onnx").stat().st_size / 1e6)


def _seal(target: Path, config: Config) -> None:
    folder.describe(target, config)
    folder.seal(target)


def _calibrated(raw: Config, found: Floats, held: Sequence[Example]) -> Config:
    truth = np.array([one.label for one in held])
    languages = [one.lang for one in held]
    warmth = calibration.temperatures(found, truth, languages)
    probabilities = calibration.calibrated(found, languages, warmth)
    table = reliability(probabilities, truth)
    LOG.info(
        "temperatures %s, calibration error %.3f on the %d rows they were fitted to",
        warmth,
        calibration_error(table),
        len(held),
    )
    return msgspec.structs.replace(
        raw, temperature=warmth, unsure_below=calibration.unsure_below(probabilities, truth)
    )


def logits(scorer: OnnxScorer, rows: Sequence[Example]) -> Floats:
    """Return the raw logits of feeling, (rows, 3), in micro-batches of similar length."""
    prepared = scorer.prepare([one.text for one in rows])
    order = sorted(range(len(rows)), key=lambda at: len(prepared[at]))
    found = np.zeros((len(rows), len(LABELS)))
    for first in range(0, len(order), 8):
        chosen = order[first : first + 8]
        found[chosen] = scorer.infer([prepared[at] for at in chosen]).logits
    return found


def evaluate(shop: Workshop) -> None:
    """Print the tables of the model card, as Markdown."""
    scorer = onnx.build(Settings(folder=shop.work / "weights"))
    found = figures.own(scorer)
    lines = [
        *figures.on_own(found),
        *figures.on_outcries(scorer),
        *figures.on_public(scorer, shop.data),
    ]
    lines.append(figures.Line("own test part, accuracy of the voice", figures.voice(found)))
    LOG.info("macro-F1 with 95 %% intervals\n%s", "\n".join(f"| {what} | {value} |" for what, value in lines))
    other = figures.judged(scorer, figures.halves()[1])
    believed = figures.believed(other)
    table = "\n".join(
        f"| {one.low:.2f}-{one.high:.2f} | {one.rows} | {one.said:.3f} | {one.right:.3f} |"
        for one in believed
    )
    LOG.info("reliability, calibration error %.3f\n%s", calibration_error(believed), table)
