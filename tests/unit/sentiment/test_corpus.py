"""The posts written for the project are what their README and their guide say."""

import csv
import hashlib
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from models.sentiment.gist import gist
from models.sentiment.labels import LABELS, VOICES
from models.sentiment.training import corpus, mixture
from models.sentiment.training.corpus import Written
from models.sentiment.training.evaluation import kappa
from models.sentiment.training.example import Neighbours

LANGUAGES = ("ja", "en")
LEAST = {"ja": 6_000, "en": 1_500}
LINK = re.compile(
    r"(?:https?://|www\.)([^\s/、。」)]+)|\b([a-z0-9-]+\.(?:com|net|org|jp|co|io|my|uk))\b", re.IGNORECASE
)
README = (corpus.FOLDER / "README.md").read_text(encoding="utf-8")
GUIDE = (corpus.FOLDER / "GUIDE.md").read_text(encoding="utf-8")


@cache
def _rows(part: str, lang: str = "") -> list[Written]:
    return [row for row in corpus.rows(part) if lang in {"", row.lang}]


def _listed(column: str) -> set[str]:
    """Return the values that the guide allows in a column."""
    [line] = re.findall(rf"^- \*\*{column}\*\*: (.+)$", GUIDE, re.MULTILINE)
    return {word.strip() for word in re.sub(r"\([^)]*\)", "", line).split(",")}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_there_are_enough_posts(lang: str) -> None:
    """Of each language, to learn from and to be tested on."""
    assert len(_rows(corpus.TRAINING, lang)) >= LEAST[lang]
    assert len(_rows(corpus.TEST, lang)) >= 200
    assert len(_rows(corpus.TEST)) >= 600


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("part", [corpus.TRAINING, corpus.TEST])
def test_labels_are_balanced(part: str, lang: str) -> None:
    """No label is more than 45 % or less than 25 % of a part."""
    labels = Counter(row.label for row in _rows(part, lang))
    shares = [labels[name] / labels.total() for name in LABELS]
    assert 0.25 <= min(shares) <= max(shares) <= 0.45


@pytest.mark.parametrize("part", [corpus.TRAINING, corpus.TEST])
def test_every_business_and_phenomenon_is_there_in_both_languages(part: str) -> None:
    """At least fourteen businesses; nothing that the guide lists is missing, nothing else is there."""
    for lang in LANGUAGES:
        rows = _rows(part, lang)
        assert {row.business for row in rows} == _listed("business")
        assert {row.phenomenon for row in rows} == _listed("phenomenon")
        assert {row.register for row in rows} == _listed("register")
        assert {row.voice for row in rows} == set(VOICES)
    assert len(_listed("business")) >= 14


def test_no_phenomenon_is_a_handful() -> None:
    """Twenty test posts of each are judged by themselves; a hundred of each teach."""
    for part, least in ((corpus.TRAINING, 100), (corpus.TEST, 20)):
        assert min(Counter(row.phenomenon for row in _rows(part)).values()) >= least


def test_no_post_is_written_twice() -> None:
    """Not even in another spelling, within a part or across."""
    found = Counter(gist(row.text) for part in (corpus.TRAINING, corpus.TEST) for row in _rows(part))
    assert [text for text, times in found.items() if times > 1 or not text] == []


def test_no_training_post_is_near_a_test_post() -> None:
    """By character 4-grams: what is learnt is not what is asked."""
    test = _rows(corpus.TEST)
    known = Neighbours(row.text for row in test)
    near = ((row.text, known.near(row.text)) for row in _rows(corpus.TRAINING))
    assert [(text, test[at].text) for text, at in near if at is not None] == []


def test_outcries_are_half_negative_and_nobody_learns_from_them() -> None:
    """No training post is one or near one; each language has look-alikes of both kinds; the README counts."""
    rows = corpus.outcries()
    assert len({gist(row.text) for row in rows}) == len(rows)
    for lang in LANGUAGES:
        labels = Counter(LABELS[row.label] for row in rows if row.lang == lang)
        assert 0.45 <= labels["negative"] / labels.total() <= 0.55
        assert min(labels.values()) >= 0.2 * labels.total()
    known = Neighbours(row.text for row in rows)
    assert [row.text for row in _rows(corpus.TRAINING) if known.near(row.text) is not None] == []
    ja, en = (sum(row.lang == lang for row in rows) for lang in LANGUAGES)
    assert f"| `outcries.tsv` | {ja + en} ({ja} ja, {en} en) |" in README


def test_writers_of_tests_wrote_nothing_to_learn_from() -> None:
    """And several independent writers did; each file is one writer's."""
    learnt, asked = ({row.writer for row in _rows(part)} for part in (corpus.TRAINING, corpus.TEST))
    assert not learnt & asked
    assert len(asked) >= 2
    assert len(learnt) >= 7
    for path in corpus.FOLDER.glob("t*-*-*.tsv"):
        [writer] = {row.writer for row in corpus.read(path)}
        assert path.stem.split("-", 1)[1] == writer.replace("_", "-")


