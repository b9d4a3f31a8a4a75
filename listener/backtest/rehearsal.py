"""One side of a trial: the past through the whole pipeline, a slice at a time, as `replay` does it."""

from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from alerts import routing
from listener import replay
from listener.backtest.notebook import Notebook, Notes
from listener.backtest.period import Period
from listener.backtest.trial import Setup
from listener.recognition import Recognition
from listener.replay import Night
from models.mention import Mention, Score
from models.post import Item, Post, PostKey
from models.sentiment.batching import Scoring
from models.volume.duplicates import Clusters

REMEMBERED = 20_000
"""Judgements by text that are remembered from earlier slices, for copies."""

Again = Callable[[Collection[PostKey]], Awaitable[list[Post]]]
"""Reads posts again that came long before."""


class Remembering(Scoring):
    """A scorer that does not judge again what was judged when it came, or a while ago."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self._present: dict[str, Score] = {}
        self._earlier: OrderedDict[str, Score] = OrderedDict()

    def know(self, scores: Mapping[str, Score]) -> None:
        """Take in the judgements of the slice that comes next."""
        for text, score in self._present.items():
            self._earlier[text] = score
            self._earlier.move_to_end(text)
        while len(self._earlier) > REMEMBERED:
            self._earlier.popitem(last=False)
        self._present = dict(scores)

    async def score(self, texts: Sequence[str]) -> list[Score]:
        """Return the known scores of *texts*, and new ones where there are none."""
        new = [text for text in dict.fromkeys(texts) if text not in self._present]
        known = {text: self._earlier[text] for text in new if text in self._earlier}
        new = [text for text in new if text not in known]
        self._present |= known
        self._present.update(zip(new, await super().score(new), strict=True))
        return [self._present[text] for text in texts]


class Fire(msgspec.Struct, kw_only=True):
    """An incident as it went, and when it rang (reminders apart: nobody is there to be reminded)."""

    id: str
    brand: str
    started_at: datetime
    ended_at: datetime
    topics: tuple[str, ...] = ()
    severity: str = ""
    rang: list[datetime] = msgspec.field(default_factory=list)


class Outcome(NamedTuple):
    """What came of one side: the incidents by id."""

    fires: dict[str, Fire]

    def pages(self, period: Period) -> list[tuple[Fire, datetime]]:
        """Return what rang in the tested days, in order."""
        rang = [(fire, at) for fire in self.fires.values() for at in fire.rang if period.tests(at)]
        return sorted(rang, key=lambda page: (page[1], page[0].id))


class Rehearsal:
    """A side under way."""

    def __init__(self, night: Night, notes: Notes, period: Period, outcome: Outcome) -> None:
        self.outcome = outcome
        self._night = night
        self._notes = notes
        self._period = period

    async def take(self, items: Sequence[Item]) -> list[Mention]:
        """Let the next *items* pass, and return what they were counted to."""
        await replay.play(self._night, items)
        return self._notes.taken()

    async def end(self) -> Outcome:
        """Watch on until the period ends, and return what came of it."""
        quiet = self._period.end - self._night.clock.now()
        await replay.play(self._night, (), quiet=max(quiet, timedelta(0)))
        return self.outcome


@asynccontextmanager
async def rehearsal(setup: Setup, period: Period, scoring: Scoring, again: Again) -> AsyncIterator[Rehearsal]:
    """Set up a side with the lists and settings of *setup*."""
    outcome = Outcome({})
    # What matches nothing is stored already, and is not sampled again.
    storage = msgspec.structs.replace(setup.settings.storage, unmatched_rate=0.0)
    settings = msgspec.structs.replace(setup.settings, storage=storage)

    def say(line: dict[str, Any]) -> None:
        _note(line, outcome.fires, period)

    # Nobody reads these pages, and whether one rings does not hang on what it would say.
    given = (settings, setup.words, scoring)
    async with replay.night(*given, start=period.learn, say=say, brief=Notebook) as night:
        notes = night.database.mentions
        assert isinstance(notes, Notes)
        notes.recall = _recall(setup, again)
        yield Rehearsal(night, notes, period, outcome)


def _recall(setup: Setup, again: Again) -> Callable[[Collection[PostKey]], Awaitable[list[Mention]]]:
    """Return what finds out anew what posts were counted to."""

    async def recalled(keys: Collection[PostKey]) -> list[Mention]:
        recognition = Recognition(Clusters())
        recognition.use(setup.words.matcher)
        return [mention for post in await again(keys) for mention in recognition.mentions_of(post)]

    return recalled


def _note(line: Mapping[str, Any], fires: dict[str, Fire], period: Period) -> None:
    at = datetime.fromisoformat(line["at"])
    if line["event"] == "page":
        if routing.rings(line["kind"]):
            fires[line["incident"]].rang.append(at)
        return
    fire = fires.get(line["id"])
    if fire is None:
        started = datetime.fromisoformat(line["started_at"])
        fire = fires[line["id"]] = Fire(
            id=line["id"], brand=line["brand"], started_at=started, ended_at=period.end
        )
    fire.topics, fire.severity = tuple(line["topics"]), line["severity"]
    fire.ended_at = at if line["state"] == "resolved" else period.end
