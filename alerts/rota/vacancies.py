"""The times soon to come in which a rota has nobody, and when somebody is to hear of them; pure."""

from datetime import date, datetime, timedelta

import msgspec

from alerts.rota.rota import Rota

SOON = timedelta(hours=72)
"""A gap that begins within this time is told by day, so that it is no surprise at night."""
LATER = timedelta(days=14)
"""How far the beginning and the end of such a gap are looked for."""
EVE = timedelta(days=1)


class Vacancy(msgspec.Struct, frozen=True):
    """A time in which *rota* has nobody.

    Without ``since`` it has lasted for long, without ``until`` no end is in sight.
    """

    rota: str
    since: datetime | None
    until: datetime | None


def vacancies(name: str, rota: Rota, now: datetime) -> list[Vacancy]:
    """Return the gaps of a rota that have begun, or begin soon."""
    first, last = now - LATER, now + LATER
    return [
        Vacancy(name, gap.since if gap.since > first else None, gap.until if gap.until < last else None)
        for gap in rota.gaps(first, last)
        if gap.since < now + SOON and gap.until > now
    ]


def untold(one: Vacancy, told: date | None, today: date, begins: date | None) -> bool:
    """Tell whether a vacancy is to be told *today*: once, and again when it is still there the day before.

    *told* is the day on which it was told last, *begins* the one on which it begins, by the reader's clock.
    """
    if told is None or one.since is None or begins is None:
        return told is None
    return told < begins - EVE <= today
