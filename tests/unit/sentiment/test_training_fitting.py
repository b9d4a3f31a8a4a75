"""Fitting teaches what the rows say and nothing else, on a random toy of two layers."""

from typing import Any

import numpy as np
import pytest

from models.sentiment.training.example import UNKNOWN, Example
from tests.fakes_training import classifier, examples, letter_tokenizer, torch_part

fitting = torch_part("fitting")
ROWS = examples(192)
TEXTS = [one.text for one in ROWS]
LABELS = np.array([one.label for one in ROWS])
QUICK = fitting.Recipe(epochs=10, batch=16, encoder_rate=4e-3, head_rate=5e-3, average=0.9)


def _fitted(rows: list[Example], recipe: Any = QUICK) -> Any:
    import torch  # noqa: PLC0415 - an extra

    torch.set_num_threads(1)  # sums of another number of threads differ in the last bit
    return fitting.fit(classifier(), letter_tokenizer(), rows, recipe)


def _said(model: Any, texts: list[str] = TEXTS) -> tuple[Any, Any]:
    feeling, voice = fitting.predict(model, letter_tokenizer(), texts)
    return feeling, voice


def _probabilities(logits: Any) -> Any:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _log_loss(logits: Any) -> float:
    return float(-np.log(_probabilities(logits)[np.arange(len(LABELS)), LABELS]).mean())


@pytest.fixture(scope="module")
def fitted() -> Any:
    """Return the toy after ten passes over the rows."""
    return _fitted(ROWS)


def test_fitting_lowers_the_loss_and_finds_the_words(fitted: Any) -> None:
    """From chance to right, for the feeling and for the voice, on rows that it never saw too."""
    feeling, voice = _said(fitted)
    assert _log_loss(feeling) < 0.5 * _log_loss(_said(classifier())[0])
    fresh = examples(60, seed=8)
    unseen, heard = _said(fitted, [one.text for one in fresh])
    assert float((unseen.argmax(1) == [one.label for one in fresh]).mean()) > 0.8
    assert float((heard.argmax(1) == [one.voice for one in fresh]).mean()) > 0.8
    assert float((voice.argmax(1) == LABELS).mean()) > 0.8


def test_a_seed_is_a_model(fitted: Any) -> None:
    """The same seed gives the same weights to the last bit, another seed others."""
    assert np.array_equal(_said(_fitted(ROWS))[0], _said(fitted)[0])
    other = _fitted(ROWS, QUICK._replace(seed=8))
    assert np.abs(_said(other)[0] - _said(fitted)[0]).max() > 0.01


def _gradients(batch: Any) -> list[Any]:
    """Return the gradient of the loss by the logits of feeling, voice and moral."""
    import torch  # noqa: PLC0415 - an extra

    rows = len(batch.label)
    torch.manual_seed(1)
    outputs = [torch.randn(rows, columns, requires_grad=True) for columns in (3, 7, 2)]
    fitting._loss(outputs, batch, fitting.Recipe()).backward()
    return [None if one.grad is None else one.grad.numpy() for one in outputs]


def _batch(rows: list[Example], **recipe: Any) -> Any:
    encoded = fitting._encoded(letter_tokenizer(), [one.text for one in rows], 64)
    return fitting._batch(rows, encoded, fitting.Recipe(**recipe), np.random.default_rng(7))


def test_polar_rows_say_nothing_about_neutral() -> None:
    """Their gradient pushes negative against positive and leaves neutral alone; other rows move all three."""
    feeling, *_ = _gradients(_batch([ROWS[0]._replace(polar=True), ROWS[2]._replace(polar=True), ROWS[0]]))
    assert np.abs(feeling[:2, 1]).max() < 1e-9
    assert (np.abs(feeling[:2, [0, 2]]) > 1e-3).all()
    assert (np.abs(feeling[2]) > 1e-3).all()


def test_rows_without_an_answer_teach_no_answer() -> None:
    """A moral row moves the moral head alone; a row of feeling leaves that head alone."""
    feeling, voice, moral = _gradients(_batch([Example("悪", moral=1), Example("良", label=2, voice=3)]))
    assert not feeling[0].any()
    assert not voice[0].any()
    assert moral[0].any()
    assert feeling[1].any()
    assert voice[1].any()
    assert not moral[1].any()
    assert _gradients(_batch([Example("良", label=2)]))[1:] == [None, None]


