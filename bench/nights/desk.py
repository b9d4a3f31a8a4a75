"""Alerting as it runs in the daemon, on a night: the real dispatcher, its severities and its pages."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import NamedTuple, Self

from alerts import routing
from alerts.dispatcher import Dispatcher
from alerts.incident import Severity
from alerts.paging import Paging, Policy
from models.flareup import FlareUp
from tests.fakes_log import MemoryLog


class Rung(NamedTuple):
    """A page that rings; *wakes* also those who sleep, which in quiet hours only a critical one does."""

    at: datetime
    kind: str
    severity: Severity
    cause: str
    """The detector's transition."""
    why: str

    @property
    def wakes(self) -> bool:
        """Tell whether it wakes a sleeping rota."""
        return self.severity == "critical"


class Desk:
    """Takes transitions, and remembers what rang; nobody ever answers, and nobody is reminded."""

    def __init__(self) -> None:
        paging = Paging(Policy(repeat_minutes=0))
        self._dispatcher = Dispatcher(MemoryLog(), paging)
        self._runner = asyncio.Runner()
        self.rung: list[Rung] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.close()

    def take(self, flares: Sequence[FlareUp], now: datetime) -> None:
        """Hand transitions to the dispatcher, each apart, to know which one rang."""
        for flare in flares:
            for change in self._runner.run(self._dispatcher.flared([flare], now=now)):
                why = "+".join(reason.signal for reason in change.after.reasons[:2])
                self.rung += [
                    Rung(page.created_at, page.kind, page.severity, flare.transition, why)
                    for page in change.pages
                    if routing.rings(page.kind)
                ]
