"""The steps from public sets to a sealed folder, on a random two-layer toy; the command that runs them."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tokenizers

from models.sentiment import onnx
from models.sentiment.batching import score_all
from models.sentiment.training import corpus, mixture
from models.sentiment.training.example import Example
from tests.fakes_training import (
    bert,
    corpus_file,
    examples,
    letter_tokenizer,
    public_set,
    tokenizer_document,
    torch_part,
)

command, lessons, shipping = torch_part("__main__"), torch_part("lessons"), torch_part("shipping")
encoder, fitting, workshop = torch_part("encoder"), torch_part("fitting"), torch_part("workshop")
LABELS = ("negative", "neutral", "positive")
PARTS = ("train", "raw", "dev", "val")
QUICK = fitting.Recipe(epochs=8, batch=16, encoder_rate=4e-3, head_rate=5e-3, average=0.9)


def _public(folder: Path) -> Path:
    """Write every set that the steps read, nine rows a part."""
    every = [*mixture.MIXTURE, *mixture.UNLABELLED]
    for seed, name in enumerate(every):
        rows = []
        for part in PARTS:
            for one in examples(9, seed=100 + seed):
                label = LABELS[one.label] if name != "economy_watchers" or one.label != 1 else "negative"
                label = "wrong" if name == "jcommonsense_morality" else label
                rows.append((one.text, label, "eng", part, ""))
        public_set(folder, name, rows)
    return folder


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a corpus of toy posts; one training row is a copy of a test row."""
    folder = tmp_path_factory.mktemp("corpus")
    test = examples(48, seed=2)
    corpus_file(folder / "train-ja-a.tsv", [*examples(240, seed=1), test[0]], "ja_a")
    corpus_file(folder / "test-ja-t.tsv", test, "ja_t")
    return folder


