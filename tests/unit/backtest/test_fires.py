"""The fires of two sides beside each other."""

from datetime import timedelta

import pytest

from listener.backtest import fires
from listener.backtest.period import Period
from listener.backtest.rehearsal import Fire, Outcome
from listener.backtest.report import FireFigures
from models.keyword import TopicKey
from tests.builders import NIGHT

MINUTE = timedelta(minutes=1)
PERIOD = Period(1, NIGHT - timedelta(days=9), NIGHT - timedelta(days=1), NIGHT + timedelta(days=1), None)


def a_fire(start: int, end: int, *rang: int, topics: str = "pudding", brand: str = "sakura") -> Fire:
    """Return a fire of so many minutes that rang at some of them."""
    return Fire(
        id=f"{brand}:{topics}:{start}",
        brand=brand,
        started_at=NIGHT + start * MINUTE,
        ended_at=NIGHT + end * MINUTE,
        topics=tuple(topics.split()),
        severity="warning" if rang else "ember",
        rang=[NIGHT + at * MINUTE for at in rang],
    )


def compared(current: list[Fire], changed: list[Fire]) -> list[FireFigures]:
    """Compare the fires of two sides."""
    sides = [Outcome({fire.id: fire for fire in side}) for side in (current, changed)]
    certain = {TopicKey("sakura", "jelly"): "at_least"}
    return list(fires.compared(sides[0], sides[1], PERIOD, certain))  # type: ignore[arg-type]  # literals


@pytest.mark.parametrize(
    ("rang", "comparison", "minutes"), [(11, "same", 0), (4, "earlier", -7), (30, "later", 19)]
)
def test_one_fire_pages_at_another_time(rang: int, comparison: str, minutes: float) -> None:
    """It began elsewhere, too, and has another id: that it burns at the same time makes it the same."""
    [fire] = compared([a_fire(0, 90, 11, 40)], [a_fire(2, 80, rang)])
    assert (fire.comparison, fire.minutes) == (comparison, minutes)
    assert fire.started_at == NIGHT


def test_a_fire_is_missing_or_new() -> None:
    """What burns at another time, or for another brand, is another fire."""
    found = compared([a_fire(0, 90, 11)], [a_fire(200, 300, 211), a_fire(0, 90, 11, brand="minato")])
    assert [(fire.brand, fire.comparison, fire.glows) for fire in found] == [
        ("minato", "new", False),
        ("sakura", "missing", False),
        ("sakura", "new", False),
    ]


def test_what_only_glows_on_the_other_side_is_told() -> None:
    """An ember pages nobody, but it is not nothing."""
    [fire] = compared([a_fire(0, 90, 11)], [a_fire(0, 90)])
    assert (fire.comparison, fire.glows, fire.changed) == ("missing", True, None)


def test_of_two_candidates_the_one_with_the_same_topics_is_meant() -> None:
    """The other one is new; how sure a row is depends on its least sure topic."""
    found = compared([a_fire(0, 90, 11)], [a_fire(0, 90, 5, topics="jelly"), a_fire(60, 90, 61)])
    assert [(fire.topics, fire.comparison, fire.certainty) for fire in found] == [
        (("jelly",), "new", "at_least"),
        (("pudding",), "later", "full"),
    ]


def test_only_what_rang_in_the_tested_days_is_a_page() -> None:
    """What rang while learning taught the detector, no more."""
    outcome = Outcome({"a": a_fire(-3000, -2000, -2990, -2), "b": a_fire(-9000, -8000, -8990)})
    assert [at for _, at in outcome.pages(PERIOD)] == [NIGHT - 2 * MINUTE]
