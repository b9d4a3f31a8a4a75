"""Toy models for the scorers: the smallest files that the real libraries load."""

import hashlib
import importlib.util
import json
import warnings
from pathlib import Path
from typing import Any

import msgspec
import onnx
import pytest
import tokenizers
from onnx import TensorProto, helper

TORCH = importlib.util.find_spec("torch") is not None and importlib.util.find_spec("transformers") is not None
needs_torch = pytest.mark.skipif(not TORCH, reason="needs the torch extra: pip install 'hinoban[torch]'")

CONFIG = {
    "name": "toy",
    "id2label": {"0": "negative", "1": "neutral", "2": "positive"},
    "id2voice": {"0": "complaint", "1": "question", "2": "praise"},
    "max_length": 32,
    "temperature": {"ja": 2.0, "*": 1.0},
    "unsure_below": 0.5,
}
# one row per piece: padding, unknown, 悪 (negative), 良 (positive)
_WEIGHTS = [[0.0, 0.0, 0.0], [0.0, 0.1, 0.0], [3.0, 0.0, -3.0], [-3.0, 0.0, 3.0]]
_PIECES = {"[PAD]": 0, "[UNK]": 1, "悪": 2, "良": 3}


def character_tokenizer(pieces: dict[str, int] | None = None) -> tokenizers.Tokenizer:
    """Return a tokenizer that makes a piece of each character."""
    model = tokenizers.models.WordLevel(vocab=pieces or _PIECES, unk_token="[UNK]")
    tokenizer = tokenizers.Tokenizer(model)
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Split(tokenizers.Regex("."), "isolated")
    return tokenizer


def toy_folder(folder: Path, **changes: Any) -> Path:
    """Write a model folder that adds up one row of weights per character, voice head included."""
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(_adding_model(), str(folder / "model.onnx"))
    character_tokenizer().save(str(folder / "tokenizer.json"))
    (folder / "config.json").write_text(json.dumps(CONFIG | changes), encoding="utf-8")
    return sign(folder)


def sign(folder: Path) -> Path:
    """Write SHA256SUMS for the files as they are now."""
    names = ("model.onnx", "tokenizer.json", "config.json")
    sums = (f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names)
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
    return folder


def _adding_model() -> Any:
    rows = helper.make_tensor(
        "rows", TensorProto.FLOAT, [4, 3], [weight for row in _WEIGHTS for weight in row]
    )
    last = helper.make_tensor("last", TensorProto.INT64, [1], [2])
    middle = helper.make_tensor("middle", TensorProto.INT64, [1], [1])
    nodes = [
        helper.make_node("Gather", ["rows", "input_ids"], ["found"]),
        helper.make_node("Cast", ["attention_mask"], ["flat"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["flat", "last"], ["mask"]),
        helper.make_node("Mul", ["found", "mask"], ["seen"]),
        helper.make_node("ReduceSum", ["seen", "middle"], ["logits"], keepdims=0),
        helper.make_node("Identity", ["logits"], ["voices"]),
    ]
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"])
        for name in ("input_ids", "attention_mask")
    ]
    outputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", 3]) for name in ("logits", "voices")
    ]
    graph = helper.make_graph(nodes, "toy", inputs, outputs, [rows, last, middle])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def toy_bert(folder: Path, labels: dict[int, str] | None = None) -> Path:
    """Save a random two-layer BERT with a character tokenizer, as `save_pretrained` would."""
    import torch  # noqa: PLC0415 - an extra
    import transformers  # noqa: PLC0415 - an extra

    torch.manual_seed(7)
    pieces = {"[PAD]": 0, "[UNK]": 1} | {char: at for at, char in enumerate("悪良最高低いです。火の番", 2)}
    config = transformers.BertConfig(
        vocab_size=len(pieces),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
        initializer_range=0.5,
        attn_implementation="eager",
        id2label=labels or {0: "negative", 1: "neutral", 2: "positive"},
    )
    transformers.BertForSequenceClassification(config).eval().save_pretrained(folder)
    fast = transformers.PreTrainedTokenizerFast(
        tokenizer_object=character_tokenizer(pieces),
        pad_token="[PAD]",
        unk_token="[UNK]",
        model_max_length=32,
    )
    fast.save_pretrained(folder)
    return folder


def exported(bert: Path, folder: Path) -> Path:
    """Export a saved BERT to a folder of the onnx scorer."""
    import torch  # noqa: PLC0415 - an extra
    import transformers  # noqa: PLC0415 - an extra

    folder.mkdir(parents=True)
    model = transformers.AutoModelForSequenceClassification.from_pretrained(bert).eval()
    model.config.return_dict = False
    ids = torch.ones((2, 8), dtype=torch.int64)
    axes = {0: "batch", 1: "length"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracing exporter warns of its own age
        torch.onnx.export(
            model,
            (ids, torch.ones_like(ids)),
            str(folder / "model.onnx"),
            input_names=["input_ids", "attention_mask"],
            output_names=["logits"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "logits": {0: "batch"}},
            dynamo=False,
        )
    (folder / "tokenizer.json").write_bytes((bert / "tokenizer.json").read_bytes())
    config = {"id2label": CONFIG["id2label"], "max_length": 32}
    (folder / "config.json").write_bytes(msgspec.json.encode(config))
    return sign(folder)
