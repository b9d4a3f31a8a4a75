"""Figures are what they say: F1, kappa, intervals that cover, temperatures found again, shares."""

from typing import Any

import numpy as np
import pytest

from models.mention import Score
from models.sentiment.labels import LABELS
from models.sentiment.logits import softmax
from models.sentiment.training import calibration, evaluation, figures
from models.sentiment.training.evaluation import Bin, Figure
from models.sentiment.training.example import Example
from models.volume.evidence import wilson

# how often truth (row) and label (column) meet: a scorer of .8 on a part like our own
CONFUSION = np.array([[0.30, 0.04, 0.02], [0.05, 0.27, 0.04], [0.01, 0.04, 0.23]])
DRAWS = 200


def _f1_of(table: Any) -> float:
    """Return the macro-F1 of a table of shares, by its definition."""
    both = [2 * table[one, one] / (table[one].sum() + table[:, one].sum()) for one in range(len(table))]
    return float(np.mean(both))


def _drawn(chance: np.random.Generator, rows: int) -> tuple[Any, Any]:
    cells = chance.choice(9, size=rows, p=CONFUSION.ravel())
    return cells // 3, cells % 3


def test_macro_f1_is_that_of_a_table_by_hand() -> None:
    """F1 of 4/5, 1/2 and 2/3; a class that does not occur is no class."""
    truth, said = np.array([0, 0, 0, 1, 1, 2]), np.array([0, 0, 1, 1, 2, 2])
    assert evaluation.macro_f1(truth, said) == pytest.approx((4 / 5 + 1 / 2 + 2 / 3) / 3)
    assert evaluation.macro_f1(np.array([0, 0, 0, 0]), np.array([0, 0, 0, 2])) == pytest.approx(6 / 7)
    assert evaluation.macro_f1(truth, np.array([1, 1, 1, 2, 2, 0])) == 0
    assert evaluation.accuracy(truth, said) == pytest.approx(4 / 6)


def test_kappa_is_that_of_a_known_table() -> None:
    """20 and 15 grants read alike, 5 and 10 not: kappa .4; equal readings 1, unrelated ones about 0."""
    pairs = [(1, 1)] * 20 + [(1, 0)] * 5 + [(0, 1)] * 10 + [(0, 0)] * 15
    one, other = [first for first, _ in pairs], [second for _, second in pairs]
    assert evaluation.kappa(one, other) == pytest.approx(0.4)
    assert evaluation.kappa(one, one) == pytest.approx(1.0)
    assert evaluation.kappa([0, 0, 1, 1], [0, 1, 0, 1]) == pytest.approx(0.0)


def test_intervals_cover_the_true_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bootstrap interval of 250 rows holds the scorer's true macro-F1 in about 95 % of draws."""
    monkeypatch.setattr(evaluation, "RESAMPLES", 200)
    chance, true = np.random.default_rng(11), _f1_of(CONFUSION)
    found = [evaluation.figure(*_drawn(chance, 250)) for _ in range(DRAWS)]
    covered = np.mean([one.low <= true <= one.high for one in found])
    assert 0.89 <= covered <= 0.985  # three standard errors of so few draws below .94
    assert np.mean([one.value for one in found]) == pytest.approx(true, abs=0.01)
    widths = [one.high - one.low for one in found]
    assert 0.06 < np.mean(widths) < 0.13


def test_more_rows_are_a_narrower_interval() -> None:
    """Four times the rows, half the width; the same rows give the same interval each time."""
    chance = np.random.default_rng(5)
    narrow, wide = (evaluation.figure(*_drawn(chance, rows)) for rows in (1600, 400))
    assert (wide.high - wide.low) / (narrow.high - narrow.low) == pytest.approx(2, rel=0.3)
    truth, said = _drawn(chance, 100)
    assert evaluation.figure(truth, said) == evaluation.figure(truth, said)
    assert str(Figure(0.8, 0.75, 0.8449, 40)) == "0.800 [0.750, 0.845] (n=40)"


def test_small_groups_are_left_out() -> None:
    """Nineteen rows say too little of a phenomenon."""
    groups = ["sarcasm"] * 20 + ["wish"] * 19
    table = evaluation.by_group([0] * 39, [0] * 30 + [1] * 9, groups)
    assert list(table) == ["sarcasm"]
    assert (table["sarcasm"].value, table["sarcasm"].rows) == (1.0, 20)


def test_a_label_that_hardly_occurs_in_a_group_is_left_out() -> None:
    """Two positive posts among thirty would be half of the figure; three are a class."""
    truth, said = [1] * 28 + [2] * 2, [1] * 27 + [0] + [1] * 2
    assert evaluation.by_group(truth, said, ["question"] * 30)["question"].value == pytest.approx(54 / 55)
    found = evaluation.by_group([*truth, 2], [*said, 1], ["question"] * 31)["question"]
    assert found.rows == 31
    assert found.value == pytest.approx((54 / 58 + 0) / 2)


def test_a_polar_set_is_judged_by_the_better_of_two() -> None:
    """Neutral is no answer where the set has no neutral."""
    logits = [[0.1, 5.0, 0.2], [2.0, 0.0, 1.0]]
    assert evaluation.predicted(logits).tolist() == [1, 0]
    assert evaluation.predicted(logits, polar=True).tolist() == [2, 0]


def _answers(chance: np.random.Generator, rows: int, warmth: float) -> tuple[Any, Any]:
    """Return logits and truths of a scorer that is right to believe once divided by *warmth*."""
    logits = chance.normal(0, 2.5, (rows, 3))
    chances = softmax(logits / warmth)
    truth = (chances.cumsum(axis=1) > chance.random((rows, 1))).argmax(axis=1)
    return logits, truth


