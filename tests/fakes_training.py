"""Toys for the training code: a packed base model, a tokenizer of pieces, a random two-layer classifier."""

import gzip
import importlib
import importlib.util
import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import tokenizers

from models.sentiment.training.example import Example, labelled

Floats = npt.NDArray[np.float32]
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
LETTERS = "良最高悪低駅火番店朝夜は。のを見買食行来"
QUANTISED = ("emb.word", "q.w", "k.w", "v.w", "ao.w", "fi.w", "fo.w")


def torch_part(name: str) -> Any:
    """Return the module *name* of the training code; skips the whole file where torch is missing."""
    if importlib.util.find_spec("torch") is None:
        pytest.skip("needs the torch extra: pip install 'hinoban[torch]'", allow_module_level=True)
    return importlib.import_module(f"models.sentiment.training.{name}")


def unigram(pieces: Sequence[str], scores: Mapping[str, float] | None = None) -> tokenizers.Tokenizer:
    """Return a tokenizer that cuts a text into the most probable *pieces*; the first four are special."""
    known = scores or {}
    vocabulary = [(piece, known.get(piece, -float(at))) for at, piece in enumerate(pieces)]
    made = tokenizers.Tokenizer(tokenizers.models.Unigram(vocabulary, unk_id=3))
    made.pre_tokenizer = tokenizers.pre_tokenizers.Metaspace()
    made.post_processor = tokenizers.processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    made.add_special_tokens([one for one in (*SPECIAL, "<mask>") if one in pieces])
    return made


def letter_tokenizer() -> tokenizers.Tokenizer:
    """Return a tokenizer that knows the letters of the toy corpus, one piece each."""
    return unigram([*SPECIAL, "▁", *LETTERS])


def classifier(seed: int = 7, vocabulary: int = len(SPECIAL) + 1 + len(LETTERS)) -> Any:
    """Return a random classifier of two layers, width 32."""
    import torch  # noqa: PLC0415 - an extra

    torch.manual_seed(seed)
    return torch_part("classifier").Classifier(bert(vocabulary))


def bert(vocabulary: int) -> Any:
    """Return the random encoder of it."""
    import transformers  # noqa: PLC0415 - an extra

    config = transformers.BertConfig(
        vocab_size=vocabulary, hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=64, max_position_embeddings=160, type_vocab_size=1, initializer_range=0.2,
        pad_token_id=1, attn_implementation="eager",
    )  # fmt: skip
    return transformers.BertModel(config, add_pooling_layer=False)


def examples(count: int, seed: int = 7) -> list[Example]:
    """Return posts of random letters: a good word makes one positive, a bad one negative, none neutral."""
    chance = np.random.default_rng(seed)
    found = []
    for at in range(count):
        label = ("negative", "neutral", "positive")[at % 3]
        filler = [str(one) for one in chance.choice(list("駅火番店朝夜は。のを見買食行来"), 6)]
        filler.insert(int(chance.integers(7)), {"negative": "悪", "neutral": "駅", "positive": "良"}[label])
        found.append(labelled("".join(filler), label, "toy", lang="ja", voice=at % 3))
    return found


def public_set(folder: Path, name: str, rows: Iterable[Sequence[str]]) -> Path:
    """Write a public set as those of the data folder are."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["\t".join(row) for row in (("text", "label", "lang", "split", "native"), *rows)]
    (folder / f"{name}.tsv.gz").write_bytes(gzip.compress(("\n".join(lines) + "\n").encode()))
    return folder


def corpus_file(path: Path, rows: Iterable[Example], writer: str) -> Path:
    """Write a file of the corpus."""
    columns = ["text", "label", "voice", "lang", "business", "register", "phenomenon", "writer"]
    lines = ["\t".join(columns)]
    for row in rows:
        label = ("negative", "neutral", "positive")[row.label]
        voice = ("complaint", "question", "praise")[row.voice]
        lines.append(f"{row.text}\t{label}\t{voice}\tja\tfood\tplain\tplain\t{writer}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def pack_shapes(vocabulary: int, hidden: int = 32, wide: int = 64, layers: int = 2) -> dict[str, int]:
    """Return the name and size of every tensor of a packed encoder with 16 positions and one type."""
    sizes = {"emb.word": vocabulary * hidden, "emb.pos": 16 * hidden, "emb.type": hidden}
    sizes |= {"emb.ln.w": hidden, "emb.ln.b": hidden}
    matrices = dict.fromkeys(("q", "k", "v", "ao"), hidden * hidden) | dict.fromkeys(
        ("fi", "fo"), hidden * wide
    )
    for layer in range(layers):
        sizes |= {f"l{layer}.{name}.w": size for name, size in matrices.items()}
        sizes |= {f"l{layer}.{name}.b": wide if name == "fi" else hidden for name in matrices}
        sizes |= {f"l{layer}.{name}.{kind}": hidden for name in ("aln", "oln") for kind in "wb"}
    return sizes


def packed(path: Path, pieces: Sequence[str], tensors: Mapping[str, tuple[bytes, int]]) -> Path:
    """Write a file of magic E5S1: *tensors* are already encoded, each with how many weights it holds."""
    blob, offsets = b"", [0]
    for piece in pieces:
        blob += piece.encode()
        offsets.append(len(blob))
    head = b"E5S1" + struct.pack("<i7ifi", 1, 32, 2, 2, 64, len(pieces), 16, 1, 1e-12, 32)
    head += struct.pack("<5iQ", len(pieces), 0, 1, 2, 3, len(blob))
    head += np.array(offsets, "<u4").tobytes() + np.zeros(len(pieces), "<f4").tobytes() + blob
    head += struct.pack("<iI", 1, 3) + b"map" + struct.pack("<i", len(tensors))
    at = len(head) + sum(2 + len(name) + 1 + 4 + 8 + 8 for name in tensors)
    data = b""
    for name, (stored, count) in tensors.items():
        head += struct.pack("<H", len(name)) + name.encode()
        head += struct.pack("<BIQQ", name.endswith(QUANTISED), count, at + len(data), len(stored))
        data += stored
    path.write_bytes(head + data)
    return path


def tokenizer_document(tokenizer: tokenizers.Tokenizer) -> dict[str, Any]:
    """Return its tokenizer.json as an object."""
    document: dict[str, Any] = json.loads(tokenizer.to_str())
    return document
