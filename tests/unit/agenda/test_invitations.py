"""iCalendar files: what counts as an event, and what is refused, in one sentence."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config.document import SettingsError
from listener.agenda import almanac
from listener.agenda.invitations import Found
from models.event import Event

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 11, 20, tzinfo=UTC)
EVENING = "DTSTART;TZID=Asia/Tokyo:20261120T200000\nDTEND;TZID=Asia/Tokyo:20261120T230000\n"


def calendar(*entries: str) -> str:
    """Return an iCalendar file of these entries."""
    whole = "".join(
        f"BEGIN:VEVENT\nUID:{number}\n{entry.strip()}\nEND:VEVENT\n" for number, entry in enumerate(entries)
    )
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//EN\n{whole}END:VCALENDAR\n".replace("\n", "\r\n")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return where the calendar is written."""
    return tmp_path / "sakura.ics"


def read(file: Path, text: str) -> Found:
    """Read a calendar of a brand in Tokyo with two topics."""
    file.write_text(text, "utf-8")
    return almanac.read(file, TOKYO, ["pudding", "tea"], now=NOW)


def only(found: Found) -> Event:
    """Return the one event."""
    [event] = found.events
    return event


@pytest.mark.parametrize(
    ("says", "kind"),
    [
        ("SUMMARY:[campaign] 祭り", "campaign"),
        ("SUMMARY:【キャンペーン】祭り", "campaign"),
        ("SUMMARY:［Broadcast］ 祭り", "broadcast"),
        ("SUMMARY:祭り\nCATEGORIES:marketing,Launch", "launch"),
        ("SUMMARY:祭り\nDESCRIPTION:種類：セール", "sale"),
        ("SUMMARY:祭り\nDESCRIPTION:<p>kind: announcement</p>", "announcement"),
    ],
)
def test_an_entry_says_its_kind_in_its_title_a_category_or_a_line(file: Path, says: str, kind: str) -> None:
    """Whatever of these a calendar lets people edit; brackets are no part of the name."""
    event = only(read(file, calendar(EVENING + says)))
    assert (event.kind, event.note) == (kind, "祭り")
    assert event.start == datetime(2026, 11, 20, 11, tzinfo=UTC)
    assert event.end - event.start == timedelta(hours=3)


def test_an_entry_without_a_kind_is_somebodys_meeting(file: Path) -> None:
    """It is left out, and told."""
    found = read(file, calendar(EVENING + "SUMMARY:定例会議", EVENING + "SUMMARY:[sale] 祭り"))
    assert [event.note for event in found.events] == ["祭り"]
    assert found.left_out == ["定例会議"]


def test_lines_of_the_description_set_topics_and_the_multiple(file: Path) -> None:
    """In either language, as plain text or as the HTML of a web calendar."""
    lines = "topics: pudding\\, tea<br>倍率：６倍<br>meeting room: 4"
    event = only(read(file, calendar(EVENING + f"SUMMARY:[sale] x\nDESCRIPTION:{lines}")))
    assert event.topics == ("pudding", "tea")
    assert event.expected == 6.0


@pytest.mark.parametrize(
    ("times", "start", "hours"),
    [
        ("DTSTART;VALUE=DATE:20261120\nDTEND;VALUE=DATE:20261122", "2026-11-19T15:00", 48),
        ("DTSTART;VALUE=DATE:20261120", "2026-11-19T15:00", 24),
        ("DTSTART:20261120T200000\nDURATION:PT90M", "2026-11-20T11:00", 1.5),
        ("DTSTART:20261120T200000Z\nDTEND:20261120T210000Z", "2026-11-20T20:00", 1),
        (
            "DTSTART;TZID=Tokyo Standard Time:20261120T200000\nDURATION:PT1H",
            "2026-11-20T11:00",
            1,
        ),
        ("DTSTART:20270228T200000\nDTEND:20270301T200000", "2027-02-28T11:00", 24),
    ],
)
def test_days_and_local_times_are_the_brands(file: Path, times: str, start: str, hours: float) -> None:
    """Whole days begin at its midnight; other zones are what they say."""
    event = only(read(file, calendar(f"{times}\nSUMMARY:[other] x")))
    assert f"{event.start:%Y-%m-%dT%H:%M}" == start
    assert event.end - event.start == timedelta(hours=hours)


