"""Where log lines go: stderr; for people on a terminal, as JSON elsewhere."""

import logging
import sys
from typing import Literal

import structlog
from structlog.typing import EventDict

Format = Literal["auto", "json", "console"]


def configure(format: Format = "auto", level: str = "warning") -> None:  # noqa: A002 - the setting's name
    """Log from *level* on; commands that print data keep stdout for it."""
    pretty = format == "console" or (format == "auto" and sys.stderr.isatty())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _as_is if pretty else structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer()
            if pretty
            else structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def _as_is(logger: object, method: str, event: EventDict) -> EventDict:
    del logger, method
    return event
