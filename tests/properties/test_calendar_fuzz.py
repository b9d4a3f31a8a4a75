"""Whatever somebody's calendar program sends: shifts, or one sentence."""

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from config.document import SettingsError
from listener.rota import calendars
from tests.unit.rota.test_calendars import FILE, NOW, PEOPLE, TIMES, TOKYO, calendar, event

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
    _read_or_refused("\r\n".join(lines))


@settings(deadline=None, max_examples=150)
@given(st.integers(0, len(SOUND)), st.integers(0, 40), st.text(max_size=8))
def test_a_torn_calendar_is_read_or_refused(at: int, lost: int, more: str) -> None:
    """A piece is missing, or other characters stand there."""
    _read_or_refused(SOUND[:at] + more + SOUND[at + lost :])


def _read_or_refused(text: str) -> None:
    with suppress(SettingsError):
        found = calendars.parse(text, FILE, PEOPLE, TOKYO, now=NOW)
        assert all(booking.since < booking.until for booking in found.bookings)
        assert all(override.since < override.until for override in found.overrides)
