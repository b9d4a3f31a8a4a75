"""What can go wrong with the database, in sentences for the operator."""

import sqlite3
from pathlib import Path

from alerts.notification_log import LogError

_SENTENCES: dict[int, tuple[str, bool]] = {
    sqlite3.SQLITE_FULL: ("has no room to grow: free some disk space; what was committed is safe", True),
    sqlite3.SQLITE_READONLY: ("is read-only: give the daemon write permission on it and its folder", True),
    sqlite3.SQLITE_PERM: ("may not be opened: give the daemon permission on it and its folder", True),
    sqlite3.SQLITE_IOERR: ("could not be read or written: look at the disk", True),
    sqlite3.SQLITE_BUSY: ("is held by another program: close what else has it open", True),
    sqlite3.SQLITE_CANTOPEN: ("cannot be opened: its folder must exist and be writable", True),
    sqlite3.SQLITE_CORRUPT: ("is damaged: restore a backup (hinoban restore)", False),
    sqlite3.SQLITE_NOTADB: ("is not a SQLite database: name another file, or move this one away", False),
}


class StorageError(LogError):
    """The database refused; ``retryable`` says whether trying again can help."""


def explain(error: sqlite3.Error, path: Path | str) -> StorageError:
    """Return what *error* means for the database at *path*, as one sentence."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the low byte; the rest is SQLite's detail
    sentence, retryable = _SENTENCES.get(code, (f"failed: {error}", False))
    return StorageError(f"database {path} {sentence}", retryable=retryable)
