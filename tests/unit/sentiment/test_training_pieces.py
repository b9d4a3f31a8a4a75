"""Which pieces a smaller vocabulary keeps, and that texts of kept pieces are read as before."""

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest
import tokenizers

from models.sentiment.training import pieces
from tests.fakes_training import SPECIAL, public_set, tokenizer_document, unigram

ALWAYS = [*SPECIAL, "▁", "ありがとう", "▁ア", "髪", "最", "高", "、", "😡", "ᴗ", "a", "<mask>"]
LATIN = ["▁great", "▁bad", "ness", "▁zzz"]
WORDS = ["最高", "配達", "▁駅前", "鑿壁"]
FOREIGN = ["สวัสดี", "안녕", "مرحبا", "𠮷", "ก"]
VOCABULARY = [*ALWAYS[:-1], *FOREIGN, *LATIN, *WORDS, "<mask>"]


def _chosen(monkeypatch: pytest.MonkeyPatch, size: int) -> set[str]:
    monkeypatch.setattr(pieces, "SIZE", size)
    english = Counter({"▁bad": 9, "▁great": 5, "ness": 1})
    kept = pieces.choose(VOCABULARY, Counter({"最高": 7, "▁駅前": 3}), english, {"ᴗ"})
    assert kept == sorted(set(kept))
    assert len(kept) <= size
    return {VOCABULARY[index] for index in kept}


def test_kana_kanji_signs_and_kaomoji_stay_whatever_they_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    """All pieces of kana, single kanji of cp932, emoji, single ASCII and what kaomoji are drawn with."""
    assert _chosen(monkeypatch, len(ALWAYS)) == set(ALWAYS)


def test_longer_pieces_stay_by_how_often_they_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Latin and Japanese pieces share the room; the most frequent of each come first."""
    found = _chosen(monkeypatch, len(ALWAYS) + 4)
    assert found == {*ALWAYS, "▁bad", "最高", "▁駅前", "配達"}
    assert _chosen(monkeypatch, len(ALWAYS) + 5) - found == {"▁great"}


def test_other_scripts_go_even_where_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thai, Hangul, Arabic and kanji that no Japanese encoding has."""
    assert _chosen(monkeypatch, 10_000) == {*ALWAYS, *LATIN, *WORDS}


def _both() -> tuple[tokenizers.Tokenizer, tokenizers.Tokenizer, list[int]]:
    scores = {piece: -float(len(VOCABULARY)) / len(piece) for piece in VOCABULARY}
    whole = unigram(VOCABULARY, scores)
    kept = [at for at, piece in enumerate(VOCABULARY) if piece not in {*FOREIGN, "配達", "▁zzz"}]
    smaller = json.dumps(pieces.trimmed(tokenizer_document(whole), kept))
    return whole, tokenizers.Tokenizer.from_str(smaller), kept


def test_texts_of_kept_pieces_are_cut_as_before() -> None:
    """The same pieces with new numbers; special pieces keep theirs and `<mask>` follows its place."""
    whole, smaller, kept = _both()
    for text in ("最高、ありがとう", "great bad", "髪😡", "駅前 aᴗa", "badness <mask>"):
        before, after = whole.encode(text), smaller.encode(text)
        assert after.tokens == before.tokens
        assert [kept[index] for index in after.ids] == before.ids
    assert [smaller.token_to_id(one) for one in ("<s>", "<pad>", "</s>", "<unk>")] == [0, 1, 2, 3]
    assert smaller.token_to_id("<mask>") == len(kept) - 1


def test_coverage_counts_what_trimming_costs() -> None:
    """Pieces more than before, and the share that became unknown."""
    whole, smaller, _ = _both()
    assert pieces.coverage(whole, smaller, ["最高", "great"]) == (0.0, 0.0)
    before = len(whole.encode("配達、最高").ids)
    more, unknown = pieces.coverage(whole, smaller, ["配達、最高"])
    after = smaller.encode("配達、最高").ids
    assert more == pytest.approx(len(after) / before - 1)
    assert unknown == pytest.approx(after.count(3) / len(after))
    assert 3 in after


def test_frequencies_count_every_text_once() -> None:
    """More texts than the tokenizer is given in one go."""
    found = pieces.frequencies(unigram(VOCABULARY), (text for _ in range(4_100) for text in ("a", "髪")))
    assert found["髪"] == 4_100
    assert found["<s>"] == 8_200


def test_only_training_texts_are_counted(tmp_path: Path) -> None:
    """Development and test parts of the public sets choose no piece."""
    rows = [(part, "positive", "en", part, "") for part in ("train", "raw", "dev", "val", "test")]
    public_set(tmp_path, "goemotions", rows)
    assert list(pieces.texts(tmp_path, ["goemotions"])) == ["train", "raw"]


def test_every_character_of_the_kaomoji_is_known(tmp_path: Path) -> None:
    """From the data of their package: gzip, a JSON object per line."""
    path = tmp_path / "kaomoji.jsonl.gz"
    path.write_bytes(gzip.compress('{"text": "(ᴗ)"}\n{"text": "ᴗ╥"}\n'.encode()))
    assert pieces.kaomoji_characters(path) == set("(ᴗ)╥")
