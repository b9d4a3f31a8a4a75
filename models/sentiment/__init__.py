"""Judges how texts feel about what they speak of; ``SCORERS`` lists the judges by name."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from models.sentiment import lexicon, onnx, transformers
from models.sentiment.scorer import Scorer


class Kind(NamedTuple):
    """A kind of scorer: its settings type, what builds it, and how many texts make a micro-batch."""

    settings: type[Any]
    build: Callable[[Any], Scorer]
    batch: int = 8


SCORERS: Mapping[str, Kind] = MappingProxyType(
    {
        "lexicon": Kind(lexicon.Settings, lexicon.build, batch=256),
        "onnx": Kind(onnx.Settings, onnx.build),
        "transformers": Kind(transformers.Settings, transformers.build),
    },
)
