"""The fires of two sides beside each other: which one would have paged earlier, later, or not at all."""

from collections.abc import Callable
from datetime import datetime, timedelta

from listener.backtest.period import Period
from listener.backtest.rehearsal import Fire, Outcome
from listener.backtest.report import Certainty, Comparison, FireFigures, worst
from models.keyword import TopicKey

MINUTE = timedelta(minutes=1)


def compared(
    current: Outcome, changed: Outcome, period: Period, certain: dict[TopicKey, Certainty]
) -> tuple[FireFigures, ...]:
    """Return every fire that rang on either side in the tested days, oldest first."""
    left = _rang(changed, period)
    pairs: list[tuple[Fire | None, Fire | None]] = []
    for fire in _rang(current, period):
        same = max((other for other in left if _meet(fire, other)), key=_kinship(fire), default=None)
        if same is not None:
            left.remove(same)
        pairs.append((fire, same))
    pairs += [(None, fire) for fire in left]
    told = [_figures(one, other, current, changed, certain) for one, other in pairs]
    return tuple(sorted(told, key=lambda fire: (fire.started_at, fire.brand, fire.topics)))


def _rang(outcome: Outcome, period: Period) -> list[Fire]:
    fires = {fire.id: fire for fire, _ in outcome.pages(period)}
    return sorted(fires.values(), key=lambda fire: (fire.rang[0], fire.id))


def _meet(one: Fire, other: Fire) -> bool:
    """Tell whether two fires of a brand burnt at the same time: a fire is the brand's."""
    return one.brand == other.brand and one.started_at <= other.ended_at and other.started_at <= one.ended_at


def _kinship(fire: Fire) -> Callable[[Fire], tuple[int, timedelta]]:
    def kinship(other: Fire) -> tuple[int, timedelta]:
        together = min(fire.ended_at, other.ended_at) - max(fire.started_at, other.started_at)
        return len({*fire.topics} & {*other.topics}), together

    return kinship


def _figures(
    one: Fire | None,
    other: Fire | None,
    current: Outcome,
    changed: Outcome,
    certain: dict[TopicKey, Certainty],
) -> FireFigures:
    fire = one or other
    assert fire is not None
    topics = {topic: None for side in (one, other) if side for topic in side.topics}
    before, after = (side.rang[0] if side else None for side in (one, other))
    elsewhere = changed if other is None else current
    quiet = (side for side in elsewhere.fires.values() if not side.rang and _meet(fire, side))
    return FireFigures(
        brand=fire.brand,
        topics=tuple(topics),
        started_at=min(side.started_at for side in (one, other) if side),
        current=before,
        changed=after,
        minutes=(after - before) / MINUTE if before and after else None,
        comparison=_comparison(before, after),
        glows=not (one and other) and any(quiet),
        certainty=worst(tuple(certain.get(TopicKey(fire.brand, topic), "full") for topic in topics)),
    )


def _comparison(before: datetime | None, after: datetime | None) -> Comparison:
    if before is None:
        return "new"
    if after is None:
        return "missing"
    return "same" if before == after else "earlier" if after < before else "later"
