"""From the detector to alerting: transitions in order, kept while alerting cannot remember them."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import structlog

from alerts.dispatcher import Dispatcher
from alerts.notification_log import LogError
from models.clock import Clock
from models.flareup import FlareUp

log = structlog.get_logger(__name__)

PACE = timedelta(seconds=5)
"""How often to look for somebody whose turn has come: a ladder does not wait for a minute to end."""
KEPT = 1_000
"""Transitions kept while they cannot be handed on; beyond that mere figures go first."""


class Handover:
    """Hands transitions to the dispatcher; ``trouble`` says why some still wait."""

    def __init__(self, dispatcher: Dispatcher, clock: Clock) -> None:
        self.trouble = ""
        self._dispatcher = dispatcher
        self._clock = clock
        self._waiting: list[tuple[FlareUp, datetime]] = []
        self._deleted: set[str] = set()
        self._bugs: set[str] = set()
        self._in_order = asyncio.Lock()

    @property
    def waiting(self) -> int:
        """Return how many transitions and deletions were not taken yet."""
        return len(self._waiting) + len(self._deleted)

    async def restore(self) -> None:
        """Let alerting take up what was open."""
        await self._dispatcher.restore(self._clock.now())

    async def flared(self, flares: Sequence[FlareUp], *, decided_at: datetime) -> None:
        """Hand *flares* on after those that wait; *decided_at* is when the deciding post was received."""
        self._waiting += [(flare, decided_at) for flare in flares]
        while len(self._waiting) > KEPT:
            figures = (n for n, (flare, _) in enumerate(self._waiting) if flare.transition == "updated")
            del self._waiting[next(figures, 0)]
        await self._hand_on()

    async def forget(self, posts: Collection[str]) -> None:
        """Take deleted posts ("source/id") out of what alerting quotes."""
        self._deleted.update(posts)
        await self._hand_on()

    async def tick(self, now: datetime) -> None:
        """Hand on what waits, and let alerting end its minute."""
        await self._hand_on()
        try:
            await self._dispatcher.tick(now)
        except LogError as error:
            self._refused(error)
        except Exception as error:  # noqa: BLE001 - a bug must not end the minutes
            self._bug("reminders_failed", error)

    async def listen(self, now: datetime, *, anew: bool) -> None:
        """Let alerting note which fires were answered; *anew*: something was heard lately."""
        try:
            await self._dispatcher.listen(now, anew=anew)
        except LogError as error:
            # It is looked up again in a minute; no page waits for it.
            log.warning("answers_not_looked_up", why=str(error))
        except Exception as error:  # noqa: BLE001 - a bug must not end the minutes
            self._bug("answers_not_noted", error)

    async def climb(self) -> None:
        """Take each step of a ladder when it is due, until cancelled."""
        while True:
            now = self._clock.now()
            await self.tick(now)
            await self._clock.sleep_until(now + PACE)

    async def _hand_on(self) -> None:
        async with self._in_order:
            try:
                while self._waiting:
                    await self._take(*self._waiting[0])
                    del self._waiting[0]
                if self._deleted:
                    await self._forget()
            except LogError as error:
                self._refused(error)
            else:
                self._works()

    async def _take(self, flare: FlareUp, decided_at: datetime) -> None:
        try:
            await self._dispatcher.flared([flare], now=self._clock.now(), decided_at=decided_at)
        except LogError:
            raise
        except Exception as error:  # noqa: BLE001 - a bug must not stop the other transitions
            # The next figures of a flare-up that still burns open its incident all the same.
            self._bug("transition_lost", error, topic=str(flare.key), transition=flare.transition)

    async def _forget(self) -> None:
        gone = frozenset(self._deleted)
        try:
            await self._dispatcher.forget(gone, self._clock.now())
        except LogError:
            raise
        except Exception as error:  # noqa: BLE001 - a bug must not stop what comes
            self._bug("quotes_not_forgotten", error, posts=len(gone))
        self._deleted -= gone

    def _refused(self, error: LogError) -> None:
        if not self.trouble:
            log.error("alerting_cannot_remember", why=str(error), waiting=self.waiting)
        self.trouble = str(error)

    def _bug(self, event: str, error: Exception, **what: object) -> None:
        """Log a mistake of ours, with its traceback the first time only: it may come with every post."""
        kind = f"{event} {type(error).__name__}"
        log.error(event, why=str(error), exc_info=None if kind in self._bugs else error, **what)
        self._bugs.add(kind)

    def _works(self) -> None:
        if self.trouble:
            log.info("alerting_remembers_again")
            self.trouble = ""
