"""What `hinoban check` says of routes: a ladder that would let somebody sleep is refused."""

from pathlib import Path

import pytest

from listener import assembly
from listener.rota.copies import Copies
from tests.unit.commands.places import FINE, LIST, a_place, checked
from tests.unit.rota.sheets import calendar, event

CREW = """
[sources.posts]
kind = "jsonl"
[channels.push]
kind = "webhook"
url = "https://push.example/"
[channels.phone]
kind = "webhook"
url = "https://phone.example/"
wakes = true
[receivers.oncall]
channels = ["push"]
louder = ["phone"]
[receivers.sato]
channels = ["push"]
louder = ["phone"]
"""
SUZUKI = '[receivers.suzuki]\nchannels = ["push"]\n'
ROTA = '[[rota.team.layer]]\npeople = ["suzuki"]\nfrom = 2026-11-02\n'
SOFTLY = 'steps = [{after = 0, to = "team", by = "channels"}]\n'
ROUTE = '[route.food]\nreceivers = ["sato"]\n'


async def test_a_route_that_wakes_everybody_is_told_with_its_ladder(tmp_path: Path) -> None:
    """Who is called, when and by what."""
    code, found = await checked(a_place(tmp_path, CREW + ROUTE))
    assert code == 0
    [line] = found["route.food"]
    assert line.startswith("ok: calls sato, oncall; first at 0 min by channels, first at 3 min by louder, ")
    assert line.endswith("second at 6 min by both, team at 10 min by both, then every 10 min")


@pytest.mark.parametrize(
    ("more", "whom"),
    [
        (f'{SUZUKI}[route.food]\nreceivers = ["sato", "suzuki"]\n', "suzuki"),
        (f'{SUZUKI}{ROTA}[route.food]\nrota = "team"\n', "suzuki"),
        (f'{ROUTE}ladder = "steady"\n', "sato"),
        (f'{ROUTE}ladder = "soft"\n[escalation.soft]\n{SOFTLY}', "oncall"),
        (f'{SUZUKI}{ROUTE}[escalation.climb]\nlast_resort = "suzuki"\n', "suzuki"),
    ],
)
async def test_a_critical_ladder_without_a_waking_channel_is_refused(
    tmp_path: Path, more: str, whom: str
) -> None:
    """For anybody whom it may call: by the rota, as the fallback, or as the last resort."""
    code, found = await checked(a_place(tmp_path, CREW + more))
    assert code == 1
    assert f"problem: no critical page would wake {whom}" in " ".join(found["route.food"])


async def test_a_topic_that_names_no_route_is_told(tmp_path: Path) -> None:
    """Its pages would go the general way."""
    lists = f'{LIST}[[topic]]\nslug = "pudding"\nroute = "fod"\n'
    code, found = await checked(a_place(tmp_path, FINE, sakura=lists))
    assert code == 1
    assert any("topic pudding names route 'fod'" in line for line in found["keywords.sakura"])


async def test_a_pager_without_a_way_around_it_is_doubted(tmp_path: Path) -> None:
    """It is asked once, so that once must arrive."""
    _, found = await checked(a_place(tmp_path, f'{CREW}{ROUTE}owner = "pager"\n'))
    assert found["route.food"][0] == "ok: calls sato once; the pager climbs"
    assert found["route.food"][1].startswith("warning: where the pager cannot be reached")


async def test_a_board_that_wakes_by_itself_is_doubted(tmp_path: Path) -> None:
    """An Alertmanager that calls people is a second owner of the escalation."""
    board = '[channels.board]\nkind = "alertmanager"\nwakes = true\n'
    _, found = await checked(a_place(tmp_path, CREW + ROUTE + board))
    assert any("two would call" in line for line in found["channels.board"])


DUTY = """[receivers.duty]
channels = ["duty"]
[channels.duty]
kind = "webhook"
url = "https://duty.example/"
wakes = true
"""
SEA = '[route.sea]\nowner = "pager"\nreceivers = ["duty"]\n'
BOOKED = calendar(event("当番 duty", "DTSTART:20261101T000000Z\nDTEND:20361201T000000Z\n"))


@pytest.mark.parametrize(
    ("rota", "file", "text"),
    [
        ('file = "food.toml"', "food.toml", '[[layer]]\npeople = ["duty"]\n'),
        ('calendar = "food.ics"', "food.ics", BOOKED),
        (
            'file = "food.toml"',
            "food.toml",
            '[[layer]]\npeople = ["sato"]\n[[override]]\nwho = "duty"\nfrom = 2030-01-01\nto = 2030-01-02\n',
        ),
    ],
)
async def test_a_rota_in_a_file_may_not_call_whom_a_pager_calls(
    tmp_path: Path, rota: str, file: str, text: str
) -> None:
    """Two would climb to the same person, also on the one day on which they stand in."""
    (tmp_path / file).write_text(text, "utf-8", newline="")
    more = f'{DUTY}{SEA}[rota.food]\n{rota}\n[route.food]\nrota = "food"\n'
    code, found = await checked(a_place(tmp_path, CREW + more))
    assert code == 1
    assert "problem: duty is called by channel duty, which leads to the pager of route sea: " in " ".join(
        found["route.food"]
    )


async def test_nor_may_a_rota_on_the_web(tmp_path: Path) -> None:
    """As its last good copy says."""
    url = "https://calendar.example/oncall.ics"
    more = f'{DUTY}{SEA}[rota.food]\nurl = "{url}"\n[route.food]\nrota = "food"\n'
    place = a_place(tmp_path, CREW + more)
    Copies(assembly.read_settings(place).storage.path).keep("food", url, BOOKED)
    _, found = await checked(place)
    assert any(line.startswith("problem: duty is called by channel duty") for line in found["route.food"])


async def test_a_fallback_that_a_pager_calls_is_doubted(tmp_path: Path) -> None:
    """It is called only when nobody else is there."""
    more = f'{DUTY}{SEA}[route.food]\nreceivers = ["sato"]\nfallback = "duty"\n'
    code, found = await checked(a_place(tmp_path, CREW + more))
    assert code == 0
    assert found["route.food"][1].startswith(
        "warning: duty, who is called when nobody else is there, is called by channel duty"
    )


async def test_people_of_their_own_are_no_trouble(tmp_path: Path) -> None:
    """A route with a pager may stand beside one that climbs."""
    (tmp_path / "food.toml").write_text('[[layer]]\npeople = ["sato"]\n', "utf-8")
    more = f'{DUTY}{SEA}[rota.food]\nfile = "food.toml"\n[route.food]\nrota = "food"\n'
    _, found = await checked(a_place(tmp_path, CREW + more))
    assert len(found["route.food"]) == 1
