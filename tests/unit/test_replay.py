"""The same night again, as often as one likes."""

import asyncio
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

import config
from listener import assembly, history, replay
from listener.assembly import Vocabulary
from listener.sources import replayed
from models.post import Deletion, Post
from tests.builders import a_post

HOME = Path(config.__file__).parent
PAST = (HOME / "demo" / "history.csv").read_text("utf-8")
Line = dict[str, Any]


class Nobody:
    """What a file without mistakes reports to."""

    def quarantined(self, raw: bytes, reason: str) -> None:
        """Refuse a bad line."""
        raise AssertionError(reason, raw)

    def dropped(self, reason: str, posts: int) -> None:
        """Refuse a lost post."""
        raise AssertionError(reason, posts)


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    """Build the shipped lists once."""
    settings = assembly.read_settings(HOME / "demo.toml")
    return assembly.vocabulary(settings.keywords, now=shipped()[0].received_at)


def shipped() -> list[Post | Deletion]:
    """Return the shipped night."""
    with (HOME / "demo" / "night.jsonl").open("rb") as lines:
        return list(replayed.posts(lines, source="night", report=Nobody()))


async def lines_of(
    items: Iterable[Post | Deletion], words: Vocabulary, *, learned: bool = True
) -> list[Line]:
    """Replay *items*; return every line, the summary without its seconds."""
    items = list(items)
    settings = assembly.read_settings(HOME / "demo.toml")
    scoring = assembly.scoring(settings, lambda _: None)
    said: list[Line] = []
    start = items[0].received_at.replace(second=0, microsecond=0) if items else shipped()[0].received_at
    try:
        async with replay.night(settings, words, scoring, start=start, say=said.append) as night:
            if learned:
                replay.learn(night.engine, history.read(io.StringIO(PAST), "history.csv"))
            await replay.play(night, items)
            said.append(night.summary(0.0))
    finally:
        scoring.close()
    return said


def fire() -> list[Post | Deletion]:
    """Return the shipped night from shortly before the fire until it burns."""
    return [item for item in shipped() if "16:55" <= f"{item.received_at:%H:%M}" < "17:30"]


async def test_the_same_night_says_the_same(words: Vocabulary) -> None:
    """Line by line, the figures too."""
    first = await lines_of(fire(), words)
    assert first == await lines_of(fire(), words)
    assert {line["event"] for line in first} == {"incident", "page", "summary"}


async def test_a_truncated_night_gives_a_prefix(words: Vocabulary) -> None:
    """Nothing that was said depends on what comes later; only the minute that was cut may tell less."""
    items = fire()
    whole = (await lines_of(items, words))[:-1]
    for clock in ("17:22", "17:26"):
        end = 7 + next(n for n, item in enumerate(items) if f"{item.received_at:%H:%M}" >= clock)
        told = (await lines_of(items[:end], words))[:-1]
        cut = f"{items[end].received_at.replace(second=0):%Y-%m-%dT%H:%M:%SZ}"
        sure = [line for line in told if line["at"] < cut]
        assert sure == [line for line in whole if line["at"] < cut]
        assert len(sure) >= 2


async def test_a_night_without_posts_is_a_summary(words: Vocabulary) -> None:
    """And nothing else."""
    summary = {"event": "summary", "posts": 0, "mentions": 0, "incidents": 0, "pages": 0, "seconds": 0.0}
    assert await lines_of([], words) == [summary]


async def test_sources_that_interleave_are_heard_in_order(words: Vocabulary) -> None:
    """Batches are cut where the source changes; what claims to have come earlier came where it stands."""
    items = [
        a_post("さくらプリン", id=str(n), source=("a", "b")[n % 2], minutes=minutes, by=str(n))
        for n, minutes in enumerate((0, 0.2, 1, 0.5, 3))
    ]
    batches = [batch for _, arrived in replay._minutes(items) for batch in replay._batches(arrived)]
    assert [[item.id for item in batch.items] for batch in batches] == [["0"], ["1"], ["2"], ["3"], ["4"]]  # type: ignore[union-attr]  # posts
    [summary] = await lines_of(items, words, learned=False)
    assert (summary["posts"], summary["mentions"]) == (5, 5)


async def test_deletions_are_replayed_too(words: Vocabulary) -> None:
    """A post that was deleted is quoted by no page that comes later."""
    [page] = [line for line in await lines_of(fire(), words) if line["event"] == "page"]
    quoted = [
        item for item in fire() if isinstance(item, Post) and item.text and item.text[:20] in page["text"]
    ]
    assert quoted
    items: list[Post | Deletion] = []
    for item in fire():
        items.append(item)
        if item in quoted:
            items.append(Deletion(source=item.source, id=item.id, received_at=item.received_at))
    [again] = [line for line in await lines_of(items, words) if line["event"] == "page"]
    assert not any(post.text[:20] in again["text"] for post in quoted)


async def test_a_night_can_be_stopped(words: Vocabulary) -> None:
    """Ctrl-C between two minutes leaves a summary of what was played."""
    items = shipped()
    settings = assembly.read_settings(HOME / "demo.toml")
    scoring = assembly.scoring(settings, lambda _: None)
    minutes = 0

    async def stop_later() -> None:
        nonlocal minutes
        minutes += 1
        if minutes == 10:
            raise asyncio.CancelledError

    try:
        start = items[0].received_at.replace(second=0, microsecond=0)
        async with replay.night(settings, words, scoring, start=start, say=lambda _: None) as night:
            with pytest.raises(asyncio.CancelledError):
                await replay.play(night, items, stop_later)
            summary = night.summary(1.23456)
    finally:
        scoring.close()
    assert 0 < summary["posts"] < len(items)
    assert summary["seconds"] == 1.235
