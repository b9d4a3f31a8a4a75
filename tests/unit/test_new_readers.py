"""Who begins to get a digest missed no morning before; every reader hears when soon nobody is on call."""

from datetime import timedelta
from pathlib import Path

import pytest

from alerts.rota.vacancies import Vacancy
from listener import mornings
from tests.unit.digest.mornings import EVENING, digests, living, settings
from tests.unit.digest.nights import NIGHT, topic_of


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Name a database."""
    return tmp_path / "hinoban.db"


async def test_one_that_is_switched_on_at_noon_comes_the_next_morning(path: Path) -> None:
    """Nobody missed what nobody had asked for; neither does a restart think so."""
    noon = NIGHT.end + timedelta(hours=5)
    async with living(path, EVENING, "[digest]\nenabled = false\n") as watch:
        await watch.until(noon)
        watch.mornings.company = mornings.company(settings(), topic_of)
        await watch.until(noon + timedelta(hours=1))
    async with living(path, noon + timedelta(hours=2)) as watch:
        assert await digests(path) == []
        await watch.until(NIGHT.end + timedelta(days=1))
    assert {page.incident for page in await digests(path)} == {"digest:2026-11-22"}


async def test_a_restart_that_switches_it_on_tells_no_night_before(path: Path) -> None:
    """It was off when the night was handed over; a reader who was one already has missed it."""
    only = '[digest]\nto = ["oncall"]\n'
    async with living(path, EVENING, only):
        pass
    async with living(path, NIGHT.end + timedelta(hours=3), only.replace('"oncall"', '"oncall", "berlin"')):
        pass
    async with living(path, NIGHT.end + timedelta(hours=9), only.replace('"oncall"', '"oncall", "berlin"')):
        pass
    assert {(page.to, page.incident) for page in await digests(path)} == {
        ("oncall", "digest:2026-11-21"),
        ("berlin", "digest:2026-11-21"),  # whose seven o'clock came later than the change
    }


async def test_it_says_when_soon_nobody_is_on_call(path: Path) -> None:
    """On a quiet night too: the day is there to mend it."""
    async with living(path, EVENING) as watch:
        watch.vacant = [Vacancy("food", NIGHT.end + timedelta(days=1), NIGHT.end + timedelta(days=2))]
        await watch.until(NIGHT.end)
    assert (await digests(path))[0].text.split("\n") == [
        "【朝の報告】11/21 07:00 静かな夜でした(18:00〜07:00)",
        "■当番の空き food 11/22(日) 07:00〜11/23(月) 07:00",
    ]
