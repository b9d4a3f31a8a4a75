"""Roles: who started, who carried, how many reacted, by what was observed."""

import random
from typing import Any

import msgspec
import pytest

from alerts import carriers
from alerts.carriers import census, key_of, traced
from alerts.explain import explain
from alerts.incident import Carrier, Explanation, Reached
from models.mention import Mention
from tests.fakes_alerts import NIGHT, a_mention, minutes

COPY = "さくらプリンに虫が入ってた、底に黒いのがいる"


def _fire() -> list[Mention]:
    passed: dict[str, Any] = {"kind": "repost", "target": "neko-0"}
    again: dict[str, Any] = {"kind": "repost", "target": "matome-6"}
    return [
        a_mention(COPY, "neko", at=0, cluster="bug"),
        *(a_mention("", f"r{i}", at=1 + i, **passed) for i in range(4)),
        a_mention("これはひどい さくらプリン", "matome", at=6, kind="quote", target="neko-0", cluster="bad"),
        *(a_mention("", f"s{i}", at=7 + i, **again) for i in range(9)),
        a_mention("ほんとに?", "who", at=8, kind="reply", target="matome-6"),
        *(a_mention(COPY, f"c{i}", at=20 + i, cluster="bug") for i in range(3)),
    ]


def test_a_carrier_is_told_with_what_was_observed() -> None:
    """Distinct people first, then how: reposts, quotes, replies, copies of the text."""
    told = explain(_fire())
    assert told.starter is not None
    assert (told.starter.author, told.starter.passed) == ("neko", 5)
    assert told.carriers == (Carrier("matome", NIGHT + minutes(6), 9, "bluesky/matome-6", 9, 0, 1, 0),)


def test_whoever_neither_lit_nor_carried_it_is_a_number() -> None:
    """Reactors are counted and never named."""
    told = explain(_fire())
    assert told.observed.people == 19
    assert told.observed.reactors == 17
    assert (told.observed.reposts, told.observed.quotes, told.observed.replies) == (13, 1, 1)
    assert told.observed.copies == 3


def test_followers_make_nobody_a_carrier() -> None:
    """Someone with a million followers whom nobody passed on plays no part."""
    star = a_mention("さくらプリンか", "star", at=2)
    assert "star" not in [carrier.who for carrier in explain([*_fire(), star]).carriers]


def test_nobody_reposting_twice_counts_twice() -> None:
    """People are counted, not posts."""
    twice = [a_mention("", "fan", at=10 + i, kind="repost", target="matome-6") for i in range(5)]
    assert explain([*_fire(), *twice]).carriers[0].people == 10


def test_who_came_before_the_starter_or_reached_one_person_carried_nothing() -> None:
    """Small talk from before the fire that one person reposted is no part of it."""
    talk = a_mention("さくらプリン食べた", "chatter", at=-20)
    fan = a_mention("", "fan", at=-19, kind="repost", target="chatter--20")
    lone = a_mention("さくらプリンに虫?", "lone", at=8)
    friend = a_mention("", "friend", at=9, kind="repost", target="lone-8")
    told = explain([*_fire(), talk, fan, lone, friend])
    assert told.starter is not None
    assert told.starter.author == "neko"
    assert [carrier.who for carrier in told.carriers] == ["matome"]


def test_a_post_that_was_never_seen_starts_nothing_but_is_told() -> None:
    """Who passed on what the watch did not see is a blind spot."""
    lost = [a_mention("これ見て", f"l{i}", at=i, kind="quote", target="elsewhere") for i in range(6)]
    told = explain(lost)
    assert told.carriers == ()
    assert told.observed.unseen == 6


def test_a_post_from_before_the_fire_can_have_lit_it() -> None:
    """What people pass on now may be of yesterday: it is looked up by its name."""
    old = a_mention("さくらプリンは安全です", "sakura_pr", at=-300)
    reposts = [a_mention("", f"r{i}", at=i, kind="repost", target="sakura_pr--300") for i in range(4)]
    told = explain(reposts, known=[old.post])
    assert told.starter is not None
    assert told.starter.author == "sakura_pr"


def test_the_first_post_is_the_first_that_was_negative() -> None:
    """Chatter before it does not count, nor does who was passed on."""
    chat = a_mention("さくらプリン買った", "calm", at=-1, label="neutral")
    told = explain([chat, a_mention("最悪、虫がいた", "first", at=-0.5), *_fire()])
    assert told.first is not None
    assert told.first.author == "first"


def test_a_post_about_two_topics_is_one_post() -> None:
    """Two mentions of one post are one trace, and are passed on once."""
    both = [msgspec.structs.replace(mention, topic="company") for mention in _fire()]
    assert census(traced([*_fire(), *both])) == census(traced(_fire()))
    assert explain([*_fire(), *both]) == explain(_fire())


def test_sources_are_told_in_the_order_in_which_they_took_part() -> None:
    """Each with its first negative post, its people and its negative people."""
    told = explain(
        [
            a_mention("さくらプリンに虫", "a", at=3, source="mastodon"),
            a_mention("さくらプリンに虫が", "b", at=1),
            a_mention("さくらプリン", "c", at=0, label="neutral", source="rss"),
        ]
    )
    assert told.reached == (
        Reached(source="bluesky", since=NIGHT + minutes(1), people=1, negative=1),
        Reached(source="mastodon", since=NIGHT + minutes(3), people=1, negative=1),
        Reached(source="rss", since=None, people=1, negative=0),
    )
    assert told.sources == ("bluesky", "mastodon", "rss")


def test_the_share_of_the_busiest_people_is_told() -> None:
    """Three people who wrote nine of ten posts are no crowd."""
    said = [a_mention(f"許さない{i}", f"p{i % 3}", at=i) for i in range(9)]
    assert explain([*said, a_mention("ほんとだ", "q", at=20)]).observed.top_share == pytest.approx(0.9)


@pytest.mark.parametrize("seed", range(5))
def test_an_explanation_does_not_depend_on_the_order_of_what_was_read(seed: int) -> None:
    """However a database returns the rows, page and roles are the same."""
    said = _fire()
    random.Random(seed).shuffle(said)
    assert explain(said) == explain(_fire())


def test_an_explanation_of_nothing_is_empty() -> None:
    """Without evidence nobody is named and nothing is claimed."""
    assert explain([]) == Explanation()


def test_what_may_play_a_part_is_looked_up_by_name() -> None:
    """The posts that were passed on, the largest spread first, and the first post."""
    counted = census(traced(_fire()))
    assert carriers.candidates(counted) == ("bluesky/matome-6", "bluesky/neko-0")
    assert key_of(_fire()[0].post) == counted.first
