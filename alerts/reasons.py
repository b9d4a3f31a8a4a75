"""The reasons of a severity: one entry for each signal, the deciding ones first, all read in one way.

``value`` is what was measured, ``expected`` what is usual for it; from ``low`` to ``high`` it would be no
news (null: no such bound). Where a signal is a line of the severity table, ``high`` is that line. Two
signals read otherwise: ``hundredth_in_minutes`` decides at or below its line, and for ``share`` low and
high are the 90 % interval of the value itself. docs/mqtt.md lists the signals.

While a flare-up burns its reasons are measured again, but what decided stays first, with its line.
"""

from collections.abc import Iterable, Sequence

import msgspec

from alerts.terms import NEVER_SEEN
from models.flareup import FlareUp, Reason

RISK = "risk:"
SLOW_BURN = "slow_burn"
# The detector's names, where the severity table has its own for the same measurement.
_OURS = {"negative_people": "negative_30_min", "spread": "sources"}
_PRAISE = "people"
_LOWER = "hundredth_in_minutes"


def merged(deciding: Iterable[Reason], flare: FlareUp, risk_line: float) -> tuple[Reason, ...]:
    """Return the *deciding* reasons, then what else the flare-up measured; each signal once."""
    found: dict[str, Reason] = {}
    for reason in (*deciding, *_measured(flare, risk_line)):
        known = found.get(reason.signal)
        found[reason.signal] = _filled(known, reason) if known else reason
    if flare.mood in found:
        # Praise and buzz are told by the volume that the people are.
        found.pop(_PRAISE, None)
    return tuple(map(_bounded, found.values()))


def refreshed(known: Sequence[Reason], fresh: Sequence[Reason], decided: Sequence[str]) -> tuple[Reason, ...]:
    """Return the *known* reasons as they stand now: those that *decided* first, then whatever else speaks.

    What decided and is not measured any more keeps its last value; any other goes.
    """
    before = {reason.signal: reason for reason in known}
    now = {reason.signal: reason for reason in fresh}
    kept = [_again(before[name], now.get(name)) for name in decided if name in before]
    return (*kept, *(reason for name, reason in now.items() if name not in decided))


def with_evidence(known: Iterable[Reason], told: Sequence[Reason]) -> tuple[Reason, ...]:
    """Return the *known* reasons with those that what was said has *told*, in place of older ones."""
    names = {NEVER_SEEN, *(reason.signal for reason in told)}
    return (*(reason for reason in known if reason.signal not in names), *told)


def _again(known: Reason, now: Reason | None) -> Reason:
    """Keep the line that was crossed; the rest is as it is measured now."""
    if now is None:
        return known
    high = now.high if known.high is None else known.high
    return msgspec.structs.replace(now, low=known.low if now.low is None else now.low, high=high)


def risks(flare: FlareUp, line: float) -> tuple[Reason, ...]:
    """Return one reason for each risk class: authors who spoke of it in two hours, and the critical line."""
    spoken = sorted(flare.reading.risks.items(), key=lambda item: (-item[1], item[0]))
    return tuple(
        Reason(signal=RISK + name, value=float(authors), expected=0.0, high=float(line))
        for name, authors in spoken
    )


def evidence(flare: FlareUp) -> Reason:
    """Return how surprising the flare-up is, and the threshold that opens."""
    reading = flare.reading
    return Reason(signal="evidence", value=reading.evidence, expected=0.0, low=0.0, high=reading.threshold)


def loudness(flare: FlareUp) -> Reason:
    """Return how many people per hour praise or talk."""
    reading = flare.reading
    return Reason(
        signal=flare.mood, value=reading.volume, expected=reading.expected, low=0.0, high=reading.upper
    )


def slow_burns(reasons: Iterable[Reason], line: float | None = None) -> tuple[Reason, ...]:
    """Return the reasons that speak of a slow burn; each names its window, as in ``slow_burn:10h``.

    *line* is how many people above the expected make one.
    """
    found = (reason for reason in reasons if reason.signal.startswith(SLOW_BURN))
    if line is None:
        return tuple(found)
    return tuple(msgspec.structs.replace(one, high=(one.expected or 0.0) + line) for one in found)


def hours(reason: Reason) -> int:
    """Return the window of a slow burn in hours, 0 when it names none."""
    window = reason.signal.partition(":")[2].removesuffix("h")
    return int(window) if window.isdecimal() else 0


def _measured(flare: FlareUp, risk_line: float) -> Iterable[Reason]:
    yield from risks(flare, risk_line)
    if flare.reading.episode_excess > 0:
        yield Reason(signal="negative_in_episode", value=flare.reading.episode_excess, expected=0.0, low=0.0)
    if flare.reading.hundredth_in is not None:
        yield Reason(signal=_LOWER, value=flare.reading.hundredth_in)
    for reason in flare.reasons:
        if reason.signal == "evidence":
            yield evidence(flare)
        elif reason.signal != "risk":
            yield _renamed(reason)


def _renamed(reason: Reason) -> Reason:
    return Reason(
        signal=_OURS.get(reason.signal, reason.signal),
        value=float(reason.value),
        expected=reason.expected,
        low=reason.low,
        high=reason.high,
    )


def _bounded(reason: Reason) -> Reason:
    """Return *reason* with a lower bound: nothing is no news."""
    open_below = reason.low is None and reason.high is not None and reason.signal != _LOWER
    return msgspec.structs.replace(reason, low=0.0) if open_below else reason


def _filled(known: Reason, other: Reason) -> Reason:
    """Keep what decided; bounds that it does not name come from the measurement."""
    return Reason(
        signal=known.signal,
        value=known.value,
        expected=other.expected if known.expected is None else known.expected,
        low=other.low if known.low is None else known.low,
        high=other.high if known.high is None else known.high,
    )
