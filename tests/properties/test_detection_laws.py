"""Laws of the detector."""

import random
from datetime import UTC, datetime, timedelta
from io import StringIO

from hypothesis import given, settings
from hypothesis import strategies as st

from listener.commands.detect import run
from models.mention import Label
from models.volume.evidence import surprise
from models.volume.tally import Sighting
from tests.fakes_volume import KEY, START, Driver, fresh, taught

LABELS: tuple[Label, ...] = ("negative", "neutral", "positive")
MEANS = st.floats(1e-7, 1e5)


@given(st.integers(0, 10_000), st.integers(0, 10_000), MEANS, st.floats(0.01, 25.0))
def test_evidence_grows_with_the_count(one: int, other: int, mean: float, inverse_k: float) -> None:
    """More negative people are never less evidence, and evidence is never negative."""
    low, high = sorted((one, other))
    assert 0.0 <= surprise(low, mean, inverse_k) <= surprise(high, mean, inverse_k) + 1e-9


@given(st.integers(0, 10_000), MEANS, MEANS, st.floats(0.01, 25.0))
def test_evidence_falls_with_the_expectation(count: int, one: float, other: float, inverse_k: float) -> None:
    """The more was expected, the less surprising."""
    low, high = sorted((one, other))
    assert surprise(count, high, inverse_k) <= surprise(count, low, inverse_k) + 1e-6


POSTS = st.lists(
    st.tuples(
        st.integers(0, 8),
        st.sampled_from(LABELS),
        st.sampled_from(["", "a", "b"]),
        st.booleans(),
        st.booleans(),
    ),
    max_size=40,
)


@settings(max_examples=40, deadline=None)
@given(POSTS, st.randoms(use_true_random=False))
def test_order_within_a_minute_does_not_matter(
    posts: list[tuple[int, Label, str, bool, bool]], chance: random.Random
) -> None:
    """However the posts of one minute and their scores are shuffled, the reading is the same."""
    readings = []
    for _ in range(2):
        watch = taught(hours=50)
        order = list(enumerate(posts))
        chance.shuffle(order)
        for number, (author, _, cluster, repost, weak) in order:
            sighting = Sighting(KEY, f"p{number}", START + 5.0, f"a{author}", "s", cluster, repost, weak)
            watch.count(sighting, START + 30.0)
        chance.shuffle(order)
        for number, (_, label, *_) in order:
            watch.judge(KEY, f"p{number}", label, START + 31.0)
        readings.append((watch.reading(KEY, START + 40.0), watch.evaluate(START + 40.0)))
    assert readings[0] == readings[1]


NIGHTS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(1, 90)), min_size=2, max_size=8)


def play(driver: Driver, night: list[tuple[int, int, int]]) -> None:
    """Play stretches of (negative posts, neutral posts) a minute, at most five busy minutes each."""
    for negative, neutral, length in night:
        driver.run(min(length, 5), negative=negative, neutral=neutral)
        driver.run(max(length - 5, 0))


@settings(max_examples=15, deadline=None)
@given(NIGHTS, st.integers(1, 7))
def test_a_restart_anywhere_changes_nothing(night: list[tuple[int, int, int]], cut: int) -> None:
    """Dump and load between any two stretches: what is said is the same."""
    straight, broken = Driver(taught(hours=50)), Driver(taught(hours=50))
    play(straight, night)
    play(broken, night[:cut])
    blob = broken.watch.dump()
    broken.watch = fresh()
    broken.watch.load(blob)
    assert broken.watch.dump() == blob
    play(broken, night[cut:])
    assert broken.said == straight.said


@settings(max_examples=15, deadline=None)
@given(NIGHTS, st.integers(1, 7))
def test_the_future_does_not_change_the_past(night: list[tuple[int, int, int]], cut: int) -> None:
    """What was said by a minute does not depend on what came after it."""
    whole, part = Driver(taught(hours=50)), Driver(taught(hours=50))
    play(whole, night)
    play(part, night[:cut])
    assert whole.said[: len(part.said)] == part.said


@settings(max_examples=15, deadline=None)
@given(NIGHTS, st.integers(1, 600))
def test_a_skipped_tick_catches_up(night: list[tuple[int, int, int]], silence: int) -> None:
    """Ticking every minute of a silence, or once after it, says and knows the same."""
    often, once = Driver(taught(hours=50)), Driver(taught(hours=50))
    play(often, night)
    play(once, night)
    often.run(silence)
    once.said += once.watch.tick(once.now + silence * 60.0)
    once.minute += silence
    assert once.said == often.said
    assert once.watch.reading(KEY, once.now) == often.watch.reading(KEY, often.now)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 500), min_size=2, max_size=200), st.integers(1, 199))
def test_a_row_depends_only_on_rows_before_it(values: list[int], cut: int) -> None:
    """The output for a cut file is the cut output."""
    start = datetime(2026, 11, 1, tzinfo=UTC)
    lines = [
        f"{start + timedelta(minutes=5 * at):%Y-%m-%d %H:%M:%S},{value}" for at, value in enumerate(values)
    ]
    whole, part = StringIO(), StringIO()
    run(StringIO("\n".join(["timestamp,value", *lines])), "5m", whole, StringIO())
    run(StringIO("\n".join(["timestamp,value", *lines[:cut]])), "5m", part, StringIO())
    assert whole.getvalue().startswith(part.getvalue())
