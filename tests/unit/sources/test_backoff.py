"""How long to stay away."""

from datetime import timedelta
from random import Random

import pytest

from listener.sources import backoff
from listener.sources.backoff import Backoff
from tests.fakes_sources import NIGHT


def test_pauses_grow_to_a_minute_and_never_beyond() -> None:
    """Full jitter: each pause lies between nothing and a ceiling that doubles up to 60 s."""
    pauses = [Backoff(Random(seed)) for seed in range(200)]
    for attempt in range(10):
        ceiling = min(60.0, 2.0**attempt)
        drawn = [one.pause().total_seconds() for one in pauses]
        assert 0.5 * ceiling < max(drawn) <= ceiling
        assert min(drawn) < 0.2 * ceiling


def test_a_minute_of_health_starts_again() -> None:
    """59 s do not."""
    waiting = Backoff(Random(1))
    for _ in range(8):
        waiting.pause()
    waiting.healthy(timedelta(seconds=59))
    assert max(waiting.pause().total_seconds() for _ in range(20)) > 2
    waiting.healthy(timedelta(seconds=60))
    assert waiting.pause().total_seconds() <= 1


def test_what_the_server_asks_is_obeyed_within_reason() -> None:
    """Never less than asked, and a request to stay away for days is cut to a quarter of an hour."""
    assert 30 <= Backoff(Random(1)).pause(30).total_seconds() <= 60
    assert 900 <= Backoff(Random(1)).pause(1e9).total_seconds() <= 960


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("7", 7.0),
        (" 7 ", 7.0),
        ("soon", None),
        ("-3", None),
        ("Fri, 20 Nov 2026 17:41:12 GMT", 60.0),
        ("Fri, 20 Nov 2026 17:00:00 GMT", 0.0),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    """Both forms of RFC 9110 are read, and nonsense is none."""
    assert backoff.retry_after(header, NIGHT) == seconds
