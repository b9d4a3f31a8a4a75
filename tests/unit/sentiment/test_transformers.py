"""The torch scorer and the names that models give their labels."""

import builtins
from pathlib import Path
from typing import Any

import pytest

from models.sentiment import transformers
from models.sentiment.batching import score_all
from models.sentiment.labels import LABELS, columns
from models.sentiment.scorer import ScorerError
from tests.fakes_sentiment import needs_torch, toy_bert


@pytest.mark.parametrize(
    ("names", "label_map", "expected"),
    [
        (["NEGATIVE", "Neutral", "positive"], {}, ["negative", "neutral", "positive"]),
        (["POS", "NEG"], {}, ["positive", "negative"]),
        (["ネガティブ", "中立", "ポジティブ"], {}, ["negative", "neutral", "positive"]),
        (
            ["1 star", "2 stars", "3 stars", "4 stars", "5 stars"],
            {},
            ["negative", "negative", "neutral", "positive", "positive"],
        ),
        (["LABEL_0", "LABEL_1"], {"LABEL_0": "positive", "LABEL_1": "negative"}, ["positive", "negative"]),
        (["joy", "anger", "none"], {"joy": "positive", "anger": "negative", "none": "neutral"}, None),
    ],
)
def test_the_usual_names_are_known(
    names: list[str], label_map: dict[str, str], expected: list[str] | None
) -> None:
    """Names, stars and a map of one's own all end in our three labels."""
    found = [LABELS[column] for column in columns(names, label_map, "m")]
    assert found == (expected or [label_map[name] for name in names])


@pytest.mark.parametrize(
    ("names", "label_map"),
    [
        (["LABEL_0", "LABEL_1"], {}),
        (["LABEL_0", "LABEL_1"], {"LABEL_0": "negative"}),
        (["LABEL_0", "LABEL_1"], {"LABEL_0": "negative", "LABEL_1": "good"}),
        (["spam", "ham"], {"spam": "negative", "ham": "negative"}),
    ],
)
def test_unknown_names_are_answered_with_the_map_to_write(
    names: list[str], label_map: dict[str, str]
) -> None:
    """The sentence can be pasted into the configuration."""
    with pytest.raises(ScorerError, match="write label_map = ") as caught:
        columns(names, label_map, "some/model")
    assert all(f'"{name}" = "..."' in str(caught.value) for name in names)


def test_without_torch_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A light installation is told what to install."""
    real = builtins.__import__

    def lacking(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "torch":
            raise ModuleNotFoundError("No module named 'torch'", name="torch")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", lacking)
    with pytest.raises(ScorerError, match=r"needs torch.*hinoban\[torch\]"):
        transformers.build(transformers.Settings(model="any/model"))


@needs_torch
def test_star_labels_are_summed(tmp_path: Path) -> None:
    """A five-star model speaks of three feelings: its probabilities are added up."""
    stars = {at: f"{at + 1} star" for at in range(5)}
    bert = toy_bert(tmp_path, stars)
    scorer = transformers.build(transformers.Settings(model=str(bert), threads=1, offline=True))
    score = score_all(scorer, ["最悪です。"], 8)[0]
    assert score.negative + score.neutral + score.positive == pytest.approx(1.0)
    assert len(scorer.version) == 12


@needs_torch
def test_a_model_that_is_not_there_is_a_scorer_error(tmp_path: Path) -> None:
    """An empty folder is no classifier, and the sentence says so."""
    scorer = transformers.build(transformers.Settings(model=str(tmp_path), offline=True))
    with pytest.raises(ScorerError, match="no sequence classifier"):
        scorer.warm_up()


@needs_torch
def test_unknown_labels_of_a_real_model_are_answered(tmp_path: Path) -> None:
    """LABEL_0 says nothing: the map is asked for."""
    bert = toy_bert(tmp_path, {0: "LABEL_0", 1: "LABEL_1", 2: "LABEL_2"})
    scorer = transformers.build(transformers.Settings(model=str(bert), threads=1, offline=True))
    with pytest.raises(ScorerError, match="label_map"):
        scorer.warm_up()
