"""What is known beforehand of time: the local week, public holidays, and the events of a brand."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from models.event import Event
from models.keyword import TopicKey

SUNDAY = 6
DEFAULT_ZONE = "Asia/Tokyo"
REMEMBERED = 1000
"""Hours whose place in the week is remembered."""
BACK = 180
"""Minutes before an hour that are looked at together with it."""

IsHoliday = Callable[[date], bool]


class Calendar:
    """The hour of the local week; public holidays are Sundays."""

    def __init__(self, zone: tzinfo, holidays: IsHoliday | None = None) -> None:
        self._zone = zone
        self._holiday = holidays
        self._slots: dict[int, int] = {}

    def slot(self, hour: int) -> int:
        """Return the hour of the week (0: Monday 0:00) in the middle of *hour* since the epoch.

        By local time, so a summer-time night's repeated hour teaches its slot twice and the missing
        one teaches nothing.
        """
        slot = self._slots.get(hour)
        if slot is None:
            if len(self._slots) > REMEMBERED:
                self._slots.clear()
            middle = datetime.fromtimestamp(0, UTC) + timedelta(hours=hour, minutes=30)
            local = middle.astimezone(self._zone)
            holiday = self._holiday is not None and self._holiday(local.date())
            slot = self._slots[hour] = (SUNDAY if holiday else local.weekday()) * 24 + local.hour
        return slot


class _Span(NamedTuple):
    """An event in minutes since the epoch; every minute that it touches is its own."""

    first: int
    end: int
    event: Event

    @classmethod
    def of(cls, event: Event) -> "_Span":
        return cls(int(event.start.timestamp() // 60), int(-(-event.end.timestamp() // 60)), event)


class Agenda:
    """The events of one topic; where several overlap, the largest counts."""

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self._spans = sorted(map(_Span.of, events), key=lambda span: (span.first, span.end))
        self._hour = -1
        self._near: list[_Span] = []

    def multiples(self, first: int, last: int) -> list[float]:
        """Return the multiple of each minute from *first* to *last*, or nothing where no event is near."""
        spans = [span for span in self._around(last // 60) if span.first <= last and span.end > first]
        if not spans:
            return []
        multiples = [1.0] * (last - first + 1)
        for span in spans:
            for minute in range(max(span.first, first), min(span.end, last + 1)):
                multiples[minute - first] = max(multiples[minute - first], span.event.expected)
        return multiples

    def during(self, first: int, last: int) -> tuple[Event, ...]:
        """Return the events that touch the minutes from *first* to *last*."""
        near = self._around(last // 60)
        return tuple(span.event for span in near if span.first <= last and span.end > first)

    def _around(self, hour: int) -> list[_Span]:
        """Return the events of an hour and of the three before it: nearly always none."""
        if hour != self._hour:
            start, end = hour * 60 - BACK, hour * 60 + 60
            self._near = [span for span in self._spans if span.first < end and span.end > start]
            self._hour = hour
        return self._near


NOTHING = Agenda()


class Almanac:
    """The calendars of all brands: their zones, public holidays and events."""

    def __init__(
        self,
        zones: Mapping[str, tzinfo],
        holidays: Mapping[str, IsHoliday] | None = None,
        events: Mapping[str, Iterable[Event]] | None = None,
    ) -> None:
        self._zones = zones
        self._holidays = holidays or {}
        self._events = {brand: tuple(known) for brand, known in (events or {}).items() if known}
        self._calendars: dict[tuple[tzinfo, IsHoliday | None], Calendar] = {}
        self._agendas: dict[TopicKey, Agenda] = {}

    def calendar(self, brand: str) -> Calendar:
        """Return the week of a brand; brands of one country and zone share it."""
        zone = self._zones.get(brand) or ZoneInfo(DEFAULT_ZONE)
        what = (zone, self._holidays.get(brand))
        calendar = self._calendars.get(what)
        if calendar is None:
            calendar = self._calendars[what] = Calendar(*what)
        return calendar

    def agenda(self, key: TopicKey) -> Agenda:
        """Return the events that concern a topic."""
        events = self._events.get(key.brand)
        if events is None:
            return NOTHING
        agenda = self._agendas.get(key)
        if agenda is None:
            agenda = self._agendas[key] = Agenda(event for event in events if event.concerns(key.topic))
        return agenda


def met(people: float, usual: float, planned: float) -> float:
    """Return how many of the *people* who came were to be expected.

    An event explains those who really came, up to its multiple: one that nobody heeds excuses nobody.
    """
    return min(planned, max(usual, people))


def without_event(people: float, usual: float, planned: float) -> float:
    """Return how many of the *people* would have come without the event: what may be learned."""
    return people * usual / met(people, usual, planned) if usual > 0 else people
