"""A night of calls on the virtual clock, from the first post to the digest: who was woken, when, by what."""

import asyncio
import functools
from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from rich.cells import cell_len

from bench.oncall import posts, transcript, watch
from bench.oncall.night import Event, Held
from bench.oncall.people import Act
from bench.oncall.phone import Heard
from tests.watch import HOME

TOKYO = ZoneInfo("Asia/Tokyo")


class Told:
    """What happened, asked in several ways."""

    def __init__(self, events: list[Event]) -> None:
        self.events = events
        self.pages = [event for event in events if isinstance(event, Heard)]
        self.acts = [event for event in events if isinstance(event, Act)]

    def calls(self, *, before: datetime | None = None) -> list[tuple[str, str, str, int]]:
        """Return who was called, how and why, and how many minutes after the first page of the round."""
        found: list[tuple[str, str, str, int]] = []
        first = self.pages[0].at
        for at, page in self.pages:
            first = at if page.kind == "first" else first
            if before is None or at < before:
                found.append((page.to, page.channel, page.kind, round((at - first).total_seconds() / 60)))
        return found


@pytest.fixture(scope="module")
def english() -> Told:
    """Let the night pass once for all these tests."""
    return _told("en")


@functools.cache
def _told(language: str) -> Told:
    return Told(asyncio.run(watch.played("ja" if language == "ja" else "en")))


def test_the_second_person_is_called_six_minutes_after_the_first_slept_through(english: Told) -> None:
    """Push and phone at once, the phone again at three minutes, the second person at six; then an answer."""
    answered = english.acts[1].at
    assert english.calls(before=answered) == [
        ("sato", "push", "first", 0),
        ("sato", "phone", "first", 0),
        ("sato", "phone", "reminder", 3),
        ("tanaka", "push", "escalation", 6),
        ("tanaka", "phone", "escalation", 6),
    ]
    assert english.pages[0].at - posts.BREAKS_OUT < timedelta(minutes=5)


def test_opening_the_link_changes_nothing_and_pressing_acknowledges(english: Told) -> None:
    """A GET leaves the incident triggered; the POST is Tanaka's acknowledgement, and the ladder ends."""
    opened, pressed = english.acts[:2]
    assert (opened.who, opened.what, opened.status, opened.state) == ("tanaka", "opened", 200, "triggered")
    assert (pressed.who, pressed.what, pressed.status, pressed.state) == (
        "tanaka",
        "pressed",
        200,
        "acknowledged",
    )
    later = [page for at, page in english.pages if pressed.at < at < posts.AGAIN and page.kind != "resolved"]
    assert {(page.to, page.kind) for page in later} <= {("tanaka", "reminder")}


def test_nobody_else_was_woken_and_no_page_came_twice(english: Told) -> None:
    """Suzuki, who is third, sleeps all night; each page arrived once."""
    assert {page.to for _, page in english.pages} == {"sato", "tanaka"}
    assert max(Counter(page.key for _, page in english.pages).values()) == 1
    phones = [
        (page.to, f"{at.astimezone(TOKYO):%H}") for at, page in english.pages if page.channel == "phone"
    ]
    assert phones == [*[("sato", "02")] * 2, ("tanaka", "02"), ("sato", "05")]


def test_the_all_clear_does_not_ring(english: Told) -> None:
    """It goes by the channel that wakes nobody, to whoever was called."""
    over = [(page.to, page.channel, page.night) for _, page in english.pages if page.kind == "resolved"]
    assert over == [("sato", "push", False), ("tanaka", "push", False), ("sato", "push", False)]


def test_the_fire_that_comes_back_is_the_same_incident_and_begins_anew(
    english: Told,
) -> None:
    """At five it pages again from the bottom of the ladder, and Sato answers at the phone."""
    again = [page for at, page in english.pages if at >= posts.AGAIN and page.kind == "first"]
    before = [page for at, page in english.pages if at < posts.AGAIN and page.kind == "first"]
    assert {page.incident for page in again} == {page.incident for page in before}
    assert [(page.to, page.channel) for page in again] == [("sato", "push"), ("sato", "phone")]
    answer = next(act for act in english.acts if act.at > posts.AGAIN and act.what == "pressed")
    assert (answer.who, answer.status, answer.state) == ("sato", 200, "acknowledged")
    assert "reignited" in again[0].text.split("\n")[0]


def test_a_warning_in_the_night_waits_for_the_morning(english: Told) -> None:
    """The other brand's outage wakes nobody; the digest says that it was kept back, and what became of it."""
    [held] = [event for event in english.events if isinstance(event, Held)]
    assert (held.kept.severity, held.kept.to) == ("warning", "sato")
    assert held.kept.until.astimezone(TOKYO).hour == 7
    assert not [page for _, page in english.pages if page.brand == "minato"]
    assert "■ Postponed WARNING Minato Mobile 03:" in english.pages[-1].page.text


def test_the_digest_at_seven_tells_both_fires_and_who_was_woken(english: Told) -> None:
    """It is the last thing that arrives, at the handoff to the minute, and it does not ring."""
    at, digest = english.pages[-1]
    assert (digest.kind, digest.to, f"{at.astimezone(TOKYO):%H:%M}") == ("digest", "sato", "07:00")
    assert "fires: 1 critical · 1 warning" in digest.text
    assert "■ CRITICAL Sakura pudding 02:10–06:" in digest.text
    assert "reignited: 1" in digest.text
    assert "Night load: Sato " in digest.text


@pytest.mark.parametrize(("language", "page"), [("en", "escalation.md"), ("ja", "escalation.ja.md")])
def test_the_transcript_is_the_one_of_the_documentation(language: str, page: str) -> None:
    """`python -m bench.oncall` prints the same night every time, no wider than a terminal of 88 columns."""
    told = list(transcript.lines(_told(language).events, "ja" if language == "ja" else "en"))
    shown = (HOME / "docs" / page).read_text("utf-8")
    assert "\n".join(told) in shown, "run: python -m bench.oncall --write"
    assert max(map(cell_len, told)) <= transcript.WIDTH
