"""Laws of the detector."""

import random
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from listener.commands.detect import run
from models.mention import Label
from models.volume.evidence import surprise
from models.volume.tally import Sighting
from tests.fakes_volume import KEY, Driver, fresh, taught

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


TEXTS = tuple("abcdefg")
"""More texts that are said alike than a flood has, so that copies may get more room."""
LEARNED = st.sampled_from([50, 50, 12, 0])
"""Hours of history: a topic that is known, one that is learning, and one that nobody has seen."""
POSTS = st.lists(
    st.tuples(
        st.integers(0, 30),
        st.sampled_from(LABELS),
        st.sampled_from(["", *TEXTS]),
        st.booleans(),
        st.booleans(),
    ),
    max_size=60,
)


def before(hours: int, phrases: int) -> Driver:
    """Return a driver after ten minutes in which *phrases* people a minute said each of the texts alike."""
    driver = Driver(taught(hours=hours))
    for _ in range(10):
        for text in TEXTS * phrases:
            driver.post("negative", cluster=text)
        driver.end()
    return driver


@settings(max_examples=60, deadline=None)
@given(POSTS, LEARNED, st.integers(0, 2), st.randoms(use_true_random=False))
def test_order_within_a_minute_does_not_matter(
    posts: list[tuple[int, Label, str, bool, bool]], hours: int, phrases: int, chance: random.Random
) -> None:
    """However the posts of one minute and their scores are shuffled, the reading is the same."""
    readings = []
    for _ in range(2):
        driver = before(hours, phrases)
        watch, now = driver.watch, driver.now
        order = list(enumerate(posts))
        chance.shuffle(order)
        for number, (author, _, cluster, repost, weak) in order:
            sighting = Sighting(KEY, f"p{number}", now + 5.0, f"a{author}", "s", cluster, repost, weak)
            watch.count(sighting, now + 30.0)
        chance.shuffle(order)
        for number, (_, label, *_) in order:
            watch.judge(KEY, f"p{number}", label, now + 31.0)
        readings.append((watch.reading(KEY, now + 40.0), watch.evaluate(now + 40.0)))
    assert readings[0] == readings[1]


CROWD = st.lists(st.tuples(st.sampled_from(["", *TEXTS]), st.booleans()), min_size=1, max_size=60)


@settings(max_examples=60, deadline=None)
@given(CROWD, LEARNED, st.integers(0, 2), st.integers(0, 60), st.integers(0, 60))
def test_one_more_who_is_unhappy_is_never_less_evidence(
    crowd: list[tuple[str, bool]], hours: int, phrases: int, one: int, other: int
) -> None:
    """Of the same people in the running minute, in their own words or not, known topic or not."""
    evidence = []
    for unhappy in sorted((one, other)):
        driver = before(hours, phrases)
        for number, (cluster, repost) in enumerate(crowd):
            driver.post("negative" if number < unhappy else "neutral", cluster=cluster, repost=repost)
        topic = driver.watch._topics[KEY]
        evidence.append([scale.evidence for scale in topic.weigh(driver.watch._around(KEY)).scales])
    assert all(less <= more + 1e-9 for less, more in zip(*evidence, strict=True))


@settings(max_examples=60, deadline=None)
@given(CROWD, LEARNED, st.integers(0, 2), st.integers(0, 60), st.integers(0, 60))
def test_one_more_who_is_unhappy_never_puts_a_fire_out(
    crowd: list[tuple[str, bool]], hours: int, phrases: int, one: int, other: int
) -> None:
    """What a few of the same people open, more of them open too, whatever texts flood the topic."""
    opens = []
    for unhappy in sorted((one, other)):
        driver = before(hours, phrases)
        for number, (cluster, repost) in enumerate(crowd):
            driver.post("negative" if number < unhappy else "neutral", cluster=cluster, repost=repost)
        topic, constants = driver.watch._topics[KEY], driver.watch.settings
        weighing = topic.weigh(driver.watch._around(KEY))
        opens.append(weighing.deciding(constants, constants.min_authors, part=0.5) is not None)
    assert opens[1] >= opens[0]


class Stretch(NamedTuple):
    """What comes in each of its first five minutes: own words, copies of so many texts, reposts, a risk."""

    negative: int
    neutral: int
    texts: int
    reposts: int
    risk: bool
    minutes: int


NIGHTS = st.lists(
    st.builds(
        Stretch,
        st.integers(0, 6),
        st.integers(0, 6),
        st.integers(0, len(TEXTS)),
        st.integers(0, 9),
        st.booleans(),
        st.integers(1, 90),
    ),
    min_size=2,
    max_size=8,
)


def play(driver: Driver, night: list[Stretch]) -> None:
    """Play stretches of at most five busy minutes each."""
    for stretch in night:
        if stretch.risk:
            driver.post("neutral", risks=frozenset({"safety"}))
        for _ in range(min(stretch.minutes, 5)):
            for text in TEXTS[: stretch.texts]:
                driver.post("negative", cluster=text)
            for _ in range(stretch.reposts):
                driver.post("negative", repost=True)
            driver.run(1, negative=stretch.negative, neutral=stretch.neutral)
        driver.run(max(stretch.minutes - 5, 0))


@settings(max_examples=25, deadline=None)
@given(NIGHTS, LEARNED, st.integers(1, 7))
def test_a_restart_anywhere_changes_nothing(night: list[Stretch], hours: int, cut: int) -> None:
    """Dump and load between any two stretches: what is said is the same."""
    straight, broken = Driver(taught(hours=hours)), Driver(taught(hours=hours))
    play(straight, night)
    play(broken, night[:cut])
    blob = broken.watch.dump()
    broken.watch = fresh()
    broken.watch.load(blob)
    assert broken.watch.dump() == blob
    play(broken, night[cut:])
    assert broken.said == straight.said


@settings(max_examples=25, deadline=None)
@given(NIGHTS, LEARNED, st.integers(1, 7))
def test_the_future_does_not_change_the_past(night: list[Stretch], hours: int, cut: int) -> None:
    """What was said by a minute does not depend on what came after it."""
    whole, part = Driver(taught(hours=hours)), Driver(taught(hours=hours))
    play(whole, night)
    play(part, night[:cut])
    assert whole.said[: len(part.said)] == part.said


@settings(max_examples=15, deadline=None)
@given(NIGHTS, st.integers(1, 600))
def test_a_skipped_tick_catches_up(night: list[Stretch], silence: int) -> None:
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
