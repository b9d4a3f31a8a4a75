"""The night itself: everything that happens, and a clock that moves from one event to the next."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from alerts.delivery.outbox import Outbox
from alerts.escalation.record import Postponed
from alerts.paging import Change
from bench.oncall.people import Act, People
from bench.oncall.phone import Heard
from listener.assembly import Engine
from listener.mornings import Mornings
from models.clock import VirtualClock
from models.post import Batch, Post

MINUTE = timedelta(minutes=1)


class Held(NamedTuple):
    """A page that quiet hours kept back."""

    at: datetime
    headline: str
    kept: Postponed


Event = Heard | Act | Held


class Story:
    """What happened, in order; tells the people what arrives, and the outbox when there may be something."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.people: People | None = None
        self.woken = False

    def changed(self, change: Change) -> None:
        """Note what quiet hours kept back."""
        before = change.before.postponed if change.before else ()
        fresh = change.after.postponed[len(before) :]
        self.events += [Held(one.at, change.after.summary, one) for one in fresh]
        self.wake()

    def heard(self, heard: Heard) -> None:
        """Note what arrived."""
        self.events.append(heard)
        if self.people:
            self.people.hear(heard.page, heard.at)

    def wake(self) -> None:
        """Say that there may be something to deliver."""
        self.woken = True


class Night(NamedTuple):
    """Everything that has something to do when the clock moves."""

    clock: VirtualClock
    story: Story
    engine: Engine
    outbox: Outbox
    mornings: Mornings
    people: People

    async def play(self, posts: Sequence[Post], until: datetime) -> None:
        """Let the night pass as the daemon would live it: posts, minutes, steps of ladders, people."""
        waiting = list(reversed(posts))
        minute = self.clock.now() + MINUTE
        while self.clock.now() < until:
            self.clock.set(self._next(minute, waiting))
            now = self.clock.now()
            while waiting and waiting[-1].received_at <= now:
                await self._take(waiting.pop())
            if now >= minute:
                await self.engine.pipeline.tick()
                await self.mornings.look()
                minute += MINUTE
            await self.engine.pipeline.handover.tick(now)
            await self._deliver()
            self.story.events += await self.people.act(now)
            await self._deliver()

    def _next(self, minute: datetime, waiting: Sequence[Post]) -> datetime:
        """Return when something happens next; by itself that is every minute."""
        step = self.engine.dispatcher.next_due(self.clock.now())
        posts = [waiting[-1].received_at] if waiting else []
        steps = [step] if step else []
        return min([minute, *posts, *steps, *(plan.at for plan in self.people.plans)])

    async def _take(self, post: Post) -> None:
        await self.engine.pipeline.take(Batch(source=post.source, items=[post]))
        while await self.engine.pipeline.score():
            pass

    async def _deliver(self) -> None:
        if self.story.woken:
            self.story.woken = False
            await self.outbox.flush()
