"""Whoever would be called instead hears by day that soon nobody is on call: once, and the day before."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from jsonschema import Draft202012Validator
from structlog.testing import capture_logs

from alerts.notification_log import LogError, Page
from alerts.rota.vacancies import Vacancy
from config import decode
from config.settings import Settings
from listener.assembly import TABLES
from listener.notebook import Scrap
from listener.rota.notices import Notices, wardens
from models.clock import VirtualClock
from tests.fakes_log import MemoryLog

TOKYO = ZoneInfo("Asia/Tokyo")
SCHEMA = Path(__file__).parents[3] / "docs" / "schemas" / "event.json"
NOON = datetime(2026, 11, 20, 12, tzinfo=TOKYO)  # a Friday
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PEOPLE = """
schema = 1
[channels.terminal]
kind = "stdout"
[channels.phone]
kind = "stdout"
[receivers.oncall]
channels = ["terminal"]
[receivers.sato]
channels = ["terminal"]
[receivers.desk]
channels = ["terminal", "phone"]
name = {ja = "広報デスク", en = "the desk"}
[receivers.chief]
channels = ["phone"]
language = "en"
[rota.food]
[[rota.food.layer]]
people = ["sato"]
"""
ROUTE = '[route.food]\nrota = "food"\n'
DESK = ROUTE + 'fallback = "desk"\n'


def settings(more: str) -> Settings:
    """Return the settings of four receivers and a rota, with *more*."""
    return decode.settings(PEOPLE + more, "hinoban.toml", TABLES)


class Office:
    """A daemon's notices, before a rota whose gaps a test writes; ``again`` is its next life."""

    def __init__(self, more: str = DESK, now: datetime = NOON, before: "Office | None" = None) -> None:
        self.gaps: list[Vacancy] = before.gaps if before else []
        self.clock = VirtualClock(now)
        self.log: MemoryLog = before.log if before else MemoryLog()
        self.notebook: Scrap = before.notebook if before else Scrap()
        self.woken = 0
        self.notices = Notices(self._upcoming, self.notebook, self.log, self.clock, self._wake)
        self.notices.wardens = wardens(settings(more))

    def gap(self, since: datetime, lasts: timedelta = 6 * HOUR) -> None:
        """Let nobody be on call for a time."""
        self.gaps.append(Vacancy("food", since.astimezone(UTC), (since + lasts).astimezone(UTC)))

    async def until(self, then: datetime) -> None:
        """Let time pass."""
        while self.clock.now() < then:
            await self.clock.advance(min(HOUR, then - self.clock.now()))
            await self.notices.look()

    def pages(self) -> list[Page]:
        """Return what went to the outbox."""
        return [page for page in self.log.pages.values() if page.kind == "gap"]

    def _wake(self) -> None:
        self.woken += 1

    def _upcoming(self, rota: str, now: datetime) -> list[Vacancy]:
        assert rota == "food"
        return [one for one in self.gaps if not one.until or one.until > now]


def clocks(pages: list[Page]) -> Iterator[str]:
    """Yield when pages went out, by the clock of Tokyo."""
    yield from (f"{page.created_at.astimezone(TOKYO):%d %H:%M}" for page in pages)


async def test_a_gap_is_told_once_and_again_the_day_before() -> None:
    """By every channel of the route's own fallback; nobody hears of it every five minutes."""
    office = Office()
    office.gap(NOON + 3 * DAY - HOUR)
    await office.until(NOON + 4 * DAY)
    assert list(clocks(office.pages())) == ["20 13:00"] * 2 + ["22 09:00"] * 2
    assert [(page.to, page.channel) for page in office.pages()[:2]] == [
        ("desk", "terminal"),
        ("desk", "phone"),
    ]
    assert (office.woken, office.pages()[0].kind) == (2, "gap")


async def test_it_says_when_and_who_is_called_instead() -> None:
    """In the reader's language, by their clock; the reader is "you"."""
    office = Office()
    office.gap(datetime(2026, 11, 23, 9, tzinfo=TOKYO), DAY)
    await office.until(NOON + HOUR)
    assert office.pages()[0].text.split("\n") == [
        "【当番の空き】food 11/23(月) 09:00〜11/24(火) 09:00",
        "■food 11/23(月) 09:00〜11/24(火) 09:00(1日)",
        "このままでは、この間の呼び出しはあなたに届きます。",
        "当番を入れてください。一覧: hinoban rota gaps",
    ]


async def test_a_last_resort_hears_of_it_where_the_route_has_no_fallback_of_its_own() -> None:
    """And is told by name who is called instead."""
    ladder = '[escalation.hurried]\nsteps = [{after = 0, to = "first", by = "both"}]\nlast_resort = "chief"\n'
    general = '[alerting]\nfallback = "desk"\n'
    office = Office(ROUTE + 'ladder = "hurried"\n' + ladder + general)
    office.gap(datetime(2026, 11, 23, 9, tzinfo=TOKYO), DAY)
    await office.until(NOON + HOUR)
    [page] = office.pages()
    assert (page.to, page.channel) == ("chief", "phone")
    assert page.text.split("\n") == [
        "[NOBODY ON CALL] food Mon 23 Nov 09:00 – Tue 24 Nov 09:00",
        "■ food Mon 23 Nov 09:00 – Tue 24 Nov 09:00 (1 d)",
        "As it stands, pages of these hours go to the desk.",
        "Put somebody in. To see all: hinoban rota gaps",
    ]


