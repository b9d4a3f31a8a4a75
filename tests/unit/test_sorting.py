"""Which of the posts that nobody asked for are kept as a sample."""

from collections import Counter

from listener import sorting


def test_a_sample_of_ids_that_count_up_favours_no_last_digit() -> None:
    """Networks number their posts: half of each digit is kept, not three quarters of some."""
    kept = Counter(str(n)[-1] for n in range(2_000) if sorting.lot(f"o{n}") < 0.5)
    assert len(kept) == 10
    assert all(70 <= count <= 130 for count in kept.values())
