"""One side of a trial: the past through the whole pipeline, as `replay` does it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from alerts import routing
from listener import replay
from listener.backtest.notebook import Notebook
from listener.backtest.past import Past
from listener.backtest.period import Period
from listener.backtest.trial import Setup
from listener.replay import MINUTE, Night
from models.keyword import TopicKey
from models.mention import Mention, Score
from models.post import PostKey
from models.sentiment.batching import Scoring

PAGE = 1_000
"""Mentions read at a time."""

Name = tuple[PostKey, TopicKey]


class Remembering(Scoring):
    """A scorer that does not judge again what was judged when it came."""

    def __init__(self, *given: Any, known: Mapping[str, Score], **more: Any) -> None:
        super().__init__(*given, **more)
        self._known = dict(known)

    async def score(self, texts: Sequence[str]) -> list[Score]:
        """Return the stored scores of *texts*, and new ones where there are none."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, await super().score(new), strict=True))
        return [self._known[text] for text in texts]


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
    """What came of one side: the tested mentions, and the incidents by id."""

    mentions: dict[Name, Mention]
    fires: dict[str, Fire]

    def pages(self, period: Period) -> list[tuple[Fire, datetime]]:
        """Return what rang in the tested days, in order."""
        rang = [(fire, at) for fire in self.fires.values() for at in fire.rang if period.tests(at)]
        return sorted(rang, key=lambda page: (page[1], page[0].id))


async def rehearse(setup: Setup, past: Past, period: Period, scoring: Scoring) -> Outcome:
    """Let the past pass once more, with the lists and settings of *setup*."""
    said: list[dict[str, Any]] = []
    # What matches nothing is stored already, and is not sampled again.
    storage = msgspec.structs.replace(setup.settings.storage, unmatched_rate=0.0)
    settings = msgspec.structs.replace(setup.settings, storage=storage)
    given = (settings, setup.words, scoring)
    # Nobody reads these pages, and whether one rings does not hang on what it would say.
    async with replay.night(*given, start=period.learn, say=said.append, brief=Notebook) as night:
        last = replay.arrival(past.items[-1]) if past.items else period.learn
        quiet = period.end - max(period.learn, last.replace(second=0, microsecond=0) + MINUTE)
        await replay.play(night, past.items, quiet=max(quiet, timedelta(0)))
        return Outcome(await _mentions(night, period), _fires(said, period))


async def _mentions(night: Night, period: Period) -> dict[Name, Mention]:
    found: dict[Name, Mention] = {}
    reached = 0
    while rows := await night.database.mentions.after(reached, PAGE):
        reached = rows[-1][0]
        for _, mention in rows:
            if period.tests(mention.post.received_at):
                found[mention.post.key, mention.key] = mention
    return found


def _fires(said: Sequence[dict[str, Any]], period: Period) -> dict[str, Fire]:
    fires: dict[str, Fire] = {}
    for line in said:
        at = datetime.fromisoformat(line["at"])
        if line["event"] == "page":
            if routing.rings(line["kind"]):
                fires[line["incident"]].rang.append(at)
            continue
        fire = fires.get(line["id"])
        if fire is None:
            started = datetime.fromisoformat(line["started_at"])
            fire = fires[line["id"]] = Fire(
                id=line["id"], brand=line["brand"], started_at=started, ended_at=period.end
            )
        fire.topics, fire.severity = tuple(line["topics"]), line["severity"]
        fire.ended_at = at if line["state"] == "resolved" else period.end
    return fires
