"""One SQLite connection on a thread of its own, where each piece of work is one hop and one transaction."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import aiosqlite

from listener.storage.errors import StorageError, explain

Result = TypeVar("Result")
Work = Callable[[sqlite3.Connection], Result]

_CHUNK = 64  # rows that aiosqlite would fetch at once; our work fetches for itself
_TIMEOUT = 5.0  # seconds to wait for a backup or a reader that holds the file


class Connection(aiosqlite.Connection):
    """Runs whole pieces of work on the connection's thread.

    Statement by statement, aiosqlite costs a thread hop each and lets other tasks in between; a piece of
    work is one hop, is atomic, and finishes even when the task that asked for it is cancelled.
    """

    def __init__(self, path: Path | str, *, read_only: bool = False) -> None:
        self.path = path
        self.read_only = read_only
        self._durable: bool | None = None
        self._in_memory = path == ":memory:"
        super().__init__(self._connect_file, _CHUNK)

    async def open(self) -> None:
        """Start the thread and open the file; raises StorageError when it cannot be opened."""
        try:
            await self
        except sqlite3.Error as error:
            # aiosqlite has told its thread to stop; it must not answer after the loop is closed.
            self._thread.join()
            raise explain(error, self.path) from error

    async def transact(self, work: Work[Result], *, durable: bool = False) -> Result:
        """Return the result of *work*, committed; a *durable* commit survives a power cut at once."""
        return await self._hop(lambda connection: self._transaction(connection, work, durable=durable))

    async def read(self, work: Work[Result]) -> Result:
        """Return the result of *work*, which sees one state of the database and changes nothing."""
        return await self._hop(lambda connection: _snapshot(connection, work))

    async def run(self, work: Work[Result]) -> Result:
        """Return the result of *work*, which may not stand in a transaction (VACUUM, some pragmas)."""
        return await self._hop(work)

    def _connect_file(self) -> sqlite3.Connection:
        target = str(self.path)
        if isinstance(self.path, Path):
            target = f"{self.path.absolute().as_uri()}?mode={'ro' if self.read_only else 'rwc'}"
        return sqlite3.connect(
            target,
            timeout=_TIMEOUT,
            isolation_level=None,
            uri=target != str(self.path),
            check_same_thread=not self._in_memory,
        )

    async def _hop(self, work: Work[Result]) -> Result:
        if self._connection is None or not self._running:
            raise StorageError(f"database {self.path} is closed", retryable=False)
        try:
            if self._in_memory:  # waits for no disk, and a replay takes many small steps
                return work(self._conn)
            result: Result = await self._execute(work, self._conn)  # type: ignore[no-untyped-call] # untyped there
        except sqlite3.Error as error:
            raise explain(error, self.path) from error
        return result

    def _transaction(self, connection: sqlite3.Connection, work: Work[Result], *, durable: bool) -> Result:
        if durable is not self._durable:  # SQLite ignores the pragma inside a transaction
            connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._durable = durable
        connection.execute("BEGIN IMMEDIATE")
        try:
            result = work(connection)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return result


def _snapshot(connection: sqlite3.Connection, work: Work[Result]) -> Result:
    connection.execute("BEGIN")
    try:
        return work(connection)
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
