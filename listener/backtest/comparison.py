"""Two outcomes beside each other: volumes, pages, fires, examples, and how far all that can be trusted."""

from datetime import datetime
from zoneinfo import ZoneInfo

from listener.agenda import almanac
from listener.backtest import certainty, examples, fires
from listener.backtest.ledger import Column
from listener.backtest.period import DAY
from listener.backtest.rehearsal import Outcome
from listener.backtest.report import Difference, Figures, Report, Stretch, TopicFigures, worst
from listener.backtest.sides import Sides
from models.keyword import TopicKey

NIGHT_FROM, NIGHT_TO = 23, 7
"""Hours of a responder's night."""
MONTH = 30
DIGITS = 4


def report(sides: Sides, *, most: int) -> Report:
    """Return the whole answer, with up to *most* examples on either side."""
    trial, period = sides.trial, sides.period
    keys = sorted({*trial.current.words.topics, *trial.changed.words.topics})
    topics = tuple(_topic(sides, key) for key in keys)
    certain = {TopicKey(one.brand, one.topic): one.certainty for one in topics}
    zones = {brand: almanac.zone_of(trial.current.settings, brand) for brand in trial.brands}
    current = _figures(sides, sides.current, sides.ledger.current, zones)
    changed = _figures(sides, sides.changed, sides.ledger.changed, zones)
    stretch = Stretch(
        asked_days=period.asked,
        days=round(period.days, DIGITS),
        start=period.start,
        end=period.end,
        learned_from=period.learn,
        learned_days=round(period.learned / DAY, DIGITS),
    )
    return Report(
        period=stretch,
        tried=trial.tried,
        brands=trial.brands,
        certainty=worst(tuple(certain.values())),
        current=current,
        changed=changed,
        difference=_difference(current, changed),
        topics=topics,
        fires=fires.compared(sides.current, sides.changed, period, certain),
        newly_matched=examples.came_in(sides.ledger.came_in, most),
        no_longer_matched=examples.went_out(sides.ledger.went_out, trial.changed, most),
        sources=certainty.sources(sides),
        notes=(),
    )


def _topic(sides: Sides, key: TopicKey) -> TopicFigures:
    ledger = sides.ledger
    unit = sides.sampling if key in sides.trial.widened else 0.0
    before, after = ledger.current.of(key), ledger.changed.of(key, unit=unit)
    known = sides.trial.changed.words.topics | sides.trial.current.words.topics
    return TopicFigures(
        brand=key.brand,
        topic=key.topic,
        names=known[key].name,
        current=before,
        changed=after,
        newly_matched=ledger.newly.of(key, unit=unit),
        no_longer_matched=ledger.dropped.of(key),
        certainty=certainty.of_topic(sides, key, before, after),
    )


def _figures(sides: Sides, outcome: Outcome, column: Column, zones: dict[str, ZoneInfo]) -> Figures:
    pages = outcome.pages(sides.period)
    nights = [at for fire, at in pages if _at_night(at.astimezone(zones[fire.brand]))]
    monthly = MONTH / sides.period.days
    return Figures(
        mentions=column.total(),
        pages=len(pages),
        pages_per_30_days=round(len(pages) * monthly, DIGITS),
        night_pages=len(nights),
        night_pages_per_30_days=round(len(nights) * monthly, DIGITS),
    )


def _at_night(local: datetime) -> bool:
    return local.hour >= NIGHT_FROM or local.hour < NIGHT_TO


def _difference(current: Figures, changed: Figures) -> Difference:
    return Difference(
        mentions=changed.mentions.value - current.mentions.value,
        pages=changed.pages - current.pages,
        pages_per_30_days=round(changed.pages_per_30_days - current.pages_per_30_days, DIGITS),
        night_pages=changed.night_pages - current.night_pages,
        night_pages_per_30_days=round(
            changed.night_pages_per_30_days - current.night_pages_per_30_days, DIGITS
        ),
    )
