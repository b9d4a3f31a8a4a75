"""Blind spots: what could not be seen is told as data, and on the page where it matters."""

from typing import Any

import msgspec

from alerts import page
from alerts.blindspots import BlindSpot, spots, unwatched
from alerts.explain import explain
from alerts.incident import Explanation, Incident, Observed
from alerts.routing import Receiver
from tests.fakes_alerts import NIGHT, a_mention, an_incident


def _unseen(**told: Any) -> Incident:
    return an_incident("critical", explanation=Explanation(**told))


def test_a_watch_that_saw_everything_has_no_blind_spot() -> None:
    """Nothing is invented."""
    assert spots(_unseen(observed=Observed(posts=40, judged=40, people=30))) == ()


def test_what_a_source_brings_is_watched() -> None:
    """A source is known by its name, or a word of it; a post that came from there tells the same."""
    assert unwatched(("X", "Instagram", "TikTok"), ("bluesky", "x-stream", "tiktok")) == ("Instagram",)
    assert unwatched(("X", "Instagram"), ("twitter_export",)) == ("Instagram",)
    assert unwatched(("X", "Instagram"), ("xing",)) == ("X", "Instagram")
    told = explain([a_mention("さくらプリンに虫", "neko", source="x")], blind=("X", "Instagram"))
    assert told.blind == ("Instagram",)


def test_every_kind_of_blindness_is_told() -> None:
    """Silent and unwatched sources, posts without a score, learning, lateness, an origin out of sight."""
    seen = Observed(posts=100, judged=38, people=80, unseen=6)
    incident = msgspec.structs.replace(
        _unseen(observed=seen, blind=("X",), silent=(("rss", NIGHT),)), found_late=True, learning_since=NIGHT
    )
    assert spots(incident) == (
        BlindSpot(kind="silent", what="rss", since=NIGHT),
        BlindSpot(kind="not_watched", what="X"),
        BlindSpot(kind="unscored", count=62, of=100),
        BlindSpot(kind="learning", since=NIGHT),
        BlindSpot(kind="found_late"),
        BlindSpot(kind="unseen_origin", count=6, of=80),
    )


def test_the_page_says_when_its_share_rests_on_a_part_of_the_posts() -> None:
    """While the scorer is behind the reader knows; afterwards the line is not there."""
    behind = _unseen(observed=Observed(posts=100, judged=38))
    done = _unseen(observed=Observed(posts=100, judged=97))
    ja, en = Receiver(), Receiver(language="en")
    assert "判定は投稿の38%まで" in page.write(behind, "first", receiver=ja).text
    assert "Judged so far: 38% of the posts" in page.write(behind, "first", receiver=en).text
    assert "判定は" not in page.write(done, "first", receiver=ja).text
