"""Shifts out of iCalendar files."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from alerts.rota.booked import Booking
from alerts.rota.rota import Override
from config.document import SettingsError
from listener.rota import calendars
from listener.rota.calendars import Found
from tests.unit.rota.sheets import FILE, NOW, STAFF, TIMES, TOKYO, calendar, event

SINCE, UNTIL = datetime(2026, 11, 20, 9, tzinfo=UTC), datetime(2026, 11, 21, 0, tzinfo=UTC)


def parse(*events: str, day_begins: time = time()) -> Found:
    """Read a calendar in Tokyo, in November 2026."""
    return calendars.parse(calendar(*events), FILE, STAFF, TOKYO, now=NOW, day_begins=day_begins)


def refused(*events: str) -> str:
    """Return the sentence that answers a bad calendar."""
    with pytest.raises(SettingsError) as error:
        parse(*events)
    return str(error.value)


def test_a_title_that_names_a_receiver_is_a_shift() -> None:
    """In the zone that the event says."""
    assert parse(event("佐藤 当番")).bookings == [Booking(who="sato", since=SINCE, until=UNTIL)]


def test_a_guest_of_the_event_is_on_duty() -> None:
    """Unless the title names somebody, or the guest has declined."""
    guest = f"{TIMES}ATTENDEE;CN=Hanako:mailto:sato@example.com\n"
    declined = (
        f"{TIMES}ATTENDEE;PARTSTAT=DECLINED:mailto:sato@example.com\nATTENDEE:mailto:tanaka@x.example\n"
    )
    assert [one.who for one in parse(event("On call", guest)).bookings] == ["sato"]
    assert [one.who for one in parse(event("tanaka", guest)).bookings] == ["tanaka"]
    assert [one.who for one in parse(event("On call", declined)).bookings] == ["tanaka"]


def test_two_names_are_a_first_and_a_second_person() -> None:
    """And a title may say that it is about the second."""
    both = parse(event("tanaka, 佐藤")).bookings
    assert [(one.who, one.place) for one in both] == [("tanaka", 0), ("sato", 1)]
    for title in ("[2] sato", "【2】佐藤", "sato (backup)", "副当番 佐藤", "Secondary: sato"):
        assert [(one.who, one.place) for one in parse(event(title)).bookings] == [("sato", 1)]


@pytest.mark.parametrize(
    "title", ["[override] tanaka", "交代: tanaka", "代理 tanaka", "tanaka covering sato"]
)
def test_an_event_may_say_that_somebody_stands_in(title: str) -> None:
    """Then whoever would be first has the time off."""
    assert parse(event("sato"), event(title)).overrides == [Override(who="tanaka", since=SINCE, until=UNTIL)]


def test_whole_days_begin_at_the_handoff() -> None:
    """In the rota's zone: Monday is from Monday 09:00 to Tuesday 09:00."""
    days = "DTSTART;VALUE=DATE:20261123\nDTEND;VALUE=DATE:20261125\n"
    [shift] = parse(event("sato", days), day_begins=time(9)).bookings
    assert (shift.since, shift.until) == (
        datetime(2026, 11, 23, tzinfo=UTC),
        datetime(2026, 11, 25, tzinfo=UTC),
    )


def test_a_shift_that_repeats_keeps_its_hour_over_a_change_of_the_clocks() -> None:
    """And one occurrence that was given to somebody else is theirs."""
    weekly = (
        "DTSTART;TZID=Europe/Berlin:20261012T090000\nDTEND;TZID=Europe/Berlin:20261019T090000\n"
        "RRULE:FREQ=WEEKLY;COUNT=8\n"
    )
    changed = (
        "RECURRENCE-ID;TZID=Europe/Berlin:20261123T090000\n"
        "DTSTART;TZID=Europe/Berlin:20261123T090000\nDTEND;TZID=Europe/Berlin:20261130T090000\n"
    )
    found = parse(event("sato", weekly, "1"), event("tanaka", changed, "1")).bookings
    berlin = ZoneInfo("Europe/Berlin")
    assert {one.since.astimezone(berlin).strftime("%a %H:%M") for one in found} == {"Mon 09:00"}
    assert {one.who for one in found if one.since.astimezone(berlin).day == 23} == {"tanaka"}
    assert len(found) == 8


def test_an_event_that_names_nobody_is_left_out() -> None:
    """Team lunches live in the same calendars."""
    found = parse(event("sato"), event("lunch", "DTSTART:broken\n"))
    assert found.left_out == ["lunch"]
    assert len(found.bookings) == 1


def test_a_cancelled_shift_is_none() -> None:
    """The event stays in the file and says so."""
    assert parse(event("sato", TIMES + "STATUS:CANCELLED\n")).bookings == []


@pytest.mark.parametrize(
    ("events", "sentence"),
    [
        ([], "oncall.ics: no event names a receiver"),
        ([event("lunch")], "or add to its `names` (there is: sato, tanaka)"),
        ([event("sato", "DTSTART:20261120T180000Z\n")], "it has no end; say until when the shift lasts"),
        ([event("sato", "DTEND:20261120T180000Z\n")], "it has no start"),
        (
            [event("sato", TIMES.replace("Asia/Tokyo", "Mars/Base"))],
            'unknown time zone "Mars/Base"; use a name like Asia/Tokyo',
        ),
        ([event("sato", TIMES.replace("20261121T09", "20261119T09"))], "it ends before it starts"),
        ([event("sato", TIMES + "RRULE:FREQ=HOURLY\n")], "it repeats hourly"),
        (
            [event("代理 sato"), event("代理 tanaka")],
            "stand in at 2026-11-20T09:00Z; end one where the other begins",
        ),
    ],
)
def test_what_cannot_be_a_rota_is_answered_in_a_sentence(events: list[str], sentence: str) -> None:
    """With the file, and the event where it is one."""
    told = refused(*events)
    assert sentence in told
    assert told.startswith("oncall.ics: ")


@pytest.mark.parametrize(
    "text", ["", "<html>Sign in</html>", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "\0\1\2", "BEGIN:VCALENDAR"]
)
def test_what_is_no_calendar_is_refused(text: str) -> None:
    """A sign-in page is the usual answer of a private calendar."""
    with pytest.raises(SettingsError, match=r"not a whole iCalendar file|no event names"):
        calendars.parse(text, FILE, STAFF, TOKYO, now=NOW)


def test_a_calendar_beyond_all_measure_is_refused() -> None:
    """Before anything reads it."""
    with pytest.raises(SettingsError, match="longer than 5,000,000 characters"):
        calendars.parse("x" * 5_000_001, FILE, STAFF, TOKYO, now=NOW)


def test_shifts_long_past_are_no_mistake() -> None:
    """A calendar that ran out is a gap, which is said elsewhere, not a broken file."""
    past = NOW - timedelta(days=400)
    times = f"DTSTART:{past:%Y%m%dT%H%M%SZ}\nDTEND:{past + timedelta(hours=8):%Y%m%dT%H%M%SZ}\n"
    assert parse(event("sato", times)) == Found([], [], [])
