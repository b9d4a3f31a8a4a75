"""How long to stay away from a server that failed: full jitter, and what the server asked for."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from random import Random

FIRST = 1.0
LONGEST = 60.0
HEALTHY = timedelta(seconds=60)
# A server (or a proxy in front of it) may ask for days; a watch cannot be switched off from outside.
MOST_OBEYED = 900.0


class Backoff:
    """Full jitter, 1 to 60 s, from the start again after 60 s of health.

    "Exponential Backoff and Jitter", AWS Architecture Blog 2015: sleep = random(0, min(cap, base * 2^n)).
    """

    def __init__(self, random: Random) -> None:
        self._random = random
        self._failures = 0

    def healthy(self, up_for: timedelta) -> None:
        """Start from the beginning if the connection stood for 60 s."""
        if up_for >= HEALTHY:
            self._failures = 0

    def pause(self, retry_after: float | None = None) -> timedelta:
        """Return how long to wait before the next attempt; never less than *retry_after* seconds."""
        ceiling: float = min(LONGEST, FIRST * 2.0 ** min(self._failures, 10))
        self._failures += 1
        if retry_after is None:
            return timedelta(seconds=self._random.uniform(0, ceiling))
        asked = min(max(retry_after, 0.0), MOST_OBEYED)
        # Everybody was asked to come back at the same moment: spread over as long again.
        return timedelta(seconds=asked + self._random.uniform(0, max(ceiling, min(asked, LONGEST))))


def retry_after(header: str | None, now: datetime) -> float | None:
    """Return the seconds of a ``Retry-After`` header (RFC 9110, 10.2.3), or None when there is none."""
    if header is None:
        return None
    if header.strip().isascii() and header.strip().isdigit():
        return float(header.strip()[:9])
    try:
        when = parsedate_to_datetime(header)
    except ValueError:
        return None
    if when.tzinfo is None:
        return None
    return max(0.0, (when - now).total_seconds())
