"""A ladder: which step is due when."""

from datetime import timedelta

import pytest

from alerts.escalation.ladder import ONCE, Ladder, steady


def minutes(n: float) -> timedelta:
    """Return *n* minutes."""
    return timedelta(minutes=n)


@pytest.mark.parametrize(
    ("elapsed", "taken"), [(0, 1), (2.9, 1), (3, 2), (6, 3), (10, 4), (19.9, 4), (20, 5), (60, 9)]
)
def test_steps_are_due_at_their_minutes_and_the_last_again_and_again(elapsed: float, taken: int) -> None:
    """0, 3, 6, 10, 20, 30 and so on."""
    assert Ladder().reached(minutes(elapsed)) == taken


@pytest.mark.parametrize("repeat", [7, 0.1, 3.3, 10 / 3])
def test_what_is_due_next_is_when_it_counts_as_reached(repeat: float) -> None:
    """The two ways of asking agree for every step, also in fractions of minutes."""
    ladder = Ladder(repeat_minutes=repeat)
    for number in range(12):
        wait = ladder.wait(number)
        assert wait is not None
        assert ladder.reached(wait) == number + 1
        assert ladder.reached(wait - timedelta(seconds=1)) == number


def test_a_ladder_without_repetitions_ends() -> None:
    """A pager is told once, and a replay reminds nobody."""
    for ladder in (ONCE, steady(0)):
        assert ladder.wait(1) is None
        assert ladder.reached(minutes(1000)) == 1
