"""Which sources are connected and yet too quiet for this hour of the week: perhaps deaf."""

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from math import log as ln
from math import log1p

import msgspec
import structlog

from listener.storage.bookkeeping import State
from listener.storage.errors import StorageError
from models.volume.baseline import Baseline
from models.volume.calendar import Calendar
from models.volume.dispersion import Dispersion
from models.volume.evidence import FLOOR, SCALES
from models.volume.settings import DetectionSettings

log = structlog.get_logger(__name__)

SNAPSHOT = "quietness"
VERSION = 1
LOOKS = (30, 60)
"""Minutes that are compared with what is usual."""
IMPROBABLE = ln(1e4)
"""Nats that make a silence suspicious: fewer than one in 10,000 such windows are so quiet by chance."""
BACK = IMPROBABLE / 2
"""Nats below which a suspicious source is believed again."""
LEARNED = 48.0
"""Hours of listening before anything is said."""
ACCEPTED = timedelta(hours=24)
"""A silence that lasted so long is the new usual, and is learned."""
SHARE = 0.15
"""A baseline wants one; nothing here is negative."""
KEPT = 120
"""Minutes kept: an hour is learned one hour late, when it is known whether it was too quiet."""


class Listening(msgspec.Struct):
    """What is known of one source; ``heard`` holds its posts by minute, where it was listened to."""

    total: int
    head: int
    baseline: Baseline
    dispersion: Dispersion
    heard: dict[int, int] = msgspec.field(default_factory=dict)
    learned: int = 0
    quiet_since: int | None = None
    doubted: int = -KEPT
    """The last minute that was too quiet."""


class Snapshot(msgspec.Struct):
    """The state as it is stored."""

    version: int
    sources: dict[str, Listening]


class Quietness:
    """Learns how much each source says at each hour of the week; call ``tick`` once a minute."""

    def __init__(self, zone: tzinfo) -> None:
        self._calendar = Calendar(zone)
        self._settings = DetectionSettings()
        self._sources: dict[str, Listening] = {}

    def tick(self, now: datetime, counts: Mapping[str, int]) -> dict[str, bool]:
        """Return whether each source of *counts* is too quiet; *counts* are its posts since the start.

        Leave out a source that is down: what is known to be missing is neither quiet nor learned.
        """
        minute = int(now.timestamp() // 60)
        return {source: self._tick(source, minute, total) for source, total in counts.items()}

    async def save(self, state: State) -> None:
        """Store what was learned; a refusal is logged."""
        blob = msgspec.msgpack.encode(Snapshot(VERSION, self._sources))
        try:
            await state.save(SNAPSHOT, 0, blob)
        except StorageError as error:
            log.warning("quietness_not_stored", why=str(error))

    async def load(self, state: State) -> None:
        """Take up what was learned before; what cannot be read is learned anew."""
        snapshot = await state.load(SNAPSHOT)
        if snapshot is None:
            return
        try:
            known = msgspec.msgpack.decode(snapshot.blob, type=Snapshot)
        except msgspec.DecodeError as error:
            log.warning("quietness_unreadable", why=str(error))
            return
        if known.version == VERSION:
            self._sources = known.sources

    def _tick(self, source: str, minute: int, total: int) -> bool:
        known = self._sources.get(source)
        if known is None:
            # The level of the first hour is the first guess: a prior of half a post says next to nothing.
            fresh = Baseline.fresh(1.0, SHARE), Dispersion(self._settings.dispersion_prior)
            known = self._sources[source] = Listening(total, minute, *fresh)
            return False
        # A counter that went down began anew with the process, and an absence is no minute.
        if total >= known.total and minute == known.head + 1:
            known.heard[known.head] = total - known.total
        known.total, known.head = total, minute
        self._judge(source, known)
        if minute // 60 > known.learned:
            self._learn(known, minute // 60 - 2)
            known.learned = minute // 60
        return known.quiet_since is not None

    def _judge(self, source: str, known: Listening) -> None:
        improbable = self._improbable(known)
        bar = IMPROBABLE if known.quiet_since is None else BACK
        if improbable < bar:
            if known.quiet_since is not None:
                log.info("source_speaks_again", source=source)
            known.quiet_since = None
            return
        known.doubted = known.head
        if known.quiet_since is None:
            known.quiet_since = known.head
            log.warning("source_too_quiet", source=source, nats=round(improbable, 1))

    def _improbable(self, known: Listening) -> float:
        """Return how improbable the present silence is, in nats; 0 while too little is known."""
        if known.baseline.hours < LEARNED:
            return 0.0
        rates: dict[int, list[float]] = {}
        found = 0.0
        for minutes in LOOKS:
            window = [m for m in range(known.head - minutes, known.head) if m in known.heard]
            if len(window) < LOOKS[0]:
                return 0.0
            expected = 0.0
            for minute in window:
                hour = minute // 60
                if hour not in rates:
                    rates[hour] = known.baseline.rates(hour, self._calendar)
                expected += rates[hour][minute % 60]
            inverse = known.dispersion.inverse(SCALES.index(minutes)) + known.baseline.doubt
            found = max(found, dearth(sum(known.heard[minute] for minute in window), expected, inverse))
        return found

    def _learn(self, known: Listening, hour: int) -> None:
        """Learn an hour whose minutes were all heard, unless it or the next was too quiet."""
        start = hour * 60
        counts = [known.heard.get(minute, -1) for minute in range(start, start + 60)]
        known.heard = {m: count for m, count in known.heard.items() if m >= known.head - KEPT}
        accepted = ACCEPTED.total_seconds() / 60
        endless = known.quiet_since is not None and known.head - known.quiet_since >= accepted
        if min(counts) < 0 or (known.doubted >= start and not endless):
            return
        rates = known.baseline.rates(hour, self._calendar)
        expected, people = sum(rates), float(sum(counts))
        if known.baseline.hours:
            known.dispersion.forget(0.5 ** (1 / (24 * self._settings.dispersion_half_life_days)))
            known.dispersion.learn_hour(hour, counts, rates)
            inverse = known.dispersion.inverse(SCALES.index(60)) + known.baseline.doubt
            people = min(people, known.baseline.cap(expected, inverse))
        known.baseline.learn(self._calendar.slot(hour), people, expected, 1.0, self._settings)


def dearth(count: float, expected: float, inverse_k: float) -> float:
    """Return how improbable it is that as few as *count* come where *expected* are usual, in nats.

    Chernoff's bound for the lower tail of the negative binomial with size k = 1 / *inverse_k* (Boucheron,
    Lugosi and Massart 2013, section 2.2): P(N <= count) <= exp(-nats); 0 where nothing is missing.

    >>> round(dearth(0, 40, 0.05), 1)
    22.0
    """
    mean = max(expected, FLOOR)
    if count >= mean:
        return 0.0
    k = 1.0 / inverse_k
    few = count * ln(count / mean) if count else 0.0
    return max(0.0, few - (count + k) * log1p((count - mean) / (mean + k)))
