"""From a torch classifier to a folder of the onnx scorer."""

import importlib.util
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from listener.commands import model
from models.mention import Score
from models.sentiment import onnx, transformers
from models.sentiment.batching import score_all
from models.sentiment.exporting import conversion, graph, posts, smoothing
from models.sentiment.exporting.agreement import agreement, compare
from models.sentiment.exporting.quantising import RECIPES, Recipe, quantise
from models.sentiment.scorer import ScorerError
from tests.fakes_sentiment import toy_bert

needs_torch = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None, reason="needs the torch extra: pip install 'hinoban[torch]'"
)
WORDS = ["最悪", "良い", "火の番", "最高", "見知らぬ", "低い", "です。"]
TEXTS = [one + other for one in WORDS for other in WORDS]
IDS = [[2, 5, 6], [3, 3, 3, 9, 12], [4], [1, 8, 7, 10]]


@pytest.fixture(autouse=True)
def _own_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a saved toy with two layers."""
    return toy_bert(tmp_path_factory.mktemp("models") / "toy")


@pytest.fixture(scope="module")
def source(bert: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the toy as a graph in fp32."""
    made = tmp_path_factory.mktemp("graphs") / "made"
    _converted(bert, made, fp32=True)
    return made / "model.onnx"


def _settings(bert: Path, **more: Any) -> transformers.Settings:
    return transformers.Settings(model=str(bert), threads=1, offline=True, **more)


def _converted(bert: Path, target: Path, **more: Any) -> conversion.Converted:
    return conversion.convert(_settings(bert), target, TEXTS, **more)


def _exported(
    name: str | Path, target: Path, labels: Sequence[str] = (), *, fp32: bool = False
) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = model.export(str(name), target, labels, None, out, err, fp32=fp32)
    return code, out.getvalue(), err.getvalue()


def _run(path: Path, ids: list[int], others: int = 0) -> Any:
    """Return the logits of *ids*, beside *others* posts of twice its length."""
    import onnxruntime  # noqa: PLC0415 - slow to load

    wide = len(ids) * (2 if others else 1)
    rows = np.full((1 + others, wide), 2, dtype=np.int64)
    rows[0] = ids + [0] * (wide - len(ids))
    mask = np.ones_like(rows)
    mask[0, len(ids) :] = 0
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return session.run(None, {"input_ids": rows, "attention_mask": mask})[0][0]


@needs_torch
def test_the_folder_is_loaded_and_agrees_with_torch(bert: Path, tmp_path: Path) -> None:
    """What was written scores as the original does, and says what was measured."""
    found = _converted(bert, tmp_path / "made")
    scorer = onnx.build(onnx.Settings(folder=tmp_path / "made", threads=1))
    again = agreement(scorer, transformers.build(_settings(bert)), TEXTS)
    assert found.agreement == again
    assert again.equal >= 0.97
    assert 0 < again.mean <= again.largest < 0.1
    assert found.recipe in {recipe.name for recipe in RECIPES}
    assert found.size == (tmp_path / "made" / "model.onnx").stat().st_size
    assert scorer.name == "toy"


@needs_torch
def test_only_what_the_scorer_reads_is_left(bert: Path, tmp_path: Path) -> None:
    """Four files, and nothing beside the folder."""
    _converted(bert, tmp_path / "made")
    assert [path.name for path in tmp_path.iterdir()] == ["made"]
    left = sorted(path.name for path in (tmp_path / "made").iterdir())
    assert left == ["SHA256SUMS", "config.json", "model.onnx", "tokenizer.json"]


@needs_torch
def test_eight_bits_are_smaller_and_near(source: Path, tmp_path: Path) -> None:
    """Each recipe shrinks the file and moves the logits of a toy by little."""
    found = smoothing.peaks(source, IDS)
    apart = {}
    spread = np.ptp([_run(source, ids) for ids in IDS])
    for recipe in RECIPES:
        target = tmp_path / "small.onnx"
        quantise(source, target, recipe, found)
        assert target.stat().st_size < source.stat().st_size
        apart[recipe.name] = max(np.abs(_run(target, ids) - _run(source, ids)).max() for ids in IDS)
        assert 0 < apart[recipe.name] < 0.1 * spread


@needs_torch
@pytest.mark.parametrize("recipe", RECIPES, ids=lambda one: one.name)
def test_a_post_scores_the_same_in_any_company(source: Path, tmp_path: Path, recipe: Recipe) -> None:
    """No recipe has a scale that posts of a batch share; onnxruntime's own dynamic int8 has one."""
    from onnxruntime.quantization import quantize_dynamic  # noqa: PLC0415 - slow to load

    target = tmp_path / "small.onnx"
    quantise(source, target, recipe, smoothing.peaks(source, IDS))
    moved = _moved(target)
    quantize_dynamic(graph.load(source), target, op_types_to_quantize=["MatMul"])
    assert moved < 1e-5 < _moved(target)


