"""`hinoban match`, `score`, `detect`, `replay` and `demo` as they are typed, with their exit codes."""

import csv
import io
import json
import math
from pathlib import Path
from typing import Any

import pytest

from tests.watch import HOME, Finished, hinoban

KEYWORDS = HOME / "config" / "keywords"
NIGHT = HOME / "config" / "demo" / "night.jsonl"
HISTORY = HOME / "config" / "demo" / "history.csv"
POST = {"id": "1", "text": "さくらプリンに虫が入ってた"}


def a_line(document: dict[str, Any]) -> str:
    """Return a JSON line."""
    return json.dumps(document, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("by", ["stdin", "dash", "file"])
async def test_match_says_where_and_why(tmp_path: Path, by: str) -> None:
    """From standard input, from - and from a file: one line per post, offsets in its own characters."""
    finished = await _fed(tmp_path, by, a_line(POST) + a_line({"id": "2", "text": "おはよう"}))
    assert (finished.code, finished.err) == (0, "")
    first, second = finished.lines
    assert second == {"id": "2", "matches": []}
    assert first["id"] == "1"
    keys = {"list", "topic", "keyword", "spelling", "start", "end", "text", "strength"}
    for match in first["matches"]:
        assert set(match) == keys
        assert POST["text"][match["start"] : match["end"]] == match["text"] == "さくらプリン"
        assert (match["list"], match["topic"]) == ("sakura", "pudding")


async def _fed(folder: Path, by: str, text: str) -> Finished:
    command = ["match", "--keywords", str(KEYWORDS)]
    if by == "file":
        posts = folder / "posts.jsonl"
        posts.write_text(text, "utf-8")
        return await hinoban("match", posts, "--keywords", KEYWORDS)
    return await hinoban(*(["match", "-", *command[1:]] if by == "dash" else command), given=text)


async def test_match_goes_on_after_a_bad_line(tmp_path: Path) -> None:
    """The line is named, the others are answered, and the exit code is 1."""
    finished = await _fed(tmp_path, "stdin", "{\n" + a_line({"id": "x"}) + a_line(POST))
    assert finished.code == 1
    assert [line["id"] for line in finished.lines] == ["1"]
    assert [line.startswith(f"line {n}: ") for n, line in enumerate(finished.err.splitlines(), 1)] == [
        True
    ] * 2


async def test_match_refuses_a_broken_list_and_a_missing_file(tmp_path: Path) -> None:
    """Both are mistakes of whoever typed it: exit code 2, one sentence."""
    broken = tmp_path / "broken.toml"
    broken.write_text("schema = 1\nbrnad = 'sakura'\n", "utf-8")
    finished = await hinoban("match", "--keywords", broken, given=a_line(POST))
    assert (finished.code, finished.out, finished.err.count("\n")) == (2, "", 1)
    assert str(broken) in finished.err
    missing = await hinoban("match", tmp_path / "absent.jsonl", "--keywords", KEYWORDS)
    assert (missing.code, missing.out, missing.err.count("\n")) == (2, "", 1)
    assert (await hinoban("match")).code == 2


async def test_score_says_how_posts_feel(tmp_path: Path) -> None:
    """From standard input and from a file: one line per post, in order, with probabilities."""
    posts = [
        {"id": "1", "text": "さくらプリン最悪。二度と買わない"},
        {"id": "2", "text": "さくらプリン最高!大好き"},
        {"id": "3", "text": ""},
    ]
    text = "".join(map(a_line, posts))
    finished = await hinoban("score", given=text)
    assert finished.code == 0
    assert [line["id"] for line in finished.lines] == ["1", "2", "3"]
    assert [line["label"] for line in finished.lines][:2] == ["negative", "positive"]
    for line in finished.lines:
        assert set(line) == {"id", "label", "negative", "neutral", "positive", "unsure", "voice"}
        assert math.isclose(line["negative"] + line["neutral"] + line["positive"], 1.0, abs_tol=0.001)
    file = tmp_path / "posts.jsonl"
    file.write_text(text, "utf-8")
    assert (await hinoban("score", file)).out == finished.out


async def test_score_goes_on_after_a_bad_line_and_refuses_a_missing_file(tmp_path: Path) -> None:
    """Exit code 1 for the one, 2 for the other."""
    finished = await hinoban("score", given=a_line(POST) + "[]\n" + a_line(POST))
    assert finished.code == 1
    assert len(finished.lines) == 2
    assert "line 2" in finished.err
    missing = await hinoban("score", tmp_path / "absent.jsonl")
    assert (missing.code, missing.out, missing.err.count("\n")) == (2, "", 1)


def a_series() -> str:
    """Return three calm days of five minutes each, and a burst in the last half hour."""
    rows = [
        f"2026-11-{day:02} {hour:02}:{minute:02}:00,{3 + (hour + minute) % 3}"
        for day in (17, 18, 19)
        for hour in range(24)
        for minute in range(0, 60, 5)
    ]
    burst = [row.rsplit(",", 1)[0] + ",60" for row in rows[-6:]]
    return "\n".join(["timestamp,value", *rows[:-6], *burst]) + "\n"


async def test_detect_finds_a_burst_without_looking_ahead(tmp_path: Path) -> None:
    """Scores are in [0,1], highest in the burst, and the first rows are judged alike without the rest."""
    series = a_series()
    finished = await hinoban("detect", "-", "--interval", "5m", given=series)
    assert finished.code == 0
    rows = list(csv.DictReader(io.StringIO(finished.out)))
    assert list(rows[0]) == ["timestamp", "value", "expected", "upper", "anomaly_score", "state"]
    scores = [float(row["anomaly_score"]) for row in rows]
    assert len(scores) == 3 * 24 * 12
    assert all(0.0 <= score <= 1.0 for score in scores)
    assert min(scores[-6:]) > max(scores[300:-6])
    file = tmp_path / "counts.csv"
    file.write_text("".join(series.splitlines(keepends=True)[:201]), "utf-8")
    part = await hinoban("detect", file, "--interval", "5m")
    assert part.out == "".join(finished.out.splitlines(keepends=True)[:201])


async def test_detect_says_what_is_wrong(tmp_path: Path) -> None:
    """A bad row is left out (1); a bad header, interval or file is refused (2)."""
    bad = a_series().replace(",60\n", ",many\n", 1)
    finished = await hinoban("detect", "-", given=bad)
    assert finished.code == 1
    assert finished.err.count("\n") == 1
    assert "many" in finished.err
    for arguments, given in (
        (("-",), "time,count\n1,2\n"),
        (("-", "--interval", "5 parsecs"), a_series()),
        ((str(tmp_path / "absent.csv"),), ""),
    ):
        refused = await hinoban("detect", *arguments, given=given)
        assert (refused.code, refused.err.count("\n")) == (2, 1), refused


async def test_the_demo_pages_once_for_the_fire_and_never_for_the_campaign() -> None:
    """Off a terminal it prints JSON lines only, and ends by itself within a minute."""
    finished = await hinoban("demo", "--once", within=60.0)
    assert (finished.code, finished.err) == (0, "")
    pages = [line for line in finished.lines if line["event"] == "page"]
    firsts = [page for page in pages if page["kind"] == "first"]
    assert len(firsts) == 1
    [incident] = [
        line for line in finished.lines if line["event"] == "incident" and line["id"] == firsts[0]["incident"]
    ][:1]
    assert (incident["brand"], incident["topic"]) == ("sakura", "pudding")
    assert "2026-11-20T17:10:00Z" < firsts[0]["at"] < "2026-11-20T17:40:00Z", (
        "between 02:10 and 02:40 in Tokyo"
    )
    assert min(page["at"] for page in pages) == firsts[0]["at"]
    summary = finished.lines[-1]
    assert summary["event"] == "summary"
    assert summary["pages"] == len(pages)
    assert summary["posts"] >= 1_500
    resolved = [
        line for line in finished.lines if line["event"] == "incident" and line["state"] == "resolved"
    ]
    assert firsts[0]["incident"] in {line["id"] for line in resolved}


async def test_a_replay_is_the_same_again() -> None:
    """Two replays of the shipped night differ in nothing but how long they took."""
    command = ("replay", NIGHT, "--keywords", KEYWORDS, "--learn", HISTORY, "--json")
    one, other = [await hinoban(*command) for _ in range(2)]
    assert (one.code, other.code) == (0, 0)
    assert _timeless(one) == _timeless(other)
    assert [line["event"] for line in one.lines].count("page") >= 1
    assert one.lines[-1]["event"] == "summary"


def _timeless(finished: Finished) -> list[dict[str, Any]]:
    return [{name: value for name, value in line.items() if name != "seconds"} for line in finished.lines]


async def test_a_replay_reads_standard_input_and_names_bad_lines() -> None:
    """Bad lines are left out with exit code 1; a missing file or list is exit code 2."""
    night = "".join(NIGHT.read_text("utf-8").splitlines(keepends=True)[:50])
    finished = await hinoban("replay", "--keywords", KEYWORDS, given="{\n" + night)
    assert finished.code == 1
    assert finished.err.count("\n") == 1
    assert finished.lines[-1]["posts"] == 50
    assert (await hinoban("replay", "absent.jsonl", "--keywords", KEYWORDS)).code == 2
    assert (await hinoban("replay", NIGHT, "--keywords", "absent.toml")).code == 2


async def test_incidents_without_a_daemon_say_that_nobody_answers(tmp_path: Path) -> None:
    """The outside world failed: exit code 3, and a sentence that asks whether the daemon runs."""
    config = tmp_path / "hinoban.toml"
    config.write_text("schema = 1\n", "utf-8")
    finished = await hinoban("incidents", "list", "--config", config)
    assert (finished.code, finished.out, finished.err.count("\n")) == (3, "", 1)
    assert "is `hinoban run` running?" in finished.err


async def test_an_unknown_command_is_a_mistake_of_its_user() -> None:
    """One sentence and exit code 2."""
    finished = await hinoban("wacht")
    assert (finished.code, finished.out) == (2, "")
    assert "Traceback" not in finished.err
