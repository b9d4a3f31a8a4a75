"""What a command does itself where no daemon runs: it opens the database, and drills by its own outbox."""

import asyncio
import random
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Literal

from alerts.delivery.notifier import Notifier
from alerts.delivery.outbox import Outbox
from alerts.routing import Receiver
from listener.control import ControlError
from listener.drill import Box, Drill, Try, Wish
from listener.storage.database import Database
from listener.storage.errors import StorageError
from models.clock import Clock

_CONNECTING = 0.2  # seconds that a notifier gets to begin connecting


async def memory(
    path: Path | Literal[":memory:"], clock: Clock, stack: AsyncExitStack, *, read_only: bool = False
) -> Database:
    """Open a database until *stack* ends; raises ControlError, as when a daemon has it."""
    try:
        return await stack.enter_async_context(Database.open(path, clock, read_only=read_only))
    except StorageError as error:
        raise ControlError(str(error)) from error


async def sent(
    channels: Mapping[str, Notifier],
    box: Box,
    clock: Clock,
    patience: float,
    receivers: list[Receiver],
    wish: Wish,
) -> list[Try]:
    """Drill by an outbox over *box*, with connections that are kept up for as long as it takes."""
    outbox = Outbox(box, channels, clock, random.Random())  # noqa: S311 - jitter, not a secret
    by = Drill(box, channels, clock, outbox.wake, patience=patience)
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(channel.run()) for channel in channels.values()]
        await asyncio.sleep(_CONNECTING)
        running.append(tasks.create_task(outbox.run()))
        tries = await by.run(receivers, wish)
        for task in running:
            task.cancel()
    return tries
