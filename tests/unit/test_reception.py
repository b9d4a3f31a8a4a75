"""How each source is doing, as metrics and pages tell it."""

from collections import deque
from datetime import datetime, timedelta

import pytest
from prometheus_client import CollectorRegistry

from listener.metrics import Metrics
from listener.reception import FRAMES, Frame, Reception
from models.clock import VirtualClock
from models.post import Gap, Post
from tests.builders import NIGHT, a_post

MINUTE = timedelta(minutes=1)


class Desk:
    """A reception, its clock, its frames and its metrics."""

    def __init__(self) -> None:
        self.clock = VirtualClock(NIGHT)
        self.registry = CollectorRegistry()
        self.frames: deque[Frame] = deque()
        self.noted: list[tuple[str, datetime]] = []
        self.reception = Reception("bluesky", Metrics(self.registry), self.clock, self.frames)

    def pass_minutes(self, minutes: float) -> None:
        """Let time pass, with a tick at its end."""
        self.clock.set(self.clock.now() + minutes * MINUTE)
        self.reception.tick(self.clock.now(), lambda *silence: self.noted.append(silence))

    def sample(self, name: str, **labels: str) -> float | None:
        """Return a metric of the source."""
        return self.registry.get_sample_value(f"hinoban_{name}", {"source": "bluesky", **labels})


@pytest.fixture
def desk() -> Desk:
    """Give a reception that has not heard anything yet."""
    return Desk()


def test_up_and_down_are_shown(desk: Desk) -> None:
    """1 while the connection stands."""
    desk.reception.up()
    assert desk.sample("source_up") == 1
    desk.reception.down("reset by peer")
    assert desk.sample("source_up") == 0
    assert desk.reception.refused == ""


def test_a_permanent_end_says_why(desk: Desk) -> None:
    """Readiness shows the sentence, until it is up again."""
    desk.reception.down("401: the token is not valid", permanent=True)
    assert desk.reception.refused == "401: the token is not valid"
    desk.reception.up()
    assert desk.reception.refused == ""


def test_posts_are_counted_with_the_time_of_the_last(desk: Desk) -> None:
    """And how old the newest of them was."""
    desk.reception.received(3)
    desk.reception.lag(2.5)
    desk.reception.alive(NIGHT)
    desk.reception.dropped("full", 7)
    assert desk.sample("posts_received_total") == 3
    assert desk.sample("source_last_received_timestamp_seconds") == NIGHT.timestamp()
    assert desk.sample("source_lag_seconds") == 2.5
    assert desk.sample("posts_dropped_total", reason="full") == 7


def test_a_source_is_silent_after_a_minute(desk: Desk) -> None:
    """Until then it only reconnects; the detector is told since when."""
    desk.reception.up()
    desk.pass_minutes(5)
    down = desk.clock.now()
    desk.reception.down("reset")
    desk.pass_minutes(0.5)
    assert desk.reception.silent_since(desk.clock.now()) is None
    desk.reception.down("refused")
    desk.pass_minutes(0.5)
    assert desk.reception.silent_since(desk.clock.now()) == down
    assert desk.noted == [("bluesky", down)]


def test_gap_seconds_grow_while_the_gap_is_open(desk: Desk) -> None:
    """Each second once: the gap that the source reports afterwards was counted already."""
    desk.reception.up()
    start = desk.clock.now()
    desk.reception.down("reset")
    desk.pass_minutes(2)
    assert desk.sample("source_gap_seconds_total") == 120
    desk.clock.set(desk.clock.now() + MINUTE / 2)
    desk.reception.up()
    assert desk.sample("source_gap_seconds_total") == 150
    desk.reception.gap(Gap(source="bluesky", start=start, end=desk.clock.now(), reason="reset"))
    assert desk.sample("source_gap_seconds_total") == 150


def test_a_gap_of_the_last_life_is_counted_whole(desk: Desk) -> None:
    """What passed while nobody ran; nothing where it was backfilled, nothing while it has no end."""
    desk.reception.up()
    before = NIGHT - timedelta(hours=1)
    desk.reception.gap(Gap(source="bluesky", start=before, end=None, reason="not running"))
    desk.reception.gap(Gap(source="bluesky", start=before, end=NIGHT, reason="x", backfilled=True))
    assert desk.sample("source_gap_seconds_total") == 0
    desk.reception.gap(Gap(source="bluesky", start=before, end=NIGHT - MINUTE, reason="not running"))
    assert desk.sample("source_gap_seconds_total") == 59 * 60


def test_frames_wait_for_the_quarantine_in_bounded_memory(desk: Desk) -> None:
    """The first thousand are kept, the others only counted by whoever dropped them."""
    for number in range(FRAMES + 5):
        desk.reception.quarantined(str(number).encode(), "not JSON")
    assert len(desk.frames) == FRAMES
    assert desk.frames[0] == Frame("bluesky", NIGHT, "not JSON", b"0")


@pytest.mark.parametrize("text", ["さくらプリン", "\ud800"])
def test_a_poisonous_post_is_kept_with_its_error(desk: Desk, text: str) -> None:
    """As JSON; where it cannot even be written so, as Python shows it."""
    post: Post = a_post(text, id="odd")
    desk.reception.poisoned(post, IndexError("string index out of range"))
    [frame] = desk.frames
    assert frame.reason == "IndexError: string index out of range"
    assert b"odd" in frame.raw
    assert desk.sample("posts_dropped_total", reason="bad") == 1
