"""Public holidays of a country; they count as Sundays."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase

YEAR = 366


class PublicHolidays:
    """Tells whether a day is a public holiday; the library is loaded at the first question."""

    def __init__(self, country: str, subdivision: str = "") -> None:
        self.place = f"{country}-{subdivision}" if subdivision else country
        self._country = country
        self._subdivision = subdivision or None
        self._days: HolidayBase | None = None

    def __call__(self, day: date) -> bool:
        """Tell whether *day* is one."""
        return day in self._known()

    def coming(self, day: date) -> Iterator[tuple[date, str]]:
        """Yield the public holidays of the year from *day* on, with their names."""
        known = self._known()
        for ahead in range(YEAR):
            if name := known.get(day + timedelta(days=ahead)):
                yield day + timedelta(days=ahead), name

    def _known(self) -> "HolidayBase":
        if self._days is None:
            from holidays import country_holidays  # noqa: PLC0415 - a quarter of a second, at the first use

            self._days = country_holidays(self._country, subdiv=self._subdivision)
        return self._days


@cache
def of(country: str, subdivision: str = "") -> PublicHolidays | None:
    """Return the holidays of a place, the same ones for every brand there; None where none count."""
    return PublicHolidays(country, subdivision) if country else None
