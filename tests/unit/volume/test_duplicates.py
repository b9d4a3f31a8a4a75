"""Near-duplicate clusters."""

import pytest

from models.volume.duplicates import Clusters, essence

TEXT = "さくらプリンに虫が入っていたので返品しました。皆さんも気をつけて"


@pytest.mark.parametrize(
    "copy",
    [
        TEXT,
        f"{TEXT} https://example.com/a1",
        f"@neko {TEXT}!!! 123",
        f"【拡散希望】{TEXT}",
        TEXT.replace("。", "\n\n"),
        TEXT.replace("皆さん", "みなさん"),
    ],
)
def test_a_copy_with_small_changes_joins_its_text(copy: str) -> None:
    """URLs, handles, digits, spaces, punctuation and a word more do not make a new voice."""
    clusters = Clusters()
    assert clusters.assign(TEXT, 0.0) == clusters.assign(copy, 60.0) != ""


def test_own_words_about_the_same_thing_stay_apart() -> None:
    """People who say the same in their own words are people."""
    clusters = Clusters()
    texts = [TEXT, "さくらプリン買ったら虫が入ってて最悪だった", "プリンに虫って本当?さくらさん大丈夫なの"]
    assert len({clusters.assign(text, 0.0) for text in texts}) == 3


@pytest.mark.parametrize("text", ["最悪", "さくらプリン最悪", "え、まじ?", "😱😱😱😱😱😱😱😱😱😱😱😱", ""])
def test_short_reactions_are_people_not_copies(text: str) -> None:
    """Many honest strangers write two words alike."""
    clusters = Clusters()
    assert clusters.assign(text, 0.0) == ""


def test_a_cluster_is_forgotten_after_two_hours_and_keeps_its_name() -> None:
    """The name comes from the text, so it is the same after a restart."""
    clusters = Clusters()
    first = clusters.assign(TEXT, 0.0)
    clusters.assign("まったく別の話題について長く書いた投稿です", 8000.0)
    assert len(clusters) == 1
    assert clusters.assign(TEXT, 8001.0) == first


def test_memory_is_bounded() -> None:
    """A flood of different texts pushes the oldest out."""
    clusters = Clusters(most=50)
    for number in range(500):
        clusters.assign(
            "".join(chr(0x4E00 + (number * 37 + at * 101) % 5000) for at in range(20)), float(number)
        )
    assert len(clusters) <= 50
    assert len(clusters._by_hash) <= 50 * 16


def test_essence_drops_what_copies_change() -> None:
    """Full width and half width, case, digits and handles are noise."""
    assert essence("＠neko ＡＢＣ  def-42 https://a.example/x ＧＨＩ") == "abcdefghi"