def test_links_lead_nowhere() -> None:
    """Only to names that are reserved for examples."""
    for part in (corpus.TRAINING, corpus.TEST):
        for row in _rows(part):
            hosts = [one or other for one, other in LINK.findall(row.text)]
            strange = [host for host in hosts if not re.fullmatch(r"(?:.+\.)?example\.(?:jp|com)", host)]
            assert strange == [], row.text


def test_no_opening_is_worn_out() -> None:
    """Posts from a template with slots would begin alike."""
    texts = [row.text for part in (corpus.TRAINING, corpus.TEST) for row in _rows(part)]
    openings = Counter(text[:6] for text in texts if len(text) > 12)
    assert openings.most_common(1)[0][1] <= len(texts) // 150


def _readings(path: Path = corpus.FOLDER / "blind-readings.tsv") -> dict[str, dict[str, tuple[str, str]]]:
    found: dict[str, dict[str, tuple[str, str]]] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            assert row["digest"] not in found.setdefault(row["reader"], {}), row
            found[row["reader"]][row["digest"]] = row["label"], row["voice"]
    return found


def test_every_test_post_was_read_twice() -> None:
    """By both readers, and what its writer meant is kept beside."""
    digests = {hashlib.sha256(row.text.encode()).hexdigest()[:16]: row for row in _rows(corpus.TEST)}
    found = _readings()
    assert {name: set(one) for name, one in found.items()} == {
        name: set(digests) for name in ("reader-1", "reader-2", "writer")
    }
    for digest, row in digests.items():
        (_, one), (_, other), (label, meant) = (found[name][digest] for name in sorted(found))
        assert row.label == label
        assert row.voice == (one if one == other else meant)


def _agreed(one: str, other: str, column: int) -> tuple[float, float]:
    """Return the share and the kappa of equal readings."""
    found, order = _readings(), LABELS if column == 0 else VOICES
    pairs = [(found[one][digest][column], found[other][digest][column]) for digest in found[one]]
    share = sum(first == second for first, second in pairs) / len(pairs)
    return share, kappa([order.index(a) for a, _ in pairs], [order.index(b) for _, b in pairs])


def test_the_agreement_in_the_readme_is_what_the_files_say() -> None:
    """Shares and kappas, computed from the readings."""
    said = " ".join(README.split())
    (labels, first), (_, second) = (_agreed(name, "writer", 0) for name in ("reader-1", "reader-2"))
    assert f"Both readers gave all {len(_rows(corpus.TEST))} test posts the label that the writer" in said
    assert f"(Cohen's kappa {min(first, second):.2f})" in said
    assert labels == 1
    (one, one_k), (two, two_k) = (_agreed(name, "writer", 1) for name in ("reader-1", "reader-2"))
    between = _agreed("reader-1", "reader-2", 1)[1]
    kappas = f"(kappa {one_k:.2f} and {two_k:.2f}; between the readers {between:.2f})"
    assert f"{one * 100:.0f} % and {two * 100:.0f} % {kappas}".replace("0.", ".") in said


@pytest.mark.parametrize(
    ("named", "part", "lang"),
    [(r"`train-ja-\*\.tsv`", "train", "ja"), (r"`train-en-\*\.tsv`", "train", "en")],
)
def test_counts_in_the_readme_are_right(named: str, part: str, lang: str) -> None:
    """Rows and writers of each part, wherever the table states a number."""
    rows = _rows(part, lang)
    for stated in re.findall(rf"\| {named} \| ([\d,]+) \|", README):
        assert int(stated.replace(",", "")) == len(rows)
    for stated in re.findall(rf"\| {named} \|.*?(\d+) writers", README):
        assert int(stated) == len({row.writer for row in rows})
    ja, en = (len(_rows(corpus.TEST, one)) for one in LANGUAGES)
    assert f"| `test-*.tsv` | {ja + en} ({ja} ja, {en} en) |" in README


def test_hand_labels_are_labels_of_texts_that_are_elsewhere() -> None:
    """A digest and a label per line, none twice, for unlabelled sets only; the README counts them."""
    lines = mixture.HAND_LABELLED.read_text(encoding="utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    assert {len(row) for row in rows} == {3}
    assert {row[0] for row in rows} <= set(mixture.UNLABELLED) | {"rohan4600_raw"}
    assert {row[2] for row in rows} == set(LABELS)
    assert all(re.fullmatch(r"[0-9a-f]{16}", row[1]) for row in rows)
    assert len({(row[0], row[1]) for row in rows}) == len(rows)
    assert f"| `hand-labelled.tsv` | {len(rows):,} |" in README
