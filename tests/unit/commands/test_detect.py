"""`hinoban detect`."""

import csv
from io import StringIO
from pathlib import Path

import pytest

from listener.commands.detect import minutes, run


def detect(text: str, interval: str = "5m") -> tuple[int, list[dict[str, str]], str]:
    """Run the command over a text."""
    out, err = StringIO(), StringIO()
    code = run(StringIO(text), interval, out, err)
    return code, list(csv.DictReader(StringIO(out.getvalue()))), err.getvalue()


def test_one_row_comes_out_for_each_row_in_with_its_time_verbatim() -> None:
    """Naive times, times with an offset, duplicates and holes stand as they stood."""
    times = ["2015-02-26 21:42:53", "2015-02-26 21:42:53", "2015-03-01T00:00:00+09:00", "2015-02-27"]
    code, rows, err = detect("timestamp,value\n" + "".join(f"{time},7\n" for time in times))
    assert (code, err) == (0, "")
    assert [row["timestamp"] for row in rows] == times
    assert list(rows[0]) == ["timestamp", "value", "expected", "upper", "anomaly_score", "state"]


def test_a_bad_row_gets_one_sentence_and_the_rest_goes_on() -> None:
    """Each is named by file, line and reason."""
    good, bad = "2026-11-20 00:00,5\n", "yesterday,5\n2026-11-20 00:10,-3\n2026-11-20\n"
    code, rows, err = detect(f"timestamp,value\n{good}{bad}{good}")
    assert code == 1
    assert len(rows) == 2
    assert [line.split(": ")[0].rsplit(":", 1)[1] for line in err.splitlines()] == ["3", "4", "5"]
    assert "'yesterday' is not a time" in err
    assert "'-3' is not a number of 0 or more" in err


@pytest.mark.parametrize("text", ["", "time,count\n1,2\n", "\n"])
def test_a_wrong_header_is_refused(text: str) -> None:
    """What it must be is said."""
    code, rows, err = detect(text)
    assert (code, rows) == (2, [])
    assert "it must be timestamp,value" in err


def test_extra_columns_and_a_byte_order_mark_are_fine(tmp_path: Path) -> None:
    """Columns are found by name; spreadsheets write a mark."""
    path = tmp_path / "counts.csv"
    path.write_bytes("\ufeffnote,value,timestamp\nx,3,2026-11-20 00:00\n".encode())
    out, err = StringIO(), StringIO()
    assert run(path, "1h", out, err) == 0
    assert out.getvalue().splitlines()[1].startswith("2026-11-20 00:00,3,")


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    """A missing file, another encoding and a wrong interval are one sentence each."""
    out, err = StringIO(), StringIO()
    assert run(tmp_path / "missing.csv", "5m", out, err) == 2
    (tmp_path / "sjis.csv").write_bytes("timestamp,value\n二月,3\n".encode("cp932"))
    assert run(tmp_path / "sjis.csv", "5m", out, err) == 2
    assert run(tmp_path / "sjis.csv", "soon", out, err) == 2
    assert [line.count(":") >= 0 for line in err.getvalue().splitlines()] == [True] * 3


@pytest.mark.parametrize(
    ("text", "length"), [("5m", 5.0), ("30s", 0.5), ("1h", 60.0), ("1d", 1440.0), (" 1.5h ", 90.0)]
)
def test_intervals_read_as_people_write_them(text: str, length: float) -> None:
    """Seconds, minutes, hours, a day."""
    assert minutes(text) == length
