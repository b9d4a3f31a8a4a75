"""How often a scorer is right: on the test part, on public development parts, and against its own fp32."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from bench.judging.ngrams import NGrams
from models.sentiment import lexicon, onnx
from models.sentiment.exporting import folder
from models.sentiment.exporting.agreement import compare
from models.sentiment.scorer import Scorer
from models.sentiment.training import corpus, figures, mixture
from models.sentiment.training.evaluation import Figure, by_group, calibration_error, figure, macro_f1
from models.sentiment.training.example import Example, shuffled
from models.sentiment.training.figures import Judged

Row = tuple[str, str] | tuple[str, str, str, bool]
GOALS = {"ja": 0.78, "en": 0.75}
PHENOMENON, EQUAL, LOST = 0.60, 0.98, 0.005
SEED = 7


class Public(NamedTuple):
    """A development part of a public set: what it is called, whether it lacks neutral, and the goal."""

    name: str
    split: str
    called: str
    polar: bool = False
    goal: float | None = None


PUBLIC = (
    Public("goemotions", "dev", "GoEmotions dev (en), three classes", goal=0.66),
    Public("economy_watchers", "val", "economy_watchers 2024 (ja), polar", polar=True, goal=0.93),
    Public("chabsa", "val", "chABSA val (ja, company reports), three classes"),
)


class Contest(NamedTuple):
    """The shipped scorer and the floors that it must beat, on the same rows in the same run."""

    ours: Scorer
    floors: Mapping[str, Scorer]

    def row(self, what: str, rows: Sequence[Example], goal: float | None, *, polar: bool = False) -> Row:
        """Return macro-F1 of all of them on *rows*."""
        mine = _macro(figures.judged(self.ours, rows), polar=polar)
        said = f"{mine}; {self._floors(rows, polar=polar)}"
        return (what, said) if goal is None else (what, said, f"≥ {goal:.2f}", mine.value >= goal)

    def _floors(self, rows: Sequence[Example], *, polar: bool) -> str:
        found = {name: figures.judged(one, rows) for name, one in self.floors.items()}
        return ", ".join(f"{name} {_plain(one, polar=polar):.3f}" for name, one in found.items())


def contest(ours: Scorer) -> Contest:
    """Return the contest of *ours* with the word lists and with n-grams of the same written posts."""
    learnt = list(corpus.examples(corpus.rows(corpus.TRAINING)))
    return Contest(ours, {"word lists": lexicon.build(lexicon.Settings()), "n-grams": NGrams(learnt)})


def own(held: Contest) -> Iterator[Row]:
    """Yield macro-F1 on the test part per language and per phenomenon, the voice, and the calibration."""
    rows = list(corpus.examples(corpus.rows(corpus.TEST)))
    for lang, goal in GOALS.items():
        yield held.row(f"own test part, {lang}", [row for row in rows if row.lang == lang], goal)
    found = figures.judged(held.ours, rows)
    floors = {name: _groups(figures.judged(one, rows)) for name, one in held.floors.items()}
    for name, one in _groups(found).items():
        said = f"{one}; {', '.join(f'{floor} {of[name].value:.3f}' for floor, of in floors.items())}"
        yield f"own test part, {name}", said, f"≥ {PHENOMENON:.2f}", one.value >= PHENOMENON
    yield "own test part, voice right (of seven)", str(figures.voice(found))
    yield "own test part, calibration error", f"{calibration_error(figures.believed(found)):.3f}"
    for lang in GOALS:
        true, said_share = figures.shares(found.of(lang))
        yield f"own test part, {lang}: share of negative", f"{said_share:.3f} said, {true:.3f} true"


def public(held: Contest, data: Path, most: int) -> Iterator[Row]:
    """Yield macro-F1 on *most* rows of each public development part; what is not here is named."""
    for one in PUBLIC:
        if not (data / f"{one.name}.tsv.gz").is_file():
            yield one.called, f"not measured: {one.name}.tsv.gz is not in {data.name}/"
            continue
        read = mixture.polar_held_out if one.polar else mixture.held_out
        rows = shuffled(read(data, one.name, one.split), SEED)[:most]
        yield held.row(one.called, rows, one.goal, polar=one.polar)


def against_fp32(shipped: onnx.OnnxScorer, weights: Path, fp32: Path) -> Iterator[Row]:
    """Yield how often int8 says what fp32 says of the test part, and what is lost."""
    if not fp32.is_file():
        needs = f"needs {fp32.parent.name}/{fp32.name}: python -m models.sentiment.training makes it"
        yield "int8 against fp32", f"not measured: {needs}"
        return
    rows = list(corpus.examples(corpus.rows(corpus.TEST)))
    with tempfile.TemporaryDirectory() as place:
        whole = onnx.build(onnx.Settings(folder=_unquantised(Path(place), weights, fp32)))
        exact, found = figures.judged(whole, rows), figures.judged(shipped, rows)
    same = compare(found.scores, exact.scores)
    said = (
        f"{same.equal:.3f} of {same.texts}; probabilities apart {same.mean:.4f}, at most {same.largest:.3f}"
    )
    yield "int8 against fp32, same label", said, f"≥ {EQUAL:.2f}", same.equal >= EQUAL
    before, after = _plain(exact), _plain(found)
    said = f"{(before - after) * 100:+.2f} points of macro-F1 ({before:.3f} before)"
    yield "int8 against fp32, lost", said, f"≤ {LOST * 100:.1f} points", before - after <= LOST


def _unquantised(place: Path, weights: Path, fp32: Path) -> Path:
    """Return a folder of the scorer with the fp32 graph in it."""
    config = msgspec.json.decode((weights / "config.json").read_bytes(), type=onnx.Config)
    (place / "model.onnx").symlink_to(fp32.resolve())
    (place / "tokenizer.json").symlink_to((weights / "tokenizer.json").resolve())
    folder.describe(place, config)
    folder.seal(place)
    return place


def _groups(found: Judged) -> dict[str, Figure]:
    return by_group(found.truth, found.said(), [row.phenomenon for row in found.rows])


def _macro(found: Judged, *, polar: bool = False) -> Figure:
    return figure(found.truth, found.said(polar=polar))


def _plain(found: Judged, *, polar: bool = False) -> float:
    return macro_f1(np.array(found.truth), np.array(found.said(polar=polar)))
