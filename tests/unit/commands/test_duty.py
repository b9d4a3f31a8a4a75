"""`hinoban check` on rotas: what would leave nobody on call is said by day."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from listener import assembly
from listener.commands import duty
from listener.commands.checklist import Checklist
from listener.rota import copies
from listener.rota.copies import Copies, FetchError
from tests.unit.rota.sheets import calendar, event

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)  # noon on a Friday in Tokyo
TEXT = """schema = 1
[channels.terminal]
kind = "stdout"
[channels.pager]
kind = "webhook"
url = "https://pager.example/hinoban"
wakes = true
[receivers.oncall]
channels = ["pager"]
[receivers.sato]
channels = ["terminal"]
backup = ["pager"]
"""
LAYER = '[rota.food]\n[[rota.food.layer]]\npeople = ["sato"]\n'
URL = "https://calendar.example/oncall.ics"
WEB = f'[rota.food]\nurl = "{URL}"\n'
MONTH = "DTSTART:20261101T000000Z\nDTEND:20261201T000000Z\n"


async def looked(folder: Path, text: str, *, online: bool = False) -> list[str]:
    """Return the outcome and the text of each finding."""
    path = folder / "hinoban.toml"
    path.write_text(TEXT + text, "utf-8")
    found = Checklist()
    settings = assembly.read_settings(path)
    await duty.look(found, settings, NOW, lambda name: Path(name).read_text("utf-8"), online=online)
    assert {finding.check for finding in found.findings} <= {"rota.food"}
    return [f"{finding.outcome}: {finding.text}" for finding in found.findings]


async def test_a_sound_rota_says_who_is_on_call(tmp_path: Path) -> None:
    """And until when somebody will be."""
    told = await looked(tmp_path, LAYER)
    assert told == ["ok: on call now: sato, of 1; covered until 2027-02-18 12:00 (Asia/Tokyo)"]


async def test_a_gap_within_three_days_is_a_warning(tmp_path: Path) -> None:
    """With its local times, and how many more there are."""
    told = await looked(tmp_path, LAYER + 'only = ["sat 18:00-mon 12:00"]\n')
    assert told[0].endswith("a gap now (Asia/Tokyo)")
    assert told[1].startswith(
        "warning: nobody is on call from 2026-11-20 12:00 to 2026-11-21 18:00, and 2 more"
    )


async def test_a_gap_next_week_is_none_yet(tmp_path: Path) -> None:
    """There is time; `hinoban rota gaps` lists it."""
    [line] = await looked(tmp_path, LAYER + "to = 2026-11-27\n")
    assert "covered until 2026-11-28 09:00" in line


async def test_a_person_whom_nothing_wakes_is_a_warning(tmp_path: Path) -> None:
    """Whoever else could be woken."""
    deaf = '[receivers.ito]\nchannels = ["terminal"]\n'
    told = await looked(tmp_path, deaf + LAYER.replace('["sato"]', '["ito"]'))
    assert told[1].startswith("warning: ito has no channel that wakes a sleeper")


async def test_a_broken_file_is_a_mistake(tmp_path: Path) -> None:
    """The same sentence as the daemon's."""
    (tmp_path / "food.ics").write_text("BEGIN:VCALENDAR", "utf-8")
    [line] = await looked(tmp_path, '[rota.food]\ncalendar = "food.ics"\n')
    assert line.startswith("mistake: ")
    assert "food.ics: " in line


async def test_events_that_name_nobody_are_counted(tmp_path: Path) -> None:
    """They may be shifts with a misspelt name."""
    (tmp_path / "food.ics").write_text(
        calendar(event("sato", MONTH), event("satou", MONTH)), "utf-8", newline=""
    )
    told = await looked(tmp_path, '[rota.food]\ncalendar = "food.ics"\n')
    assert "warning: 1 events name no receiver and are left out (the first: satou)" in told[1]


async def test_the_web_is_asked_only_when_online(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the last good copy is looked at, where there is one."""
    answers: list[str] = []

    async def fetch(url: str) -> str:
        assert url == URL
        if not answers:
            raise FetchError("calendar.example answered 500")
        return answers.pop()

    monkeypatch.setattr(copies, "fetch", fetch)
    assert await looked(tmp_path, WEB) == ["warning: was not fetched yet; try with hinoban check --online"]
    assert await looked(tmp_path, WEB, online=True) == ["unreachable: calendar.example answered 500"]
    answers.append(calendar(event("sato", MONTH)))
    assert (await looked(tmp_path, WEB, online=True))[0].startswith("ok: on call now: sato")
    Copies(tmp_path / "hinoban.db").keep("food", URL, calendar(event("oncall", MONTH)))
    assert (await looked(tmp_path, WEB))[0].startswith("ok: on call now: oncall")


async def test_an_address_in_a_file_is_read_as_a_secret(tmp_path: Path) -> None:
    """And a calendar that anybody on the way could change is doubted."""
    secret = tmp_path / "rota-url"
    secret.write_text("http://calendar.example/oncall.ics", "utf-8")
    told = await looked(tmp_path, f'[rota.food]\nurl_file = "{secret}"\n')
    assert told[0].startswith("warning: is fetched by http")
    secret.write_text("calendar.example", "utf-8")
    told = await looked(tmp_path, f'[rota.food]\nurl_file = "{secret}"\n')
    assert told == [
        f"mistake: {secret}: it holds no address; write one like https://calendar.example/oncall.ics"
    ]


async def test_overlapping_overrides_with_those_of_the_file_are_a_mistake(tmp_path: Path) -> None:
    """Each place by itself is fine."""
    override = 'who = "sato"\nfrom = 2026-12-31\nto = 2026-12-31\n'
    (tmp_path / "food.toml").write_text(f'[[layer]]\npeople = ["sato"]\n[[override]]\n{override}', "utf-8")
    [line] = await looked(
        tmp_path,
        f'[rota.food]\nfile = "food.toml"\n[[rota.food.override]]\n{override.replace("sato", "oncall")}',
    )
    assert "with the overrides of hinoban.toml: overlaps that of" in line
