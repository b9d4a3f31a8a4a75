"""The ways of running one network: torch in 32 and 16 bits, onnxruntime in 32 and as it ships."""

import importlib.util
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from models.sentiment import onnx
from models.sentiment.logits import padded

Batch = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]
Run = Callable[[Batch], Any]
WIDTH, LAYERS, HEADS, WIDE, POSITIONS = 384, 12, 12, 1536, 512
BATCH = 8


class Ways(NamedTuple):
    """What can be run here, by name, and a sentence for each thing that cannot or is not what it seems."""

    runs: Mapping[str, Run]
    notes: Sequence[str]


def batches(scorer: onnx.OnnxScorer, texts: Sequence[str], pad: int) -> list[Batch]:
    """Return micro-batches of similar length, as the daemon makes them."""
    prepared = sorted(scorer.prepare(texts), key=len)
    return [padded(prepared[at : at + BATCH], pad) for at in range(0, len(prepared), BATCH)]


def ways(weights: Path, build: Path, place: Path, threads: int) -> Ways:
    """Return every way; *place* takes an fp32 graph where *build* has none."""
    notes: list[str] = []
    runs: dict[str, Run] = {"int8": _session(weights / "model.onnx", threads)}
    if importlib.util.find_spec("torch") is None:
        return Ways(runs, ["torch is not installed: pip install 'hinoban[torch]'"])
    network = _network(weights, build, notes)
    fp32 = build / "fp32.onnx"
    if not fp32.is_file():
        fp32 = _exported(network, place)
        notes.append("fp32.onnx is not in build/model/: an export of the same network was timed")
    runs |= {"onnx fp32": _session(fp32, threads)}
    return Ways(runs | dict(_torch(network, threads)), notes)


def _session(path: Path, threads: int) -> Run:
    session = onnx._session(path, threads)  # noqa: SLF001 - the very session that the daemon runs
    return lambda batch: session.run(None, dict(zip(("input_ids", "attention_mask"), batch, strict=True)))


def _network(weights: Path, build: Path, notes: list[str]) -> Any:
    from models.sentiment.training import classifier  # noqa: PLC0415 - needs torch

    if (build / "student.pt").is_file():
        return classifier.load(build / "student.pt")
    import tokenizers  # noqa: PLC0415 - as above
    import transformers  # noqa: PLC0415 - as above

    notes.append("student.pt is not in build/model/: random weights of the same shape were timed (as fast)")
    pieces = tokenizers.Tokenizer.from_file(str(weights / "tokenizer.json")).get_vocab_size()
    config = transformers.BertConfig(
        vocab_size=pieces, hidden_size=WIDTH, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
        intermediate_size=WIDE, max_position_embeddings=POSITIONS, type_vocab_size=2,
        attn_implementation="eager",
    )  # fmt: skip
    return classifier.Classifier(transformers.BertModel(config, add_pooling_layer=False)).eval()


def _exported(network: Any, place: Path) -> Path:
    from models.sentiment.exporting import graph  # noqa: PLC0415 - needs onnx
    from models.sentiment.training.classifier import Served  # noqa: PLC0415 - needs torch

    graph.write_onnx(Served(network), place / "fp32.onnx", voice=True)
    return place / "fp32.onnx"


def _torch(network: Any, threads: int) -> Iterator[tuple[str, Run]]:
    import torch  # noqa: PLC0415 - an extra

    torch.set_num_threads(threads)

    def run(batch: Batch, *, half: bool = False) -> Any:
        ids, mask = map(torch.from_numpy, batch)
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
            return network(ids, mask)

    yield "torch fp32", run
    yield "torch bf16", lambda batch: run(batch, half=True)
