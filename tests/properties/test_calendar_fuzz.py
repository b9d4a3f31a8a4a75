"""Whatever somebody's calendar program sends: shifts, or one sentence."""

import re
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.rota.booked import Booking
from alerts.rota.shift import Override
from config.document import SettingsError
from listener.rota import calendars
from tests.unit.rota.sheets import FILE, NOW, STAFF, TIMES, TOKYO, calendar, event

WEEKLY = (
    "DTSTART;TZID=Europe/Berlin:20261012T090000\nDTEND;TZID=Europe/Berlin:20261019T090000\n"
    "RRULE:FREQ=WEEKLY;COUNT=8\nEXDATE;TZID=Europe/Berlin:20261102T090000\n"
)
CHANGED = (
    "RECURRENCE-ID;TZID=Europe/Berlin:20261123T090000\nDTSTART;TZID=Europe/Berlin:20261123T090000\n"
    "DTEND;TZID=Europe/Berlin:20261130T090000\nATTENDEE;CN=Hanako:mailto:sato@example.com\nCATEGORIES:a,b\n"
)
DAYS = "DTSTART;VALUE=DATE:20261123\nDURATION:P1D\nRDATE;VALUE=DATE:20261125\n"
SOUND = calendar(
    event("sato", WEEKLY, "1"), event("tanaka", CHANGED, "1"), event("sato", DAYS, "2"), event("sato", TIMES)
)
KNOWN = {"sato", "tanaka"}
SENTENCE = re.compile(rf"{re.escape(str(FILE))}(, line \d+)?: [^\n]{{10,}}; [^\n]{{8,}}")
LINES = SOUND.split("\r\n")
ODD = st.sampled_from(
    [
        *LINES,
        ":",
        ";",
        "DTSTART:",
        "DTEND;TZID=:20261130T090000",
        "RRULE:FREQ=YEARLY;BYDAY=-99MO",
        "DURATION:-P1D",
        "RRULE:FREQ=DAILY;COUNT=0",
        "RRULE:FREQ=DAILY;INTERVAL=0",
        "RRULE:FREQ=DAILY;UNTIL=20261301",
        "RDATE:9999",
        "DTSTART:99999999T999999Z",
        "EXDATE:",
        "BEGIN:VTIMEZONE",
        "TZID:Europe/Berlin",
        "END:VTIMEZONE",
        "UID:",
        "RECURRENCE-ID:20261123T080000Z",
        "ATTENDEE:",
        'SUMMARY;X="',
        "DTSTART;VALUE=PERIOD:1/2",
        "\0",
    ]
)
EDITS = st.lists(
    st.tuples(st.integers(0, len(LINES)), st.integers(0, 3), st.lists(ODD, max_size=2)),
    min_size=1,
    max_size=4,
)


@settings(deadline=None, max_examples=150)
@given(EDITS)
def test_a_mangled_calendar_is_read_or_refused(edits: list[tuple[int, int, list[str]]]) -> None:
    """Lines lost, doubled, out of place and made up; nothing else is ever raised."""
    lines = list(LINES)
    for at, lost, more in edits:
        lines[at : at + lost] = more
    assert list(_faults("\r\n".join(lines))) == []


@settings(deadline=None, max_examples=150)
@given(st.integers(0, len(SOUND)), st.integers(0, 40), st.text(max_size=8))
def test_a_torn_calendar_is_read_or_refused(at: int, lost: int, more: str) -> None:
    """A piece is missing, or other characters stand there."""
    assert list(_faults(SOUND[:at] + more + SOUND[at + lost :])) == []


def test_what_is_mangled_here_is_sound_before() -> None:
    """Else all of the above could be refused for another reason."""
    found = calendars.parse(SOUND, FILE, STAFF, TOKYO, now=NOW)
    assert {booking.who for booking in found.bookings} == {"sato", "tanaka"}
    assert len(found.bookings) > len(LINES) // 10


def _faults(text: str) -> Iterator[str]:
    """Yield what is wrong with how *text* was read, or with the sentence that refuses it."""
    try:
        found = calendars.parse(text, FILE, STAFF, TOKYO, now=NOW)
    except SettingsError as error:
        if not SENTENCE.fullmatch(str(error)):
            yield f"names no file, or not what would be right: {error}"
        return
    shifts: list[Booking | Override] = [*found.bookings, *found.overrides]
    for one in shifts:
        if one.who not in KNOWN or not one.since < one.until or one.since.tzinfo is None:
            yield f"is no shift of anybody: {one}"
