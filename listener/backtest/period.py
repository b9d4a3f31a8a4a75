"""Which days are tested, and which ones are learned before."""

from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from config.decode import SettingsError
from listener.storage.archive import Extent

WARM_UP = timedelta(days=7)
"""Learned before the tested days, where so much is stored: every hour of the week once."""
COLD = timedelta(hours=48)
"""What a detector must have seen to know what is normal."""
DAY = timedelta(days=1)


Limit = Literal["", "stored", "sample", "learning"]


class Period(NamedTuple):
    """From ``learn`` on posts are learned, from ``start`` to ``end`` they are tested.

    ``sampled`` is from when on the sample of unmatched posts reaches, None where there is none; ``limit``
    says why fewer days are tested than were asked for.
    """

    asked: int
    learn: datetime
    start: datetime
    end: datetime
    sampled: datetime | None
    limit: Limit = ""

    @property
    def days(self) -> float:
        """Return how many days are tested."""
        return (self.end - self.start) / DAY

    @property
    def learned(self) -> timedelta:
        """Return how much is learned before."""
        return self.start - self.learn

    @property
    def echoed(self) -> timedelta:
        """Return how much of the learned time lies before the sample."""
        return min(self.sampled or self.learn, self.start) - self.learn

    def tests(self, at: datetime) -> bool:
        """Tell whether *at* is in the tested days."""
        return self.start <= at < self.end


def chosen(extent: Extent, alive: datetime | None, days: int, *, wider: bool) -> Period:
    """Choose the last *days* that are stored; raises SettingsError when that is nothing.

    Where two days are not stored before them, the first ones are learned instead of tested. A *wider*
    list is tested only as far back as the sample reaches, in which alone its new matches can be found.
    """
    if days < 1:
        raise SettingsError("--days is a whole number of 1 or more")
    first = min(filter(None, (extent.first, extent.first_sampled)), default=None)
    if first is None:
        raise SettingsError("the database holds no posts yet; let `hinoban run` listen for some days first")
    last = max(at for at in (extent.last, extent.last_sampled, alive, first) if at)
    first, end = _minute(first), _minute(last) + timedelta(minutes=1)
    start, limit = _start(first, end, days, extent.first_sampled if wider else None)
    if start - first < COLD and end - first >= COLD + DAY:
        start, limit = first + COLD, "learning"
    sampled = _minute(extent.first_sampled) if extent.first_sampled else None
    return Period(days, max(first, start - WARM_UP), start, end, sampled, limit)


def _start(first: datetime, end: datetime, days: int, sampled: datetime | None) -> tuple[datetime, Limit]:
    start: datetime = end - days * DAY
    limit: Limit = ""
    if start < first:
        start, limit = first, "stored"
    if sampled and sampled > start:
        # A sample begins where it first has a post: hours of a quiet source are no fewer days.
        limit = "sample" if sampled > start + DAY else limit
        start = _minute(sampled)
    return start, limit


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
