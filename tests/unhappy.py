"""Posts of people who are unhappy with a pudding, as they come by MQTT and by Jetstream, written now."""

import json
import re
from datetime import datetime
from functools import cache
from typing import Any

from models.clock import SystemClock
from tests.jetstream_server import a_commit
from tests.watch import HOME

_FIRE = "2026-11-20T17:10"
_NAMED = re.compile("さくらプリン(?![ァ-ヶー])")  # what a longer word hides is the matcher's own test


@cache
def texts() -> tuple[str, ...]:
    """Return what people wrote of the pudding in the shipped night, from the first post of the fire on."""
    lines = (HOME / "config" / "demo" / "night.jsonl").read_text("utf-8").splitlines()
    posts = [json.loads(line) for line in lines]
    said = [post["text"] for post in posts if post.get("created_at", "") >= _FIRE and "text" in post]
    return tuple(dict.fromkeys(text for text in said if _NAMED.search(text)))


def now() -> datetime:
    """Return the time by the clock that the daemon reads."""
    return SystemClock().now()


def a_post(number: int) -> dict[str, Any]:
    """Return complaint *number* as a JSON line's document; no two have an author in common."""
    return {
        "id": f"m{number}",
        "text": texts()[number % len(texts())],
        "created_at": now().isoformat(),
        "author": {"id": f"person{number}"},
    }


def an_event(number: int) -> dict[str, Any]:
    """Return complaint *number* as an event of Jetstream's v1 wire."""
    at = now()
    event = a_commit(texts()[number % len(texts())], rkey=f"j{number}", createdAt=at.isoformat())
    return event | {"did": f"did:plc:person{number}", "time_us": int(at.timestamp() * 1_000_000)}


def native(event: dict[str, Any]) -> str:
    """Return the id that an event's post is stored under."""
    commit = event["commit"]
    return f"at://{event['did']}/{commit['collection']}/{commit['rkey']}"
