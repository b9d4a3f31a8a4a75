"""Bad rotas at every door: one sentence in `check`, at the start and at a reload, and no state broken."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from config.document import SettingsError
from listener.commands import duty
from listener.commands.checklist import Checklist
from tests.unit.rota.sheets import NOON, Watch, calendar, event, night

GOOD = '[[layer]]\npeople = ["sato"]\n'
BESIDE = '[rota.beside]\n[[rota.beside.layer]]\npeople = ["tanaka"]\n'
INSTEAD = '[[override]]\nwho = "tanaka"\nfrom = 2026-11-30\nto = 2026-12-01\n'
HOURS = "DTSTART;TZID=Mars/Base:20261120T180000\nDTEND;TZID=Mars/Base:20261121T090000\n"
MONTH = "DTSTART:20261101T000000Z\nDTEND:20261201T000000Z\n"

TABLES = {
    "broken": ('[[layer]]\npeople = ["sato"\n', "not valid TOML"),
    "empty": ("", "it names nobody; add [[layer]]"),
    "a layer of nobody": ("[[layer]]\npeople = []\n", "layer[0].people: it names nobody; write receivers"),
    "a stranger": ('[[layer]]\npeople = ["satou"]\n', 'no receiver "satou"; there is: oncall, sato, tanaka'),
    "an unknown zone": (
        f'zone = "Asia/Tokio"\n{GOOD}',
        'line 1: zone: unknown time zone "Asia/Tokio"; use a name like',
    ),
    "overlapping overrides": (
        GOOD + INSTEAD + INSTEAD.replace("tanaka", "sato"),
        'override[1].from: overlaps that of "tanaka" from 2026-11-30; end one where the other begins',
    ),
    "one that names no layer": (f'{GOOD}{INSTEAD}layer = "first"\n', 'no layer "first"; there is: layer 1'),
    "a word for a list": ('layer = "sato"\n', "layer: expected a list"),
    "no text": ("[[layer]]\npeople = ['s\udcff']\n", "not UTF-8 text; save the file as UTF-8"),
}
CALENDARS = {
    "broken": (night("sato")[:-30], "not a whole iCalendar file"),
    "a page to sign in": ("<html>Sign in</html>", "food.ics: "),
    "empty": ("", "food.ics: "),
    "nobody": (calendar(), "no event names a receiver; write one in a title, or invite one"),
    "strangers": (calendar(event("lunch", MONTH)), "no event names a receiver"),
    "an unknown zone": (calendar(event("sato", HOURS)), 'unknown time zone "Mars/Base"; use a name like'),
    "overlapping overrides": (
        calendar(event("代理 sato", MONTH), event("代理 tanaka", MONTH)),
        '"sato" and "tanaka" both stand in at 2026-11-01T00:00Z; end one where the other begins',
    ),
}
CASES = [pytest.param("file", "food.toml", *case, id=f"toml: {name}") for name, case in TABLES.items()]
CASES += [pytest.param("calendar", "food.ics", *case, id=f"ics: {name}") for name, case in CALENDARS.items()]


def write(path: Path, text: str) -> None:
    """Write a file as it is, whatever it is."""
    path.write_bytes(text.encode("utf-8", "surrogateescape"))


def is_one_sentence(told: str, why: str) -> bool:
    """Tell whether somebody can act on *told*: short, on one line, with what is wrong."""
    return why in told and "\n" not in told and "Traceback" not in told and len(told) < 400


@pytest.mark.parametrize(("way", "file", "text", "why"), CASES)
async def test_check_says_it_and_looks_at_the_rest(
    tmp_path: Path, way: str, file: str, text: str, why: str
) -> None:
    """As a mistake in a file, with its name; the other rota is told as ever."""
    write(tmp_path / file, text)
    watch = Watch(tmp_path, f'[rota.food]\n{way} = "{file}"\n{BESIDE}')
    found = Checklist()
    await duty.look(
        found, watch.settings(f'[rota.food]\n{way} = "{file}"\n{BESIDE}'), NOON, str, online=False
    )
    first, second = found.findings[:2]
    assert (first.check, first.outcome, found.code) == ("rota.food", "mistake", 2)
    assert first.text.startswith(str(tmp_path / file))
    assert is_one_sentence(first.text, why)
    assert (second.check, second.outcome) == ("rota.beside", "ok")


@pytest.mark.parametrize(("way", "file", "text", "why"), CASES)
async def test_a_start_says_it_and_goes_on(tmp_path: Path, way: str, file: str, text: str, why: str) -> None:
    """The fallback is paged until the file is mended, which takes no restart."""
    write(tmp_path / file, text)
    watch = Watch(tmp_path, f'[rota.food]\n{way} = "{file}"\n{BESIDE}')
    with capture_logs() as logs:
        await watch.rotas.load()
    assert [line["event"] for line in logs if line["log_level"] == "warning"] == ["rota_refused"]
    assert is_one_sentence(watch.rotas.trouble, why)
    assert watch.rotas.trouble.endswith("until then the fallback is paged")
    assert (watch.on_call("food"), watch.on_call("beside")) == ((), ("tanaka",))
    assert watch.rotas.vacancies("food", NOON) == []
    write(tmp_path / file, GOOD if way == "file" else night("sato"))
    await watch.rotas.refresh()
    assert (watch.rotas.trouble, watch.on_call("food")) == ("", ("sato",))


@pytest.mark.parametrize(("way", "file", "text", "why"), CASES)
async def test_a_reload_refuses_it_and_everything_stays(
    tmp_path: Path, way: str, file: str, text: str, why: str
) -> None:
    """All or nothing: neither the broken rota nor a good one beside it changes; nor does a later look."""
    write(tmp_path / file, GOOD if way == "file" else night("sato"))
    watch = Watch(tmp_path, f'[rota.food]\n{way} = "{file}"\n{BESIDE}')
    await watch.rotas.load()
    write(tmp_path / file, text)
    other = f'[rota.food]\n{way} = "{file}"\n{BESIDE.replace("tanaka", "oncall")}'
    with pytest.raises(SettingsError) as refused:
        await watch.rotas.prepare(watch.settings(other))
    assert is_one_sentence(str(refused.value), why)
    assert (watch.on_call("food"), watch.on_call("beside"), watch.rotas.trouble) == (
        ("sato",),
        ("tanaka",),
        "",
    )
    await watch.rotas.refresh()
    assert (watch.on_call("food"), watch.on_call("beside")) == (("sato",), ("tanaka",))
    assert watch.rotas.trouble.endswith("the last good one stays")
