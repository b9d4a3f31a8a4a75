"""The minutes until the hundredth unhappy person: a slope that a handful of people do not make."""

from models.volume.episode import hundredth_in


def test_a_handful_of_people_is_not_taken_for_a_doubling() -> None:
    """Seven in half an hour, four of them in the last quarter, are not a hundred within two hours."""
    totals = [0] * 14 + [4] + [4] * 14 + [7] + [7] * 90
    found = hundredth_in(7, totals)
    assert found is None or found > 120


def test_two_people_foretell_nothing() -> None:
    """Sixty in half a day, two of them just now: a slow burn does not become urgent by those two."""
    assert hundredth_in(60, [2] * 120) is None
    assert hundredth_in(98, [5] * 120) is not None


def test_a_rush_of_six_out_of_nothing_is_believed() -> None:
    """Six at once, and nobody before: somebody had better look."""
    found = hundredth_in(6, [6] * 120)
    assert found is not None
    assert found < 120
