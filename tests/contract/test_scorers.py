"""What every scorer promises, asked of every entry of SCORERS."""

from pathlib import Path
from typing import Any, get_args

import pytest

from models.mention import Score, Voice
from models.sentiment import SCORERS, lexicon, onnx, transformers
from models.sentiment.batching import score_all
from models.sentiment.gist import MAX_CHARS
from models.sentiment.scorer import Scorer
from tests.fakes_sentiment import TORCH, exported, needs_torch, toy_bert, toy_folder
from tests.strange_texts import TEXTS, UNWRITTEN


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return settings for each kind, over toy models."""
    folder = tmp_path_factory.mktemp("models")
    return {
        "lexicon": lexicon.Settings(),
        "onnx": onnx.Settings(folder=toy_folder(folder / "onnx"), threads=1),
        "transformers": transformers.Settings(model=str(toy_bert(folder / "bert")), threads=1, offline=True)
        if TORCH
        else None,
    }


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(kind, marks=needs_torch) if kind == "transformers" else kind for kind in sorted(SCORERS)
    ],
)
def scorer(request: pytest.FixtureRequest, settings: dict[str, Any]) -> Scorer:
    """Return a warm scorer of each kind."""
    built = SCORERS[request.param].build(settings[request.param])
    built.warm_up()
    return built


def _close(one: Score, other: Score) -> bool:
    return (
        max(
            abs(one.negative - other.negative),
            abs(one.neutral - other.neutral),
            abs(one.positive - other.positive),
        )
        < 1e-4
    )


def test_it_says_who_it_is(scorer: Scorer) -> None:
    """A scorer has a name and a version, which scores carry."""
    assert scorer.name
    assert scorer.version


def test_probabilities_sum_to_one_and_the_label_is_the_most_probable(scorer: Scorer) -> None:
    """Every score is a distribution, and names its own mode."""
    for score in score_all(scorer, TEXTS, 8):
        by_label = {"negative": score.negative, "neutral": score.neutral, "positive": score.positive}
        assert sum(by_label.values()) == pytest.approx(1.0)
        assert min(by_label.values()) >= 0
        assert by_label[score.label] == max(by_label.values())
        assert score.voice in get_args(Voice)


def test_one_score_per_text_in_order(scorer: Scorer) -> None:
    """Sorting by length does not mix up whose score is whose."""
    together = score_all(scorer, TEXTS, 4)
    alone = [score_all(scorer, [text], 4)[0] for text in TEXTS]
    assert len(together) == len(TEXTS)
    assert all(_close(one, other) for one, other in zip(together, alone, strict=True))


def test_what_no_language_wrote_is_unsure(scorer: Scorer) -> None:
    """Empty, blank, emoji, foreign scripts and halves of characters are answered, and marked unsure."""
    assert all(score.unsure for score in score_all(scorer, UNWRITTEN, 8))


def test_a_very_long_text_scores_as_its_beginning(scorer: Scorer) -> None:
    """A hundred thousand characters are cut, not refused."""
    long, cut = score_all(scorer, ["悪" * 100_000, "悪" * MAX_CHARS], 8)
    assert _close(long, cut)


def test_nothing_to_score_is_no_trouble(scorer: Scorer) -> None:
    """No texts, no scores."""
    assert score_all(scorer, [], 8) == []


def test_half_a_character_changes_nothing_else(scorer: Scorer) -> None:
    """A lone surrogate is dropped, and what stands beside it is judged."""
    broken, whole = score_all(scorer, ["最悪\ud83dです", "最悪です"], 8)
    assert _close(broken, whole)
    assert (broken.label, broken.unsure) == (whole.label, whole.unsure)


@needs_torch
def test_the_exported_model_agrees_with_torch(tmp_path: Path) -> None:
    """The same weights give the same scores through onnxruntime and through torch."""
    bert = toy_bert(tmp_path / "bert")
    torch_scorer = transformers.build(transformers.Settings(model=str(bert), threads=1, offline=True))
    onnx_scorer = onnx.build(onnx.Settings(folder=exported(bert, tmp_path / "onnx"), threads=1))
    texts = ["最悪です。", "良い", "火の番", "最高最高最高です。", "見知らぬ字", "低"]
    ours, theirs = score_all(onnx_scorer, texts, 4), score_all(torch_scorer, texts, 4)
    assert all(_close(one, other) for one, other in zip(ours, theirs, strict=True))
    assert len({score.label for score in ours}) > 1 or len({round(score.negative, 3) for score in ours}) > 1
