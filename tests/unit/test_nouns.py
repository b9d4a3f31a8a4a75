"""Nouns: the words of a text as the dictionary cuts them."""

import pytest

from alerts.terms import terms_in
from listener.nouns import cutter


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("夜食に開けたら底に虫いるんだけど", ["夜食", "虫"]),
        ("虫入ってた", ["虫"]),
        ("写真見て回収希望", ["回収"]),
        ("ロットSP2611Bが無理", ["SP2611B", "ロット"]),
        ("田中さんが店員さんに電話した", ["電話"]),
        ("社長の佐藤健が炎上", ["社長"]),
        ("今日は二人で3個", []),
        ("ごきぶりのこと", ["ごきぶり"]),
        ("the spoon and the hotline", ["spoon", "hotline"]),
        ("\ud800虫が", ["虫"]),
    ],
)
def test_a_text_is_cut_into_its_nouns(text: str, words: list[str]) -> None:
    """Compounds and their parts; no numbers, no times, no feelings, nobody's name."""
    assert list(cutter()(text)) == words


def test_without_a_dictionary_scripts_part_the_words() -> None:
    """Who turned the dictionary off still gets words."""
    assert cutter(dictionary=False) is terms_in
