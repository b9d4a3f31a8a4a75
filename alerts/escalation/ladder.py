"""A ladder: who is called how long after the first page, and how loudly."""

from datetime import timedelta
from typing import Annotated, Literal

import msgspec

Who = Literal["first", "second", "team"]
By = Literal["channels", "louder", "both"]

_DAY = 24 * 60  # minutes; what comes later than that calls nobody


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """After so many minutes: whom, and by their usual channels, their louder ones or both."""

    after: Annotated[float, msgspec.Meta(ge=0, le=_DAY)]
    to: Who
    by: By = "both"


CLIMB = (
    Step(after=0, to="first", by="channels"),
    Step(after=3, to="first", by="louder"),
    Step(after=6, to="second", by="both"),
    Step(after=10, to="team", by="both"),
)


class Ladder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Steps from the first page on; the last is repeated, joined by a last resort, until somebody answers."""

    steps: Annotated[tuple[Step, ...], msgspec.Meta(min_length=1)] = CLIMB
    repeat_minutes: Annotated[float, msgspec.Meta(ge=0.1, le=_DAY)] = 10.0  # until somebody answers
    last_resort: str = ""  # a receiver who is called with every repetition

    def wait(self, number: int) -> timedelta | None:
        """Return how long after the first page step *number* (from 0) is due; None when it never is."""
        beyond = number - len(self.steps) + 1
        if beyond <= 0:
            return self._after(number)
        if not self.repeat_minutes:
            return None
        return self._after(-1) + beyond * self._between()

    def reached(self, elapsed: timedelta) -> int:
        """Return how many steps are due *elapsed* after the first page."""
        taken = sum(self._after(number) <= elapsed for number in range(len(self.steps)))
        if taken < len(self.steps) or not self.repeat_minutes:
            return taken
        return taken + (elapsed - self._after(-1)) // self._between()

    def step(self, number: int) -> Step:
        """Return step *number*; beyond the last it is the last again."""
        return self.steps[min(number, len(self.steps) - 1)]

    def repeats(self, number: int) -> bool:
        """Tell whether step *number* is a repetition of the last."""
        return number >= len(self.steps)

    # Whole microseconds: with fractions of minutes a step could be due, and not yet reached.
    def _after(self, number: int) -> timedelta:
        return timedelta(minutes=self.steps[number].after)

    def _between(self) -> timedelta:
        return timedelta(minutes=self.repeat_minutes)


def steady(repeat_minutes: float) -> Ladder:
    """Return the ladder that does not climb: the same person by the same channels, again and again."""
    step = Step(after=0, to="first", by="channels")
    # Without repetitions (as in a replay) there is nothing that a setting could refuse.
    return Ladder(steps=(step,), repeat_minutes=repeat_minutes)


ONCE = Ladder(steps=(Step(after=0, to="team", by="both"),), repeat_minutes=0.0)
"""For a pager that climbs by itself: everybody on the route, once."""
