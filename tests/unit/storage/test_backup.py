"""Backups are whole while writing goes on, and come back by restore."""

from pathlib import Path

import pytest

from listener.storage import backup
from listener.storage.database import Database
from listener.storage.errors import StorageError
from listener.storage.intake import Intake
from models.clock import VirtualClock
from tests.builders import a_mention
from tests.unit.storage.files import content


@pytest.fixture
async def saved(path: Path, tmp_path: Path, clock: VirtualClock) -> Path:
    """Store one post, make a backup, store another."""
    to = tmp_path / "backup.db"
    async with Database.open(path, clock) as database:
        await database.mentions.store(Intake(mentions=[a_mention("火事 一", id="a")], cursor=("x", "1")))
        await database.backup(to)
        await database.mentions.store(Intake(mentions=[a_mention("火事 二", id="b")], cursor=("x", "2")))
    return to


async def found(path: Path, clock: VirtualClock) -> list[str]:
    """Return the ids of the posts about a fire."""
    async with Database.open(path, clock) as database:
        return [mention.post.id for _, mention in await database.mentions.search("火事")]


async def test_a_backup_restores_what_was_there(path: Path, saved: Path, clock: VirtualClock) -> None:
    """Posts, search index, cursor; and what it replaced is kept beside it."""
    assert await found(path, clock) == ["b", "a"]
    replaced = backup.restore(saved, path)
    assert await found(path, clock) == ["a"]
    assert replaced is not None
    assert await found(replaced, clock) == ["b", "a"]


async def test_a_backup_restores_where_nothing_was(saved: Path, tmp_path: Path, clock: VirtualClock) -> None:
    """The drill: on a new machine."""
    elsewhere = tmp_path / "new.db"
    assert backup.restore(saved, elsewhere) is None
    assert await found(elsewhere, clock) == ["a"]


async def test_a_write_ahead_log_left_behind_is_not_replayed_into_the_restored_file(
    path: Path, saved: Path, clock: VirtualClock
) -> None:
    """After kill -9 the old log still stands beside the database."""
    path.with_name("hinoban.db-wal").write_bytes(b"stale" * 1000)
    backup.restore(saved, path)
    assert await found(path, clock) == ["a"]


async def test_a_backup_replaces_an_older_one(path: Path, saved: Path, clock: VirtualClock) -> None:
    """The timer writes the same name every night; nothing unfinished stays."""
    async with Database.open(path, clock) as database:
        await database.backup(saved)
    backup.restore(saved, path)
    assert await found(path, clock) == ["b", "a"]
    assert not list(saved.parent.glob("*.partial"))


async def test_restoring_under_a_running_daemon_is_refused(
    path: Path, saved: Path, clock: VirtualClock
) -> None:
    """It would pull the file away from under it."""
    async with Database.open(path, clock):
        with pytest.raises(StorageError, match="held by another hinoban"):
            backup.restore(saved, path)


async def test_what_is_no_backup_is_refused(path: Path, saved: Path, tmp_path: Path) -> None:
    """Missing, empty, foreign or damaged: a sentence, and the database stays as it was."""
    before = content(path)
    empty, text, damaged = tmp_path / "empty", tmp_path / "text", tmp_path / "damaged"
    empty.touch()
    text.write_text("hello" * 1000)
    raw = content(saved)
    damaged.write_bytes(raw[: 4096 * 3] + b"\x00" * 4096 * 3 + raw[4096 * 6 :])
    sentences = {
        tmp_path / "none": "there is no backup at",
        empty: "is empty",
        text: "is not a SQLite database",
        damaged: "damaged",
    }
    for file, sentence in sentences.items():
        with pytest.raises(StorageError, match=sentence):
            backup.restore(file, path)
    assert content(path) == before


async def test_a_backup_that_cannot_be_written_is_a_sentence(path: Path, clock: VirtualClock) -> None:
    """A folder that does not exist."""
    async with Database.open(path, clock) as database:
        with pytest.raises(StorageError):
            await database.backup(path.parent / "nowhere" / "backup.db")
