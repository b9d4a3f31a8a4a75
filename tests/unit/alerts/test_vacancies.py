"""Which gaps of a rota are told: what began or begins soon, under a name that does not move."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from alerts.layout import rows
from alerts.rota.booked import Booked, Booking
from alerts.rota.notice import write
from alerts.rota.rota import Rota
from alerts.rota.vacancies import Vacancy, untold, vacancies
from alerts.routing import Receiver

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def booked(*spans: tuple[timedelta, timedelta]) -> Rota:
    """Return a rota in which somebody is on duty from and to so long after noon."""
    shifts = [Booking(who="sato", since=NOON + since, until=NOON + until) for since, until in spans]
    return Rota([Booked("calendar", shifts)])


def test_a_gap_begins_soon_or_is_left_for_later() -> None:
    """Three days ahead, and not a minute more."""
    rota = booked((-30 * DAY, 3 * DAY), (4 * DAY, 30 * DAY))
    assert vacancies("food", rota, NOON) == []
    assert vacancies("food", rota, NOON + HOUR) == [Vacancy("food", NOON + 3 * DAY, NOON + 4 * DAY)]


def test_a_gap_that_has_begun_keeps_its_beginning() -> None:
    """Else each look would find another one."""
    rota = booked((-30 * DAY, -2 * HOUR), (DAY, 30 * DAY))
    found = [vacancies("food", rota, NOON + minutes * HOUR / 6) for minutes in range(6)]
    assert found == [[Vacancy("food", NOON - 2 * HOUR, NOON + DAY)]] * 6
    assert vacancies("food", rota, NOON + DAY) == []


def test_what_has_neither_beginning_nor_end_in_sight_says_so() -> None:
    """Nobody was ever on call."""
    assert vacancies("food", Rota(), NOON) == [Vacancy("food", None, None)]


@pytest.mark.parametrize(
    ("told", "today", "expected"),
    [
        (None, 17, True),
        (17, 17, False),
        (17, 18, False),
        (17, 19, True),
        (18, 19, True),
        (19, 19, False),
        (19, 20, False),
        (17, 20, True),
    ],
)
def test_it_is_told_once_and_again_the_day_before(told: int | None, today: int, expected: bool) -> None:  # noqa: FBT001 - a case
    """Or on its own day, if nobody was awake the day before; never a third time."""
    one = Vacancy("food", NOON, NOON + DAY)
    days = [date(2026, 11, day) if day else None for day in (told, today, 20)]
    assert untold(one, days[0], days[1] or date.max, days[2]) is expected


@pytest.mark.parametrize("language", ["ja", "en"])
def test_however_many_there_are_the_message_fits(language: str) -> None:
    """Nine hundred characters, a headline of forty wide ones, a short form of seventy."""
    found = [Vacancy("r" * 40, NOON + number * HOUR, NOON + number * HOUR + DAY) for number in range(40)]
    reader = Receiver(name="desk", language="ja" if language == "ja" else "en")
    brief = write(found, reader, instead=["佐藤花子"] * 60, again=True)
    assert len(brief.text) <= 900
    assert len(brief.short) <= 70
    assert rows(brief.text) <= 20
    assert re.search(r"ほか3\d件" if language == "ja" else r"\+3\d more", brief.text)
    assert brief.text.endswith("hinoban rota gaps")