async def test_several_gaps_are_one_message() -> None:
    """The first stands in the headline; a later one is a message of its own when it comes near."""
    office = Office()
    for days in (1, 2):
        office.gap(NOON + days * DAY)
    await office.until(NOON + HOUR)
    assert len(office.pages()) == 2
    assert office.pages()[0].text.startswith("【当番の空き】2件 food 11/21(土) 12:00")
    assert office.pages()[0].text.count("■") == 2
    office.gap(NOON + 2 * DAY + 8 * HOUR)
    await office.until(NOON + 2 * HOUR)
    assert office.pages()[-1].text.startswith("【当番の空き】food 11/22(日) 20:00")


@pytest.mark.parametrize(
    ("now", "gap", "told"),
    [
        ("20 02:00", "22 09:00", "20 09:00"),  # at night: in the morning
        ("20 19:00", "22 09:00", "21 09:00"),  # in the evening: the next day
        ("20 19:00", "21 03:00", "20 20:00"),  # but not after it began
        ("20 19:00", "20 18:30", "20 20:00"),  # and one that lasts already is told before the night
        ("20 23:00", "21 03:00", "21 07:00"),  # a sleeper is not woken for it
    ],
)
async def test_it_is_told_by_day_and_wakes_nobody(now: str, gap: str, told: str) -> None:
    """By the reader's clock and quiet hours, which routes give to everybody."""
    began, since = (
        datetime.strptime(f"2026-11-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=TOKYO) for text in (now, gap)
    )
    office = Office(now=began)
    office.gap(since, 12 * HOUR)
    await office.until(began + 14 * HOUR)
    assert next(clocks(office.pages())) == told


async def test_whoever_sleeps_by_day_is_told_when_they_are_awake() -> None:
    """A night shift must not hear of gaps never."""
    night = '[receivers.night]\nchannels = ["phone"]\nquiet = "08:00-18:30"\n'
    office = Office(night + DESK.replace('"desk"', '"night"'))
    office.gap(NOON + 2 * DAY)
    await office.until(NOON + 10 * HOUR)
    assert list(clocks(office.pages())) == ["20 19:00"]


async def test_a_restart_does_not_repeat_it() -> None:
    """What was told is remembered; what was decided twice is one row."""
    office = Office()
    office.gap(NOON + 2 * DAY)
    await office.until(NOON + HOUR)
    again = Office(now=NOON + 2 * HOUR, before=office)
    await again.until(NOON + 4 * HOUR)
    assert len(again.pages()) == 2
    again.notebook = Scrap()
    forgetful = Office(now=NOON + 4 * HOUR, before=again)
    await forgetful.until(NOON + 5 * HOUR)
    assert (len(forgetful.pages()), forgetful.woken) == (2, 0)


async def test_a_gap_without_an_end_is_told_once() -> None:
    """A rota that ran out: every morning's digest repeats it, no message does."""
    office = Office()
    office.gaps = [Vacancy("food", None, None)]
    await office.until(NOON + 20 * DAY)
    assert len(office.pages()) == 2
    assert "food すでに〜終わりの予定なし" in office.pages()[0].text


async def test_a_rota_that_is_meant_to_rest_tells_nobody() -> None:
    """Nor does one that no route asks."""
    assert wardens(settings("")) == ()
    resting = PEOPLE.replace("[rota.food]\n", "[rota.food]\ntell_gaps = false\n")
    assert wardens(decode.settings(resting + DESK, "hinoban.toml", TABLES)) == ()


async def test_programs_get_the_gaps_as_data() -> None:
    """And hear that it does not ring."""
    office = Office()
    office.gap(datetime(2026, 11, 23, 9, tzinfo=TOKYO))
    await office.until(NOON + HOUR)
    body: dict[str, Any] = msgspec.json.decode(bytes(office.pages()[0].payload))
    assert (body["event"], body["to"], body["rings"]) == ("gap", "desk", False)
    Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(body)
    assert body["gaps"] == [
        {"rota": "food", "since": "2026-11-23T00:00:00Z", "until": "2026-11-23T06:00:00Z"}
    ]


async def test_a_log_that_refuses_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is forgotten because a disk was away."""
    office = Office()
    office.gap(NOON + DAY)

    async def refuse(*_: object) -> list[Page]:
        raise LogError("the disk is away", retryable=True)

    with monkeypatch.context() as patch, capture_logs() as logs:
        patch.setattr(office.log, "record", refuse)
        await office.until(NOON + HOUR)
    assert [line["event"] for line in logs] == ["rota_gap_not_told"]
    await office.until(NOON + 2 * HOUR)
    assert len(office.pages()) == 2
