"""The database: one file, one writer, and what is kept in it by aggregate."""

import sqlite3
import unicodedata
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Literal, Self

import structlog

from listener.storage import backup, bookkeeping, posts, schema
from listener.storage.archive import Archive
from listener.storage.bookkeeping import Cursors, Gaps, Meta, State
from listener.storage.chronicle import Chronicle
from listener.storage.connection import Connection
from listener.storage.dead_letters import DeadLetters
from listener.storage.errors import StorageError
from listener.storage.leftovers import Quarantine, Samples
from listener.storage.lock import Lock
from listener.storage.log import Log
from listener.storage.mentions import Mentions
from listener.storage.responses import Responses
from listener.storage.retention import Retention
from listener.storage.traces import Traces
from models.clock import Clock

MEMORY: Literal[":memory:"] = ":memory:"

_log = structlog.get_logger(__name__)

# secure_delete: what a deletion erases is overwritten in the file, not only unlinked from it.
_PRAGMAS = (
    "auto_vacuum = INCREMENTAL",  # must come before the first table
    "journal_mode = WAL",
    "foreign_keys = ON",
    "secure_delete = ON",
    "temp_store = MEMORY",
    "journal_size_limit = 67108864",
)


class Database:
    """Everything that outlives the process, by aggregate; open it with ``Database.open``."""

    def __init__(self, writer: Connection, reader: Connection, clock: Clock) -> None:
        self._writer = writer
        self._reader = reader
        self.archive = Archive(writer, reader)
        self.mentions = Mentions(writer, reader, clock.now)
        self.traces = Traces(writer, reader)
        self.responses = Responses(writer, reader)
        self.cursors = Cursors(writer, reader)
        self.gaps = Gaps(writer, reader)
        self.samples = Samples(writer, reader)
        self.quarantine = Quarantine(writer, reader)
        self.state = State(writer, reader, clock.now)
        self.meta = Meta(writer, reader)
        self.log = Log(writer, reader)
        self.dead_letters = DeadLetters(writer, reader)
        self.chronicle = Chronicle(writer, reader)
        self.retention = Retention(writer)

    @classmethod
    @asynccontextmanager
    async def open(
        cls, path: Path | Literal[":memory:"], clock: Clock, *, read_only: bool = False
    ) -> AsyncIterator[Self]:
        """Open the database at *path* (made when missing) for one daemon; close it at the end.

        Raises StorageError when another daemon holds it, a newer version wrote it, or it cannot be
        written. *read_only* looks into the database of a running daemon without its lock.
        """
        async with AsyncExitStack() as stack:
            if path != MEMORY and not read_only:
                _lock(path, stack)
            writer = await _connect(Connection(path, read_only=read_only), stack)
            await writer.run(_look if read_only else _prepare)
            reader = writer
            if path != MEMORY and not read_only:
                reader = await _connect(Connection(path, read_only=True), stack)
            yield cls(writer, reader, clock)

    async def backup(self, to: Path) -> None:
        """Write a whole copy to *to* while everything goes on; ``backup.restore`` puts it back."""
        await self._reader.run(lambda connection: backup.write(connection, to))

    async def writable(self) -> None:
        """Raise StorageError unless a row can be written now (for readiness)."""
        await self._writer.transact(
            lambda connection: connection.execute(
                bookkeeping.SQL["set_meta"], {"key": "writable", "value": ""}
            )
        )


def _lock(path: Path, stack: AsyncExitStack) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"cannot make the folder {path.parent}: {error.strerror}", retryable=True
        ) from error
    lock = Lock(path)
    lock.acquire()
    stack.callback(lock.release)


async def _connect(connection: Connection, stack: AsyncExitStack) -> Connection:
    await connection.open()
    stack.push_async_callback(connection.close)
    return connection


def _look(connection: sqlite3.Connection) -> None:
    schema.check(connection, _name(connection))


def _prepare(connection: sqlite3.Connection) -> None:
    schema.check(connection, _name(connection))
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").fetchall()
    schema.migrate(connection, _name(connection))
    _refold(connection)


def _name(connection: sqlite3.Connection) -> str:
    return connection.execute("PRAGMA database_list").fetchone()[2] or MEMORY


def _refold(connection: sqlite3.Connection) -> None:
    """Index anew when Python brings a newer Unicode: a text must be unindexed as it was indexed."""
    key, ours = "unicode", unicodedata.unidata_version
    found = connection.execute(bookkeeping.SQL["get_meta"], {"key": key}).fetchone()
    if found and found[0] == ours:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        posts.reindex(connection)
        connection.execute(bookkeeping.SQL["set_meta"], {"key": key, "value": ours})
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    if found:
        _log.info("search index made anew", unicode=ours)
