"""Laws of a whole replay: from lines of posts to incidents and pages, with everything between."""

import asyncio
import random
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config import decode
from listener import assembly, replay
from listener.assembly import Vocabulary
from listener.commands.replay import DEFAULTS
from listener.history import Hour
from models.keyword import TopicKey
from models.post import Author, Post
from tests.builders import NIGHT
from tests.fakes_listener import LIST

CONFIGURATION = f'{DEFAULTS}\n[scorer]\nkind = "lexicon"\n'
MINUTE = timedelta(minutes=1)
FULL = NIGHT.replace(minute=0)
PAST = [
    Hour(TopicKey("sakura", topic), FULL - timedelta(hours=ago), 9, 1)
    for ago in range(60, 0, -1)
    for topic in ("pudding", "company")
]
Line = dict[str, Any]


class Minute(NamedTuple):
    """Posts of one minute about the two topics, happy and unhappy, reposts of the last ones, and a risk."""

    unhappy: int
    happy: int
    company: int
    reposts: int
    quiet: int


NIGHTS = st.lists(
    st.builds(
        Minute, st.integers(0, 6), st.integers(0, 5), st.integers(0, 2), st.integers(0, 4), st.integers(0, 20)
    ),
    min_size=4,
    max_size=8,
)


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    """Build a small list once."""
    place = tmp_path_factory.mktemp("lists") / "sakura.toml"
    place.write_text(LIST, "utf-8")
    return assembly.vocabulary([place], now=NIGHT)


def posts(night: list[Minute]) -> list[Post]:
    """Return the posts of a night, each by somebody else, by two sources."""
    found: list[Post] = []
    minute = 0
    for one in night:
        texts = ["さくらプリン最悪"] * one.unhappy + ["さくらプリン食べた"] * one.happy
        texts += ["さくらフーズは最悪だ"] * one.company
        own = [_post(minute, second, text) for second, text in enumerate(texts)]
        seeds = [post for post in (found + own)[-9:] if post.kind == "post"]
        passed = [
            _post(minute, len(own) + n, "", seeds[n % len(seeds)]) for n in range(one.reposts if seeds else 0)
        ]
        found += own + passed
        minute += 1 + one.quiet
    return found


def _post(minute: int, second: int, text: str, target: Post | None = None) -> Post:
    at = NIGHT + timedelta(minutes=minute, seconds=second)
    name = f"{minute}-{second}"
    return Post(
        source=target.source if target else ("bluesky", "fediverse")[second % 2],
        id=name,
        text=text,
        kind="repost" if target else "post",
        target=target.id if target else None,
        created_at=at,
        received_at=at,
        author=Author(id=name),
    )


def played(items: list[Post], words: Vocabulary) -> list[Line]:
    """Replay *items* after a calm past; return every line but the summary."""
    return asyncio.run(_played(items, words))


async def _played(items: list[Post], words: Vocabulary) -> list[Line]:
    known = decode.settings(CONFIGURATION, "defaults", assembly.TABLES)
    scoring = assembly.scoring(known, lambda _: None)
    said: list[Line] = []
    try:
        async with replay.night(known, words, scoring, start=NIGHT, say=said.append) as night:
            replay.learn(night.engine, PAST)
            await replay.play(night, items, quiet=3 * MINUTE)
    finally:
        scoring.close()
    return said


@settings(max_examples=4, deadline=None)
@given(night=NIGHTS)
def test_the_same_lines_say_the_same(words: Vocabulary, night: list[Minute]) -> None:
    """To the letter of every page."""
    assert played(posts(night), words) == played(posts(night), words)


@settings(max_examples=8, deadline=None)
@given(night=NIGHTS, cut=st.integers(1, 7))
def test_truncating_the_future_never_changes_the_past(
    words: Vocabulary, night: list[Minute], cut: int
) -> None:
    """Incidents, their figures and the words of pages up to the cut are those of the whole night."""
    whole, part = posts(night), posts(night[:cut])
    end = part[-1].received_at.replace(second=0) + MINUTE if part else NIGHT
    before = f"{end:%Y-%m-%dT%H:%M:%SZ}"
    told, sure = played(whole, words), played(part, words)
    assert [line for line in sure if line["at"] <= before] == [line for line in told if line["at"] <= before]


def by_minute(lines: list[Line]) -> list[tuple[str, ...]]:
    """Return what was said in each minute, the seconds and the figures between two posts left out."""
    return sorted(
        (
            line["at"][:16],
            line["event"],
            str(line.get("id") or line["incident"]),
            line["severity"],
            line.get("kind", ""),
        )
        for line in lines
    )


@settings(max_examples=8, deadline=None)
@given(night=NIGHTS, chance=st.randoms(use_true_random=False))
def test_the_order_within_a_minute_does_not_matter(
    words: Vocabulary, night: list[Minute], chance: random.Random
) -> None:
    """The same incidents open, change and page in the same minutes."""
    straight = posts(night)
    shuffled: list[Post] = []
    for minute in dict.fromkeys(post.received_at.replace(second=0) for post in straight):
        some = [post for post in straight if post.received_at.replace(second=0) == minute]
        chance.shuffle(some)
        # Nobody passes on what nobody has written yet.
        shuffled += sorted(some, key=lambda post: post.kind)
    assert by_minute(played(shuffled, words)) == by_minute(played(straight, words))


@settings(max_examples=3, deadline=None)
@given(calm=NIGHTS, crowd=st.integers(6, 10))
def test_one_more_who_is_unhappy_never_silences_a_page(
    words: Vocabulary, calm: list[Minute], crowd: int
) -> None:
    """Of the same crowd in the last minute: once so many wake somebody, so do more."""
    paged = []
    for unhappy in range(0, crowd + 1, 2):
        last = Minute(unhappy, crowd - unhappy, 0, 0, 0)
        lines = played(posts([*(one._replace(unhappy=0, company=0) for one in calm), last]), words)
        paged.append(sum(line["event"] == "page" for line in lines))
    assert paged == sorted(paged)
