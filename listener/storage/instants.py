"""Instants as the database keeps them: whole microseconds since 1970, UTC."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """Return *at* as microseconds since 1970.

    >>> micros(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    return (at - _EPOCH) // _MICROSECOND


def optional_micros(at: datetime | None) -> int | None:
    """Return *at* as microseconds since 1970, None for None."""
    return None if at is None else micros(at)


def instant(value: int) -> datetime:
    """Return the aware instant of *value* microseconds since 1970."""
    return _EPOCH + value * _MICROSECOND


def optional_instant(value: int | None) -> datetime | None:
    """Return the aware instant of *value*, None for None."""
    return None if value is None else instant(value)
