"""``hinoban match`` and ``hinoban keywords lint`` as people type them."""

import io
import json
from pathlib import Path
from typing import Any

from listener.commands import keywords, match

EXAMPLES = Path(__file__).parents[3] / "config" / "keywords"


def run(lines: list[str], paths: list[Path] | None = None) -> tuple[int, list[Any], list[str]]:
    """Match *lines* from standard input; return the exit code, the output and the complaints."""
    out, errors = io.StringIO(), io.StringIO()
    code = match.run(paths or [EXAMPLES], [], out, errors=errors, stdin=lines)
    return code, [json.loads(line) for line in out.getvalue().splitlines()], errors.getvalue().splitlines()


def test_every_post_gets_a_line_with_its_matches() -> None:
    """A post without matches has an empty list, and one place is told once."""
    code, out, errors = run(['{"id":"1","text":"今日さくらプリンに虫"}\n', '{"id":"2","text":"雨"}'])
    expected = {
        "list": "sakura",
        "topic": "pudding",
        "keyword": "さくらプリン",
        "spelling": "さくらプリン",
        "start": 2,
        "end": 8,
        "text": "さくらプリン",
        "strength": "strong",
    }
    assert (code, errors) == (0, [])
    assert out == [{"id": "1", "matches": [expected]}, {"id": "2", "matches": []}]


def test_a_bad_line_is_told_and_the_rest_goes_on() -> None:
    """Each malformed line gets a sentence with its number, and the exit code says so."""
    code, out, errors = run(['{"id":"1"}', "{", '{"id":"3","text":"雨"}', "[]", "\n"])
    assert (code, [one["id"] for one in out]) == (1, ["3"])
    assert [error.split(":", 1)[0] for error in errors] == ["line 1", "line 2", "line 4"]


def test_a_number_is_an_id_and_a_deletion_is_no_mistake() -> None:
    """An id is given back as it came, and the deletions of a stream are passed over."""
    code, out, errors = run(['{"id":1,"text":"雨"}', '{"delete":"1","source":"x"}'])
    assert (code, out, errors) == (0, [{"id": 1, "matches": []}], [])


def test_html_is_matched_as_people_see_it() -> None:
    """Offsets count characters of the HTML as it was given."""
    _, out, _ = run(['{"id":"1","text":"<p>&lt;さくら<i>プリン</i></p>","format":"html"}'])
    assert [(m["start"], m["end"], m["text"]) for m in out[0]["matches"]] == [(7, 16, "さくら<i>プリン")]


def test_files_are_read_and_named_in_complaints(tmp_path: Path) -> None:
    """A line of a file is named by the file."""
    file = tmp_path / "posts.jsonl"
    file.write_bytes(b'\xef\xbb\xbf{"id":"1","text":"x"}\n\xff\n')
    out, errors = io.StringIO(), io.StringIO()
    assert match.run([EXAMPLES], [file], out, errors=errors) == 1
    assert f"{file}, line 2" in errors.getvalue()
    assert match.run([EXAMPLES], [tmp_path / "none"], out, errors=errors) == 2


def test_a_broken_list_is_a_usage_error(tmp_path: Path) -> None:
    """The sentence of the list is printed, and nothing is matched."""
    broken = tmp_path / "x.toml"
    broken.write_text("schema = 1\nbrand = 'x'\nnam = 'x'\n", encoding="utf-8")
    code, out, errors = run(['{"id":"1","text":"x"}'], [broken])
    assert (code, out) == (2, [])
    assert "did you mean name?" in errors[0]


def test_lint_prints_findings_and_says_whether_there_were_any(tmp_path: Path) -> None:
    """Clean lists end with 0; odd ones with 1, as lines or as a table."""
    odd = tmp_path / "odd.toml"
    odd.write_text('schema=1\nbrand="b"\nname="b"\n[[keyword]]\ntopic="t"\nany=["虫"]\n', encoding="utf-8")
    lines, table = io.StringIO(), io.StringIO()
    assert keywords.lint([odd], None, lines) == 1
    assert json.loads(lines.getvalue())["kind"] == "one-character"
    assert keywords.lint([odd], None, table, format="table") == 1
    assert "one-character" in table.getvalue()
    assert keywords.lint([EXAMPLES / "sakura.toml"], None, lines) == 0


def test_lint_reads_recent_posts(tmp_path: Path) -> None:
    """Recent posts show which terms are too broad; a bad line is a sentence."""
    recent = tmp_path / "recent.jsonl"
    recent.write_text('{"text":"さくらプリン"}\n' * 3, encoding="utf-8")
    out, errors = io.StringIO(), io.StringIO()
    assert keywords.lint([EXAMPLES / "sakura.toml"], recent, out) == 1
    assert "broad" in out.getvalue()
    recent.write_text("{\n", encoding="utf-8")
    assert keywords.lint([EXAMPLES / "sakura.toml"], recent, out, errors=errors) == 2
    assert "line 1" in errors.getvalue()
