"""`hinoban replay --learn`: the past as hourly counts or as posts, and nothing of the night itself."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from config.decode import SettingsError
from listener.commands import replay
from tests.builders import NIGHT
from tests.fakes_listener import LIST

CONFIGURATION = """
schema = 1
[scorer]
kind = "lexicon"
[channels.terminal]
kind = "stdout"
"""
HOUR = timedelta(hours=1)
FULL = NIGHT.replace(minute=0, second=0, microsecond=0)


def post(at: datetime, who: str, text: str) -> dict[str, Any]:
    """Return a post as a line of a file."""
    return {"id": f"{at:%d%H%M%S}-{who}", "text": text, "created_at": at.isoformat(), "author": {"id": who}}


def usual(hours: int) -> list[dict[str, Any]]:
    """Return posts of so many hours before the night: nine an hour, one of them unhappy."""
    times = [FULL - HOUR * ago + timedelta(minutes=6 * n) for ago in range(hours, 0, -1) for n in range(9)]
    said = [("さくらプリン食べた", "さくらプリン最悪")[n % 9 == 0] for n in range(len(times))]
    before = [post(at, f"u{n}", text) for n, (at, text) in enumerate(zip(times, said, strict=True))]
    # Without it nobody could tell that the last hour is whole.
    return [*before, post(FULL, "last", "晴れ")]


def counts(hours: int) -> list[dict[str, Any]]:
    """Return the same as hourly counts."""
    times = (f"{FULL - HOUR * ago:%Y-%m-%dT%H:%M:%SZ}" for ago in range(hours, 0, -1))
    return [{"brand": "sakura", "topic": "pudding", "hour": at, "people": 9, "negative": 1} for at in times]


def fire() -> list[dict[str, Any]]:
    """Return ten minutes in which three people a minute are furious."""
    times = [NIGHT + timedelta(minutes=n // 3, seconds=n % 3) for n in range(30)]
    return [post(at, f"f{n}", "さくらプリン最悪") for n, at in enumerate(times)]


async def played(folder: Path, past: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Replay the fire after this *past*; the summary without its seconds."""
    texts = {
        "fire.jsonl": "\n".join(map(json.dumps, fire())),
        "past.jsonl": "\n".join(map(json.dumps, past)),
        "sakura.toml": LIST,
        "hinoban.toml": CONFIGURATION,
    }
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    files = folder / "past.jsonl", folder / "hinoban.toml"
    out = StringIO()
    await replay.run([folder / "fire.jsonl"], [folder / "sakura.toml"], *files, out, StringIO())
    *lines, summary = (json.loads(line) for line in out.getvalue().splitlines())
    return [*lines, summary | {"seconds": 0.0}]


def page(lines: Iterable[dict[str, Any]]) -> str:
    """Return the text of the first page."""
    return str(next(line["text"] for line in lines if line["event"] == "page"))


async def test_posts_of_the_past_end_the_cold_start(tmp_path: Path) -> None:
    """They are matched and scored as they would have been, and say the same as their hourly counts do."""
    by_posts, by_counts = await played(tmp_path, usual(60)), await played(tmp_path, counts(60))
    assert page(by_posts) == page(by_counts)
    assert "学習中" not in page(by_posts)
    assert "学習中" in page(await played(tmp_path, usual(20)))


async def test_what_the_night_brings_is_not_learned_before_it_comes(tmp_path: Path) -> None:
    """A history that goes on into the night, as posts or as counts, foretells nothing."""
    calm = await played(tmp_path, usual(60))
    assert await played(tmp_path, [*usual(60), *fire()]) == calm
    hour = f"{FULL:%Y-%m-%dT%H:%M:%SZ}"
    burnt = {"brand": "sakura", "topic": "pudding", "hour": hour, "people": 900, "negative": 900}
    assert await played(tmp_path, [*usual(60), burnt]) == calm


async def test_a_post_of_the_past_that_cannot_be_read_is_refused_by_its_line(tmp_path: Path) -> None:
    """Nothing is replayed upon half a history."""
    with pytest.raises(SettingsError, match=r"past\.jsonl, line 2: .*created_at"):
        await played(tmp_path, [usual(1)[0], {"id": "x", "text": "さくらプリン"}])
