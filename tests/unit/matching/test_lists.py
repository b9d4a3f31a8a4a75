"""Keyword lists: loaded from files and folders, mistakes told in one sentence."""

from pathlib import Path

import pytest

from listener.matching import lists

HEAD = 'schema = 1\nbrand = "sakura"\nname = "さくらフーズ"\n'
KEYWORD = '\n[[keyword]]\ntopic = "pudding"\nany = ["さくらプリン"]\n'


def write(folder: Path, text: str, name: str = "sakura.toml") -> Path:
    """Write a list into *folder*."""
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def refused(folder: Path, text: str) -> str:
    """Return the sentence with which *text* is refused."""
    with pytest.raises(lists.ListError) as error:
        lists.load([write(folder, text)])
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_folder_is_all_its_lists_in_order(tmp_path: Path) -> None:
    """A folder stands for every .toml in it, and a list is called as its file."""
    write(tmp_path, HEAD + KEYWORD, "b.toml")
    write(tmp_path, HEAD + KEYWORD, "a.toml")
    write(tmp_path, "no list", "notes.txt")
    assert [one.slug for one in lists.load([tmp_path])] == ["a", "b"]


def test_the_same_file_named_twice_is_one_list(tmp_path: Path) -> None:
    """A folder and a file in it do not double a list."""
    file = write(tmp_path, HEAD + KEYWORD)
    assert len(lists.load([tmp_path, file])) == 1


def test_the_shipped_examples_load() -> None:
    """The teaching examples are lists."""
    loaded = lists.load([Path(__file__).parents[3] / "config" / "keywords"])
    assert {"sakura", "minato"} <= {one.brand for one in loaded}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            HEAD + KEYWORD + 'mod = "word"\n',
            ["line 8", "keyword 1 (さくらプリン)", "no key mod", "did you mean mode?"],
        ),
        (HEAD + KEYWORD + 'mode = "words"\n', ["line 8", "mode", '"substring"']),
        (HEAD + KEYWORD + 'risk = "fire"\n', ["line 8", "risk", '"boycott"']),
        (HEAD + "\n[[keyword]]\nany = ['a']\n", ["line 5", "topic is missing", 'topic = "pudding"']),
        (HEAD + "\n[[keyword]]\ntopic = 'a'\nany = 'b'\n", ["line 7", "any", "array", 'any = ["']),
        (HEAD + "\n[[keyword]]\ntopic = 'a'\nany = []\n", ["line 7", "nothing can match"]),
        (HEAD + "\n[[keyword]]\ntopic = 'a'\nany = ['b', '\u200b']\n", ["line 7", "empty spelling"]),
        (HEAD + KEYWORD + "expires = 2026-12-31\n", ["line 8", "expires", "+09:00"]),
        (HEAD + KEYWORD + "expires = 2026-12-31T00:00:00\n", ["line 8", "no time zone"]),
        (HEAD + KEYWORD + "near = { terms = [], within = 3 }\n", ["line 8", "near needs terms"]),
        (HEAD + KEYWORD + "near = { term = ['a'] }\n", ["line 8", "did you mean terms?"]),
        (HEAD.replace("sakura", "さくら") + KEYWORD, ["line 2", "not a slug", "ASCII"]),
        (HEAD.replace("1", "2", 1) + KEYWORD, ["line 1", "schema = 1"]),
        (HEAD + "ownr = 'me'\n" + KEYWORD, ["line 4", "did you mean owner?"]),
        (HEAD + "any = [\n", ["line 5"]),
        (HEAD + "\n[[topic]]\nslug = 'a'\n\n[[topic]]\nslug = 'a'\n", ["line 9", "twice"]),
        ("brand = 'a'\nname = 'b'\n", ["schema is missing"]),
        (HEAD.replace('"さくらフーズ"', "3"), ["line 3", "write the name in quotes"]),
        (HEAD + "\n[[topic]]\nslug = 'a'\nname = 'x'\n", ["line 7", "topic 1: name", "name = { ja = "]),
        (
            HEAD + "\n[[topic]]\nslug = 'a'\nname = { ja = 3 }\n",
            ["line 7", "topic 1: name", "name = { ja = "],
        ),
        (HEAD + "\n[[topic]]\nname = { ja = 'x' }\n", ["line 5", "slug is missing", 'slug = "pudding"']),
        (HEAD + "topic = 'pudding'\n", ["line 4", "topic", "[[topic]]"]),
        (HEAD + "keyword = 'pudding'\n", ["line 4", "keyword", "[[keyword]]"]),
    ],
)
def test_a_mistake_is_one_sentence_with_its_place(tmp_path: Path, text: str, parts: list[str]) -> None:
    """The sentence names the file, the line, what is wrong and what would be right."""
    sentence = refused(tmp_path, text)
    assert sentence.startswith(str(tmp_path / "sakura.toml"))
    assert [part for part in parts if part not in sentence] == [], sentence


def test_a_file_that_is_not_there_or_not_text_is_a_sentence(tmp_path: Path) -> None:
    """A missing file, a folder without lists and Shift_JIS are refused clearly."""
    sjis = tmp_path / "sjis.toml"
    sjis.write_bytes('name = "さくら"'.encode("shift_jis"))
    (tmp_path / "empty").mkdir()
    for path, part in (
        (tmp_path / "x.toml", "cannot be read"),
        (sjis, "UTF-8"),
        (tmp_path / "empty", "no keyword lists"),
    ):
        with pytest.raises(lists.ListError, match=part):
            lists.load([path])


def test_two_lists_of_one_name_are_refused(tmp_path: Path) -> None:
    """A list's name must be its own."""
    (tmp_path / "other").mkdir()
    paths = [write(tmp_path, HEAD + KEYWORD), write(tmp_path / "other", HEAD + KEYWORD)]
    with pytest.raises(lists.ListError, match="rename one"):
        lists.load(paths)
