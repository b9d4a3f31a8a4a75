"""The port of evidence: what an explanation may look at."""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

import msgspec
import structlog

from alerts import blindspots, carriers, figures, lifecycle, mute, stretch, terms
from alerts.carriers import Census, Trace
from alerts.explain import explain
from alerts.incident import Explanation, Incident
from alerts.mute import Ruling
from models.curve import Curve
from models.flareup import Reading
from models.keyword import TopicKey
from models.mention import Mention
from models.post import Post

log = structlog.get_logger(__name__)

_LIMIT = 2_000
_EARLIER = 1_000  # posts of the topics' own past
_SILENCE = 5  # unhappy people: of fewer the last hours of a fire say nothing that the hours before do not
_FRESH = timedelta(minutes=5)  # while it burns, what was said is looked up so often


class Evidence(Protocol):
    """Reads back what was said, and what could not be heard."""

    @property
    def blind(self) -> Sequence[str]:
        """Return the names of what is not watched at all ("X", "Instagram")."""
        ...

    async def mentions(
        self, brand: str, topics: Sequence[str], since: datetime, until: datetime, limit: int
    ) -> list[Mention]:
        """Return up to *limit* mentions in [since, until], oldest first, with scores and clusters."""
        ...

    async def earlier(self, brand: str, topics: Sequence[str], before: datetime, limit: int) -> list[Mention]:
        """Return the newest *limit* mentions with words of their own before *before*."""
        ...

    async def traces(
        self, brand: str, topics: Sequence[str], since: datetime, until: datetime
    ) -> list[Trace]:
        """Return what is known of every post in [since, until] beside its words."""
        ...

    async def posts(self, keys: Collection[str]) -> list[Post]:
        """Return the posts with these keys ("source/id"), as far as they are known."""
        ...

    def terms_in(self, text: str) -> Iterable[str]:
        """Return the words of *text* that could be news."""
        ...

    def silent_sources(self, now: datetime) -> Sequence[tuple[str, datetime]]:
        """Return the sources that are silent though they should not be, and since when."""
        ...

    def curve(self, key: TopicKey) -> Curve | None:
        """Return how a topic has gone for some hours, None where that is not known."""
        ...

    def reading(self, key: TopicKey, now: datetime) -> Reading | None:
        """Return the figures of a topic as they stand, None where nobody counts."""
        ...


class NoEvidence:
    """Evidence of nothing: pages then carry figures only."""

    blind: Sequence[str] = ()

    async def mentions(
        self, brand: str, topics: Sequence[str], since: datetime, until: datetime, limit: int
    ) -> list[Mention]:
        """Return nothing."""
        del brand, topics, since, until, limit
        return []

    async def earlier(self, brand: str, topics: Sequence[str], before: datetime, limit: int) -> list[Mention]:
        """Return nothing."""
        del brand, topics, before, limit
        return []

    async def traces(
        self, brand: str, topics: Sequence[str], since: datetime, until: datetime
    ) -> list[Trace]:
        """Return nothing."""
        del brand, topics, since, until
        return []

    async def posts(self, keys: Collection[str]) -> list[Post]:
        """Return nothing."""
        del keys
        return []

    def terms_in(self, text: str) -> Iterable[str]:
        """Return the words that can be told without a dictionary."""
        return terms.terms_in(text)

    def silent_sources(self, now: datetime) -> Sequence[tuple[str, datetime]]:
        """Return nothing."""
        del now
        return ()

    def curve(self, key: TopicKey) -> Curve | None:
        """Return nothing."""
        del key
        return None

    def reading(self, key: TopicKey, now: datetime) -> Reading | None:
        """Return nothing."""
        del key, now
        return None


class _Heard(NamedTuple):
    """What is said now, what was before it began, and what was counted: of this stretch, and in all."""

    current: list[Mention]
    earlier: list[Mention]
    counted: Census
    whole: Census
    known: list[Post]


