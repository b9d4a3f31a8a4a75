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
    good, bad = "2026-11-20 00:00,5\n", "yesterday,5\n2026-11-20 00:10,many\n2026-11-20\n"
    code, rows, err = detect(f"timestamp,value\n{good}{bad}{good}")
    assert code == 1
    assert len(rows) == 2
    assert [line.split(": ")[0].rsplit(":", 1)[1] for line in err.splitlines()] == ["3", "4", "5"]
    assert "'yesterday' is not a time" in err
    assert "value 'many' is not a number" in err


def test_a_count_beside_negatives_is_no_measurement() -> None:
    """By itself a value may lie below 0, as a temperature does; a count of posts may not."""
    assert detect("timestamp,value\n2026-11-20,-3\n")[0] == 0
    code, rows, err = detect("timestamp,value,negative\n2026-11-20,-3,0\n")
    assert (code, rows) == (1, [])
    assert "value '-3' is not a number of 0 or more" in err


@pytest.mark.parametrize("missing", ["", "NaN", "null"])
def test_a_row_without_a_value_is_answered_and_teaches_nothing(missing: str) -> None:
    """A hole in the numbers is no hole in the answer, no zero and no outage."""
    text = "timestamp,value\n" + "".join(f"{hour},{50 + hour % 3}\n" for hour in range(300))
    hole = "".join(f"{hour},{missing}\n" for hour in range(300, 310))
    code, rows, err = detect(text + hole + "310,50\n", "1h")
    assert (code, err, len(rows)) == (0, "", 311)
    assert [(row["value"], row["anomaly_score"], row["state"]) for row in rows[300:310]] == [
        (missing, "0.0", "calm")
    ] * 10
    assert float(rows[310]["anomaly_score"]) < 0.1


@pytest.mark.parametrize(
    "times",
    [
        [str(row) for row in range(1, 61)],
        [str(1_700_000_000 + 3600 * row) for row in range(60)],
        [str(1_700_000_000_000 + 3_600_000 * row) for row in range(60)],
        [f"2026/11/{1 + row // 24:02} {row % 24:02}:00" for row in range(60)],
    ],
)
def test_times_are_read_as_files_write_them(times: list[str]) -> None:
    """Row numbers, seconds, milliseconds and dates with slashes are an hour apart each."""
    code, rows, err = detect("timestamp,value\n" + "".join(f"{time},7\n" for time in times), "1h")
    assert (code, err) == (0, "")
    assert [row["timestamp"] for row in rows] == times


def test_another_interval_than_the_files_is_remarked_once() -> None:
    """Hourly rows under the default of five minutes are judged, and named."""
    text = "".join(f"2026-11-{1 + row // 24:02} {row % 24:02}:00,7\n" for row in range(120))
    code, rows, err = detect("timestamp,value\n" + text)
    assert (code, len(rows)) == (0, 120)
    assert err == "input: rows come every 60 minutes, not every 5: is --interval right?\n"


def test_rows_out_of_order_are_remarked_once() -> None:
    """With the newest row on top all would seem calm; the night in which a clock goes back is in order."""
    times = [f"2026-11-{1 + row // 24:02} {row % 24:02}:00" for row in range(120)]
    back = "input: rows go back in time; each is judged by the rows above it: sort the file, oldest first\n"
    for order, said in ((times, ""), ([*times[:60], *times[59:]], ""), (times[::-1], back)):
        code, rows, err = detect("timestamp,value\n" + "".join(f"{time},7\n" for time in order), "1h")
        assert (code, err, len(rows)) == (0, said, len(order))
    assert (
        detect("timestamp,value\n" + "".join(f"{t},7\n" for t in (*times[:60], *times[58:])), "1h")[2] == ""
    )


def test_a_file_that_is_wrong_throughout_is_told_in_a_few_lines() -> None:
    """The first rows are named, the others counted."""
    code, rows, err = detect("timestamp,value\n" + "10/1/2026,7\n" * 500 + "2026-10-02,7\n")
    assert (code, len(rows)) == (1, 1)
    assert len(err.splitlines()) == 11
    assert err.splitlines()[-1] == "input: 500 rows were left out in all, and 1 were judged"


def test_blank_lines_above_the_header_are_passed_over() -> None:
    """And lines are still counted from the top of the file."""
    code, rows, err = detect("\n \r\ntimestamp,value\n\n2026-10-01,7\nnever,7\n")
    assert (code, len(rows)) == (1, 1)
    assert err.startswith("input:6: timestamp 'never'")


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
    missing, encoding, interval = err.getvalue().splitlines()
    assert missing.startswith(f"{tmp_path}/missing.csv: cannot be read: ")
    assert encoding == f'{tmp_path}/sjis.csv: not UTF-8 text; save it as UTF-8 (Excel: "CSV UTF-8")'
    assert interval.startswith("--interval 'soon' is not an interval")


@pytest.mark.parametrize(
    ("text", "length"), [("5m", 5.0), ("30s", 0.5), ("1h", 60.0), ("1d", 1440.0), (" 1.5h ", 90.0)]
)
def test_intervals_read_as_people_write_them(text: str, length: float) -> None:
    """Seconds, minutes, hours, a day."""
    assert minutes(text) == length
