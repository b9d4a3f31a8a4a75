"""What is old news to an incident, and what only looks so."""

import msgspec

from alerts import decision
from tests.fakes_alerts import NIGHT, a_flare, an_incident, minutes


def test_what_was_taken_in_before_a_crash_is_old_news() -> None:
    """The same transitions again, after a restart, change nothing."""
    assert decision.stale(an_incident(), a_flare("updated", at=5), NIGHT + minutes(12))
    assert not decision.stale(an_incident(), a_flare("updated", at=11), NIGHT + minutes(12))


def test_after_a_clock_was_set_back_what_happens_is_news() -> None:
    """An incident whose figures lie in the future was written by the wrong clock."""
    assert not decision.stale(an_incident(), a_flare("grown", at=-50), NIGHT - minutes(50))


def test_after_a_clock_was_set_back_a_fire_may_come_again() -> None:
    """An end that has not come yet does not swallow what opens before it; one that has come does."""
    over = an_incident(state="resolved", resolved_at=NIGHT + minutes(60))
    assert not decision.stale(over, a_flare("reignited", at=20), NIGHT + minutes(20))
    assert decision.stale(over, a_flare("reignited", at=20), NIGHT + minutes(61))


def test_the_owner_of_a_fire_that_rests_may_sleep() -> None:
    """An acknowledgement runs out only while people are unhappy; when they are again, it is asked at once."""
    taken = an_incident(state="acknowledged", owner="sato", ack_until=NIGHT + minutes(40))
    burning = msgspec.structs.replace(taken, negative=20, negative_expected=2.0)
    resting = msgspec.structs.replace(taken, negative=4, negative_expected=2.0)
    assert decision.ran_out(burning, NIGHT + minutes(39)) == ""
    assert decision.ran_out(burning, NIGHT + minutes(40)) == "still on it, sato?"
    assert decision.ran_out(resting, NIGHT + minutes(300)) == ""
    assert decision.runs_out(resting) is None
