"""How one topic has gone for some hours: what came beside what was usual, in steps of a few minutes."""

from datetime import datetime, timedelta

import msgspec

LONGEST = 96
"""Steps that a curve keeps when it goes on: eight hours of five minutes."""


class Curve(msgspec.Struct, frozen=True, kw_only=True):
    """Distinct people of ``topic`` by event time, in steps of ``minutes`` from ``since`` on; counts only.

    ``people`` came in each step, ``negative`` of them unhappy (as far as scored); ``expected`` were to come
    with all that is planned, and up to ``upper`` is no surprise. The last step may still be running.
    """

    since: datetime
    people: tuple[int, ...]
    negative: tuple[int, ...]
    expected: tuple[float, ...]
    upper: tuple[float, ...]
    minutes: int = 5
    topic: str = ""

    @property
    def until(self) -> datetime:
        """Return the end of the last step."""
        return self.since + timedelta(minutes=self.minutes * len(self.people))

    def after(self, earlier: "Curve | None") -> "Curve":
        """Return this curve with what *earlier* tells of the time before it, if it goes on without a hole."""
        same = earlier is not None and (earlier.topic, earlier.minutes) == (self.topic, self.minutes)
        if earlier is None or not same or not earlier.since < self.since <= earlier.until:
            return self
        steps = int((self.since - earlier.since) / timedelta(minutes=self.minutes))
        first = max(steps + len(self.people) - LONGEST, 0)
        return Curve(
            since=earlier.since + timedelta(minutes=self.minutes * first),
            people=(*earlier.people[first:steps], *self.people),
            negative=(*earlier.negative[first:steps], *self.negative),
            expected=(*earlier.expected[first:steps], *self.expected),
            upper=(*earlier.upper[first:steps], *self.upper),
            minutes=self.minutes,
            topic=self.topic,
        )