@pytest.mark.parametrize("warmth", [0.6, 1.0, 2.2])
def test_a_known_temperature_is_found_again(warmth: float) -> None:
    """Too bold or too timid: within a tenth, and the log loss is the better for it."""
    logits, truth = _answers(np.random.default_rng(3), 3000, warmth)
    found = calibration.temperature(logits, truth)
    assert found == pytest.approx(warmth, rel=0.1)
    losses = [
        calibration.log_loss(softmax(logits / one), truth) for one in (found, warmth * 1.5, warmth / 1.5)
    ]
    assert losses[0] == min(losses)


def test_languages_have_temperatures_of_their_own() -> None:
    """A language with fewer than a hundred rows has that of all."""
    chance = np.random.default_rng(4)
    parts = {
        "ja": _answers(chance, 1500, 2.0),
        "en": _answers(chance, 1500, 0.7),
        "": _answers(chance, 50, 1),
    }
    logits = np.concatenate([one for one, _ in parts.values()])
    truth = np.concatenate([one for _, one in parts.values()])
    languages = [name for name, (_, rows) in parts.items() for _ in rows]
    found = calibration.temperatures(logits, truth, languages)
    assert set(found) == {"*", "ja", "en"}
    assert found["ja"] == pytest.approx(2.0, rel=0.12)
    assert found["en"] == pytest.approx(0.7, rel=0.12)
    believed = calibration.calibrated(logits, languages, found)
    assert believed[0] == pytest.approx(softmax(logits[:1] / found["ja"])[0])
    assert believed[-1] == pytest.approx(softmax(logits[-1:] / found["*"])[0])
    before, after = (
        evaluation.calibration_error(evaluation.reliability(one, truth))
        for one in (softmax(logits), believed)
    )
    assert after < 0.03 < before


def test_below_the_threshold_labels_are_often_wrong() -> None:
    """Where probabilities can be believed it is the share itself; where nothing can, it is .75."""
    logits, truth = _answers(np.random.default_rng(6), 6000, 1.0)
    believed = softmax(logits)
    threshold = calibration.unsure_below(believed, truth, least=0.6)
    assert threshold == pytest.approx(0.6, abs=0.06)
    doubtful = believed.max(axis=1) < threshold
    right = believed.argmax(axis=1) == truth
    assert right[doubtful].mean() < 0.6 < right[~doubtful].mean()
    assert calibration.unsure_below(believed, (believed.argmax(axis=1) + 1) % 3) == 0.75
    assert 0 < calibration.unsure_below(believed[:5], truth[:5]) <= 0.75


def test_reliability_says_how_often_each_confidence_was_right() -> None:
    """Forty rows that say .9 and are right half the time; ten that say .5 and always are."""
    sure, torn = [0.9, 0.05, 0.05], [0.3, 0.5, 0.2]
    probabilities = np.array([sure] * 40 + [torn] * 10)
    truth = np.array([0, 1] * 20 + [1] * 10)
    low, high = evaluation.reliability(probabilities, truth)
    assert [(one.rows, one.right) for one in (low, high)] == [(10, 1.0), (40, 0.5)]
    assert [one.said for one in (low, high)] == pytest.approx([0.5, 0.9])
    assert high.low < 0.9 < high.high
    assert evaluation.calibration_error([low, high]) == pytest.approx(0.8 * 0.4 + 0.2 * 0.5)
    assert evaluation.calibration_error([Bin(0.5, 0.6, 7, 0.55, 0.55)]) == 0
    assert sum(one.rows for one in evaluation.reliability(np.eye(3), np.arange(3))) == 3


def _judged(probabilities: Any, truth: Any) -> figures.Judged:
    scores = [
        Score(
            label=LABELS[int(row.argmax())], negative=row[0], neutral=row[1], positive=row[2], voice="praise"
        )
        for row in probabilities
    ]
    rows = [Example("a", label=int(one), voice=3, lang="ja", phenomenon="wish") for one in truth]
    return figures.Judged(rows, scores)


def test_shares_of_believable_scores_have_intervals_that_cover() -> None:
    """What the daemon pages on: the negative share of 200 posts with Wilson's interval holds the true one."""
    chance = np.random.default_rng(9)
    everything = softmax(chance.normal(0, 2.5, (200_000, 3)) + np.array([0.3, 0.5, 0.0]))
    true = float(everything[:, 0].mean())
    covered = []
    for _ in range(DRAWS):
        chosen = everything[chance.integers(0, len(everything), 200)]
        truth = (chosen.cumsum(axis=1) > chance.random((200, 1))).argmax(axis=1)
        was, said = figures.shares(_judged(chosen, truth))
        assert said == pytest.approx(was, abs=0.15)
        low, high = wilson(said * 200, 200)
        covered.append(low <= true <= high)
    assert np.mean(covered) >= 0.9


def test_the_tables_of_the_card_are_made_of_what_was_judged() -> None:
    """A line per language and phenomenon, the voice, and a reliability table of the same rows."""
    truth = np.array([0, 1, 2] * 10)
    found = _judged(np.eye(3)[truth] * 0.8 + 0.2 / 3, truth)
    one, other = _judged(np.eye(3)[truth], truth), found.of("en")
    assert [len(part.rows) for part in (one.of("ja"), other)] == [30, 0]
    assert figures.voice(found).value == 1.0
    [only] = figures.believed(found)
    assert (only.rows, only.right) == (30, 1.0)
    both = figures.Judged([*found.rows, *(row._replace(lang="en") for row in found.rows)], found.scores * 2)
    lines = {line.what: line.figure for line in figures.on_own(both)}
    assert list(lines) == ["own test part, ja", "own test part, en", "own test part, wish"]
    assert [one.rows for one in lines.values()] == [30, 30, 60]
    assert all(one.value == 1.0 for one in lines.values())
