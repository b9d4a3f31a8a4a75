"""What `hinoban check` says of routes: a ladder that would let somebody sleep is refused."""

from pathlib import Path

import pytest

from tests.unit.commands.test_check import FINE, LIST, a_place, checked

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
