"""The conditions of an opening, one by one: each of them alone holds back what all others let pass."""

import pytest

from models.volume.settings import DetectionSettings
from models.volume.weighing import Scale, Weighing, share_evidence

SETTINGS = DetectionSettings()
FIRE = Scale(
    minutes=20,
    negative=20,
    negative_expected=2.0,
    people=30.0,
    people_expected=10.0,
    strong=20,
    evidence=30.0,
    voices=(20.0, 30.0),
    usual=(2.0, 10.0),
)
"""Twenty of thirty people are unhappy where two of ten are."""


def opens(scale: Scale, usual: float = 0.2, threshold: float = 12.0, *, learning: bool = False) -> bool:
    """Tell whether this one scale opens a flare-up."""
    weighing = Weighing((scale,), usual, threshold, learning=learning)
    return weighing.deciding(SETTINGS, SETTINGS.min_authors) is scale


def test_a_fire_opens() -> None:
    """When all conditions hold."""
    assert opens(FIRE)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"evidence": 11.9}, "the evidence stays below the threshold"),
        ({"strong": 4}, "four distinct authors are no crowd"),
        ({"negative_expected": 15.5, "usual": (2.0, 10.0)}, "less than 1.3 times the expected is no excess"),
        (
            {"people": 120.0, "usual": (2.0, 10.0), "voices": (20.0, 21.0)},
            "of a hundred in excess 18 are unhappy",
        ),
        ({"usual": (19.0, 10.0)}, "only what an event does not excuse may open"),
        ({"voices": (2.9, 3.0)}, "fewer than three speak in words of their own"),
        ({"voices": (4.0, 12.0)}, "a third of twelve is no surprising share"),
    ],
)
def test_one_condition_that_does_not_hold_keeps_it_shut(changed: dict[str, object], why: str) -> None:
    """Whatever the others say."""
    assert not opens(FIRE._replace(**changed)), why  # type: ignore[arg-type]  # fields by name


def test_a_share_that_did_not_rise_keeps_it_shut() -> None:
    """Twice as many come, as unhappy as ever: a topic that is always unhappy is only busy."""
    busy = FIRE._replace(negative=40, strong=40, people=60.0, people_expected=20.0, usual=(12.0, 20.0))
    heard = busy._replace(negative_expected=12.0, voices=(40.0, 41.0))
    assert opens(heard, usual=0.55)
    assert not opens(heard, usual=0.6)


def test_while_learning_five_must_speak_for_themselves() -> None:
    """Where three are enough later."""
    few = FIRE._replace(voices=(4.5, 5.0))
    assert opens(few)
    assert not opens(few, learning=True)


def test_a_crowd_around_that_came_for_something_else_keeps_it_shut() -> None:
    """A dozen unhappy ones in a row among hundreds are chance; a crowd that is unhappy itself is not."""
    wide = Scale(60, 40, 12.0, 300.0, 60.0, 40, 5.0, voices=(40.0, 300.0), usual=(12.0, 60.0))
    happy = Weighing((FIRE, wide), 0.2, 12.0)
    angry = Weighing((FIRE, wide._replace(negative=90)), 0.2, 12.0)
    assert happy.deciding(SETTINGS, SETTINGS.min_authors) is None
    assert angry.deciding(SETTINGS, SETTINGS.min_authors) is FIRE


def test_half_a_fire_needs_half_of_what_counts_and_share_say_together() -> None:
    """Eight nats of counts and three of the share: an ember, and not yet a fire."""
    scale = FIRE._replace(evidence=8.0, voices=(9.0, 20.0))
    weighing = Weighing((scale,), 0.2, 12.0)
    assert 2.0 < share_evidence(9.0, 20.0, 0.2) < 12.0 + SETTINGS.joint_evidence - 8.0
    assert weighing.deciding(SETTINGS, SETTINGS.min_authors, part=0.5) is scale
    assert weighing.deciding(SETTINGS, SETTINGS.min_authors, part=8.0 / 12.0) is None
