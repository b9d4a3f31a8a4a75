"""Backups that are whole, and restoring one; for the command line, while no daemon holds the target."""

import os
import shutil
import sqlite3
from pathlib import Path

from listener.storage import schema
from listener.storage.errors import StorageError, explain
from listener.storage.lock import Lock

_SIDES = ("", "-wal", "-shm")


def write(connection: sqlite3.Connection, to: Path) -> None:
    """Write a whole, compact copy of the database to *to*; an older backup there is replaced at the end."""
    partial = to.with_name(f"{to.name}.partial")
    partial.unlink(missing_ok=True)
    try:
        connection.execute("VACUUM INTO ?", (str(partial),))
        _flush(partial)
        partial.replace(to)
        _flush(to.parent)
    except OSError as error:
        raise StorageError(f"cannot write the backup {to}: {error.strerror}", retryable=True) from error
    finally:
        partial.unlink(missing_ok=True)


def verify(backup: Path) -> None:
    """Raise unless *backup* is a whole database that this version can read."""
    if not backup.is_file():
        raise StorageError(f"there is no backup at {backup}", retryable=False)
    try:
        connection = sqlite3.connect(f"{backup.absolute().as_uri()}?mode=ro", uri=True)
        try:
            if schema.check(connection, backup) == 0:
                raise StorageError(f"{backup} is empty: name a file that a backup wrote", retryable=False)
            [verdict] = connection.execute("PRAGMA integrity_check(1)").fetchone()
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise explain(error, backup) from error
    if verdict != "ok":
        raise StorageError(f"backup {backup} is damaged ({verdict}): name another one", retryable=False)


def restore(backup: Path, to: Path) -> Path | None:
    """Put *backup* in the place of the database *to*; return where the replaced one went, if any.

    Refused while a daemon holds *to*. The backup is checked and copied first, so that a crash at any
    point leaves a whole database.
    """
    verify(backup)
    lock = Lock(to)
    lock.acquire()
    try:
        return _exchange(backup, to)
    except OSError as error:
        raise StorageError(f"cannot restore to {to}: {error.strerror}", retryable=True) from error
    finally:
        lock.release()


def _exchange(backup: Path, to: Path) -> Path | None:
    copy = to.with_name(f"{to.name}.restoring")
    shutil.copyfile(backup, copy)
    _flush(copy)
    replaced = to.with_name(f"{to.name}.replaced")
    existed = to.exists()
    for side in _SIDES:  # a write-ahead log left behind would be replayed into the restored file
        old = to.with_name(to.name + side)
        if old.exists():
            old.replace(replaced.with_name(replaced.name + side))
    copy.replace(to)
    _flush(to.parent)
    return replaced if existed else None


def _flush(path: Path) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
