"""From a torch classifier to a folder of the onnx scorer."""

from pathlib import Path

import pytest

from models.mention import Score
from models.sentiment import onnx, transformers
from models.sentiment.exporting.agreement import agreement, compare
from models.sentiment.exporting.quantising import RECIPES
from tests.fakes_exporting import TEXTS, converted, torch_settings
from tests.fakes_sentiment import needs_torch


@needs_torch
def test_the_folder_is_loaded_and_agrees_with_torch(bert: Path, tmp_path: Path) -> None:
    """What was written scores as the original does, and says what was measured."""
    found = converted(bert, tmp_path / "made")
    scorer = onnx.build(onnx.Settings(folder=tmp_path / "made", threads=1))
    again = agreement(scorer, transformers.build(torch_settings(bert)), TEXTS)
    assert found.agreement == again
    assert again.equal >= 0.97
    assert 0 < again.mean <= again.largest < 0.1
    assert found.recipe in {recipe.name for recipe in RECIPES}
    assert found.size == (tmp_path / "made" / "model.onnx").stat().st_size
    assert scorer.name == "toy"


@needs_torch
def test_only_what_the_scorer_reads_is_left(bert: Path, tmp_path: Path) -> None:
    """Four files, and nothing beside the folder."""
    converted(bert, tmp_path / "made")
    assert [path.name for path in tmp_path.iterdir()] == ["made"]
    left = sorted(path.name for path in (tmp_path / "made").iterdir())
    assert left == ["SHA256SUMS", "config.json", "model.onnx", "tokenizer.json"]


def test_agreement_counts_labels_and_measures_probabilities() -> None:
    """One of two labels equal, and the largest of six differences."""
    one = Score(label="negative", negative=0.8, neutral=0.1, positive=0.1)
    other = Score(label="neutral", negative=0.4, neutral=0.5, positive=0.1)
    found = compare([one, one], [one, other])
    assert (found.equal, found.texts) == (0.5, 2)
    assert [found.mean, found.largest] == pytest.approx([0.8 / 6, 0.4])
