"""How far the figures can be trusted, and what has to be known before they are believed."""

from collections.abc import Iterator
from datetime import timedelta

from listener.backtest.period import COLD, DAY
from listener.backtest.report import Certainty, Estimate, Note, Report, SourceFigures
from listener.backtest.sides import Sides
from models.keyword import TopicKey

HOUR = timedelta(hours=1)
ROUGH = 7.0
"""Fewer tested days make a rough figure per month."""


def of_topic(sides: Sides, key: TopicKey, current: Estimate, changed: Estimate) -> Certainty:
    """Tell how far the pages of a topic can be trusted.

    A sampled post counts once in the detector, not for all that it stands for: a fire of new matches is
    seen late or not at all. Where those would be most of the topic, even today's fires may drown in them.
    """
    widened = key in sides.trial.widened and sides.sampling != 1.0
    if not widened and not current.sampled and not changed.sampled:
        return "full"
    if widened and not _sample_tells(sides):
        return "cannot_tell"
    stands_for = changed.value - changed.stored
    return "cannot_tell" if stands_for > changed.stored else "at_least"


def _sample_tells(sides: Sides) -> bool:
    """Tell whether there is a sample of at least a day."""
    reaches = sides.period.sampled
    return bool(sides.past.sampled) and reaches is not None and sides.period.end - reaches >= DAY


def sources(sides: Sides) -> tuple[SourceFigures, ...]:
    """Return what each source gave to the tested days."""
    past = sides.past
    silent = _silent_hours(sides)
    found = []
    for source in sorted({*past.stored, *past.sampled, *silent}):
        sample = past.sampled.get(source)
        found.append(
            SourceFigures(
                source=source,
                stored=past.stored.get(source, 0),
                sampled=sample.kept if sample else 0,
                rate=sample.kept / sample.stands_for if sample else None,
                silent_hours=round(silent.get(source, 0.0), 2),
            )
        )
    return tuple(found)


def _silent_hours(sides: Sides) -> dict[str, float]:
    start, end = sides.period.start, sides.period.end
    hours: dict[str, float] = {}
    for gap in sides.past.gaps:
        silent = min(gap.end or end, end) - max(gap.start, start)
        if silent > timedelta(0) and not gap.backfilled:
            hours[gap.source] = hours.get(gap.source, 0.0) + silent / HOUR
    return hours


def notes(sides: Sides, report: Report, recorded: int) -> Iterator[Note]:
    """Yield what has to be known; *recorded* is how many fires the watch itself paged for in these days."""
    if sides.trial.unchanged:
        yield Note(code="unchanged")
    yield from _about_days(sides)
    yield from _about_sample(sides, report)
    yield from _about_posts(sides, report)
    replayed = sum(fire.current is not None for fire in report.fires)
    if recorded != replayed:
        yield Note(code="recorded", values={"recorded": recorded, "replayed": replayed})


def _about_days(sides: Sides) -> Iterator[Note]:
    period = sides.period
    if period.limit:
        values = {"asked": period.asked, "days": round(period.days, 1)}
        yield Note(code=f"fewer_days_{period.limit}", values=values)
    if period.learned < COLD:
        yield Note(code="cold", values={"hours": round(period.learned / HOUR, 1)})
    if period.days < ROUGH:
        yield Note(code="rough", values={"days": round(period.days, 1)})


def _about_sample(sides: Sides, report: Report) -> Iterator[Note]:
    """Yield what the sample of unmatched posts can and cannot say."""
    wider = bool(sides.trial.widened)
    if wider and not sides.past.sampled:
        yield Note(code="no_sample")
        return
    if wider and not _sample_tells(sides):
        yield Note(code="short_sample")
    deaf = [one.source for one in report.sources if one.stored and not one.sampled]
    if wider and deaf:
        yield Note(code="deaf_sources", values={"sources": ", ".join(deaf)})
    if sides.sampling > 1.0 and any(one.certainty != "full" for one in report.topics):
        found = sum(one.newly_matched.sampled for one in report.topics)
        yield Note(code="scaled", values={"each": round(sides.sampling, 1), "found": found})
        yield Note(code="reposts")
    if any(one.certainty == "at_least" for one in report.topics):
        yield Note(code="at_least", values={"topics": _named(report, "at_least")})
    if any(one.certainty == "cannot_tell" for one in report.topics) and _sample_tells(sides):
        yield Note(code="drowned", values={"topics": _named(report, "cannot_tell")})
    if sides.past.found and sides.period.echoed >= HOUR:
        yield Note(code="echoed", values={"days": round(sides.period.echoed / DAY, 1)})


def _named(report: Report, certainty: Certainty) -> str:
    return ", ".join(f"{one.brand}:{one.topic}" for one in report.topics if one.certainty == certainty)


def _about_posts(sides: Sides, report: Report) -> Iterator[Note]:
    past = sides.past
    silent = {one.source: one.silent_hours for one in report.sources if one.silent_hours}
    if silent:
        told = ", ".join(f"{source} {hours:.1f} h" for source, hours in silent.items())
        yield Note(code="gaps", values={"sources": told})
    for code, count in (
        ("deleted", past.deleted), ("anonymous", past.anonymous), ("unscored", past.unscored),
    ):  # fmt: skip
        if count:
            yield Note(code=code, values={"posts": count})
    if sides.trial.rescored:
        yield Note(code="rescored")
