"""Numbered migrations: brings a database to this version's schema, and refuses a newer one."""

import sqlite3
from pathlib import Path

from listener.storage.errors import StorageError

_MIGRATIONS = Path(__file__).parent / "migrations"
_OURS = 0x484E424E  # "HNBN", PRAGMA application_id


def migrations() -> dict[int, str]:
    """Return the migrations by number, in order."""
    files = sorted(_MIGRATIONS.glob("[0-9][0-9][0-9][0-9]_*.sql"))
    return {int(file.name[:4]): file.read_text(encoding="utf-8") for file in files}


def check(connection: sqlite3.Connection, path: Path | str) -> int:
    """Return the schema version of the database; raise when it is foreign or newer than this program."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    owner = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if owner != _OURS and (tables or version):
        raise StorageError(f"{path} is another program's SQLite database: name another file", retryable=False)
    newest = max(migrations())
    if version > newest:
        raise StorageError(
            f"{path} was written by a newer hinoban (schema {version}, this one knows {newest}): "
            "install that version again, or restore a backup made before the upgrade",
            retryable=False,
        )
    return version


def migrate(connection: sqlite3.Connection, path: Path | str) -> None:
    """Bring the database to the newest schema, one transaction per migration."""
    version = check(connection, path)
    for number, script in migrations().items():
        if number > version:
            _apply(connection, number, script)


def _apply(connection: sqlite3.Connection, number: int, script: str) -> None:
    signed = f"PRAGMA application_id = {_OURS}; PRAGMA user_version = {number};"
    try:
        connection.executescript(f"BEGIN IMMEDIATE; {script}; {signed} COMMIT;")
    except sqlite3.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
