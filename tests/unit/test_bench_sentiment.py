"""The bench of judging measures what it says: its floor learns, and what is not there is named."""

from pathlib import Path

import numpy as np
import pytest

from bench import sentiment
from bench.judging import accuracy, speed
from bench.judging.ngrams import NGrams
from models.sentiment import lexicon
from models.sentiment.batching import score_all
from models.sentiment.training import corpus, figures
from tests.fakes_sentiment import toy_folder
from tests.fakes_training import public_set


@pytest.fixture(scope="module")
def floor() -> NGrams:
    """Return n-grams of the posts that the shipped model learnt from."""
    return NGrams(list(corpus.examples(corpus.rows(corpus.TRAINING))))


def test_the_floor_is_no_straw_man(floor: NGrams) -> None:
    """On plain words it is right, on posts of other writers above the most frequent label, and it is fast."""
    rows = list(corpus.examples(corpus.rows(corpus.TEST)))
    found = figures.judged(floor, rows)
    right = np.mean([one == other for one, other in zip(found.truth, found.said(), strict=True)])
    assert 0.5 < right < 0.9
    sums = found.probabilities.sum(axis=1)
    assert sums == pytest.approx(np.ones(len(sums)))
    plain = score_all(
        floor, ["最悪、二度と行かない", "美味しかった!ありがとう", "何時まで営業していますか"], 8
    )
    assert [one.label for one in plain] == ["negative", "positive", "neutral"]


def test_without_weights_the_bench_says_so(tmp_path: Path) -> None:
    """One row, no crash."""
    [(what, said)] = list(sentiment.measure(tmp_path / "weights"))
    assert what == "shipped sentiment model"
    assert said == "not measured: there is no weights/"


def test_sets_that_are_not_there_are_named(tmp_path: Path, floor: NGrams) -> None:
    """Those that are there are judged, on as many rows as asked for, beside the floors."""
    rows = [(f"post {at} is good", "positive", "en", "dev", "") for at in range(30)]
    public_set(tmp_path, "goemotions", rows)
    held = accuracy.Contest(lexicon.build(lexicon.Settings()), {"n-grams": floor})
    measured, economy, _ = accuracy.public(held, tmp_path, 12)
    assert "(n=12); n-grams 0." in measured[1] or "(n=12); n-grams 1." in measured[1]
    assert measured[2:] == ("≥ 0.66", True)
    assert economy[1] == f"not measured: economy_watchers.tsv.gz is not in {tmp_path.name}/"


def test_without_an_fp32_graph_the_way_to_one_is_named(tmp_path: Path) -> None:
    """The row says which command makes it."""
    from models.sentiment import onnx  # noqa: PLC0415 - beside its only use

    scorer = onnx.build(onnx.Settings(folder=toy_folder(tmp_path / "toy"), threads=1))
    [(_, said, *_)] = accuracy.against_fp32(scorer, tmp_path / "toy", tmp_path / "fp32.onnx")
    assert "python -m models.sentiment.training makes it" in said


def test_equal_graphs_agree_wholly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same weights on both sides: every label equal, nothing lost."""
    from models.sentiment import onnx  # noqa: PLC0415 - as above

    folder = toy_folder(tmp_path / "toy")
    scorer = onnx.build(onnx.Settings(folder=folder, threads=1))
    few = corpus.rows(corpus.TEST)[::10]
    monkeypatch.setattr(corpus, "rows", lambda _: few)
    found = accuracy.against_fp32(scorer, folder, folder / "model.onnx")
    (_, same, *met), (_, lost, *kept) = found
    assert same.startswith("1.000 of 77;")
    assert lost.startswith("+0.00 points")
    assert met[1] is kept[1] is True


def test_a_fresh_process_is_timed_and_weighed(tmp_path: Path) -> None:
    """From its start to its first score, and what it holds at the end."""
    cold, memory = speed.fresh(toy_folder(tmp_path / "toy"), 1)
    assert 0 < float(cold[1].split()[0]) < 60
    assert 20 < float(memory[1].split()[0]) < 500
    with pytest.raises(OSError, match="could not score"):
        list(speed.fresh(tmp_path / "nothing", 1))
