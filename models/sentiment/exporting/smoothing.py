"""Keeps outliers of activations away from the one scale that a whole row of them has.

They move into the weights, where a scale per column bears them (Xiao et al. 2023, SmoothQuant, equation 4):
s = max|X|^a / max|W|^(1 - a) per input channel, and X/s times s·W is X times W.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from models.sentiment.exporting import graph

Peaks = Mapping[str, graph.Weights]
"""The largest absolute value per channel of the input of each weighted MatMul, by the input's name."""

_ALPHA = 0.8  # the paper says .5; with fixed scales .65 and .8 kept more labels here


def peaks(source: Path, encoded: Iterable[Sequence[int]]) -> Peaks:
    """Return the peaks that the fp32 graph *source* shows on token ids, one text at a time."""
    import onnxruntime  # noqa: PLC0415 - slow to load, ships no type hints
    from onnx import TensorProto, helper  # noqa: PLC0415 - an extra

    model = graph.load(source)
    names = list(_readers(model, graph.matmuls(model)))
    model.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    wanted = [one.name for one in session.get_inputs()]
    found: dict[str, graph.Weights] = {}
    for ids in encoded:
        row = np.array([ids], dtype=np.int64)
        given = {"input_ids": row, "attention_mask": np.ones_like(row)}
        seen = session.run(names, {name: given[name] for name in wanted})
        for name, values in zip(names, seen, strict=True):
            largest = np.abs(values).reshape(-1, values.shape[-1]).max(axis=0)
            found[name] = np.maximum(found.get(name, np.float32(0)), largest)
    return found


def smooth(model: Any, found: Peaks, names: Collection[str]) -> dict[str, float]:
    """Divide the inputs of the MatMuls *names* by their scale, and multiply their weights by it.

    Return how far each of the new inputs reaches, max|X/s|.
    """
    from onnx import helper, numpy_helper  # noqa: PLC0415 - an extra

    known = graph.constants(model)
    divided: dict[str, Any] = {}
    added: list[Any] = []
    reach: dict[str, float] = {}
    for source, readers in _readers(model, names).items():
        matrices = [graph.weights(known[node.input[1]]) for node in readers]
        scale = _scale(found[source], matrices)
        name, factors = f"{source}_smooth", f"{source}_factors"
        added.append(numpy_helper.from_array(1 / scale, factors))
        divided[readers[0].name] = helper.make_node("Mul", [source, factors], [name], name)
        for node, matrix in zip(readers, matrices, strict=True):
            weights = f"{node.name}_smooth_weights"
            added.append(numpy_helper.from_array(matrix * scale[:, None], weights))
            node.input[0], node.input[1] = name, weights
        reach[name] = float((found[source] / scale).max())
    placed = []
    for node in model.graph.node:
        placed += [divided[node.name], node] if node.name in divided else [node]
    graph.replace(model, placed, added)
    return reach


def _readers(model: Any, names: Collection[str]) -> dict[str, list[Any]]:
    """Return the MatMuls *names* by the input that they read."""
    found: dict[str, list[Any]] = defaultdict(list)
    for node in model.graph.node:
        if node.name in names:
            found[node.input[0]].append(node)
    return found


def _scale(peak: graph.Weights, matrices: Sequence[graph.Weights]) -> graph.Weights:
    heaviest = np.max([np.abs(one).max(axis=1) for one in matrices], axis=0)
    raw = np.maximum(peak, 1e-5) ** _ALPHA / np.maximum(heaviest, 1e-5) ** (1 - _ALPHA)
    centred: graph.Weights = (raw / np.exp(np.log(raw).mean())).astype(np.float32)
    return centred
