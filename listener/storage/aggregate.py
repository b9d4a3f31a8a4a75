"""What every aggregate does: write one statement, read one statement."""

from typing import Any

from listener.storage.connection import Connection


class Aggregate:
    """A part of the database, with the connection it writes by and the one it reads by."""

    def __init__(self, writer: Connection, reader: Connection) -> None:
        self._writer = writer
        self._reader = reader

    async def _write(self, statement: str, *, durable: bool = False, **values: Any) -> None:
        await self._writer.transact(lambda connection: connection.execute(statement, values), durable=durable)

    async def _rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        return await self._reader.read(lambda connection: connection.execute(statement, values).fetchall())
