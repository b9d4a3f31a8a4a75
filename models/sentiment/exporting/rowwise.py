"""8-bit weights and activations by scales that never depend on the company a post is in.

onnxruntime's dynamic int8 has one scale for all activations of a micro-batch: one outlier coarsens every post
beside it. Here what enters a layer's attention or feed-forward network, whose rows LayerNorm makes alike, has
a fixed scale that sample texts showed; any other input has a scale per row, found while it runs: with
r = max|x| of a row, x W = r (x / r) W (Dettmers et al. 2022, LLM.int8(), vector-wise quantisation).
"""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import numpy as np

from models.sentiment.exporting import graph

_DOMAIN = "com.microsoft"
_MIDDLE = 128  # the code of 0
_MARGIN = 1.05  # a fixed scale reaches so much farther than the samples did
_GELU_MIDDLE = 32  # GELU is never below -.17: most codes are for what is above 0,
_GELU_LEAST = 1.2  # and a row's scale is at least so large that -.17 still has a code


class Scale(NamedTuple):
    """Names of the tensors that say what a code means: scale, the code of 0, and the row's factor if any."""

    step: str
    zero: str
    row: str = ""


def matmuls(model: Any, names: Collection[str], reach: Mapping[str, float]) -> None:
    """Quantise the MatMuls *names*; *reach* has max|x| of the inputs that get a fixed scale."""
    from onnx import helper  # noqa: PLC0415 - an extra

    writing = _Writing(model, reach)
    for node in model.graph.node:
        if node.name in names:
            writing.quantised(node)
        else:
            writing.nodes.append(node)
    graph.replace(model, writing.nodes, writing.tensors.values())
    if all(one.domain != _DOMAIN for one in model.opset_import):
        model.opset_import.append(helper.make_opsetid(_DOMAIN, 1))


class _Writing:
    """The nodes and tensors of the new graph; an input that several MatMuls read is quantised once."""

    def __init__(self, model: Any, reach: Mapping[str, float]) -> None:
        self.nodes: list[Any] = []
        self.tensors: dict[str, Any] = {}
        self._known = graph.constants(model)
        self._reach = reach
        self._opset = next(one.version for one in model.opset_import if one.domain in {"", "ai.onnx"})
        self._gelu = {
            node.input[0]
            for node in model.graph.node
            if node.name in graph.ffn_outputs(model) and any(one.op_type == "Erf" for one in model.graph.node)
        }
        self._done: dict[str, Scale] = {}

    def quantised(self, node: Any) -> None:
        """Write *node* with codes for both factors."""
        source, name = node.input[0], node.name
        if source not in self._done:
            self._done[source] = self._input(source)
        scale = self._done[source]
        data = graph.weights(self._known[node.input[1]])
        step = (np.maximum(np.abs(data).max(axis=0), 1e-12) / 127).astype(np.float32)
        inputs = [
            f"{source}_codes", self._tensor(f"{name}_codes", np.rint(data / step).astype(np.int8)),
            scale.step, self._tensor(f"{name}_step", step),
            scale.zero, self._tensor(f"{name}_zero", np.zeros(data.shape[1], np.int8)),
        ]  # fmt: skip
        out = f"{name}_of_row" if scale.row else node.output[0]
        self._node("MatMulIntegerToFloat", inputs, out, name, domain=_DOMAIN)
        if scale.row:
            self._node("Mul", [out, scale.row], node.output[0], f"{name}_back")

    def _input(self, source: str) -> Scale:
        """Write how *source* becomes codes."""
        if source in self._reach:
            step = max(self._reach[source], 1e-6) * _MARGIN / (255 - _MIDDLE)
            return self._codes(source, source, step, _MIDDLE)
        middle, least = (_GELU_MIDDLE, _GELU_LEAST) if source in self._gelu else (_MIDDLE, 1e-6)
        self._node("Abs", [source], f"{source}_abs")
        self._peak(f"{source}_abs", f"{source}_peak")
        floor = self._tensor(f"{source}_least", np.float32(least))
        self._node("Max", [f"{source}_peak", floor], f"{source}_row")
        self._node("Div", [source, f"{source}_row"], f"{source}_even")
        return self._codes(source, f"{source}_even", 1 / (255 - middle), middle)._replace(row=f"{source}_row")

    def _codes(self, source: str, even: str, step: float, middle: int) -> Scale:
        scale = Scale(
            self._tensor(f"{source}_step", np.float32(step)), self._tensor(f"{source}_zero", np.uint8(middle))
        )
        self._node("QuantizeLinear", [even, scale.step, scale.zero], f"{source}_codes")
        return scale

    def _peak(self, source: str, target: str) -> None:
        """Write the largest value of each row; its axis became an input in opset 18."""
        if self._opset >= 18:  # noqa: PLR2004 - see above
            axis = self._tensor("last_axis", np.array([-1], np.int64))
            self._node("ReduceMax", [source, axis], target, keepdims=1)
        else:
            self._node("ReduceMax", [source], target, axes=[-1], keepdims=1)

    def _tensor(self, name: str, values: Any) -> str:
        from onnx import numpy_helper  # noqa: PLC0415 - an extra

        self.tensors[name] = numpy_helper.from_array(np.asarray(values), name)
        return name

    def _node(self, kind: str, inputs: list[str], output: str, name: str = "", **more: Any) -> None:
        from onnx import helper  # noqa: PLC0415 - an extra

        self.nodes.append(helper.make_node(kind, inputs, [output], name or f"{output}_node", **more))
