"""Which days are tested, and which are learned before."""

from datetime import timedelta

import pytest

from config.decode import SettingsError
from listener.backtest.period import Period, chosen
from listener.storage.archive import Extent
from tests.builders import NIGHT

DAY = timedelta(days=1)


def period(stored: float, days: int, *, sampled: float | None = 7, wider: bool = False) -> Period:
    """Choose from so many stored days up to the night."""
    first = NIGHT - stored * DAY
    first_sampled = None if sampled is None else NIGHT - min(sampled, stored) * DAY
    extent = Extent(first, NIGHT - timedelta(hours=3), first_sampled, first_sampled)
    return chosen(extent, NIGHT, days, wider=wider)


def spans(found: Period) -> tuple[int, int, str]:
    """Return learned and tested days, rounded, and what limits them."""
    return round(found.learned / DAY), round(found.days), found.limit


@pytest.mark.parametrize(
    ("stored", "days", "expected"),
    [
        (90, 7, (7, 7, "")),
        (10, 7, (3, 7, "")),
        (90, 90, (2, 88, "learning")),
        (7, 7, (2, 5, "learning")),
        (30, 60, (2, 28, "learning")),
        (1, 7, (0, 1, "stored")),
    ],
)
def test_the_last_days_are_tested_and_those_before_are_learned(
    stored: float, days: int, expected: tuple[int, int, str]
) -> None:
    """A week where there are so many; two days at least, unless nothing would be left to test."""
    assert spans(period(stored, days)) == expected


def test_a_wider_list_is_tested_as_far_back_as_the_sample_reaches() -> None:
    """What it would have matched before is not there; exclusions alone can be tested further back."""
    assert spans(period(90, 30)) == (7, 30, "")
    assert spans(period(90, 30, wider=True)) == (7, 7, "sample")
    assert spans(period(90, 30, sampled=None, wider=True)) == (7, 30, "")


def test_the_last_sign_of_life_ends_the_period() -> None:
    """Nobody posted for three hours, but the watch was awake."""
    assert period(90, 7).end == NIGHT + timedelta(minutes=1)


def test_nothing_to_test_is_a_sentence() -> None:
    """Neither an empty database nor no days."""
    with pytest.raises(SettingsError, match="no posts yet"):
        chosen(Extent(None, None, None, None), NIGHT, 7, wider=False)
    with pytest.raises(SettingsError, match="--days is a whole number of 1 or more"):
        period(90, 0)


def test_a_wider_list_is_tested_from_the_first_sampled_post_on() -> None:
    """Some hours less are no fewer days; before them everything new would be missing."""
    found = period(90, 7, sampled=6.8, wider=True)
    assert (found.limit, found.start) == ("", found.sampled)
    assert period(90, 7, sampled=6.8).days == 7
