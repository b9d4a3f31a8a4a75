"""The posts by which an exported model is compared with its original."""

from pathlib import Path

import pytest

from models.sentiment.exporting import posts
from models.sentiment.scorer import ScorerError


def test_posts_are_plain_lines_or_json_lines(tmp_path: Path) -> None:
    """Both may stand in one file; blank lines count for nothing."""
    path = tmp_path / "posts.txt"
    path.write_text('良い\n\n{"id":"1","text":"悪い"}\n' + "火の番\n" * 30, encoding="utf-8")
    assert posts.read(path)[:3] == ["良い", "悪い", "火の番"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a\nb\n", "has 2 posts; at least 30 are needed"),
        (b'a\n{"id":"1"}\n' * 20, "line 2: is no post"),
        (b"\xff\xfe\n" * 40, "cannot be read (is not UTF-8)"),
        (None, "cannot be read (No such file or directory)"),
    ],
)
def test_a_file_that_holds_no_posts_is_named(tmp_path: Path, content: bytes | None, said: str) -> None:
    """The file, the line and what would be right."""
    path = tmp_path / "posts.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ScorerError) as caught:
        posts.read(path)
    assert str(caught.value).startswith(str(path))
    assert said in str(caught.value)


def test_our_own_posts_are_many_and_differ() -> None:
    """At least a hundred, none twice, in two languages."""
    found = posts.read(None)
    assert len(found) == len(set(found)) >= 100
    assert 30 <= sum(text.isascii() for text in found) <= len(found) / 2
