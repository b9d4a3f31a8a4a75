"""`hinoban score`, called as the command line calls it."""

import io
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from listener.commands import score
from models.sentiment import lexicon

SCORER = lexicon.build(lexicon.Settings())
FIELDS = ["id", "label", "negative", "neutral", "positive", "unsure", "voice"]


def _run(*files: Path) -> tuple[int, list[dict[str, object]], str]:
    out, err = io.StringIO(), io.StringIO()
    code = score.run(SCORER, files, out, err)
    return code, [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue()


def test_lines_in_are_lines_out_in_order(tmp_path: Path) -> None:
    """Each post is answered with the fields of the contract."""
    path = tmp_path / "posts.jsonl"
    path.write_text('{"id":"1","text":"最悪"}\n\n{"id":"2","text":"最高","lang":"ja"}', encoding="utf-8")
    code, answers, said = _run(path)
    assert (code, said) == (0, "")
    assert [(one["id"], one["label"]) for one in answers] == [("1", "negative"), ("2", "positive")]
    assert list(answers[0]) == FIELDS


def test_malformed_lines_are_named_and_the_rest_is_scored(tmp_path: Path) -> None:
    """One sentence per bad line, with its number; exit code 1 at the end."""
    path = tmp_path / "posts.jsonl"
    path.write_bytes(
        b'{"id":"1","text":"ok"}\n{"id":"2"\n{"id":"3"}\n\xff\xfe\n{"id":"4","text":7}\n{"id":"5","text":"ok"}\n'
    )
    code, answers, said = _run(path)
    assert code == 1
    assert [one["id"] for one in answers] == ["1", "5"]
    assert [line.split(": ")[0].rsplit(" ", 1)[1] for line in said.splitlines()] == ["2", "3", "4", "5"]


def test_line_numbers_survive_many_reads(tmp_path: Path) -> None:
    """A bad line far into a big file is still named by its own number."""
    path = tmp_path / "big.jsonl"
    lines = [json.dumps({"id": str(at), "text": "x" * 200}) for at in range(1000)]
    lines[777] = "oops"
    path.write_text("\n".join(lines), encoding="utf-8")
    code, answers, said = _run(path)
    assert (code, len(answers)) == (1, 999)
    assert "line 778:" in said


def test_an_endless_line_is_refused_not_kept(tmp_path: Path) -> None:
    """A line of megabytes costs a sentence."""
    path = tmp_path / "long.jsonl"
    path.write_bytes(b"x" * 3_000_000 + b'\n{"id":"2","text":"ok"}\n')
    code, answers, said = _run(path)
    assert (code, [one["id"] for one in answers]) == (1, ["2"])
    assert "line 1: longer than" in said


def test_a_missing_file_is_a_usage_error(tmp_path: Path) -> None:
    """Exit code 2 and the file's name."""
    code, _, said = _run(tmp_path / "none.jsonl")
    assert code == 2
    assert "none.jsonl: cannot be read" in said


def test_stdin_is_read_when_no_file_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dash or nothing means stdin."""
    stream = io.BytesIO(b'{"id":1,"text":"thank you"}\n')
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=stream))
    code, answers, _ = _run()
    assert (code, answers[0]["id"], answers[0]["label"]) == (0, 1, "positive")


def test_half_a_character_costs_only_itself(tmp_path: Path) -> None:
    """A cut emoji is no reason to refuse the post, in its text or in its id."""
    path = tmp_path / "cut.jsonl"
    path.write_text(
        '{"id":"1\\udfff","text":"最悪\\ud83d"}\n{"id":"2","text":"\\ud83d\\ude21"}\n', encoding="utf-8"
    )
    code, answers, said = _run(path)
    assert (code, said) == (0, "")
    assert [(one["id"], one["label"]) for one in answers] == [("1\ufffd", "negative"), ("2", "negative")]


@pytest.mark.parametrize("text", ["", "\x00\x07", "😡" * 100_000, "แย่มาก", "최악", "悪" * 100_000])
def test_odd_texts_are_answered(tmp_path: Path, text: str) -> None:
    """Empty, control characters, other scripts, a hundred thousand characters: each gets its line."""
    path = tmp_path / "odd.jsonl"
    path.write_text(json.dumps({"id": "1", "text": text}), encoding="utf-8")
    code, answers, said = _run(path)
    assert (code, said, len(answers)) == (0, "", 1)


def test_a_file_that_begins_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    """Some editors write one."""
    path = tmp_path / "bom.jsonl"
    path.write_text('{"id":"1","text":"最高"}\n', encoding="utf-8-sig")
    assert _run(path)[0] == 0


def test_json_without_a_bottom_is_refused(tmp_path: Path) -> None:
    """Nested too deeply is one sentence, not a crash."""
    path = tmp_path / "deep.jsonl"
    path.write_text('{"id":"1","text":"a","x":' + "[" * 100_000 + "\n", encoding="utf-8")
    code, _, said = _run(path)
    assert (code, said.count("\n")) == (1, 1)
