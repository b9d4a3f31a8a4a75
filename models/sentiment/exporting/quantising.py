"""From an fp32 graph to 8-bit weights: the faster, the farther from fp32."""

from pathlib import Path
from typing import Any, Literal, NamedTuple

from models.sentiment.exporting import blockwise, graph, rowwise, smoothing


class Recipe(NamedTuple):
    """How the scales of 8-bit MatMuls are had: per row and sample, or per block of *block* weights."""

    name: str
    scales: Literal["rows", "blocks"]
    block: int = 32


RECIPES = (Recipe("int8", "rows"), Recipe("int8 in blocks", "blocks"))
"""The fast one, and the faithful one; both score a post the same whatever is in its batch."""


def quantise(source: Path, target: Path, recipe: Recipe, peaks: smoothing.Peaks) -> None:
    """Write the fp32 graph *source* with 8-bit weights, and embeddings with a scale per row.

    *peaks* (of ``smoothing.peaks``) say how far the activations of sample texts reach.
    """
    import onnx  # noqa: PLC0415 - an extra

    model = graph.load(source)
    chosen = list(graph.matmuls(model))
    blockwise.embeddings(model)
    if recipe.scales == "blocks":
        blockwise.matmuls(model, chosen, recipe.block)
    else:
        _by_rows(model, chosen, peaks)
    onnx.save(model, str(target))


def _by_rows(model: Any, chosen: list[str], peaks: smoothing.Peaks) -> None:
    """Give what every layer has a fixed scale, but feed-forward outputs: their inputs have outliers."""
    outputs = graph.ffn_outputs(model)
    fixed = [name for name in graph.layered(model) if name not in outputs]
    reach = smoothing.smooth(model, peaks, [name for name in chosen if name not in outputs])
    read = {node.input[0] for node in graph.named(model, fixed)}
    rowwise.matmuls(model, chosen, {source: far for source, far in reach.items() if source in read})
