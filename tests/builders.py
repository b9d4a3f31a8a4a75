"""Short ways to say "a post", "a mention", "a score" in tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

from models.mention import Match, Mention, Score
from models.post import Author, Post

NIGHT = datetime(2026, 11, 20, 17, 10, tzinfo=UTC)
"""02:10 in Tokyo."""


def a_post(text: str = "さくらプリンに虫が入ってた", *, minutes: float = 0, **fields: Any) -> Post:
    """Return a post written and received *minutes* after 02:10."""
    at = NIGHT + timedelta(minutes=minutes)
    given: dict[str, Any] = {
        "source": "bluesky",
        "id": f"p{minutes}",
        "created_at": at,
        "received_at": fields.get("created_at", at),
        "author": Author(id=fields.pop("by", "neko"), handle=fields.pop("handle", "neko")),
    }
    return Post(text=text, **(given | fields))


def a_match(topic: str = "pudding", **fields: Any) -> Match:
    """Return a strong match of sakura's list."""
    given: dict[str, Any] = {
        "list": "sakura",
        "brand": "sakura",
        "keyword": "さくらプリン",
        "spelling": "さくらプリン",
        "start": 0,
        "end": 6,
        "text": "さくらプリン",
    }
    return Match(topic=topic, **(given | fields))


def a_score(label: Any = "negative", **fields: Any) -> Score:
    """Return a confident score."""
    shares = dict.fromkeys(("negative", "neutral", "positive"), 0.05) | {label: 0.9}
    return Score(label=label, **(shares | fields))


def a_mention(text: str = "さくらプリンに虫が入ってた", *, topic: str = "pudding", **fields: Any) -> Mention:
    """Return a mention of sakura's pudding; other fields go to its post."""
    score = fields.pop("score", None)
    return Mention(
        post=a_post(text, **fields), brand="sakura", topic=topic, matches=(a_match(topic),), score=score
    )
