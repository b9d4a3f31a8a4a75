"""A critical fire is called off by whom it was agreed, after as much quiet as was agreed."""

import msgspec

from alerts.digest.standdown import Rule, stand_down
from tests.unit.digest.nights import clock, entry, fire, over

RULE = Rule(declared_by="広報責任者", quiet_minutes=120)


def test_quiet_counts_from_the_last_flame() -> None:
    """Not from the moment at which somebody closed it."""
    one = over(fire(), "06:00")
    later = msgspec.structs.replace(one, resolved_at=clock("06:50"))
    found = stand_down(later, RULE)
    assert found is not None
    assert (found.at, found.declared_by) == (clock("08:00"), "広報責任者")
    assert not found.allowed(clock("07:59"))
    assert found.allowed(clock("08:00"))


def test_while_it_burns_nothing_is_called_off() -> None:
    """Also when somebody closed the incident too early."""
    closed = msgspec.structs.replace(fire(), state="resolved", resolved_at=clock("03:00"))
    found = stand_down(closed, RULE)
    assert found is not None
    assert found.at is None
    assert not found.allowed(clock("07:00"))


def test_a_warning_needs_no_calling_off() -> None:
    """Neither do embers and praise."""
    assert stand_down(over(fire("02:10", "warning"), "03:00"), RULE) is None
    assert stand_down(over(fire(mood="positive"), "03:00"), RULE) is None


def test_a_fire_that_was_critical_before_it_reopened_is_called_off() -> None:
    """It may smoulder as a warning now."""
    one = over(fire("02:10", "warning", entry("02:40", "severity critical")), "05:00")
    found = stand_down(one, RULE)
    assert found is not None
    assert found.since == clock("05:00")


def test_the_last_topic_to_burn_decides() -> None:
    """An incident of two topics is quiet when both are."""
    one = over(fire(), "05:00")
    second = msgspec.structs.replace(one.parts[0], topic="cafe", at=clock("05:30"))
    found = stand_down(msgspec.structs.replace(one, parts=(*one.parts, second)), RULE)
    assert found is not None
    assert found.at == clock("07:30")
