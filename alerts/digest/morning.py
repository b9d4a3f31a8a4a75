"""The morning digest: what a night was, as data."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal, NamedTuple

import msgspec

from alerts import routing
from alerts.digest.answers import Answer, answers, quantile
from alerts.digest.material import Material, Run, Sent, Silence
from alerts.digest.night import Night
from alerts.digest.standdown import Rule, StandDown, stand_down
from alerts.escalation.record import Postponed
from alerts.incident import Incident, Severity, Verdict
from alerts.mute import Mute
from alerts.rota.vacancies import Vacancy
from alerts.severity import RANK
from models.flareup import Mood
from models.response import FirstResponse

BLINK = timedelta(minutes=1)
"""A silence or an absence shorter than this is no gap worth a line."""

Todo = Literal["unanswered", "owned", "verdict"]
RuleOf = Callable[[str], Rule]


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One incident of the night: how bad, from when to when, who answered and how fast, what it was.

    ``todo`` is what is left to do about it. ``peak`` is in negative people per hour, ``first_response`` when
    the brand first answered in public.
    """

    incident: str
    brand: str
    topic: str
    topics: int
    mood: Mood
    severity: Severity
    since: datetime
    until: datetime | None
    peak: float
    reopened: int = 0
    handled: str = ""
    answered: datetime | None = None
    seconds: float | None = None
    verdict: Verdict | None = None
    first_response: FirstResponse | None = None
    todo: Todo | None = None
    stand_down: StandDown | None = None


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A page that quiet hours held back, and what became of it."""

    incident: str
    brand: str
    topic: str
    to: str
    severity: str
    at: datetime
    until: datetime
    became: str


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """How well the watch saw: who was silent, when it was away itself, how much was judged."""

    silent: tuple[Silence, ...] = ()
    away: tuple[Silence, ...] = ()
    restarts: int = 0
    mentions: int = 0
    judged: int = 0

    @property
    def share(self) -> float:
        """Return the share of the mentions that was judged; all of nothing is 1."""
        return self.judged / self.mentions if self.mentions else 1.0


class Morning(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a digest says, the most important first.

    ``late`` is by how much it comes too late because the watch was not there at the handoff; ``vacancies``
    are when soon nobody is on call.
    """

    night: Night
    made_at: datetime
    late: timedelta
    fires: tuple[Told, ...]
    postponed: tuple[Held, ...]
    todo: tuple[Told, ...]
    embers: tuple[Told, ...]
    praise: tuple[Told, ...]
    muted: tuple[Mute, ...]
    watched: Watched
    load: dict[str, int]
    acknowledged: int
    unanswered: int
    median_seconds: float | None
    vacancies: tuple[Vacancy, ...] = ()

    @property
    def quiet(self) -> bool:
        """Tell whether nothing happened that anybody would want to read about."""
        return not (self.fires or self.postponed or self.todo or self.embers or self.praise or self.muted)


class Moment(NamedTuple):
    """For which night a digest is made, and when."""

    night: Night
    now: datetime
    late_after: timedelta = timedelta(minutes=10)


def morning(
    material: Material,
    moment: Moment,
    rule_of: RuleOf = lambda _: Rule(),
    vacancies: Iterable[Vacancy] = (),
) -> Morning:
    """Tell a night from everything that is known of it, and when soon nobody will be on call."""
    night, now = moment.night, moment.now
    changed = [one for one in material.incidents if _touches(one, night)]
    told = [_told(one, material.sent, rule_of(one.brand)) for one in changed]
    fires = [one for one in told if _burnt(one)]
    rounds = [each for one in changed for each in answers(one, material.sent) if night.holds(each.asked)]
    seconds = [each.seconds for each in rounds if each.seconds is not None]
    return Morning(
        night=night,
        made_at=now,
        late=_late(material.runs, moment),
        fires=tuple(sorted(fires, key=_worst_first)),
        postponed=tuple(_held(material.incidents, night)),
        todo=tuple(_todo(material, fires, rule_of)),
        embers=tuple(one for one in told if one.severity == "ember" and _is_fire(one) and one.until is None),
        praise=tuple(one for one in told if not _is_fire(one)),
        muted=tuple(mute for one in material.incidents for mute in one.mutes if mute.until > now),
        watched=watched(material, night),
        load=sounds(page for page in material.sent if page.night and night.holds(page.at)),
        acknowledged=len(seconds),
        unanswered=len(rounds) - len(seconds),
        median_seconds=quantile(seconds, 0.5),
        vacancies=tuple(vacancies),
    )


