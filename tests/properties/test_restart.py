"""Stopped anywhere and started again, the watch says what it would have said."""

import asyncio
import random
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.post import Author, Batch, Post
from tests.builders import NIGHT
from tests.fakes_listener import SOURCES, Rig, rig, taught, untaught

TEXTS = (
    "さくらプリン最悪",
    "さくらプリン食べた",
    "さくらフーズは最悪だ",
    "さくらプリンとさくらフーズ最悪",
    "晴れ",
)
MINUTES = 50
END = NIGHT + timedelta(minutes=MINUTES + 10)
PLACES = ("batch", "store", "count", "hand on", "score", "judge", "tick")
"""Where a life may end: before the batch is stored, after each step on its way, or at the end of a minute."""


class Killed(BaseException):
    """The end of a life, at once."""


class Stop(NamedTuple):
    """A life ends at a *place* while the batch with this number is on its way."""

    batch: int
    place: str


def stream(seed: int) -> list[Batch]:
    """Return a night of batches: some calm, a fire, reposts, two sources that interleave."""
    chance = random.Random(seed)
    burns = chance.randrange(5, 30)
    posts: list[Post] = []
    batches = []
    for second in sorted(chance.sample(range(MINUTES * 60), 90)):
        fire = burns * 60 <= second < burns * 60 + 900
        source = chance.choice(SOURCES)
        at = NIGHT + timedelta(seconds=second)
        size = chance.randrange(1, 5) if fire else 1
        batch = [_post(chance, posts, source, at, fire=fire, n=n) for n in range(size)]
        posts += batch
        batches.append(Batch(source=source, items=list(batch), cursor=str(second)))
    return batches


def _post(chance: random.Random, posts: list[Post], source: str, at: Any, *, fire: bool, n: int) -> Post:
    own = [post for post in posts[-20:] if post.source == source and post.text]
    repost = bool(own) and chance.random() < 0.25
    return Post(
        source=source,
        id=f"{at:%H%M%S}-{n}",
        text="" if repost else chance.choice(TEXTS if fire else TEXTS[1:]),
        kind="repost" if repost else "post",
        target=chance.choice(own).id if repost else None,
        created_at=at - timedelta(seconds=chance.choice((0, 0, 0, 90))),
        received_at=at,
        author=Author(id=f"who{chance.randrange(60)}"),
    )


def kill_at(one: Rig, place: str) -> None:
    """Let the next arrival at *place* be the last."""

    async def die(*_: Any, **__: Any) -> None:
        raise Killed

    def die_now(*_: Any) -> None:
        raise Killed

    pipeline: Any = one.pipeline
    if place == "batch":
        pipeline._sorting.sort = die
    elif place == "store":
        pipeline._count_all = die_now
    elif place == "count":
        pipeline.decide = die
    elif place == "hand on":
        pipeline.backlog.score = die
    elif place == "score":
        pipeline.keeping.scores = die
    elif place == "judge":
        pipeline._judge = die_now
    elif place == "tick":
        pipeline.tick = die


async def live(path: Path, batches: list[Batch], stops: list[Stop], snapshots: set[int]) -> dict[str, Any]:
    """Let *batches* arrive, dying and being born again at each of *stops*; return what came of it."""
    left = list(enumerate(batches))
    waiting = sorted(stops)
    now, watch = NIGHT, taught()
    while True:
        async with rig(path, start=now, watch=watch) as one:
            await one.score()
            try:
                for number, batch in list(left):
                    while waiting and waiting[0].batch < number:
                        waiting.pop(0)
                    if waiting and waiting[0].batch == number:
                        kill_at(one, waiting.pop(0).place)
                    await _live_on(one, batch, snapshot=number in snapshots)
                    left.pop(0)
                while one.clock.now() < END:
                    await one.end_minute()
                return await _outcome(one)
            except Killed:
                now, watch = one.clock.now(), untaught()
                if left and await one.database.cursors.load(left[0][1].source) == left[0][1].cursor:
                    left.pop(0)


async def _live_on(one: Rig, batch: Batch, *, snapshot: bool) -> None:
    """Let the minutes end and a batch arrive; a snapshot falls between its counting and its scores."""
    at = batch.items[0].received_at  # type: ignore[union-attr]  # no gaps here
    while at >= one.clock.now().replace(second=0, microsecond=0) + timedelta(minutes=1):
        await one.end_minute()
    one.clock.set(at)
    await one.pipeline.take(batch)
    if snapshot:
        await one.pipeline.snapshot()
    await one.score()


async def _outcome(one: Rig) -> dict[str, Any]:
    incidents, pages = await one.database.log.incidents(100), await one.pages()
    return {
        "incidents": sorted((i.id, i.state, i.severity, i.topics, i.opened_at, i.mood) for i in incidents),
        "pages": sorted(page.key for page in pages if page.kind != "reminder"),
        "reminders": sum(page.kind == "reminder" for page in pages),
        "readings": one.readings(),
        "mentions": len(await one.database.mentions.after(0, 10_000)),
    }


def night(batches: list[Batch], stops: list[Stop], snapshots: set[int]) -> dict[str, Any]:
    """Live through a night on a fresh file."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(live(Path(folder) / "hinoban.db", batches, stops, snapshots))


stops = st.lists(st.builds(Stop, st.integers(0, 89), st.sampled_from(PLACES)), min_size=1, max_size=4)
some_batches = st.sets(st.integers(0, 89), max_size=4)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 5), stops=stops, snapshots=some_batches)
def test_a_stop_anywhere_changes_nothing(seed: int, stops: list[Stop], snapshots: set[int]) -> None:
    """Incidents, pages and readings are those of a life without a stop, whatever the last snapshot covers.

    Only a reminder that falls due while nobody lives comes a minute later.
    """
    broken, whole = night(stream(seed), stops, snapshots), straight(seed)
    assert abs(broken.pop("reminders") - whole.pop("reminders")) <= 1
    assert broken == whole


_straight: dict[int, dict[str, Any]] = {}


def straight(seed: int) -> dict[str, Any]:
    """Return what a life without a stop makes of a stream."""
    if seed not in _straight:
        _straight[seed] = night(stream(seed), [], set())
    return dict(_straight[seed])
