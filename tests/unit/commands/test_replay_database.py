"""`hinoban replay --database`: posts of the past become what a backtest reads."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest

from config.decode import SettingsError
from listener.commands import replay
from listener.storage.database import Database
from models.clock import VirtualClock
from tests.builders import NIGHT
from tests.fakes_listener import LIST

CONFIGURATION = """
schema = 1
[scorer]
kind = "lexicon"
[channels.terminal]
kind = "stdout"
"""


def fire() -> list[dict[str, object]]:
    """Return ten minutes in which three people a minute are furious."""
    times = [NIGHT + timedelta(minutes=n // 3, seconds=n % 3) for n in range(30)]
    return [
        {"id": f"f{n}", "text": "さくらプリン最悪", "created_at": at.isoformat(), "author": {"id": f"f{n}"}}
        for n, at in enumerate(times)
    ]


async def _replayed(folder: Path) -> list[str]:
    texts = {
        "fire.jsonl": "\n".join(map(json.dumps, fire())),
        "sakura.toml": LIST,
        "hinoban.toml": CONFIGURATION,
    }
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    out = StringIO()
    lists, place = [folder / "sakura.toml"], folder / "hinoban.toml"
    night = folder / "night.db"
    await replay.run([folder / "fire.jsonl"], lists, None, place, out, StringIO(), database=night)
    return out.getvalue().splitlines()


async def test_what_passed_is_kept_with_its_scores(tmp_path: Path) -> None:
    """Every post is stored at its own time, judged, as if the watch had been there."""
    *_, summary = await _replayed(tmp_path)
    async with Database.open(tmp_path / "night.db", VirtualClock(NIGHT), read_only=True) as database:
        extent = await database.archive.extent()
        stored = [row async for row in database.archive.posts(NIGHT, extent.last)] if extent.last else []
    assert json.loads(summary)["posts"] == 30
    assert extent.first == NIGHT
    assert len(stored) >= 29
    assert {score.label for _, score in stored if score} == {"negative"}


async def test_a_database_that_is_there_is_not_written_to(tmp_path: Path) -> None:
    """What was watched is not mixed with what was not."""
    await _replayed(tmp_path)
    with pytest.raises(SettingsError, match=r"night\.db: is there already"):
        await _replayed(tmp_path)
