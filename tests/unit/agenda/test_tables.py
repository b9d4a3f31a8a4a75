"""Events in TOML."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config.document import SettingsError
from listener.agenda import tables
from models.event import Event

TOKYO = ZoneInfo("Asia/Tokyo")
DAY = "from = 2026-11-20\nto = 2026-11-21"


def parse(text: str) -> list[Event]:
    """Read the events of a brand in Tokyo with two topics."""
    return tables.parse(text, Path("sakura.toml"), TOKYO, ["pudding", "tea"])


def one(body: str) -> Event:
    """Read a file of one event."""
    [event] = parse(f"schema = 1\n[[event]]\n{body}\n")
    return event


def test_an_event_as_people_write_it() -> None:
    """Kind, topics, times with an offset, a multiple and a note."""
    event = one(
        'kind = "campaign"\ntopics = ["pudding"]\nexpected = 6.0\nnote = "春"\n'
        "from = 2026-11-20T10:00:00+09:00\nto = 2026-11-20T04:00:00Z"
    )
    assert event == Event(
        kind="campaign",
        start=datetime(2026, 11, 20, 1, tzinfo=UTC),
        end=datetime(2026, 11, 20, 4, tzinfo=UTC),
        expected=6.0,
        topics=("pudding",),
        note="春",
    )


@pytest.mark.parametrize(("kind", "expected"), [("campaign", 4.0), ("broadcast", 10.0), ("other", 2.0)])
def test_without_a_number_the_kind_says_how_many_times(kind: str, expected: float) -> None:
    """Nobody has to know a multiple."""
    assert one(f'kind = "{kind}"\n{DAY}').expected == expected


def test_days_are_whole_days_of_the_brand() -> None:
    """The last day is part of the event; a time without an offset is local."""
    days = one(f'kind = "sale"\n{DAY}')
    assert (f"{days.start:%d %H}", f"{days.end:%d %H}") == ("19 15", "21 15")
    local = one('kind = "sale"\nfrom = 2026-11-20T10:00:00\nto = 2026-11-20')
    assert (f"{local.start:%d %H}", f"{local.end:%d %H}") == ("20 01", "20 15")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (f'kind = "campain"\n{DAY}', 'line 3: event[0].kind: "campain" is none of campaign, broadcast'),
        (
            'kind = "sale"\nfrom = 2026-11-21\nto = 2026-11-20',
            "line 5: event[0].to: the event ends before it",
        ),
        ('kind = "sale"\nfrom = 2026-11-21', "`to` is missing"),
        (
            'kind = "sale"\nfrom = "today"\nto = 2026-11-21',
            "line 4: event[0].from: expected a date, or a date and",
        ),
        (
            f'kind = "sale"\n{DAY}\nexpected = 0.5',
            "event[0].expected: expected a number, at least 1.0, got 0.5",
        ),
        (f'kind = "sale"\n{DAY}\ntopics = ["puding"]', 'event[0].topics: unknown topic: "puding" is none of'),
        (f'kind = "sale"\n{DAY}\ntopic = "pudding"', "unknown key; did you mean `topics`?"),
        (f'kind = "sale"\n{DAY}\nnote = "x', "not valid TOML"),
    ],
)
def test_a_mistake_is_one_sentence_with_the_line(body: str, said: str) -> None:
    """The file, the line, what is wrong, what would be right."""
    with pytest.raises(SettingsError) as raised:
        one(body)
    assert str(raised.value).startswith("sakura.toml")
    assert said in str(raised.value)
