"""The model that ships: what it must reach on the test part, and what its folder promises."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from models.mention import Label, Score, Voice
from models.sentiment import onnx
from models.sentiment.batching import score_all
from models.sentiment.exporting.agreement import compare
from models.sentiment.training import figures
from models.sentiment.training.evaluation import by_group, calibration_error, figure
from models.sentiment.training.figures import Judged
from models.volume.evidence import wilson
from tests.strange_texts import TEXTS, UNWRITTEN

FOLDER = onnx.Settings().folder
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"needs the shipped weights in {FOLDER.name}/")
FLOORS = {"ja": 0.75, "en": 0.70}
PHENOMENON = 0.50
OUTCRIES = {"ja": (0.57, 0.88), "en": (0.46, 0.66)}
"""Recall and precision of negative on short outcries: low, and a later model may only be better."""
LARGEST = 42_000_000
STATED = re.compile(r"^\| *(?P<what>[^|]+?) *\| *(?P<value>[01]?\.\d+) *\[", re.MULTILINE)


@pytest.fixture(scope="module")
def scorer() -> onnx.OnnxScorer:
    """Return the shipped scorer."""
    return onnx.build(onnx.Settings(folder=FOLDER))


@pytest.fixture(scope="module")
def judged(scorer: onnx.OnnxScorer) -> Judged:
    """Return what it says of the test part."""
    return figures.own(scorer)


@pytest.fixture(scope="module")
def outcries(scorer: onnx.OnnxScorer) -> dict[str, float]:
    """Return its figures on short outcries."""
    return {line.what: line.figure.value for line in figures.on_outcries(scorer)}


@pytest.mark.parametrize("lang", list(FLOORS))
def test_the_test_part_is_judged_well_enough(judged: Judged, lang: str) -> None:
    """Macro-F1 of three classes: the lower end of its 95 % interval is above the floor."""
    part = judged.of(lang)
    assert figure(part.truth, part.said()).low >= FLOORS[lang]


def test_no_phenomenon_is_lost(judged: Judged) -> None:
    """Sarcasm, slang, quoted complaints: each with twenty posts or more is above chance by far."""
    table = by_group(judged.truth, judged.said(), [row.phenomenon for row in judged.rows])
    assert len(table) >= 20
    assert {name: str(one) for name, one in table.items() if one.value < PHENOMENON} == {}


@pytest.mark.parametrize("lang", list(OUTCRIES))
def test_short_outcries_are_heard(outcries: dict[str, float], lang: str) -> None:
    """And what only looks like one is left alone."""
    recall, precision = OUTCRIES[lang]
    assert outcries[f"short outcries, {lang}, recall of negative"] >= recall
    assert outcries[f"short outcries, {lang}, precision of negative"] >= precision


def test_the_voice_is_answered(judged: Judged) -> None:
    """Each of the seven is heard somewhere, and more than half are right beyond doubt."""
    assert {one.voice for one in judged.scores} == set(get_args(Voice))
    assert figures.voice(judged).low >= 0.55


def test_the_folder_is_small_and_whole() -> None:
    """At most 42 MB in all; every file is as its sum says, which the scorer compares before it loads."""
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= LARGEST
    names = {line.split()[1] for line in (FOLDER / "SHA256SUMS").read_text(encoding="ascii").splitlines()}
    assert names == set(onnx.FILES)
    onnx.build(onnx.Settings(folder=FOLDER))


def test_its_configuration_names_everything() -> None:
    """Our labels and voices in order, a temperature per language, a threshold of doubt."""
    config = onnx._config(FOLDER / "config.json")
    assert list(config.id2label.values()) == list(get_args(Label))
    assert list(config.id2voice.values()) == list(get_args(Voice))
    assert {"ja", "en", "*"} <= set(config.temperature)
    assert all(0.3 < one < 5 for one in config.temperature.values())
    assert 1 / 3 < config.unsure_below <= 0.75
    assert config.max_length >= 128
    assert config.name
    assert config.version


def test_probabilities_can_be_believed(judged: Judged) -> None:
    """Said and seen differ by little on average; doubt is marked, and is rarer than certainty."""
    assert calibration_error(figures.believed(judged)) <= 0.1
    doubted = np.array([one.unsure for one in judged.scores])
    right = np.array(judged.said()) == np.array(judged.truth)
    assert 0 < doubted.mean() < 0.3
    assert right[doubted].mean() < right[~doubted].mean()


@pytest.mark.parametrize("lang", list(FLOORS))
def test_shares_of_negative_have_intervals_that_cover(judged: Judged, lang: str) -> None:
    """A hundred posts of the part, by chance: the 90 % interval of the pages holds the true share."""
    part, chance = judged.of(lang), np.random.default_rng(7)
    said, true = np.array(part.said()) == 0, float((np.array(part.truth) == 0).mean())
    draws = (chance.choice(len(said), 100, replace=True) for _ in range(400))
    intervals = [wilson(float(said[chosen].sum()), 100) for chosen in draws]
    assert np.mean([low <= true <= high for low, high in intervals]) >= 0.85


def test_a_post_scores_much_the_same_in_any_company(scorer: onnx.OnnxScorer, judged: Judged) -> None:
    """Alone and beside seven others: the label stays for nearly all, a probability moves by little."""
    chosen = list(range(0, len(judged.rows), 4))
    texts = [judged.rows[at].text for at in chosen]
    alone = score_all(scorer, texts, 1)
    found = compare(alone, [judged.scores[at] for at in chosen])
    assert found.equal >= 0.95
    assert found.mean <= 0.02


def test_whatever_comes_is_answered(scorer: onnx.OnnxScorer) -> None:
    """Empty, broken, endless, in scripts that it never learnt: a distribution, and doubt about it."""
    for one in score_all(scorer, TEXTS, 8):
        assert one.negative + one.neutral + one.positive == pytest.approx(1)
    assert all(one.unsure for one in score_all(scorer, UNWRITTEN, 8))


@pytest.mark.parametrize(
    ("text", "label", "voice"),
    [
        ("最悪。二度と買わない", "negative", "complaint"),
        ("最高に美味しかった!また行きます", "positive", "praise"),
        ("明日は何時まで営業していますか?", "neutral", "question"),
        ("worst customer service i've ever had, never again", "negative", "complaint"),
        ("absolutely love this place, thank you so much!", "positive", "praise"),
        ("what time do you open tomorrow?", "neutral", "question"),
    ],
)
def test_plain_words_are_understood(scorer: onnx.OnnxScorer, text: str, label: str, voice: str) -> None:
    """What nobody could take for anything else, in both languages."""
    [score] = score_all(scorer, [text], 1)
    assert (score.label, score.voice) == (label, voice)


def _stated(card: Path) -> dict[str, float]:
    return {one["what"]: float(one["value"]) for one in STATED.finditer(card.read_text(encoding="utf-8"))}


def _measured(judged: Judged) -> dict[str, float]:
    return {line.what: line.figure.value for line in figures.on_own(judged)}


def test_the_card_states_what_is_measured(judged: Judged, outcries: dict[str, float]) -> None:
    """The figures of the test part are those of these weights, but for another CPU's rounding."""
    stated, measured = _stated(FOLDER / "MODEL_CARD.md"), _measured(judged) | outcries
    ours = {what: value for what, value in stated.items() if what in measured}
    assert {"own test part, ja", "own test part, en"} <= set(ours)
    for what, value in ours.items():
        by_language = what.rsplit(", ", 1)[1] in FLOORS
        assert value == pytest.approx(measured[what], abs=0.015 if by_language else 0.06), what


def test_equal_texts_get_equal_scores(scorer: onnx.OnnxScorer) -> None:
    """Twice the same question, twice the same answer, to the last bit."""
    texts: Sequence[str] = ["電車また遅れてる。連絡もない", "great coffee, slow till"] * 2
    first: list[Score] = score_all(scorer, texts, 4)
    again: list[Any] = score_all(scorer, texts, 4)
    assert first == again
