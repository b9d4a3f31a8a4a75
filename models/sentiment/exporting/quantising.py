"""From an fp32 graph to 8-bit weights: the faster, the farther from fp32."""

from collections.abc import Collection
from pathlib import Path
from typing import Any, Literal, NamedTuple

from models.sentiment.exporting import blockwise, graph, smoothing

# says that shapes need no inferring, which spares a warning about it
_PREPARED = ("onnx.quant.pre_process", "onnxruntime.quant")


class Recipe(NamedTuple):
    """Which MatMuls get a scale per block of 8-bit weights; the others are dynamic int8 per column.

    ``ffn`` are the feed-forward outputs, whose inputs have the worst outliers; *block* weights share a scale.
    """

    name: str
    blockwise: Literal["none", "ffn", "all"]
    block: int = 32


RECIPES = (Recipe("int8", "ffn", block=64), Recipe("int8 in blocks", "all", block=32))
"""The fast one, and the faithful one, which also scores a post the same whatever is in its batch."""


def quantise(
    source: Path,
    target: Path,
    recipe: Recipe = RECIPES[0],
    *,
    peaks: smoothing.Peaks | None = None,
    keep_fp32: Collection[str] = (),
) -> None:
    """Write the fp32 graph *source* with 8-bit weights, and embeddings with a scale per row.

    *peaks* (of ``smoothing.peaks``) smooth the inputs of what becomes dynamic int8. The MatMuls named in
    *keep_fp32* (``graph.ffn_outputs`` names some) stay as they are.
    """
    model = graph.load(source)
    free = [name for name in graph.matmuls(model) if name not in keep_fp32]
    chosen = {"none": (), "ffn": graph.ffn_outputs(model), "all": free}[recipe.blockwise]
    blocks = [name for name in chosen if name in free]
    dynamic = [name for name in free if name not in blocks]
    blockwise.embeddings(model)
    blockwise.matmuls(model, blocks, recipe.block)
    if peaks is not None:
        smoothing.smooth(model, peaks, dynamic)
    _dynamic(model, target, dynamic)


def _dynamic(model: Any, target: Path, names: Collection[str]) -> None:
    import onnx  # noqa: PLC0415 - an extra
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415 - slow to load

    if not names:
        onnx.save(model, str(target))
        return
    onnx.helper.set_model_props(model, dict([_PREPARED]))
    quantize_dynamic(
        model,
        target,
        op_types_to_quantize=["MatMul"],
        nodes_to_quantize=list(names),
        per_channel=True,
        weight_type=QuantType.QInt8,
    )
