"""One source, for as long as the watch lives."""

import random
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from listener.sources.resume import listen
from listener.sources.source import Report, Source
from models.clock import Clock
from models.post import Batch

log = structlog.get_logger(__name__)

PAUSE = timedelta(minutes=1)
"""How long a source rests after a bug in it."""


async def keep_listening(
    source: Source,
    *,
    load: Callable[[str], Awaitable[str | None]],
    send: Callable[[Batch], Awaitable[None]],
    report: Report,
    clock: Clock,
) -> None:
    """Listen until the source ends or is refused; a bug in it is logged, tried again, and stops no other."""
    chance = random.Random()  # noqa: S311 - jitter, not a secret
    while True:
        try:
            await listen(
                source,
                load=lambda: load(source.name),
                send=send,
                report=report,
                clock=clock,
                random=chance,
            )
        except Exception:
            log.exception("source_failed", source=source.name)
            report.down("an error of ours; see the log")
            await clock.sleep_until(clock.now() + PAUSE)
        else:
            return
