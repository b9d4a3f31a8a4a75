"""From a torch module to an ONNX graph, and what is found in one."""

import warnings
from collections import Counter, defaultdict
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.sentiment.scorer import ScorerError

Weights = npt.NDArray[np.float32]


def write_onnx(module: Any, path: Path, *, voice: bool = False) -> None:
    """Write *module*, made for eager attention, as an ONNX graph with free batch and sequence lengths.

    ``module(input_ids, attention_mask)``, both int64 (batch, sequence), returns logits (batch, labels), with
    *voice* the pair of logits and voice logits; the outputs are named ``logits`` and ``voice``.
    """
    import torch  # noqa: PLC0415 - an extra

    ids = torch.ones((2, 8), dtype=torch.int64)
    mask = torch.ones_like(ids)
    mask[1, 5:] = 0  # a mask of ones alone would be traced away by some models
    both = {0: "batch", 1: "sequence"}
    outputs = ["logits", "voice"] if voice else ["logits"]
    axes = {"input_ids": both, "attention_mask": both} | {name: {0: "batch"} for name in outputs}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracing exporter warns of its own age
        torch.onnx.export(
            module.eval(),
            (ids, mask),
            str(path),
            input_names=["input_ids", "attention_mask"],
            output_names=outputs,
            dynamic_axes=axes,
            dynamo=False,
        )


def load(path: Path) -> Any:
    """Return the graph at *path* without the shapes of what lies between, which rewriting makes stale."""
    libraries()
    import onnx  # noqa: PLC0415 - an extra

    model = onnx.load(str(path))
    model.graph.ClearField("value_info")
    return model


def libraries() -> None:
    """Raise ScorerError with what to install when onnx is missing."""
    try:
        import onnx  # noqa: F401, PLC0415 - an extra
    except ImportError as error:
        raise ScorerError(
            f"writing ONNX needs {error.name}, which is not installed; "
            "install the extra: pip install 'hinoban[torch]'",
        ) from error


def constants(model: Any) -> dict[str, Any]:
    """Return the graph's stored tensors by name."""
    return {tensor.name: tensor for tensor in model.graph.initializer}


def weights(tensor: Any) -> Weights:
    """Return a stored tensor as an array."""
    from onnx import numpy_helper  # noqa: PLC0415 - an extra

    found: Weights = numpy_helper.to_array(tensor)
    return found


def matmuls(model: Any) -> dict[str, tuple[int, int]]:
    """Return the shape of the weights of every MatMul that has any, by the node's name, in order."""
    known = constants(model)
    return {
        node.name: (known[node.input[1]].dims[0], known[node.input[1]].dims[1])
        for node in model.graph.node
        if node.op_type == "MatMul" and node.input[1] in known and len(known[node.input[1]].dims) == 2  # noqa: PLR2004 - a matrix
    }


def ffn_outputs(model: Any) -> list[str]:
    """Return the names of the MatMuls that end each layer's feed-forward network, in order of the layers.

    They are known by their shape: of those that make a wide row narrow, the shape that occurs most often.
    """
    groups: dict[tuple[int, int], list[str]] = defaultdict(list)
    for name, shape in matmuls(model).items():
        if shape[0] > shape[1]:
            groups[shape].append(name)
    if not groups:
        return []
    return groups[max(groups, key=lambda shape: (len(groups[shape]), shape[0] * shape[1]))]


def layered(model: Any) -> list[str]:
    """Return the names of the MatMuls that every layer has: those of the heads are not among them."""
    shapes, layers = matmuls(model), len(ffn_outputs(model))
    often = Counter(shapes.values())
    return [name for name, shape in shapes.items() if 1 < layers <= often[shape]]


def named(model: Any, names: Collection[str]) -> list[Any]:
    """Return the nodes called *names*."""
    return [node for node in model.graph.node if node.name in names]


def replace(model: Any, nodes: Collection[Any], added: Collection[Any]) -> None:
    """Give the graph *nodes* for its own and the tensors *added*, and drop what nobody reads any more."""
    read = {name for node in nodes for name in node.input}
    kept = [tensor for tensor in [*model.graph.initializer, *added] if tensor.name in read]
    for field, values in (("node", nodes), ("initializer", kept)):
        model.graph.ClearField(field)
        getattr(model.graph, field).extend(values)
