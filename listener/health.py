"""Is the watch alive, and can it see, remember and tell? Answers by name what is wrong."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, timedelta

from listener.reception import Reception
from models.clock import Clock

STUCK = timedelta(minutes=3)
"""No minute ended for so long: the watch no longer judges, whatever else works."""
OVERDUE = timedelta(minutes=5)
LOOK = timedelta(seconds=10)
"""How often what waits for its channel is looked at."""

Waiting = Mapping[str, tuple[int, datetime]]
"""What waits by channel: how many messages, and since when the oldest."""


class Health:
    """What /healthz and /readyz answer."""

    def __init__(self, clock: Clock) -> None:
        self.waiting: Waiting = {}
        self.scorer = ""
        self._clock = clock
        self._ticked = clock.now()

    def ticked(self, now: datetime) -> None:
        """Note that a minute ended."""
        self._ticked = now

    async def look(
        self, pending: Callable[[], Awaitable[Waiting]], show: Callable[[Waiting, datetime], None]
    ) -> None:
        """Look what waits in the outbox, and show it, until cancelled."""
        while True:
            self.waiting = await pending()
            show(self.waiting, self._clock.now())
            await self._clock.sleep_until(self._clock.now() + LOOK)

    def alive(self) -> Mapping[str, str]:
        """Return what keeps the watch from judging."""
        stood = self._clock.now() - self._ticked
        return {"minutes": f"no minute ended for {stood.total_seconds():.0f} s"} if stood > STUCK else {}

    def ready(self, receptions: Iterable[Reception], trouble: Mapping[str, str]) -> Mapping[str, str]:
        """Return every part that does not do its work, with one sentence each."""
        now = self._clock.now()
        wrong = {name: why for name, why in trouble.items() if why}
        for reception in receptions:
            if reception.refused:
                wrong[f"source {reception.source}"] = reception.refused
            elif (since := reception.silent_since(now)) is not None:
                wrong[f"source {reception.source}"] = f"silent since {since:%Y-%m-%dT%H:%M:%SZ}"
        for channel, (count, oldest) in self.waiting.items():
            if now - oldest > OVERDUE:
                wrong[f"channel {channel}"] = f"{count} messages wait, the oldest since {oldest:%H:%M:%SZ}"
        if self.scorer:
            wrong["scorer"] = self.scorer
        return wrong