def _late(runs: Iterable[Run], moment: Moment) -> timedelta:
    """Return how long the watch was away after the handoff; what else made a digest wait is no absence."""
    handoff = moment.night.end
    there = any(run.started <= handoff <= run.seen for run in runs)
    return moment.now - handoff if moment.now - handoff > moment.late_after and not there else timedelta()


def sounds(pages: Iterable[Sent]) -> dict[str, int]:
    """Count the sounds of each person, most first; the rows of one call, and what was not sent, are none."""
    sent = (page for page in pages if page.outcome not in {"dead", "superseded"})
    heard = {(page.to, page.sound or str(page.at)) for page in sent if page.rings}
    return dict(Counter(to for to, _ in sorted(heard)).most_common())


def watched(material: Material, night: Night) -> Watched:
    """Return how well the watch saw a stretch of time."""
    gone = tuple(_away(material.runs, night))
    return Watched(
        silent=tuple(
            one
            for one in material.silences
            if night.overlap(one.start, one.end) >= BLINK and not _in(one, gone)
        ),
        away=gone,
        restarts=sum(night.holds(run.started) for run in material.runs[1:]),
        mentions=sum(one.mentions for one in material.heard if night.holds(one.at)),
        judged=sum(one.judged for one in material.heard if night.holds(one.at)),
    )


def _in(silence: Silence, away: Iterable[Silence]) -> bool:
    """Tell whether the watch itself was away all the while: then its sources were not silent."""
    slack = timedelta(seconds=30)
    return silence.end is not None and any(
        one.end and one.start - slack <= silence.start and silence.end <= one.end + slack for one in away
    )


def _away(runs: Iterable[Run], night: Night) -> Iterator[Silence]:
    for before, after in pairwise(runs):
        if night.overlap(before.seen, after.started) >= BLINK:
            yield Silence("", before.seen, after.started)


def _touches(incident: Incident, night: Night) -> bool:
    ended = incident.resolved_at
    return incident.opened_at < night.end and (ended is None or ended >= night.start)


def _is_fire(one: Told) -> bool:
    return one.mood in {"negative", "mixed"}


def _burnt(one: Told) -> bool:
    return _is_fire(one) and routing.wakes(one.severity)


def _worst_first(one: Told) -> tuple[int, float]:
    return -RANK[one.severity], -one.peak


def _told(incident: Incident, sent: Iterable[Sent], rule: Rule) -> Told:
    rounds = answers(incident, sent)
    answered = [each for each in rounds if each.at is not None]
    last: Answer | None = answered[-1] if answered else None
    handled = incident.owner or (last.by if last else "")
    return Told(
        incident=incident.id,
        brand=incident.brand,
        topic=incident.topic,
        topics=len(incident.topics),
        mood=incident.mood,
        severity=incident.severity,
        since=incident.started_at,
        until=incident.resolved_at,
        peak=incident.peak,
        reopened=incident.reopened,
        handled=handled,
        answered=last.at if last else None,
        # The time of whoever is named: another may have been faster before it burnt again.
        seconds=next((each.seconds for each in answered if each.by == handled), None),
        verdict=incident.verdict,
        first_response=incident.first_response,
        todo=_left(incident),
        stand_down=stand_down(incident, rule),
    )


def _left(incident: Incident) -> Todo | None:
    if not routing.pages(incident):
        return None
    if incident.state in {"triggered", "reopened"}:
        return "unanswered"
    if incident.open:
        return "owned"
    return None if incident.verdict else "verdict"


def _todo(material: Material, fires: Iterable[Told], rule_of: RuleOf) -> Iterator[Told]:
    """Yield what is left to do, of older nights too; what the fires above say already is not repeated."""
    shown = {one.incident for one in fires}
    order: dict[Todo, int] = {"unanswered": 0, "owned": 1, "verdict": 2}
    left = [_told(one, material.sent, rule_of(one.brand)) for one in material.incidents if _left(one)]
    for one in sorted(left, key=lambda one: (order[one.todo or "verdict"], one.since)):
        if one.incident not in shown:
            yield one


def _held(incidents: Iterable[Incident], night: Night) -> Iterator[Held]:
    found = [
        (kept, incident) for incident in incidents for kept in incident.postponed if night.holds(kept.at)
    ]
    for kept, incident in sorted(found, key=lambda pair: pair[0].at):
        yield _held_of(kept, incident)


def _held_of(kept: Postponed, incident: Incident) -> Held:
    return Held(
        incident=incident.id,
        brand=incident.brand,
        topic=incident.topic,
        to=kept.to,
        severity=kept.severity,
        at=kept.at,
        until=kept.until,
        became=kept.became,
    )
