"""The bench of the whole way measures what it says, on a run too small to mean anything."""

import random
from pathlib import Path

import pytest

from bench import pipeline
from bench.__main__ import Row
from bench.matching import SEED, keywords


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """Measure three minutes of posts, and one start."""
    measured = pipeline.measure(count=12_000, size=200, starts=1)
    return [Row(str(what), str(figure), *rest) for what, figure, *rest in measured]  # type: ignore[arg-type]  # a goal is a text, its verdict a bool


def test_every_row_has_a_figure(rows: list[Row]) -> None:
    """The way (its best, all of it, by the clock), its memory, the start and its memory."""
    assert len(rows) == 6
    assert all(any(letter.isdigit() for letter in row.figure) for row in rows)
    assert [bool(row.goal) for row in rows] == [True, False, False, True, True, True]
    assert all((row.met is None) == (not row.goal) for row in rows)


def test_the_posts_that_were_asked_for_went_through(rows: list[Row]) -> None:
    """Nothing is measured on posts that got lost on the way, and the share that matches is as said."""
    assert rows[0].what.startswith("whole way, bytes to scores: 12,000 posts, ")
    share = float(rows[0].what.split("posts, ")[1].split("%")[0])
    assert 0.5 < share < 1.5


async def test_the_same_posts_are_made_each_time(tmp_path: Path) -> None:
    """By a seed, so that two runs can be compared."""
    words = keywords(200, random.Random(SEED))
    path = pipeline.prepare(tmp_path, words)
    first = await pipeline.stream(path, words, 2_000)
    (tmp_path / "hinoban.db").unlink()
    again = await pipeline.stream(path, words, 2_000)
    assert (first.posts, first.mentions) == (again.posts, again.mentions)
    assert first.posts == 2_000
    assert first.mentions > 0