def test_weights_of_rows_count() -> None:
    """A row of weight 3 moves three times as much as its neighbour of weight 1."""
    twice = [ROWS[0]._replace(weight=3.0), ROWS[0]]
    import torch  # noqa: PLC0415 - an extra

    batch = _batch(twice)
    same = torch.zeros(2, 3, requires_grad=True)
    others = [torch.zeros(2, 7), torch.zeros(2, 2)]
    fitting._loss([same, *others], batch, fitting.Recipe()).backward()
    assert same.grad[0].numpy() == pytest.approx(3 * same.grad[1].numpy())


def test_soft_labels_teach() -> None:
    """A teacher's doubt is learnt as doubt: the student says the teacher's probabilities."""
    taught = {"悪悪悪": (0.7, 0.2, 0.1), "良良良": (0.1, 0.3, 0.6), "駅番店": (0.25, 0.5, 0.25)}
    rows = [Example(text, soft=soft) for text, soft in taught.items()] * 16
    model = _fitted(rows, QUICK._replace(epochs=25, word_dropout=0.0))
    said = _probabilities(_said(model, list(taught))[0])
    assert np.abs(said - np.array(list(taught.values()))).max() < 0.1


def test_word_dropout_leaves_special_pieces() -> None:
    """Every other piece becomes the unknown one; begin, end and padding stay, and so does the mask."""
    short, long = Example("良"), Example("悪い店の夜番火駅朝")
    whole, hidden = (_batch([short, long], word_dropout=share) for share in (0.0, 1.0))
    special = whole.ids <= 3
    assert (hidden.ids[special] == whole.ids[special]).all()
    assert (hidden.ids[~special] == 3).all()
    assert (hidden.mask == whole.mask).all()
    assert {0, 1, 2} <= set(hidden.ids.flatten().tolist())
    some = _batch([long] * 64, word_dropout=0.2).ids
    share = float((some == 3).sum() - (_batch([long] * 64, word_dropout=0.0).ids == 3).sum())
    assert 0.1 < share / (64 * 8) < 0.3


def test_every_row_comes_once_in_a_pass_beside_rows_of_its_length() -> None:
    """In an order of chance, padded to multiples of 16."""
    rows = [Example("良" * (1 + at % 40), label=at % 3, weight=float(at)) for at in range(100)]
    encoded = fitting._encoded(letter_tokenizer(), [one.text for one in rows], 32)
    assert max(len(ids) for ids in encoded) == 32
    recipe = fitting.Recipe(batch=16, word_dropout=0.0)
    batches = list(fitting._batches(rows, encoded, recipe, np.random.default_rng(7)))
    assert sorted(weight for one in batches for weight in one.weight.tolist()) == list(range(100))
    assert {one.ids.shape[1] for one in batches} == {16, 32}
    spreads = [int(one.mask.sum(1).max() - one.mask.sum(1).min()) for one in batches]
    assert np.median(spreads) <= 6


def test_predictions_keep_the_order_of_the_texts(fitted: Any) -> None:
    """Sorted by length within, and each text's answer does not depend on the others."""
    texts = ["良", "悪い店の夜番火駅朝" * 3, "悪", "最高"]
    together = _said(fitted, texts)[0]
    alone = np.concatenate([_said(fitted, [text])[0] for text in texts])
    assert together == pytest.approx(alone, abs=1e-4)


def test_a_saved_classifier_answers_as_before(fitted: Any, tmp_path: Any) -> None:
    """Weights, sizes and heads come back; what ships has two heads."""
    kept = torch_part("classifier")
    kept.save(fitted, tmp_path / "deep" / "model.pt")
    again = kept.load(tmp_path / "deep" / "model.pt")
    assert np.array_equal(_said(again)[0], _said(fitted)[0])
    served = kept.Served(again)(*_batch([ROWS[0]])[:2])
    assert [tuple(one.shape) for one in served] == [(1, 3), (1, 7)]


def test_unknown_labels_are_counted_as_such() -> None:
    """The mark for what nobody said is the one that torch's losses ignore."""
    import torch  # noqa: PLC0415 - an extra

    assert torch.nn.CrossEntropyLoss().ignore_index == UNKNOWN
