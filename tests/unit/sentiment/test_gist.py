"""What remains of a text before it is judged."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.sentiment.gist import MAX_CHARS, gist, language, plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ｻｲｱｸ", "サイアク"),
        ("うまーーーい！！！！", "うまーい!!"),
        ("きっっっっしょ", "きっしょ"),
        ("@neko_yoru 見て https://example.org/a?b=c。", "見て 。"),
        ("GREAT\u200b  Pudding\n", "great pudding"),
        ("無理無理無理", "無理無理無理"),
    ],
)
def test_spelling_links_and_handles_are_taken_away(text: str, expected: str) -> None:
    """Spellings of one thing become one."""
    assert gist(text) == expected


@given(st.text(max_size=60))
@example("@@a_.b")
@example("hthttps://a ttps://b")
@example("!\u200b!!")
@example("＠a か\u200b゙ htttps://b @\u200bc")
def test_the_gist_of_a_gist_is_itself(text: str) -> None:
    """Folding twice changes nothing, so a near-duplicate has one key."""
    assert gist(gist(text)) == gist(text)


@given(st.text(alphabet=st.characters(), max_size=40))
def test_plain_text_can_always_be_encoded(text: str) -> None:
    """Lone surrogates go; a pair in two halves becomes its character."""
    assert plain(text).encode() is not None
    assert plain("\ud83d\ude21") == "😡"


def test_a_long_text_is_cut() -> None:
    """Nothing longer than the limit is judged, even where folding lengthens it."""
    assert len(gist("ﷺ" * 50_000)) <= MAX_CHARS


@pytest.mark.parametrize(
    ("text", "expected"),
    [("この pudding 好き", "ja"), ("love it", "en"), ("😡", ""), ("", ""), ("привет", ""), ("プリン", "ja")],
)
def test_the_language_is_told_by_the_script(text: str, expected: str) -> None:
    """Kana and kanji are Japanese, Latin letters English, the rest neither."""
    assert language(text) == expected
