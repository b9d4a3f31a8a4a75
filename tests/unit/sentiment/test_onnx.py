"""The onnxruntime scorer: what it reads from its folder, and what it refuses."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from models.sentiment import onnx
from models.sentiment.batching import score_all
from models.sentiment.logits import Head, Raw
from models.sentiment.scorer import ScorerError
from tests.fakes_sentiment import sign, toy_folder


def _scorer(folder: Path) -> onnx.OnnxScorer:
    return onnx.build(onnx.Settings(folder=folder, threads=1))


def test_a_model_s_own_labels_and_voices_are_read(tmp_path: Path) -> None:
    """Labels come from id2label, voices from the second output and id2voice."""
    scores = score_all(_scorer(toy_folder(tmp_path)), ["悪い", "良い"], 8)
    assert [(score.label, score.voice) for score in scores] == [
        ("negative", "complaint"),
        ("positive", "praise"),
    ]


def test_without_voices_in_the_config_the_voice_is_other(tmp_path: Path) -> None:
    """A second output that nobody names is not read."""
    assert score_all(_scorer(toy_folder(tmp_path, id2voice={})), ["悪"], 8)[0].voice == "other"


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_what_is_no_number_is_no_opinion(wrong: float) -> None:
    """A broken model would call every post negative: whoever owns the scorer asks the word lists instead."""
    head = Head([0, 1, 2], [], {}, 0.5)
    assert head.scores(Raw(np.array([[9.0, 0.0, 0.0]]), None, ["ja"]))[0].label == "negative"
    with pytest.raises(ScorerError, match="no number"):
        head.scores(Raw(np.array([[0.0, 9.0, 0.0], [wrong, 0.0, 0.0]]), None, ["ja", "ja"]))


def test_temperature_is_the_language_s_own(tmp_path: Path) -> None:
    """A higher temperature is a milder judgement."""
    cool = score_all(_scorer(toy_folder(tmp_path / "a", temperature={"ja": 1.0})), ["悪"], 8)[0]
    warm = score_all(_scorer(toy_folder(tmp_path / "b", temperature={"ja": 4.0})), ["悪"], 8)[0]
    assert cool.negative > warm.negative > 1 / 3


def test_the_config_says_when_it_is_unsure(tmp_path: Path) -> None:
    """Below its threshold a score is marked."""
    assert score_all(_scorer(toy_folder(tmp_path, unsure_below=0.999)), ["悪"], 8)[0].unsure


def test_padding_does_not_change_a_score(tmp_path: Path) -> None:
    """A short text scores the same beside a long one."""
    scorer = _scorer(toy_folder(tmp_path))
    alone = score_all(scorer, ["悪"], 8)[0]
    beside = score_all(scorer, ["悪", "良" * 30], 8)[0]
    assert alone.negative == pytest.approx(beside.negative)


def test_the_version_is_the_model_s_checksum_unless_it_has_its_own(tmp_path: Path) -> None:
    """Scores can always be traced to their weights."""
    assert len(_scorer(toy_folder(tmp_path / "a")).version) == 12
    assert _scorer(toy_folder(tmp_path / "b", version="2.1")).version == "2.1"


def _cut_short(folder: Path) -> None:
    model = folder / "model.onnx"
    model.write_bytes(model.read_bytes()[:-20])


def _garbage(folder: Path) -> None:
    (folder / "model.onnx").write_bytes(b"not a model")
    sign(folder)


def _no_json(folder: Path) -> None:
    (folder / "config.json").write_text("{", encoding="utf-8")
    sign(folder)


def _bad_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").write_text("{}", encoding="utf-8")
    sign(folder)


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (_cut_short, r"model\.onnx: is damaged or cut short"),
        (lambda folder: (folder / "tokenizer.json").unlink(), r"tokenizer\.json: the file is missing"),
        (lambda folder: (folder / "SHA256SUMS").unlink(), r"SHA256SUMS: cannot be read"),
        (lambda folder: (folder / "SHA256SUMS").write_text(""), r"SHA256SUMS: has no line for model\.onnx"),
        (_garbage, r"model\.onnx: onnxruntime cannot load it"),
        (_no_json, r"config\.json: is no usable model configuration"),
        (_bad_tokenizer, r"tokenizer\.json: is no usable tokenizer"),
        (lambda folder: toy_folder(folder, id2label={}), r"config\.json: the model names no labels"),
        (lambda folder: toy_folder(folder, id2label={"0": "A", "1": "B", "2": "C"}), r"cannot tell negative"),
        (lambda folder: toy_folder(folder, id2label={"1": "negative"}), r"must count from 0"),
        (
            lambda folder: toy_folder(folder, id2label={"0": "neg", "1": "pos"}),
            r"names 2 labels, the model has 3",
        ),
        (lambda folder: toy_folder(folder, id2voice={"0": "yelling"}), r"'yelling' is no voice"),
        (lambda folder: toy_folder(folder, temperature={"ja": 0}), r"temperature must be above 0"),
    ],
)
def test_a_damaged_folder_is_answered_in_one_sentence(
    tmp_path: Path, break_it: Callable[[Path], object], said: str
) -> None:
    """Missing, cut short, wrong or unlabelled: the file and what is wrong, never a traceback."""
    break_it(toy_folder(tmp_path))
    with pytest.raises(ScorerError, match=said):
        _scorer(tmp_path).warm_up()


def test_a_missing_folder_says_what_it_should_hold(tmp_path: Path) -> None:
    """The sentence names the files."""
    with pytest.raises(ScorerError, match=r"should hold model\.onnx"):
        _scorer(tmp_path / "none")