class Witness:
    """Looks the evidence up; a page goes out without it rather than not at all."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence

    async def explained(self, incident: Incident, now: datetime) -> Incident:
        """Attach what was said since the incident began."""
        try:
            told = await self._told(incident, now)
        except Exception:
            log.exception("no evidence for an incident", incident=incident.id)
            return self.blinded(incident, now)
        return lifecycle.explained(incident, told)

    def figured(self, incident: Incident, now: datetime) -> Incident:
        """Take in figures that nobody knew when its flare-up was told."""
        try:
            return figures.completed(incident, lambda key: self._evidence.reading(key, now))
        except Exception:
            log.exception("no figures for an incident", incident=incident.id)
            return incident

    async def refreshed(self, incident: Incident, now: datetime) -> Incident:
        """Attach what was said, unless that was done a moment ago."""
        at = incident.explanation.at
        return incident if at is not None and now - at < _FRESH else await self.explained(incident, now)

    async def ruling(self, incident: Incident, claim: mute.Claim) -> Ruling | None:
        """Return what "that is not us" would mute, and what would have kept it out; None without any."""
        of = (incident.brand, incident.topics, incident.started_at, claim.at, _LIMIT)
        try:
            mentions = await self._evidence.mentions(*of)
            return await asyncio.to_thread(mute.ruled, mentions, claim, incident.explanation.terms)
        except Exception:
            log.exception("no evidence for a mute", incident=incident.id)
            return None

    async def muted(self, incident: Incident, claim: mute.Claim) -> Incident:
        """Mute the spelling that brought most of what was said, and suggest what would have kept it out."""
        ruling = await self.ruling(incident, claim)
        if ruling is None:
            return lifecycle.noted(
                incident, claim.at, "nothing muted", "no spelling is known that brought it"
            )
        why, who = mute.said(ruling.mute, claim.zone), {"by": claim.by, "channel": claim.channel}
        told = lifecycle.noted(incident, claim.at, "muted", why, **who)
        # What is muted is quiet by that; what is not must not wait for three times the namesake's size.
        return msgspec.structs.replace(
            lifecycle.unheld(told, claim.at),
            mutes=mute.beside(incident.mutes, ruling.mute),
            exclusions=mute.instead(incident.exclusions, ruling.exclusion),
        )

    def blinded(self, incident: Incident, now: datetime) -> Incident:
        """Attach only what is not heard now, and keep what was said."""
        explanation = msgspec.structs.replace(
            incident.explanation,
            blind=blindspots.unwatched(
                self._evidence.blind, (*incident.sources, *incident.explanation.sources)
            ),
            silent=tuple(self._evidence.silent_sources(now)),
            curve=self._curve(incident),
            at=now,
        )
        return lifecycle.explained(incident, explanation)

    async def _told(self, incident: Incident, now: datetime) -> Explanation:
        heard = await self._heard(incident, now)
        told = await asyncio.to_thread(
            explain,
            heard.current,
            earlier=heard.earlier,
            counted=heard.counted,
            whole=heard.whole,
            known=heard.known,
            blind=self._evidence.blind,
            silent=self._evidence.silent_sources(now),
            cut=self._evidence.terms_in,
            at=now,
        )
        return msgspec.structs.replace(told, curve=self._curve(incident))

    def _curve(self, incident: Incident) -> Curve | None:
        """Return the curve of the topic whose figures are told, going on from the last that was looked up."""
        known = incident.explanation.curve
        topic = lifecycle.lead(incident).topic if incident.parts else incident.topic
        try:
            curve = self._evidence.curve(TopicKey(incident.brand, topic))
        except Exception:
            log.exception("no curve for an incident", incident=incident.id)
            return known
        return curve.after(known) if curve is not None else known

    async def _heard(self, incident: Incident, now: datetime) -> _Heard:
        evidence, of, start = self._evidence, (incident.brand, incident.topics), incident.started_at
        since = stretch.present(incident).since
        traces = await evidence.traces(*of, min(start, since), now)
        counted = whole = await asyncio.to_thread(carriers.census, traces)
        if since > start:
            fresh = [trace for trace in traces if trace.at >= since]
            counted = await asyncio.to_thread(carriers.census, fresh)
        keys = (*carriers.candidates(counted), *carriers.candidates(whole))
        return _Heard(
            current=await self._said(incident, now),
            earlier=await evidence.earlier(*of, start, _EARLIER),
            counted=counted,
            whole=whole,
            known=await evidence.posts(tuple(dict.fromkeys(keys))),
        )

    async def _said(self, incident: Incident, now: datetime) -> list[Mention]:
        """Return what is said lately; where hardly anybody speaks any more, since this stretch began."""
        since, lately = stretch.present(incident).since, stretch.lately(incident, now)
        said = await self._since(incident, lately, now)
        unhappy = {carriers.who(one.post) for one in said if one.score and one.score.label == "negative"}
        if lately > since and len(unhappy) < _SILENCE:
            said = await self._since(incident, since, now)
        return said

    async def _since(self, incident: Incident, since: datetime, now: datetime) -> list[Mention]:
        said = await self._evidence.mentions(incident.brand, incident.topics, since, now, _LIMIT)
        return [one for one in said if not mute.silence(incident.mutes, one, one.matches, now)]