def _moved(path: Path) -> float:
    alone, beside = (_run(path, IDS[1], others) for others in (0, 7))
    return float(np.abs(alone - beside).max())


@needs_torch
def test_fixed_scales_bear_what_the_samples_did_not_show(source: Path, tmp_path: Path) -> None:
    """Activations farther out than any sample's are cut off: the logits stay finite and near."""
    narrow = {name: one * np.float32(0.5) for name, one in smoothing.peaks(source, IDS[:1]).items()}
    quantise(source, tmp_path / "small.onnx", RECIPES[0], narrow)
    apart = [np.abs(_run(tmp_path / "small.onnx", ids) - _run(source, ids)).max() for ids in IDS]
    assert max(apart) < np.ptp([_run(source, ids) for ids in IDS])


@needs_torch
def test_smoothing_changes_nothing_before_quantising(source: Path, tmp_path: Path) -> None:
    """What is taken from the activations is given to the weights."""
    import onnx as library  # noqa: PLC0415 - an extra

    smoothed = graph.load(source)
    smoothing.smooth(smoothed, smoothing.peaks(source, IDS), graph.matmuls(smoothed))
    library.save(smoothed, str(tmp_path / "smooth.onnx"))
    for ids in IDS:
        assert _run(tmp_path / "smooth.onnx", ids) == pytest.approx(_run(source, ids), abs=1e-4)


@needs_torch
def test_feed_forward_outputs_and_heads_are_told_apart(source: Path) -> None:
    """What ends a layer is known by its shape; what only a head has is in no layer."""
    toy = graph.load(source)
    outputs, layered = graph.ffn_outputs(toy), graph.layered(toy)
    assert [name.split("/")[4] for name in outputs] == ["layer.0", "layer.1"]
    assert set(outputs) < set(layered)
    assert all("/layer." in name for name in layered)


@needs_torch
def test_a_voice_head_is_the_second_output(tmp_path: Path) -> None:
    """Two outputs, named as the scorer expects them, for any batch and length."""
    import onnxruntime  # noqa: PLC0415 - slow to load
    import torch  # noqa: PLC0415 - an extra

    class TwoHeads(torch.nn.Module):  # type: ignore[misc]  # torch is not followed
        def __init__(self) -> None:
            super().__init__()
            self.table = torch.nn.Embedding(8, 3)

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            summed = (self.table(input_ids) * attention_mask.unsqueeze(-1)).sum(1)
            return summed, summed * 2

    graph.write_onnx(TwoHeads(), tmp_path / "two.onnx", voice=True)
    session = onnxruntime.InferenceSession(str(tmp_path / "two.onnx"), providers=["CPUExecutionProvider"])
    assert [one.name for one in session.get_outputs()] == ["logits", "voice"]
    ids = np.array([[1, 2, 3]] * 5, dtype=np.int64)
    logits, voice = session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
    assert voice == pytest.approx(2 * logits)


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


def test_posts_are_plain_lines_or_json_lines(tmp_path: Path) -> None:
    """Both may stand in one file; blank lines count for nothing."""
    path = tmp_path / "posts.txt"
    path.write_text('良い\n\n{"id":"1","text":"悪い"}\n' + "火の番\n" * 30, encoding="utf-8")
    assert posts.read(path)[:3] == ["良い", "悪い", "火の番"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a\nb\n", "has 2 posts; at least 30 are needed"),
        (b'a\n{"id":"1"}\n' * 20, "line 2: is no post"),
        (b"\xff\xfe\n" * 40, "cannot be read (is not UTF-8)"),
        (None, "cannot be read (No such file or directory)"),
    ],
)
def test_a_file_that_holds_no_posts_is_named(tmp_path: Path, content: bytes | None, said: str) -> None:
    """The file, the line and what would be right."""
    path = tmp_path / "posts.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ScorerError) as caught:
        posts.read(path)
    assert str(caught.value).startswith(str(path))
    assert said in str(caught.value)


def test_our_own_posts_are_many_and_differ() -> None:
    """At least a hundred, none twice, in two languages."""
    found = posts.read(None)
    assert len(found) == len(set(found)) >= 100
    assert 30 <= sum(text.isascii() for text in found) <= len(found) / 2


def test_agreement_counts_labels_and_measures_probabilities() -> None:
    """One of two labels equal, and the largest of six differences."""
    one = Score(label="negative", negative=0.8, neutral=0.1, positive=0.1)
    other = Score(label="neutral", negative=0.4, neutral=0.5, positive=0.1)
    found = compare([one, one], [one, other])
    assert (found.equal, found.texts) == (0.5, 2)
    assert [found.mean, found.largest] == pytest.approx([0.8 / 6, 0.4])