@pytest.fixture(scope="module")
def made(written: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return a workshop in which every step was taken after `trim`, and what the log said."""
    shop = workshop.Workshop(
        _public(tmp_path_factory.mktemp("data")), tmp_path_factory.mktemp("work"), seed=7
    )
    torch_part("classifier").torch.set_num_threads(1)
    torch_part("classifier").torch.manual_seed(7)
    encoder.save(bert(25), tokenizer_document(letter_tokenizer()), shop.work / "trimmed")
    with pytest.MonkeyPatch.context() as patch:
        _patch(patch, written)
        for step in (lessons.adapt, command.teach, command.distil, shipping.quantise):
            step(shop)
    return shop


def _patch(patch: pytest.MonkeyPatch, written: Path) -> None:
    patch.setattr(corpus, "rows", _rows_of(corpus.rows, written))
    patch.setattr(command, "_TAUGHT", QUICK)
    patch.setattr(command, "TEACHERS", (11,))
    patch.setenv("HF_HUB_OFFLINE", "1")


def _rows_of(read: Callable[[str, Path], Any], folder: Path) -> Callable[[str], Any]:
    return lambda part: read(part, folder)


def test_the_folder_at_the_end_scores_what_was_taught(made: Any) -> None:
    """After adapting, teaching, distilling and eight bits: good is good, bad is bad, the voice is heard."""
    scorer = onnx.build(onnx.Settings(folder=made.work / "weights", threads=1))
    fresh = examples(60, seed=3)
    scores = score_all(scorer, [one.text for one in fresh], 8)
    right = sum(score.label == LABELS[row.label] for score, row in zip(scores, fresh, strict=True))
    assert right >= 45
    assert {"complaint", "question"} <= {score.voice for score in scores}
    assert (scorer.name, scorer.version) == (shipping.NAME, shipping.VERSION)


def test_the_folder_says_how_far_it_can_be_believed(made: Any) -> None:
    """Temperature and threshold come from rows held out; the rest is the project's labels."""
    config = onnx._config(made.work / "weights" / "config.json")
    assert 0.4 <= config.temperature["*"] <= 5.0
    assert 0.3 < config.unsure_below <= 0.75
    assert list(config.id2label.values()) == list(LABELS)
    assert len(config.id2voice) == 7


def test_no_test_row_teaches_and_what_is_held_out_does_not(
    made: Any, written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 241 rows the copy of a test row falls, about a twelfth is held out, the same for each step."""
    _patch(monkeypatch, written)
    train, held = lessons.written(made)
    assert len(train) + len(held) == 240
    assert 240 // 24 <= len(held) <= 240 // 8
    assert not {one.text for one in train} & {one.text for one in held}
    test = {one.text for one in corpus.rows(corpus.TEST)}
    assert not test & {one.text for one in [*train, *held]}
    assert lessons.written(made) == (train, held)


def test_a_student_is_taught_the_mean_opinion_and_the_label() -> None:
    """The label weighs more than the teachers; where nobody labelled, they alone are heard."""
    known = lessons._taught(Example("a", label=0), (0.2, 0.2, 0.6))
    assert sum(known.soft) == pytest.approx(1)
    assert 0.5 < known.soft[0] < 1
    assert known.soft[2] == pytest.approx(3 * known.soft[1])
    assert known.label < 0
    assert lessons._taught(Example("a"), (0.2, 0.2, 0.6)).soft == (0.2, 0.2, 0.6)


def test_the_card_s_tables_are_logged(
    made: Any, written: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Own test part, public development parts, the voice and the reliability, as Markdown."""
    _patch(monkeypatch, written)
    monkeypatch.setattr("models.sentiment.training.evaluation.RESAMPLES", 20)
    monkeypatch.setattr(corpus, "examples", _half_english(corpus.examples))
    with caplog.at_level(logging.INFO):
        shipping.evaluate(made)
    for said in (
        "own test part, ja | ",
        "outcries, en, recall of negative | ",
        "GoEmotions dev",
        "economy_watchers",
        "chABSA",
        "voice | ",
    ):
        assert said in caplog.text
    assert "(n=24)" in caplog.text
    assert "reliability, calibration error" in caplog.text


def _half_english(made: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def halved(rows: Any) -> Any:
        return [one._replace(lang=("ja", "en")[at % 2]) for at, one in enumerate(made(rows))]

    return halved


def test_a_conversion_that_is_wrong_stops_the_work() -> None:
    """Vectors that point elsewhere: one sentence with the cosine that was found."""
    import numpy as np  # noqa: PLC0415 - beside the torch part

    workshop._alike("the engine", np.eye(3), np.eye(3), 0.999)
    with pytest.raises(SystemExit, match=r"cosine with the engine is 0\.00000, below 0\.999"):
        workshop._alike("the engine", np.eye(3), np.roll(np.eye(3), 1, axis=1), 0.999)


def test_an_unknown_step_is_refused_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It names the steps that there are, and nothing is run."""
    monkeypatch.setattr("sys.argv", ["training", "fetch", "teech"])
    monkeypatch.setattr(command, "STEPS", dict.fromkeys(command.STEPS, pytest.fail))
    with pytest.raises(SystemExit) as stopped:
        command.main()
    assert stopped.value.code == 2
    said = capsys.readouterr().err.splitlines()
    assert said[-1].endswith(f"error: there is no step teech; there is: {', '.join(command.STEPS)}")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (
            ["trim"],
            "trim needs the public sets, and they are no part of this project: name their",
        ),
        (["quantise", "evaluate", "--data", "nowhere"], "evaluate needs the public sets, and nowhere is no"),
    ],
)
def test_without_the_public_sets_it_says_what_to_name(
    given: list[str], why: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence before anything runs; steps that need none run without."""
    monkeypatch.setattr("sys.argv", ["training", *given])
    monkeypatch.setattr(command, "STEPS", dict.fromkeys(command.STEPS, pytest.fail))
    with pytest.raises(SystemExit) as stopped:
        command.main()
    assert stopped.value.code == 2
    assert why in capsys.readouterr().err.splitlines()[-1]
    monkeypatch.setattr(command, "STEPS", dict.fromkeys(command.STEPS, lambda _: None))
    monkeypatch.setattr("sys.argv", ["training", "fetch", "quantise"])
    command.main()


def test_the_steps_asked_for_run_in_order(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With the folders, seed and threads of the command line; without names all of them."""
    ran: list[tuple[str, Any]] = []
    steps = {name: lambda shop, name=name: ran.append((name, shop)) for name in command.STEPS}
    monkeypatch.setattr(command, "STEPS", steps)
    folders = ["--data", str(tmp_path), "--work", str(tmp_path / "work")]
    monkeypatch.setattr("sys.argv", ["training", "trim", "fetch", *folders, "--threads", "1"])
    command.main()
    assert [name for name, _ in ran] == ["trim", "fetch"]
    assert ran[0][1] == workshop.Workshop(tmp_path, tmp_path / "work", 7)
    monkeypatch.setattr("sys.argv", ["training", "--data", str(tmp_path), "--seed", "9"])
    command.main()
    assert [name for name, _ in ran[2:]] == list(command.STEPS)
    assert ran[-1][1].seed == 9
    assert isinstance(letter_tokenizer(), tokenizers.Tokenizer)