def test_a_rule_repeats_by_the_clock_of_its_zone(file: Path) -> None:
    """Ten in the evening in London is ten in the evening, whatever summer time does; exceptions are kept."""
    weekly = (
        "DTSTART;TZID=Europe/London:20261016T220000\nDTEND;TZID=Europe/London:20261016T230000\n"
        "RRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;TZID=Europe/London:20261023T220000\nSUMMARY:[broadcast] x"
    )
    starts = [f"{event.start:%d %H}" for event in read(file, calendar(weekly)).events]
    assert starts == ["16 21", "30 22", "06 22"]


def test_a_leap_day_comes_every_four_years(file: Path) -> None:
    """A rule for February 29 has no occurrence in other years, and is no mistake."""
    entry = "DTSTART;VALUE=DATE:20240229\nRRULE:FREQ=YEARLY\nSUMMARY:[sale] x"
    file.write_text(calendar(entry), "utf-8")
    for year, count in ((2026, 0), (2028, 1)):
        now = datetime(year, 3, 1, tzinfo=UTC)
        found = almanac.read(file, TOKYO, ["pudding"], now=now)
        assert len([event for event in found.events if event.start.year == year]) == count


def test_a_cancelled_event_is_none(file: Path) -> None:
    """It stays in the file of some calendars."""
    assert read(file, calendar(EVENING + "STATUS:CANCELLED\nSUMMARY:[sale] x")).events == []


MARS = "DTSTART;TZID=Mars/Olympus:20261120T100000\nDTEND;TZID=Mars/Olympus:20261120T120000\n"


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("DTSTART:20261120T100000Z\nDTEND:20261119T100000Z", "ends before it starts"),
        ("DTSTART;VALUE=DATE:20261120\nDTEND;VALUE=DATE:20261119", "ends before it starts"),
        ("DTSTART:20261120T100000Z", "it has no end"),
        ("DTEND:20261120T100000Z", "it has no start"),
        (MARS, 'unknown time zone "Mars/Olympus"; use a name like Asia/Tokyo'),
        ("DTSTART:2026-11-20", "DTSTART cannot be read"),
        (EVENING + "RRULE:FREQ=OFTEN", "RRULE cannot be read"),
        (EVENING + "RRULE:FREQ=MINUTELY", "it repeats minutely; once a day is the most"),
        (EVENING + "DESCRIPTION:topics: puding", 'unknown topic: "puding" is none of pudding, tea; did you'),
        (
            EVENING + "DESCRIPTION:expected: 0.5",
            'expected: "0.5" is no multiple; write a number from 1 to 100',
        ),
        (EVENING + "DESCRIPTION:expected: many", 'expected: "many" is no multiple'),
    ],
)
def test_a_mistake_is_one_sentence_with_the_event(file: Path, entry: str, why: str) -> None:
    """The file, the event's name, what is wrong, what would be right."""
    with pytest.raises(SettingsError) as raised:
        read(file, calendar(f"{entry}\nSUMMARY:[campaign] 祭り"))
    said = str(raised.value)
    assert said.startswith(f'{file}: the event "[campaign] 祭り"')
    assert why in said
    assert "\n" not in said


def test_the_mistakes_of_other_peoples_meetings_do_not_matter(file: Path) -> None:
    """They are left out before they are read."""
    assert read(file, calendar(f"{MARS}SUMMARY:会議", EVENING + "SUMMARY:[sale] x")).left_out == ["会議"]


@pytest.mark.parametrize("text", ["", "hello", "[[event]]\nkind = 'sale'", calendar(EVENING)[:-20]])
def test_what_is_no_calendar_is_refused(file: Path, text: str) -> None:
    """Also one of which the end is missing."""
    with pytest.raises(SettingsError, match="not a whole iCalendar file"):
        read(file, text)


def test_a_rule_that_never_stops_is_refused(file: Path) -> None:
    """Seventy times a day for two years is no event."""
    rule = "RRULE:FREQ=DAILY;BYHOUR=1,2,3,4,5,6,7;BYMINUTE=1,2,3,4,5,6,7,8,9,10"
    with pytest.raises(SettingsError, match="more than 5000 events"):
        read(file, calendar(f"{EVENING}{rule}\nSUMMARY:[sale] x"))
