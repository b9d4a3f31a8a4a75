"""What every scorer with weights answers when they are missing, damaged or unlabelled, and who takes over."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from models.sentiment import SCORERS, lexicon, onnx, transformers
from models.sentiment.batching import Scoring
from models.sentiment.scorer import ScorerError
from tests.fakes_sentiment import needs_torch, toy_bert, toy_folder


class Rig(NamedTuple):
    """A kind of scorer with weights: how its folder is made, its settings, the file with the weights."""

    kind: str
    make: Callable[[Path], Path]
    settings: Callable[[Path], Any]
    weights: str


RIGS = {
    "onnx": Rig("onnx", toy_folder, lambda path: onnx.Settings(folder=path, threads=1), "model.onnx"),
    "transformers": Rig(
        "transformers",
        toy_bert,
        lambda path: transformers.Settings(model=str(path), threads=1, offline=True),
        "model.safetensors",
    ),
    "lexicon": Rig(
        "lexicon",
        lambda folder: _words(folder / "words.tsv"),
        lambda path: lexicon.Settings(words=(path / "words.tsv",)),
        "words.tsv",
    ),
}


def _words(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("ぽんぽこ\t-3\tanger\n", encoding="utf-8")
    return path.parent


def _gone(rig: Rig, folder: Path) -> None:
    del rig
    for path in folder.iterdir():
        path.unlink()


def _cut_short(rig: Rig, folder: Path) -> None:
    path = folder / rig.weights
    path.write_bytes(path.read_bytes()[:-9])


def _garbage(rig: Rig, folder: Path) -> None:
    (folder / rig.weights).write_bytes(b"\x00\xff\xfe" * 50)


def _other_weights(rig: Rig, folder: Path) -> None:
    """Change a byte in the middle, which no library notices by itself."""
    path = folder / rig.weights
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _without_labels(rig: Rig, folder: Path) -> None:
    if rig.kind == "onnx":
        toy_folder(folder, id2label={})
        return
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    del config["id2label"], config["label2id"]
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")


BREAKS = [
    pytest.param(
        kind, how, id=f"{kind}-{how.__name__.strip('_')}", marks=[needs_torch] * (kind == "transformers")
    )
    for kind, hows in {
        "onnx": (_gone, _cut_short, _garbage, _other_weights, _without_labels),
        "transformers": (_gone, _cut_short, _garbage, _without_labels),
        "lexicon": (_gone, _cut_short, _garbage),
    }.items()
    for how in hows
]


def test_every_scorer_is_broken_here() -> None:
    """A new kind of scorer has to say how it fails."""
    assert set(RIGS) == set(SCORERS)


@pytest.mark.parametrize(("kind", "break_it"), BREAKS)
def test_broken_weights_are_one_sentence(
    kind: str, break_it: Callable[[Rig, Path], None], tmp_path: Path
) -> None:
    """A ScorerError that names the folder, on one line, whenever it comes."""
    rig = RIGS[kind]
    folder = rig.make(tmp_path / "model")
    break_it(rig, folder)
    with pytest.raises(ScorerError) as caught:
        SCORERS[kind].build(rig.settings(folder)).warm_up()
    assert str(folder) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("kind", "break_it"), BREAKS)
async def test_the_word_lists_take_over_and_the_operator_is_told(
    kind: str, break_it: Callable[[Rig, Path], None], tmp_path: Path
) -> None:
    """The night goes on with the shipped word lists, and one reason is given, once."""
    rig = RIGS[kind]
    folder = rig.make(tmp_path / "model")
    break_it(rig, folder)
    told: list[str] = []
    scoring = Scoring(kind, rig.settings(folder), on_fallback=told.append)
    try:
        await scoring.warm_up()
        scores = await scoring.score(["最悪です", "最高です"])
        await scoring.score(["ひどい"])
    finally:
        scoring.close()
    assert [score.label for score in scores] == ["negative", "positive"]
    assert scoring.backend == "lexicon"
    assert len(told) == 1
    assert str(folder) in told[0]
