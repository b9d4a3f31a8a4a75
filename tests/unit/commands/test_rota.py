"""`hinoban rota`: tables in local time for people, JSON lines for programs."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.document import SettingsError
from listener import assembly
from listener.commands import rota
from listener.rota import copies
from listener.rota.copies import Copies, FetchError
from tests.unit.rota.sheets import PEOPLE, calendar, event

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)  # noon in Tokyo
LAYERS = """
[rota.food]
[[rota.food.layer]]
name = "primary"
people = ["sato", "tanaka"]
from = 2026-11-02
[[rota.food.layer]]
name = "nights"
people = ["oncall"]
only = ["weekdays 18:00-09:00"]
[rota.tea]
[[rota.tea.layer]]
people = ["oncall"]
only = ["22:00-07:00"]
"""
URL = "https://calendar.example/oncall.ics"


class Noon:
    """A clock that stands still."""

    def now(self) -> datetime:
        """Return noon in Tokyo."""
        return NOW


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rota, "SystemClock", Noon)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Write a configuration with two rotas."""
    path = tmp_path / "hinoban.toml"
    path.write_text(PEOPLE + LAYERS, "utf-8")
    return path


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    """Return what was printed as JSON lines."""
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_who_is_on_call_as_lines(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One for each place, in UTC, with the whole shift."""
    assert rota.who(rota="food", at="2026-11-24T20:00", config=place) == 0
    first, second = lines(capsys)
    assert first == {
        "rota": "food", "at": "2026-11-24T11:00:00Z", "who": "tanaka", "place": 1, "layer": "primary",
        "since": "2026-11-23T00:00:00Z", "until": "2026-11-30T00:00:00Z",
    }  # fmt: skip
    assert (second["who"], second["place"], second["layer"]) == ("oncall", 2, "nights")


def test_a_gap_is_exit_code_1(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """So that a script can ask."""
    assert rota.who(rota="tea", config=place) == 1
    assert lines(capsys) == [{"rota": "tea", "at": "2026-11-24T03:00:00Z", "who": None, "place": 1}]
    assert rota.who(rota="tea", at="2026-11-24T14:00Z", config=place) == 0


def test_who_is_on_call_as_a_table(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the rota's own time, with whoever would be next."""
    rota.who(at="2026-11-24T20:00", config=place, format="table")
    shown = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert shown == [
        "food  Tue 24 Nov 20:00  Asia/Tokyo",
        "   first   tanaka  until Mon 30 Nov 09:00  primary",
        "   second  oncall  until Wed 25 Nov 09:00  nights",
        "   then    sato",
        "",
        "tea  Tue 24 Nov 20:00  Asia/Tokyo",
        "   nobody  until Tue 24 Nov 22:00  the fallback is paged",
    ]


def test_the_coming_shifts_as_a_table(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In Japanese where the terminal is."""
    monkeypatch.setenv("LC_ALL", "ja_JP.UTF-8")
    assert rota.show(days=2, rota="tea", config=place, format="table") == 0
    shown = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert shown[1] == ["開始", "終了", "長さ", "第一"]
    assert shown[2] == ["11/24(火)", "12:00", "11/24(火)", "22:00", "10時間", "不在"]
    assert shown[3] == ["11/24(火)", "22:00", "11/25(水)", "07:00", "9時間", "oncall"]


def test_the_coming_shifts_as_lines(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Gaps are among them, with nobody."""
    rota.show(days=1, rota="tea", config=place)
    assert [(line["who"], line["since"], line["until"]) for line in lines(capsys)] == [
        (None, "2026-11-24T03:00:00Z", "2026-11-24T13:00:00Z"),
        ("oncall", "2026-11-24T13:00:00Z", "2026-11-24T22:00:00Z"),
        (None, "2026-11-24T22:00:00Z", "2026-11-25T03:00:00Z"),
    ]


def test_gaps_are_exit_code_1_and_none_is_0(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For a job that runs every morning."""
    assert rota.gaps(days=2, config=place) == 1
    assert [line["since"] for line in lines(capsys)] == [
        "2026-11-24T03:00:00Z",
        "2026-11-24T22:00:00Z",
        "2026-11-25T22:00:00Z",
    ]
    assert rota.gaps(rota="food", config=place, format="table") == 0
    assert "somebody is always on call until Thu 24 Dec 12:00" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"rota": "fod"}, '--rota: "fod" is none of food, tea; did you mean "food"?'),
        ({"at": "tomorrow"}, '--at: "tomorrow" is no time; write it like 2026-11-23T02:00'),
    ],
)
def test_a_wrong_wish_is_answered_in_a_sentence(place: Path, wish: dict[str, str], sentence: str) -> None:
    """By the option's name."""
    with pytest.raises(SettingsError) as error:
        rota.who(**wish, config=place)  # type: ignore[arg-type]  # one option at a time
    assert str(error.value) == sentence


def test_a_number_of_days_has_bounds(place: Path) -> None:
    """A year is the most."""
    with pytest.raises(SettingsError, match="--days: 0 is not possible"):
        rota.gaps(days=0, config=place)


def test_without_a_rota_it_says_how_to_write_one(tmp_path: Path) -> None:
    """Instead of printing nothing."""
    path = tmp_path / "hinoban.toml"
    path.write_text(PEOPLE, "utf-8")
    with pytest.raises(SettingsError, match=r"there is no rota; add \[rota.NAME\]"):
        rota.who(config=path)


async def test_a_calendar_that_cannot_be_had_is_read_from_its_copy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which is said; without a copy there is no answer."""

    async def away(_: str) -> str:
        raise FetchError("calendar.example answered 500")

    monkeypatch.setattr(copies, "fetch", away)
    path = tmp_path / "hinoban.toml"
    path.write_text(f'{PEOPLE}[rota.web]\nurl = "{URL}"\n', "utf-8")
    settings = assembly.read_settings(path)
    with pytest.raises(SettingsError, match=r"rota.web: calendar.example answered 500, and there is no copy"):
        await rota.at_hand(settings, "web", NOW)
    month = "DTSTART:20261101T000000Z\nDTEND:20261201T000000Z\n"
    Copies(settings.storage.path).keep("web", URL, calendar(event("sato", month)))
    [kept] = (tmp_path / "hinoban.rota").iterdir()
    os.utime(kept, (NOW.timestamp(), NOW.timestamp()))
    read = await rota.at_hand(settings, "web", NOW)
    assert read.rota.on_call(NOW) == ("sato",)
    assert capsys.readouterr().err == ""
    await rota.at_hand(settings, "web", NOW + timedelta(hours=2))
    assert "rota.web: calendar.example answered 500; this is its copy of" in capsys.readouterr().err


def test_people_are_shown_by_name_and_times_are_never_cut(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In tables; lines for programs keep what commands understand."""
    named = PEOPLE.replace(
        "[receivers.sato]\n", '[receivers.sato]\nname = {en = "Hanako Sato", ja = "佐藤"}\n'
    )
    named = named.replace("[receivers.oncall]\n", f'[receivers.oncall]\nname = "{"Kiyoshi " * 9}"\n')
    path = tmp_path / "hinoban.toml"
    path.write_text(named + LAYERS, "utf-8")
    assert rota.show(rota="food", days=10, config=path, format="table") == 0
    told = capsys.readouterr().out
    assert "Hanako Sato" in told
    assert "sato" not in told
    assert "Tue 24 Nov 18:00  Wed 25 Nov 09:00  15 h" in told
    assert max(map(len, told.splitlines())) <= 88
    assert told.count("Kiyoshi") % 9 == 0
    rota.who(rota="food", at="2026-11-24T20:00", config=path, format="table")
    assert "then    Hanako Sato" in capsys.readouterr().out
    rota.who(rota="food", at="2026-11-24T20:00", config=path)
    assert {line["who"] for line in lines(capsys)} == {"tanaka", "oncall"}
