"""Times of the week as people write them."""

from datetime import time, timedelta

import pytest

from config import weekly

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "start", "length", "count"),
    [
        ("weekdays 18:00-09:00", 18, 15, 5),
        ("mon-fri 18:00-09:00", 18, 15, 5),
        ("Monday 9:00 - 17:30", 9, 8.5, 1),
        ("平日 18:00〜09:00", 18, 15, 5),
        ("金曜 18:00～月曜 9:00", 4 * 24 + 18, 63, 1),
        ("fri 18:00-mon 09:00", 4 * 24 + 18, 63, 1),
        ("sat,sun", 5 * 24, 24, 2),
        ("土・日", 5 * 24, 24, 2),
        ("sat-mon 00:00-24:00", 5 * 24, 24, 3),
        ("22:00-07:00", 22, 9, 7),
        ("daily", 0, 24, 7),
        ("09:00-09:00", 9, 24, 7),
        ("sun 12:00-sun 12:00", 6 * 24 + 12, 168, 1),
    ],
)
def test_windows_of_the_week(text: str, start: float, length: float, count: int) -> None:
    """On which days, from when, and how long; a night ends on the next morning."""
    found = weekly.windows(text)
    assert found[0] == (start * HOUR, length * HOUR)
    assert len(found) == count


@pytest.mark.parametrize("text", ["", "someday", "mon 25:00-09:00", "18-9", "mon-xyz 18:00-09:00", "mon,"])
def test_what_is_no_window_is_answered_with_examples(text: str) -> None:
    """Rather than taken for every day."""
    with pytest.raises(ValueError, match="is no time of the week; write it like"):
        weekly.windows(text)


def test_lengths_of_a_turn() -> None:
    """In words or in short."""
    given = ["day", "week", "2 weeks", "12 hours", "12h", "36 Hours", "1 d"]
    assert [weekly.step(text) / HOUR for text in given] == [24, 168, 336, 12, 12, 36, 24]


@pytest.mark.parametrize("text", ["", "0 days", "fortnight", "9999 weeks", "-1 day", "1.5 days"])
def test_what_is_no_length_of_a_turn_is_refused(text: str) -> None:
    """With what could be written instead."""
    with pytest.raises(ValueError, match="is no length of a turn; write"):
        weekly.step(text)


def test_the_time_of_a_handoff_in_quotes_or_as_toml_has_it() -> None:
    """Both mean nine o'clock."""
    assert weekly.handoff("9:00") == weekly.handoff("09:00") == weekly.handoff(time(9)) == time(9)


@pytest.mark.parametrize("given", ["24:00", "nine", "", 9, "09:60"])
def test_what_is_no_time_of_day_is_refused(given: object) -> None:
    """A handoff at 24:00 is that of 00:00."""
    with pytest.raises(ValueError, match="is no time of day"):
        weekly.handoff(given)
