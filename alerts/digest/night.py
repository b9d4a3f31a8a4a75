"""Nights by the clock on somebody's wall: from the evening to the handoff in the morning."""

from datetime import date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from alerts.rota import wall

DAY = timedelta(days=1)


class Night(NamedTuple):
    """A stretch of time that ends at a handoff."""

    start: datetime
    end: datetime

    def holds(self, at: datetime) -> bool:
        """Tell whether an instant lies in it."""
        return self.start <= at < self.end

    def overlap(self, start: datetime, end: datetime | None) -> timedelta:
        """Return how much of [start, end) lies in it; without an end, to its own end."""
        return max(timedelta(), min(end or self.end, self.end) - max(start, self.start))


class Hours(NamedTuple):
    """When a night begins and when it is handed over, by the clock of one zone.

    >>> from zoneinfo import ZoneInfo
    >>> hours = Hours(time(18), time(7), ZoneInfo("Asia/Tokyo"))
    >>> night = hours.ending(date(2026, 11, 21))
    >>> f"{night.start:%d %H:%M} {night.end:%d %H:%M}"
    '20 09:00 20 22:00'
    """

    begins: time
    handoff: time
    zone: tzinfo

    def ending(self, day: date) -> Night:
        """Return the night that is handed over on the morning of *day*."""
        eve = day - DAY if self.begins >= self.handoff else day
        start = datetime.combine(eve, self.begins)
        return Night(wall.instant(start, self.zone), self.handed_over(day))

    def handed_over(self, day: date) -> datetime:
        """Return the instant of the handoff of *day*."""
        return wall.instant(datetime.combine(day, self.handoff), self.zone)

    def latest(self, now: datetime) -> date:
        """Return the day of the last handoff at or before *now*."""
        today = now.astimezone(self.zone).date()
        return today if self.handed_over(today) <= now else today - DAY

    def upcoming(self, now: datetime) -> datetime:
        """Return the first handoff after *now*."""
        return self.handed_over(self.latest(now) + DAY)
