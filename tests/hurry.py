"""A ladder in a hurry, for tests in which real clocks go."""

from datetime import timedelta

LINE = ("first", "second", "first", "team")
"""Who is meant by the steps, again and again; each by both kinds of channels."""


def ladder(pace: timedelta, steps: int) -> str:
    """Write the ladder called "hurried", a step every so often."""
    minutes = pace / timedelta(minutes=1)
    rungs = (f'{{after = {n * minutes:.6f}, to = "{LINE[n % 4]}", by = "both"}}' for n in range(steps))
    return f"\n[escalation.hurried]\nrepeat_minutes = 60.0\nsteps = [{', '.join(rungs)}]\n"
