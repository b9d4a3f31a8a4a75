"""What a series makes a habit of."""

from models.volume.series.habit import DAY, Bar, Hours, Voice


def test_once_is_no_habit_twice_is() -> None:
    """What this time of day said on one day of the week before does not excuse it; on two it does."""
    hours = Hours()
    assert hours.usual(0 * DAY + 100.0, 50.0) == 0.0
    assert hours.usual(1 * DAY + 100.0, 40.0) == 0.0
    assert hours.usual(2 * DAY + 100.0, 45.0) == 40.0
    assert hours.usual(2 * DAY + DAY / 2, 45.0) == 0.0


def test_a_loud_series_has_a_higher_bar() -> None:
    """The bar is what about one day in a week reaches, and never under the least."""
    bars = []
    for loudness in (2.0, 30.0, 200.0):
        bar = Bar(DAY, 10.0)
        for day in range(40):
            bar.hear(day * DAY, loudness * (1.0 + 0.3 * (day % 3)))
        bars.append(bar.height)
    assert bars[0] == 10.0
    assert 30.0 < bars[1] < 80.0 < bars[2] < 600.0


def test_one_great_fire_does_not_excuse_the_next() -> None:
    """A day of a thousand times the usual hardly moves the bar."""
    bar = Bar(DAY, 10.0)
    for day in range(30):
        bar.hear(day * DAY, 20.0 + day % 5)
    before = bar.height
    bar.hear(30 * DAY, 20000.0)
    bar.hear(31 * DAY, 20.0)
    assert before < bar.height < 1.5 * before


def test_the_same_fire_is_not_news_twice_and_a_greater_one_is() -> None:
    """A row as loud as the last scores below a half; one twice as loud scores above it."""
    voice = Voice(300.0, 10.0)
    first, same, greater = (voice.hear(row * 300.0, evidence) for row, evidence in enumerate((60, 60, 150)))
    assert first.score > 0.5 > same.score
    assert greater.score > first.score


def test_more_evidence_never_scores_less() -> None:
    """Of two rows in the same place, the louder has the higher score."""
    scores = [Voice(300.0, 10.0).hear(0.0, float(evidence)).score for evidence in range(0, 2000, 7)]
    assert scores == sorted(scores)
