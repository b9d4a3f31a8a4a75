"""A toy classifier for the tests of the export: how it is converted, and what its graph says."""

from pathlib import Path
from typing import Any

from models.sentiment import transformers
from models.sentiment.exporting import conversion

WORDS = ["最悪", "良い", "火の番", "最高", "見知らぬ", "低い", "です。"]
TEXTS = [one + other for one in WORDS for other in WORDS]


def torch_settings(bert: Path, **more: Any) -> transformers.Settings:
    """Return the settings by which torch scores with a saved model."""
    return transformers.Settings(model=str(bert), threads=1, offline=True, **more)


def converted(bert: Path, target: Path, **more: Any) -> conversion.Converted:
    """Convert a saved model, and compare on the words of the toy."""
    return conversion.convert(torch_settings(bert), target, TEXTS, **more)
