"""8-bit weights with a scale per block or row: near fp32, and the same score in any company.

onnxruntime's dynamic int8 has one scale for all activations of a micro-batch, so one outlier coarsens every
post beside it. ``MatMulNBits`` with ``accuracy_level`` 4 scales weights and activations per block of a row.
"""

from collections.abc import Collection
from typing import Any

import numpy as np
import numpy.typing as npt

from models.sentiment.exporting import graph

_DOMAIN = "com.microsoft"
_INT8 = 4  # accuracy_level: activations in 8 bits too
_MIDDLE = 128  # the code of weight 0


def matmuls(model: Any, names: Collection[str], block: int) -> None:
    """Store the weights of the MatMuls *names* in blocks of *block* 8-bit values, each with its scale."""
    from onnx import helper  # noqa: PLC0415 - an extra

    known, added, nodes = graph.constants(model), dict[str, Any](), []
    for node in model.graph.node:
        if node.name not in names:
            nodes.append(node)
            continue
        data, name = graph.weights(known[node.input[1]]), node.input[1]
        added |= _tensors(name, *_blocks(data, block))
        sizes = {"K": data.shape[0], "N": data.shape[1], "bits": 8, "block_size": block}
        inputs, outputs = [node.input[0], f"{name}_q", f"{name}_scale"], list(node.output)
        nodes.append(
            helper.make_node(
                "MatMulNBits", inputs, outputs, node.name, domain=_DOMAIN, accuracy_level=_INT8, **sizes
            )
        )
    graph.replace(model, nodes, added.values())
    if all(one.domain != _DOMAIN for one in model.opset_import):
        model.opset_import.append(helper.make_opsetid(_DOMAIN, 1))


def embeddings(model: Any) -> None:
    """Store every embedding table in 8 bits with one scale per row."""
    known, added, nodes = graph.constants(model), dict[str, Any](), []
    for node in model.graph.node:
        table = known.get(node.input[0]) if node.op_type == "Gather" else None
        if table is None or len(table.dims) != 2 or table.data_type != 1:  # noqa: PLR2004 - a matrix of floats
            nodes.append(node)
            continue
        data = graph.weights(table)
        scale = _scale(np.abs(data).max(axis=1, keepdims=True))
        added |= _tensors(table.name, np.rint(data / scale).astype(np.int8), scale)
        nodes += _lookup(table.name, node)
    graph.replace(model, nodes, added.values())


def _lookup(table: str, gather: Any) -> list[Any]:
    from onnx import TensorProto, helper  # noqa: PLC0415 - an extra

    index, out = gather.input[1], gather.output[0]
    return [
        helper.make_node("Gather", [f"{table}_q", index], [f"{out}_codes"], f"{gather.name}_codes"),
        helper.make_node(
            "Cast", [f"{out}_codes"], [f"{out}_floats"], f"{gather.name}_cast", to=TensorProto.FLOAT
        ),
        helper.make_node("Gather", [f"{table}_scale", index], [f"{out}_scale"], f"{gather.name}_scale"),
        helper.make_node("Mul", [f"{out}_floats", f"{out}_scale"], [out], f"{gather.name}_mul"),
    ]


def _tensors(name: str, codes: npt.NDArray[Any], scale: graph.Weights) -> dict[str, Any]:
    from onnx import numpy_helper  # noqa: PLC0415 - an extra

    pairs = ((f"{name}_q", codes), (f"{name}_scale", scale))
    return {called: numpy_helper.from_array(values, called) for called, values in pairs}


def _blocks(data: graph.Weights, block: int) -> tuple[npt.NDArray[np.uint8], graph.Weights]:
    rows, columns = data.shape
    padded = np.zeros((columns, -(-rows // block) * block), dtype=np.float32)
    padded[:, :rows] = data.T
    blocks = padded.reshape(columns, -1, block)
    scale = _scale(np.abs(blocks).max(axis=2))
    codes = (np.rint(blocks / scale[..., None]) + _MIDDLE).astype(np.uint8)
    return codes, scale.reshape(-1)


def _scale(largest: npt.NDArray[Any]) -> graph.Weights:
    found: graph.Weights = np.where(largest > 0, largest / 127, 1).astype(np.float32)
    return found
