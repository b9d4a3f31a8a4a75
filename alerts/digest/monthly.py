"""The report of a month: how well people were woken, and when they are needed; as data."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import timedelta, tzinfo
from typing import Literal, NamedTuple

import msgspec

from alerts.digest.answers import answers, quantile
from alerts.digest.material import Heard, Material, Sent
from alerts.digest.morning import Watched, sounds, watched
from alerts.digest.night import DAY, Night
from alerts.first_response import seen
from alerts.incident import Incident, Severity, Verdict
from models.mention import Voice

Z = 1.96
"""Of an interval of 95 %."""
WRONG: frozenset[Verdict] = frozenset({"noise", "campaign", "not_us"})

Unknown = Literal[
    "absent",
    "since",
    "no_real",
    "first_response",
    "media_lead",
    "unjudged",
    "partial",
    "forgotten",
    "unscored",
    "away",
    "blind",
]


class Share(NamedTuple):
    """A share of ``of``, with the interval in which it likely lies."""

    value: float
    low: float
    high: float
    of: int


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """How often somebody was called: in all, at night, at night for what was no fire, or not judged yet."""

    name: str
    calls: int
    night: int
    wrong_night: int
    unjudged_night: int


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """The fires that paged with one verdict, and the calls made for them; None is no verdict yet."""

    verdict: Verdict | None
    fires: int
    calls: int


class Responded(msgspec.Struct, frozen=True, kw_only=True):
    """Of how many real fires the first public answer is known, and how long people waited for it."""

    fires: int
    answered: int
    median_seconds: float | None
    p90_seconds: float | None


class Hour(msgspec.Struct, frozen=True, kw_only=True):
    """One hour of the day: calls in the month; mentions, unhappy ones and voices as means per day."""

    hour: int
    calls: int
    mentions: float
    negative: float
    voices: dict[str, float]


class Monthly(msgspec.Struct, frozen=True, kw_only=True):
    """What a month was for those who are woken; ``watched_days`` of it the watch was installed.

    ``responded`` is of all real fires, ``responded_night`` of those whose first page came at night.
    """

    period: Night
    watched_days: float
    fires: int
    calls: dict[Severity, int]
    judged: tuple[Judged, ...]
    false_share: Share | None
    people: tuple[Person, ...]
    answered: int
    unanswered: int
    median_seconds: float | None
    p90_seconds: float | None
    responded: Responded
    responded_night: Responded
    reopened: int
    hours: tuple[Hour, ...]
    watched: Watched
    unknown: tuple[Unknown, ...] = ()


def monthly(
    material: Material, period: Night, zone: tzinfo, *, forgotten: bool = False, partial: bool = False
) -> Monthly:
    """Sum up *period*; hours are by the clock of *zone*.

    *partial*: it is not over yet; *forgotten*: some of its posts are too old to be kept still.
    """
    sent = [page for page in material.sent if period.holds(page.at) and page.rings]
    called = {page.incident for page in sent}
    fires = [one for one in material.incidents if one.id in called]
    seconds, unanswered = _answered(fires, material.sent, period)
    real = [one for one in fires if one.verdict == "real"]
    days = _days(material, period)
    seen = watched(material, period)
    report = Monthly(
        period=period,
        watched_days=days,
        fires=len(fires),
        calls={severity: _calls(page for page in sent if page.severity == severity) for severity in _SEVERE},
        judged=tuple(_judged(fires, sent)),
        false_share=_false(fires),
        people=tuple(_people(fires, sent)),
        answered=len(seconds),
        unanswered=unanswered,
        median_seconds=quantile(seconds, 0.5),
        p90_seconds=quantile(seconds, 0.9),
        responded=_responded(real),
        responded_night=_responded([one for one in real if _began_at_night(one, sent)]),
        reopened=sum(_reopened(one, period) for one in material.incidents),
        hours=tuple(_hours(material, sent, period, zone, days)),
        watched=seen,
    )
    return msgspec.structs.replace(report, unknown=tuple(_unknown(report, forgotten, partial)))


_SEVERE: tuple[Severity, ...] = ("critical", "warning")
_ENOUGH = 0.99


def wilson(hits: int, of: int) -> Share:
    """Return a share and its interval of 95 % (Wilson 1927).

    >>> [round(value, 2) for value in wilson(1, 10)]
    [0.1, 0.02, 0.4, 10]
    """
    p, z2 = hits / of, Z * Z
    middle = (p + z2 / (2 * of)) / (1 + z2 / of)
    half = Z / (1 + z2 / of) * math.sqrt(p * (1 - p) / of + z2 / (4 * of * of))
    return Share(p, max(0.0, middle - half), min(1.0, middle + half), of)


def _false(fires: Iterable[Incident]) -> Share | None:
    verdicts = [one.verdict for one in fires if one.verdict]
    return wilson(sum(verdict in WRONG for verdict in verdicts), len(verdicts)) if verdicts else None


def _calls(pages: Iterable[Sent]) -> int:
    return sum(sounds(pages).values())


def _judged(fires: Sequence[Incident], sent: Sequence[Sent]) -> Iterator[Judged]:
    verdicts: tuple[Verdict | None, ...] = ("real", "noise", "campaign", "not_us", None)
    for verdict in verdicts:
        mine = {one.id for one in fires if one.verdict == verdict}
        yield Judged(
            verdict=verdict, fires=len(mine), calls=_calls(page for page in sent if page.incident in mine)
        )


def _people(fires: Sequence[Incident], sent: Sequence[Sent]) -> Iterator[Person]:
    wrong = {one.id for one in fires if one.verdict in WRONG}
    undecided = {one.id for one in fires if one.verdict is None}
    night = [page for page in sent if page.night]
    at_night = sounds(night)
    wrongly = sounds(page for page in night if page.incident in wrong)
    unjudged = sounds(page for page in night if page.incident in undecided)
    for name, calls in sounds(sent).items():
        yield Person(
            name=name,
            calls=calls,
            night=at_night.get(name, 0),
            wrong_night=wrongly.get(name, 0),
            unjudged_night=unjudged.get(name, 0),
        )


def _answered(fires: Iterable[Incident], sent: Sequence[Sent], period: Night) -> tuple[list[float], int]:
    rounds = [each for one in fires for each in answers(one, sent) if period.holds(each.asked)]
    seconds = [each.seconds for each in rounds if each.seconds is not None]
    return seconds, len(rounds) - len(seconds)


def _responded(fires: Collection[Incident]) -> Responded:
    seconds = seen(fires)
    return Responded(
        fires=len(fires),
        answered=len(seconds),
        median_seconds=quantile(seconds, 0.5),
        p90_seconds=quantile(seconds, 0.9),
    )


def _began_at_night(incident: Incident, sent: Iterable[Sent]) -> bool:
    """Tell whether the first page of *incident* came in the quiet hours of its receiver."""
    mine = [(page.at, not page.night) for page in sent if page.incident == incident.id]
    return bool(mine) and not min(mine)[1]


def _reopened(incident: Incident, period: Night) -> int:
    return sum(entry.what == "reopened" and period.holds(entry.at) for entry in incident.timeline)


def _hours(
    material: Material, sent: Sequence[Sent], period: Night, zone: tzinfo, days: float
) -> Iterator[Hour]:
    days = max(days, 1.0)  # of less than a day there is no mean per day
    heard: dict[int, list[Heard]] = {hour: [] for hour in range(24)}
    for one in material.heard:
        if period.holds(one.at):
            heard[one.at.astimezone(zone).hour].append(one)
    for hour, here in heard.items():
        yield Hour(
            hour=hour,
            calls=_calls(page for page in sent if page.at.astimezone(zone).hour == hour),
            mentions=sum(one.mentions for one in here) / days,
            negative=sum(one.negative for one in here) / days,
            voices={voice: count / days for voice, count in _voices(here).items()},
        )


def _days(material: Material, period: Night) -> float:
    """Return how many days of *period* passed since the watch was first there."""
    first = min((run.started for run in material.runs), default=period.start)
    return max(period.end - max(first, period.start), timedelta()) / DAY


def _voices(heard: Iterable[Heard]) -> Counter[str]:
    found = Counter[str]()
    for one in heard:
        if one.voice:
            found[one.voice] += one.mentions
    return found


def _unknown(report: Monthly, forgotten: bool, partial: bool) -> Iterator[Unknown]:  # noqa: FBT001 - two plain facts
    """Yield what the figures do not say."""
    if not report.watched_days:
        yield "absent"
    elif report.watched_days < (report.period.end - report.period.start) / DAY - 0.5:
        yield "since"
    if not report.responded.fires:
        yield "no_real"
    elif report.responded.answered < report.responded.fires:
        yield "first_response"
    yield "media_lead"
    if any(one.fires for one in report.judged if one.verdict is None):
        yield "unjudged"
    if partial:
        yield "partial"
    if forgotten:
        yield "forgotten"
    if report.watched.share < _ENOUGH:
        yield "unscored"
    if report.watched.away or report.watched.silent:
        yield "away"
    yield "blind"


VOICES: tuple[Voice, ...] = ("complaint", "question", "request", "praise", "report", "news", "other")
