"""Opening a database: made when missing, migrated, locked, and refused with a clear sentence."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from listener.storage import schema
from listener.storage.database import Database
from listener.storage.errors import StorageError
from listener.storage.intake import Intake
from models.clock import VirtualClock
from tests.builders import a_mention
from tests.unit.storage.files import content, write

HOLDER = """
import sys, pathlib
from listener.storage.lock import Lock

Lock(pathlib.Path(sys.argv[1])).acquire()
print("held", flush=True)
sys.stdin.read()
"""


def holding(path: Path) -> subprocess.Popen[bytes]:
    """Return a process that holds the lock."""
    command = [sys.executable, "-c", HOLDER, str(path)]
    holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    return holder


async def refusal(path: Path, clock: VirtualClock) -> StorageError:
    """Return why the database could not be opened."""
    with pytest.raises(StorageError) as refused:
        async with Database.open(path, clock):
            pass
    return refused.value


def tamper(path: Path, statement: str) -> None:
    """Change a database file behind its owner's back."""
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()


async def test_what_was_stored_is_there_when_it_is_opened_again(tmp_path: Path, clock: VirtualClock) -> None:
    """Folders are made; the second opening finds what the first left."""
    path = tmp_path / "var" / "lib #1?" / "hinoban.db"
    async with Database.open(path, clock) as database:
        await database.mentions.store(Intake(mentions=[a_mention()]))
    async with Database.open(path, clock) as database:
        assert len(await database.mentions.search("虫")) == 1


async def test_the_file_is_set_up_for_a_daemon(path: Path, clock: VirtualClock) -> None:
    """Write-ahead log, foreign keys, overwritten deletions, space that can be given back."""
    async with Database.open(path, clock) as database:
        pragmas = ("journal_mode", "foreign_keys", "secure_delete", "auto_vacuum", "user_version")
        values = [
            await database._writer.run(lambda c, p=pragma: c.execute(f"PRAGMA {p}").fetchone()[0])  # type: ignore[misc] # the default binds the loop's value
            for pragma in pragmas
        ]
    assert values == ["wal", 1, 1, 2, max(schema.migrations())]


async def test_every_table_is_strict(database: Database) -> None:
    """A wrong type is refused, not bent."""
    rows = await database._writer.run(lambda c: c.execute("PRAGMA table_list").fetchall())
    lax = {row[1] for row in rows if row[2] == "table" and not row[5] and not row[1].startswith("sqlite_")}
    assert lax == set()


async def test_a_database_from_a_newer_version_is_refused(path: Path, clock: VirtualClock) -> None:
    """A rolled-back program must not damage what a newer one wrote."""
    async with Database.open(path, clock):
        pass
    tamper(path, "PRAGMA user_version = 99")
    error = await refusal(path, clock)
    assert f"written by a newer hinoban (schema 99, this one knows {max(schema.migrations())})" in str(error)
    assert not error.retryable


async def test_another_programs_database_is_refused(path: Path, clock: VirtualClock) -> None:
    """A mistyped path must not put our tables into somebody's file."""
    tamper(path, "CREATE TABLE theirs (x)")
    assert "another program's SQLite database" in str(await refusal(path, clock))


async def test_a_file_that_is_no_database_is_refused(path: Path, clock: VirtualClock) -> None:
    """A text file is left as it is."""
    write(path, b"[hinoban]\n" * 1000)
    assert "is not a SQLite database" in str(await refusal(path, clock))
    assert content(path) == b"[hinoban]\n" * 1000


async def test_a_damaged_database_says_that_a_backup_helps(path: Path, clock: VirtualClock) -> None:
    """The sentence names the way out."""
    async with Database.open(path, clock) as database:
        await database.mentions.store(Intake(mentions=[a_mention(id=str(n)) for n in range(200)]))
    raw = content(path)
    write(path, raw[:4096] + b"\xff" * (len(raw) - 4096))
    assert "is damaged: restore a backup" in str(await refusal(path, clock))


async def test_a_second_daemon_is_refused_and_told_who_holds_it(path: Path, clock: VirtualClock) -> None:
    """Two daemons on one database would page twice."""
    async with Database.open(path, clock):
        error = await refusal(path, clock)
        assert f"held by another hinoban (process {os.getpid()})" in str(error)
        assert not error.retryable
    async with Database.open(path, clock):
        pass


async def test_the_lock_holds_between_processes_and_dies_with_its_holder(
    path: Path, clock: VirtualClock
) -> None:
    """A daemon killed with -9 leaves no lock behind."""
    with holding(path) as holder:
        assert f"process {holder.pid}" in str(await refusal(path, clock))
        holder.kill()
        holder.wait()
    async with Database.open(path, clock):
        pass


async def test_a_look_inside_needs_no_lock_and_changes_nothing(path: Path, clock: VirtualClock) -> None:
    """The command line reads beside the daemon, and cannot write."""
    async with Database.open(path, clock) as daemon:
        await daemon.mentions.store(Intake(mentions=[a_mention()]))
        async with Database.open(path, clock, read_only=True) as visitor:
            assert len(await visitor.mentions.search("プリン")) == 1
            with pytest.raises(StorageError, match="read-only"):
                await visitor.meta.set("a", "b")


async def test_a_closed_database_says_so(path: Path, clock: VirtualClock) -> None:
    """Late work after the end is an error in words."""
    async with Database.open(path, clock) as database:
        pass
    with pytest.raises(StorageError, match="is closed"):
        await database.meta.get("a")


async def test_a_failed_migration_changes_nothing(
    path: Path, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of a migration or nothing, and the version stays."""
    async with Database.open(path, clock) as database:
        await database.meta.set("a", "kept")
    newer = max(schema.migrations()) + 1
    broken = {**schema.migrations(), newer: "CREATE TABLE extra (x INTEGER) STRICT; DROP TABLE nowhere;"}
    with monkeypatch.context() as patch:
        patch.setattr(schema, "migrations", lambda: broken)
        assert "no such table: nowhere" in str(await refusal(path, clock))
    async with Database.open(path, clock) as database:
        assert await database.meta.get("a") == "kept"
        names = await database._writer.run(lambda c: c.execute("SELECT name FROM sqlite_schema").fetchall())
    assert ("extra",) not in names


async def test_migrations_are_numbered_without_holes() -> None:
    """The version is the number of the last migration."""
    numbers = list(schema.migrations())
    assert numbers == list(range(1, len(numbers) + 1))


async def test_the_search_index_is_made_anew_for_a_newer_unicode(path: Path, clock: VirtualClock) -> None:
    """Folding follows Python's Unicode: an index made by another one would keep erased words."""
    async with Database.open(path, clock) as database:
        await database.mentions.store(Intake(mentions=[a_mention("炎上")]))
        await database.meta.set("unicode", "1.0")
        await database._writer.run(lambda c: c.execute("INSERT INTO search(search) VALUES ('delete-all')"))
        assert await database.mentions.search("炎上") == []
    async with Database.open(path, clock) as database:
        assert len(await database.mentions.search("炎上")) == 1
