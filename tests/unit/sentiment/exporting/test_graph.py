"""The graph of a classifier: eight bits that stay near, whatever company a post is in, and its parts."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.sentiment.exporting import graph, smoothing
from models.sentiment.exporting.quantising import RECIPES, Recipe, quantise
from tests.fakes_sentiment import needs_torch

IDS = [[2, 5, 6], [3, 3, 3, 9, 12], [4], [1, 8, 7, 10]]


def logits(path: Path, ids: list[int], others: int = 0) -> Any:
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
def test_eight_bits_are_smaller_and_near(source: Path, tmp_path: Path) -> None:
    """Each recipe shrinks the file and moves the logits of a toy by little."""
    found = smoothing.peaks(source, IDS)
    apart = {}
    spread = np.ptp([logits(source, ids) for ids in IDS])
    for recipe in RECIPES:
        target = tmp_path / "small.onnx"
        quantise(source, target, recipe, found)
        assert target.stat().st_size < source.stat().st_size
        apart[recipe.name] = max(np.abs(logits(target, ids) - logits(source, ids)).max() for ids in IDS)
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
    alone, beside = (logits(path, IDS[1], others) for others in (0, 7))
    return float(np.abs(alone - beside).max())


@needs_torch
def test_fixed_scales_bear_what_the_samples_did_not_show(source: Path, tmp_path: Path) -> None:
    """Activations farther out than any sample's are cut off: the logits stay finite and near."""
    narrow = {name: one * np.float32(0.5) for name, one in smoothing.peaks(source, IDS[:1]).items()}
    quantise(source, tmp_path / "small.onnx", RECIPES[0], narrow)
    apart = [np.abs(logits(tmp_path / "small.onnx", ids) - logits(source, ids)).max() for ids in IDS]
    assert max(apart) < np.ptp([logits(source, ids) for ids in IDS])


@needs_torch
def test_smoothing_changes_nothing_before_quantising(source: Path, tmp_path: Path) -> None:
    """What is taken from the activations is given to the weights."""
    import onnx as library  # noqa: PLC0415 - an extra

    smoothed = graph.load(source)
    smoothing.smooth(smoothed, smoothing.peaks(source, IDS), graph.matmuls(smoothed))
    library.save(smoothed, str(tmp_path / "smooth.onnx"))
    for ids in IDS:
        assert logits(tmp_path / "smooth.onnx", ids) == pytest.approx(logits(source, ids), abs=1e-4)


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
