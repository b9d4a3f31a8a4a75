"""Times that senders claim: believed within reason, and always aware and in UTC."""

from datetime import UTC, datetime, timedelta

AHEAD = timedelta(minutes=2)
# No network listened to is older; a post that claims to be is late in any case and never pages.
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)


def believed(claimed: datetime, received: datetime) -> datetime:
    """Return the creation time to count by: *claimed*, unless it lies ahead of *received* by 2 min.

    A time before the year 2000 counts as 2000-01-01. Both arguments are aware; the result is in UTC.
    """
    try:
        created = claimed if claimed.tzinfo is UTC else claimed.astimezone(UTC)
        if created - received > AHEAD:
            return received
    except OverflowError:
        return OLDEST if claimed.year < OLDEST.year else received
    return max(created, OLDEST)


def parsed(text: str) -> datetime | None:
    """Return an RFC 3339 time, or None when *text* is none (or lacks its zone)."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if instant.tzinfo is None else instant
