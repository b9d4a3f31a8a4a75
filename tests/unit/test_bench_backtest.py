"""The bench of backtests stores what a daemon would have stored, and both ways see the same posts."""

from pathlib import Path

from bench.backtest import END, REPOSTS, UNHAPPY_WORDS, posts, timed
from models.post import PostKey


def test_the_posts_are_those_of_a_brand() -> None:
    """As many as was said, in order, up to the same end; a repost names one that came before it."""
    given = posts(2.0, 50.0)
    assert 0.7 < len(given) / (2.0 * 24 * 50.0) < 1.3
    assert [post.received_at for post in given] == sorted(post.received_at for post in given)
    assert given[-1].received_at < END
    seen: set[PostKey] = set()
    for post in given:
        assert post.target is None or PostKey(post.source, post.target) in seen
        assert bool(post.text) is (post.target is None)
        seen.add(post.key)
    reposts = sum(post.kind == "repost" for post in given)
    assert abs(reposts / len(given) - REPOSTS) < 0.05
    assert any(word in post.text for post in given for word in UNHAPPY_WORDS)
    assert posts(2.0, 50.0) == given


def test_a_backtest_and_two_replays_are_timed(tmp_path: Path) -> None:
    """On a few posts, stored in a file."""
    ours, naive = timed(5.0, 1.0, tmp_path)
    assert ours > 0.0
    assert naive > 0.0
    assert (tmp_path / "bench.db").stat().st_size > 0
