"""`hinoban model export`: what it writes, what it says, and what it refuses."""

import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from listener.commands import model
from models.sentiment import onnx
from models.sentiment.batching import score_all
from models.sentiment.exporting import conversion, graph
from models.sentiment.exporting.quantising import RECIPES
from tests.fakes_sentiment import needs_torch, toy_bert


def _exported(
    name: str | Path, target: Path, labels: Sequence[str] = (), *, fp32: bool = False
) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = model.export(str(name), target, labels, None, out, err, fp32=fp32)
    return code, out.getvalue(), err.getvalue()


@needs_torch
@pytest.mark.parametrize(
    ("labels", "given", "written"),
    [
        (
            {0: "LABEL_0", 1: "LABEL_1", 2: "LABEL_2"},
            ["LABEL_0=positive", "LABEL_1=neutral", "LABEL_2=negative"],
            ["positive", "neutral", "negative"],
        ),
        (
            {at: f"{at + 1} star" for at in range(5)},
            [],
            ["negative", "negative", "neutral", "positive", "positive"],
        ),
        ({0: "POS", 1: "NEG"}, [], ["positive", "negative"]),
    ],
)
def test_the_labels_are_written_as_ours(
    tmp_path: Path, labels: dict[int, str], given: list[str], written: list[str]
) -> None:
    """LABEL_0 through a map, stars and short names: the folder needs no map any more."""
    bert = toy_bert(tmp_path / "bert", labels)
    code, out, err = _exported(bert, tmp_path / "made", given)
    assert code == 0
    assert err.count("\n") in {2, 3}  # a random toy may need the second recipe
    assert "MB: " in out
    assert "124 posts" in out
    config = json.loads((tmp_path / "made" / "config.json").read_text(encoding="utf-8"))
    assert list(config["id2label"].values()) == written
    scorer = onnx.build(onnx.Settings(folder=tmp_path / "made", threads=1))
    assert len(score_all(scorer, ["良い"], 8)) == 1


@needs_torch
def test_a_model_that_says_something_else_is_refused(
    bert: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Below 97 % nothing is written, each recipe was tried, and the way out is named."""
    from onnx import numpy_helper, save  # noqa: PLC0415 - an extra

    def broken(source: Path, target: Path, *_: Any, **__: Any) -> None:
        upside_down = graph.load(source)
        tensor = graph.constants(upside_down)["model.classifier.weight"]
        tensor.CopyFrom(numpy_helper.from_array(-graph.weights(tensor), tensor.name))
        save(upside_down, str(target))

    monkeypatch.setattr(conversion, "quantise", broken)
    code, out, err = _exported(bert, tmp_path / "made")
    assert (code, out) == (1, "")
    assert err.count("MB: ") == len(RECIPES) + 1
    assert "97% are needed; nothing was written; --fp32 writes it as it is" in err
    assert list(tmp_path.iterdir()) == []


@needs_torch
def test_without_quantising_the_scores_are_torch_s(bert: Path, tmp_path: Path) -> None:
    """--fp32 changes nothing but the form."""
    code, out, _ = _exported(bert, tmp_path / "made", fp32=True)
    assert code == 0
    assert "fp32, " in out
    assert "100.0% of 124 posts" in out


def _full(folder: Path) -> None:
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine", encoding="utf-8")


@needs_torch
@pytest.mark.parametrize(
    ("prepare", "labels", "said"),
    [
        (_full, None, "exists and is not empty"),
        (lambda folder: folder.write_text("a file"), None, "exists and is not empty"),
        (None, {0: "LABEL_0", 1: "LABEL_1"}, "; here: --label-map LABEL=negative"),
        (None, {}, "no sequence classifier"),
    ],
)
def test_what_cannot_be_exported_is_one_sentence(
    tmp_path: Path, prepare: Callable[[Path], object] | None, labels: dict[int, str] | None, said: str
) -> None:
    """A taken folder, unknown labels, no model: exit code 2, and everything is as it was."""
    bert, target = tmp_path / "bert", tmp_path / "made"
    if labels != {}:
        toy_bert(bert, labels)
    if prepare:
        prepare(target)
    before = sorted(path for path in tmp_path.rglob("*"))
    code, out, err = _exported(bert, target)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err
    assert sorted(path for path in tmp_path.rglob("*")) == before


@needs_torch
def test_an_empty_folder_may_be_filled(bert: Path, tmp_path: Path) -> None:
    """One that was made beforehand is taken; one whose parent is missing is not."""
    (tmp_path / "made").mkdir()
    assert _exported(bert, tmp_path / "made")[0] == 0
    code, _, err = _exported(bert, tmp_path / "no" / "made")
    assert (code, err.count("\n")) == (2, 1)
    assert "there is no folder" in err


@pytest.mark.parametrize("pair", ["LABEL_0", "LABEL_0=good", "=negative"])
def test_a_label_map_is_read_strictly(tmp_path: Path, pair: str) -> None:
    """What is no pair of a label and a feeling is shown."""
    code, _, err = _exported("any/model", tmp_path / "made", [pair])
    assert code == 2
    assert (
        err
        == f"hinoban: --label-map {pair}: is not like LABEL_0=negative, with negative, neutral, positive\n"
    )


def test_without_onnx_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A light installation is told what to install."""
    monkeypatch.setitem(__import__("sys").modules, "onnx", None)
    code, _, err = _exported("any/model", tmp_path / "made")
    assert code == 2
    assert "needs onnx, which is not installed; install the extra: pip install 'hinoban[torch]'" in err
    assert list(tmp_path.iterdir()) == []
