"""Posts of the past become hours, as the watch would have counted them."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from listener.history import Hour
from listener.matching import lists
from listener.matching.matcher import Matcher
from listener.past_posts import PastPosts
from tests.builders import NIGHT
from tests.fakes_listener import LIST, PUDDING, WordScoring

START = datetime(2026, 11, 1, tzinfo=UTC)


def line(minute: float, text: str = "さくらプリン食べた", **fields: Any) -> str:
    """Return a post as a JSON line."""
    at = START + timedelta(minutes=minute)
    given = {"id": f"p{minute}", "text": text, "created_at": at.isoformat(), "author": {"id": f"a{minute}"}}
    return json.dumps(given | fields, ensure_ascii=False) + "\n"


async def counted(lines: Sequence[str]) -> tuple[list[Hour], PastPosts, list[str]]:
    """Return the hours of pudding in some lines, and what is left of the lines."""
    posts = PastPosts(Matcher([lists.parse(LIST, Path("sakura.toml"))], words=None, now=NIGHT))
    rest = list(posts.taken(lines))
    return await posts.hours(WordScoring(), [PUDDING], 5, NIGHT), posts, rest


async def test_people_are_counted_once_in_two_hours_and_their_worst_post_counts() -> None:
    """The same people, not the same posts."""
    again: dict[str, Any] = {"author": {"id": "neko"}}
    told, _, _ = await counted(
        [
            line(0),
            line(5, "さくらプリン最悪", **again),
            line(50, **again),
            line(70, **again),
            line(240, "おわり"),
        ]
    )
    assert [(hour.people, hour.negative) for hour in told] == [(2, 1), (0, 0), (0, 0), (0, 0)]


async def test_the_order_of_the_file_does_not_matter() -> None:
    """An export may begin with the newest."""
    lines = [
        line(minute, "さくらプリン最悪" if minute % 3 else "さくらプリンだ") for minute in range(0, 400, 7)
    ]
    forwards, _, _ = await counted(lines)
    backwards, _, _ = await counted(lines[::-1])
    assert forwards == backwards
    assert sum(hour.people for hour in forwards) > 40


async def test_a_post_that_is_there_twice_counts_once() -> None:
    """Two exports may overlap."""
    told, _, _ = await counted([line(0), line(0), line(120, "おわり")])
    assert [hour.people for hour in told] == [1, 0]


async def test_a_bare_repost_is_a_person_who_feels_like_its_target() -> None:
    """As it is in the daemon."""
    repost = line(3, "", id="r", kind="repost", target="p0")
    told, _, _ = await counted([line(0, "さくらプリン最悪"), repost, line(70, "おわり")])
    assert [(hour.people, hour.negative) for hour in told] == [(2, 2)]


async def test_broken_posts_are_refused_by_number_and_other_lines_left() -> None:
    """Hourly counts may stand between posts."""
    lines = [line(0), '{"id":"x","text":"さくらプリン"}\n', '{"people": 3}\n']
    _, posts, rest = await counted(lines)
    assert [(refused.number, "created_at" in refused.why) for refused in posts.refused] == [(2, True)]
    assert rest == ["\n", "\n", '{"people": 3}\n']


async def test_hours_begun_or_to_come_are_left_out() -> None:
    """A part of an hour is no hour."""
    told, _, _ = await counted([line(30), line(130)])
    assert [hour.hour for hour in told] == [START + timedelta(hours=1)]
