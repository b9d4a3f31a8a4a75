"""Rows of counts, as spreadsheets and databases write them."""

from datetime import UTC, datetime

import pytest

from listener.commands.rows import Given, Header, HeaderError, RowError, header, wall

MOMENT = datetime(2026, 10, 1, 3, 5, tzinfo=UTC).timestamp()
PLAIN = header("timestamp,value")


def read(line: str, of: Header = PLAIN) -> Given:
    """Read one hourly row."""
    return of.row(line, 60.0)


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-01 03:05",
        "2026-10-01T03:05:00Z",
        "2026-10-01T03:05:00+09:00",
        "2026/10/1 3:05",
        "2026/10/01 03:05:00",
        "2026-10-1 3:05",
        "2026.10.01 03:05",
        "2026年10月1日 3時5分",
        "2026年10月01日 03:05:00",
    ],
)
def test_a_year_that_comes_first_leaves_no_doubt(text: str) -> None:
    """Whatever the zone, it is the file's own wall clock that has a rhythm."""
    assert wall(text, 60.0) == MOMENT


@pytest.mark.parametrize(
    ("text", "hour"), [("2026/10/1", 0), ("2026年10月1日", 0), ("2026年10月1日 3時", 3), ("20261001", 0)]
)
def test_a_date_may_stand_alone_or_with_an_hour(text: str, hour: int) -> None:
    """A row of a day has no time of day."""
    assert wall(text, 60.0) == datetime(2026, 10, 1, hour, tzinfo=UTC).timestamp()


@pytest.mark.parametrize("text", ["10/1/2026 3:05", "01.10.2026 3:05", "10-1-26"])
def test_a_year_that_comes_last_is_refused(text: str) -> None:
    """Nobody can tell October the first from January the tenth: no half of a file is judged by chance."""
    with pytest.raises(RowError, match="the year comes first"):
        wall(text, 60.0)


@pytest.mark.parametrize(
    "text", ["2026/13/1", "2026-10-01 25:00", "Total", "", "2026年10月", "2026/10/1 noon"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    """With an example of what would be one."""
    with pytest.raises(RowError, match="is not a time like 2026-11-20 17:40:00"):
        wall(text, 60.0)


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ('2026-10-01,"31,700"', 31_700.0),
        ('2026-10-01,"-1,234,567.5"', -1_234_567.5),
        ("2026-10-01, 17 ", 17.0),
        ("2026-10-01,1.5E+07", 15_000_000.0),
        ("2026-10-01,１７", 17.0),
        ("2026-10-01,n/a", None),
    ],
)
def test_numbers_are_read_as_spreadsheets_write_them(line: str, number: float | None) -> None:
    """Thousands in quotes, blanks, exponents, full width, and nothing at all."""
    assert read(line).number == number


@pytest.mark.parametrize("text", ['"3,17"', '"1,2345"', "50%", "inf", "nan%", "many"])
def test_what_is_no_number_is_refused(text: str) -> None:
    """A decimal comma would be a number a hundred times too large: it is not guessed."""
    with pytest.raises(RowError, match="is not a number"):
        read(f"2026-10-01,{text}")


@pytest.mark.parametrize("separator", [";", "\t"])
def test_other_separators_are_seen_by_the_header(separator: str) -> None:
    """There a comma in a number may be decimal: what it means is not guessed."""
    known = header(f"\ufeff Timestamp {separator}VALUE{separator}negative\r\n")
    assert read(separator.join(["2026-10-01", "17", "2\n"]), known)[3:5] == (17.0, 2.0)
    with pytest.raises(RowError, match="write a decimal point and no thousands"):
        read(separator.join(["2026-10-01", "1,234", "2"]), known)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("", "the file is empty"),
        ("date,count", "the header is 'date,count'; it must be timestamp,value"),
        ("2026-10-01,5", "no header above the first row '2026-10-01,5'"),
        ("x" * 200_000, "the first line has 200,000 characters"),
    ],
)
def test_a_wrong_header_is_told_from_none(line: str, why: str) -> None:
    """An empty file, other names, and rows without any header are three mistakes."""
    with pytest.raises(HeaderError, match=why):
        header(line)


def test_a_row_that_is_too_short_is_refused() -> None:
    """As the last line of an export that broke off is."""
    with pytest.raises(RowError, match="1 columns where the header has 2 or more"):
        read("2026-10-01 03:0")
