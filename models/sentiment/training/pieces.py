"""Step `trim`: which of the 250,002 pieces a Japanese and English model keeps."""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from models.sentiment.training import rows

SIZE = 32_768
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
JAPANESE = (
    "economy_watchers", "chabsa", "jcommonsense_morality",
    "quasi_reviews_raw", "real_persona_chat_raw", "rohan4600_raw",
)  # fmt: skip
ENGLISH = ("goemotions", "vader_tweets", "vader_other")
_ENGLISH_SHARE = 0.42  # of what is left once kana, kanji and signs are in

_KANA = re.compile(r"▁?[ぁ-ゖァ-ヺー・ゝゞヽヾ]+")
_WORD = re.compile(r"▁?[ぁ-ゖァ-ヺー一-鿿々〆ヶ]+")
_LATIN = re.compile(r"▁?[\x21-\x7e]+")
_SIGNS = re.compile(
    "[\u00a1-\u00bf\u00d7\u00f7\u2000-\u2bff\u3000-\u303f\uff00-\uffef\ufe00-\ufe0f\U0001f000-\U0001faff]"
)


def frequencies(tokenizer: Any, texts: Iterable[str]) -> Counter[str]:
    """Return how often each piece is used in *texts*."""
    found: Counter[str] = Counter()
    batch: list[str] = []
    for text in texts:
        batch.append(text)
        if len(batch) == 4096:  # noqa: PLR2004 - what the tokenizer takes in one go
            found.update(piece for one in tokenizer.encode_batch(batch) for piece in one.tokens)
            batch = []
    found.update(piece for one in tokenizer.encode_batch(batch) for piece in one.tokens)
    return found


def texts(folder: Path, names: Sequence[str]) -> Iterator[str]:
    """Yield the texts of the training part of the public sets *names*."""
    for name in names:
        for row in rows.read(folder, name):
            if row.split in {"train", "raw"}:
                yield row.text


def kaomoji_characters(path: Path) -> set[str]:
    """Return every character of the kaomoji of the package kaomoji-dataset."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return {character for line in lines for character in json.loads(line)["text"]}


def choose(
    vocabulary: Sequence[str], japanese: Counter[str], english: Counter[str], always: set[str]
) -> list[int]:
    """Return the sorted indices of the ``SIZE`` pieces to keep.

    All pieces of kana, single kanji of cp932, signs, emoji and the characters in *always* stay; longer
    Japanese and Latin pieces go by their frequency, ties by their rank in the vocabulary (web frequency).
    """
    kept = {index for index, piece in enumerate(vocabulary) if _always(piece, always)}
    rest = [index for index in range(len(vocabulary)) if index not in kept]
    room = SIZE - len(kept)
    latin = [index for index in rest if _LATIN.fullmatch(vocabulary[index])]
    words = [index for index in rest if _WORD.fullmatch(vocabulary[index])]
    by_english = sorted(latin, key=lambda index: (-english[vocabulary[index]], index))
    by_japanese = sorted(words, key=lambda index: (-japanese[vocabulary[index]], index))
    kept.update(by_english[: max(int(room * _ENGLISH_SHARE), room - len(words))])
    kept.update(by_japanese[: SIZE - len(kept)])
    return sorted(kept)


def trimmed(document: dict[str, Any], kept: Sequence[int]) -> dict[str, Any]:
    """Return the tokenizer.json *document* with only the pieces *kept*, renumbered in their order."""
    vocabulary = [document["model"]["vocab"][index] for index in kept]
    place = {piece: index for index, (piece, _) in enumerate(vocabulary)}
    added = [dict(one, id=place[one["content"]]) for one in document["added_tokens"]]
    return document | {"added_tokens": added, "model": document["model"] | {"vocab": vocabulary}}


def coverage(before: Any, after: Any, lines: Sequence[str]) -> tuple[float, float]:
    """Return how many more tokens *lines* cost after trimming, and the share of unknown pieces."""
    old = sum(len(one.ids) for one in before.encode_batch(list(lines)))
    encoded = after.encode_batch(list(lines))
    new = sum(len(one.ids) for one in encoded)
    unknown = sum(one.ids.count(SPECIAL.index("<unk>")) for one in encoded)
    return new / old - 1, unknown / new


def _always(piece: str, always: set[str]) -> bool:
    bare = piece.removeprefix("▁")
    if piece in SPECIAL or not bare or _KANA.fullmatch(piece):
        return True
    if len(bare) > 1:
        return False
    return bare in always or bare.isascii() or _SIGNS.match(bare) is not None or _in_cp932(bare)


def _in_cp932(character: str) -> bool:
    try:
        return len(character.encode("cp932")) > 0
    except UnicodeEncodeError:
        return False
