"""What the rotas in force say of the days to come: the metric, the log, and what is vacant soon."""

import math
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from listener.rota.rotas import EVERY
from tests.unit.rota.sheets import NOON, WEB, Watch, night


async def test_the_metric_says_until_when_somebody_is_on_call(tmp_path: Path) -> None:
    """The earliest of all rotas; 0 in a gap, and no end without a rota."""
    none = Watch(tmp_path, "")
    await none.rotas.refresh()
    assert none.sample("covered_until_timestamp_seconds") == math.inf
    watch = Watch(tmp_path, WEB + '[rota.always]\n[[rota.always.layer]]\npeople = ["sato"]\n')
    await watch.rotas.refresh()
    assert watch.sample("covered_until_timestamp_seconds") == 0
    watch.answer = night("sato")
    await watch.rotas.refresh()
    assert watch.sample("covered_until_timestamp_seconds") == datetime(2026, 12, 1, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(("hour", "told"), [(8, 0), (9, 1), (17, 1), (18, 0), (2, 0)])
async def test_a_gap_to_come_is_told_by_day(tmp_path: Path, hour: int, told: int) -> None:
    """At night nobody can do anything about next Monday; a day has several rounds, and one warning."""
    now = datetime(2026, 11, 29, hour, tzinfo=UTC) - timedelta(hours=9)
    watch = Watch(tmp_path, WEB, now)
    watch.answer = night("sato")
    with capture_logs() as logs:
        await watch.rotas.refresh()
        await watch.clock.advance(EVERY)
        await watch.rotas.refresh()
    gaps = [line for line in logs if line["event"] == "rota_gap"]
    assert len(gaps) == told
    if gaps:
        assert (gaps[0]["since"], gaps[0]["rota"]) == ("2026-12-01 09:00", "web")


async def test_the_next_day_the_gap_is_told_again(tmp_path: Path) -> None:
    """Until somebody fills it."""
    watch = Watch(tmp_path, WEB, datetime(2026, 11, 29, 3, tzinfo=UTC))
    watch.answer = night("sato")
    with capture_logs() as logs:
        await watch.rotas.refresh()
        await watch.clock.advance(timedelta(days=1))
        await watch.rotas.refresh()
    assert [line["event"] for line in logs].count("rota_gap") == 2


async def test_what_is_soon_vacant_is_known_of_rotas_that_were_read(tmp_path: Path) -> None:
    """Whom nobody can ask yet is no gap but a trouble; a rota that is meant to rest keeps to itself."""
    watch = Watch(
        tmp_path,
        WEB + '[rota.rests]\ntell_gaps = false\n[[rota.rests.layer]]\npeople = ["sato"]\nto = 2026-11-21\n',
    )
    await watch.rotas.load()
    assert watch.rotas.told(NOON) == watch.rotas.vacancies("web", NOON) == []
    watch.answer = night("sato")
    await watch.rotas.refresh()
    late = datetime(2026, 11, 29, 3, tzinfo=UTC)
    assert [one.rota for one in watch.rotas.told(late)] == ["web"]
    assert [one.rota for one in watch.rotas.vacancies("rests", NOON)] == ["rests"]
