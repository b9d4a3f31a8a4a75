"""Hourly counts of the past."""

import io

import pytest

from listener import history

HEADER = "brand,topic,hour,people,negative\n"


def test_an_hour_is_read() -> None:
    """A row says topic, hour, people and negative people."""
    (hour,) = history.read(
        io.StringIO(HEADER + "sakura,pudding,2026-11-20T10:00:00+09:00,40,6\n"), "past.csv"
    )
    assert str(hour.key) == "sakura:pudding"
    assert hour.hour.isoformat() == "2026-11-20T01:00:00+00:00"
    assert (hour.people, hour.negative) == (40, 6)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,b\n", "past.csv, line 1: the header must be brand,topic,hour,people,negative"),
        (
            HEADER + "sakura,pudding,2026-11-20T10:00:00,4,1\n",
            "line 2: hour '2026-11-20T10:00:00' has no zone",
        ),
        (HEADER + "sakura,pudding,2026-11-20T10:00:00Z,4,9\n", "line 2: negative (9) must lie between 0 and"),
        (HEADER + "sakura,pudding,2026-11-20T10:00:00Z,many,9\n", "line 2: invalid literal"),
        (HEADER + "sakura,pudding\n", "line 2:"),
    ],
)
def test_a_mistake_is_answered_with_its_line(text: str, says: str) -> None:
    """The person who exported the file learns where it is wrong."""
    with pytest.raises(history.HistoryError) as caught:
        list(history.read(io.StringIO(text), "past.csv"))
    assert says in str(caught.value)
