"""What goes on beside the way of a post is made of the daemon's own parts."""

from datetime import UTC, datetime
from pathlib import Path

from prometheus_client import CollectorRegistry

from config import decode
from listener.assembly import TABLES
from listener.metrics import Metrics
from listener.rota.rotas import Rotas
from listener.routine import Routine, Surroundings
from listener.storage.database import Database
from models.clock import VirtualClock
from tests.fakes_alerts import NIGHT, FakeChannel
from tests.log_rows import page

CONFIG = """
schema = 1
[channels.terminal]
kind = "stdout"
[channels.lamp]
kind = "stdout"
[receivers.boss]
channels = ["terminal"]
language = "en"
[alerting]
fallback = "boss"
"""


async def test_mornings_know_which_channels_wake(tmp_path: Path) -> None:
    """The channels that run say so, not the settings of a reload."""
    clock, lamp = VirtualClock(NIGHT), FakeChannel()
    lamp.wakes = True
    settings = decode.settings("schema = 1\n", "hinoban.toml", TABLES)
    async with Database.open(tmp_path / "hinoban.db", clock) as database:
        channels = {"terminal": FakeChannel(), "lamp": lamp}
        around = Surroundings(
            database, database.log, channels, clock, Metrics(CollectorRegistry()), dict, lambda: None
        )
        assert set(Routine(settings, {}, around)._mornings.company.waking) == {"lamp"}


async def test_the_fallback_is_told_of_dead_letters_where_nobody_sleeps_over_it(tmp_path: Path) -> None:
    """By the receiver of the settings in force, and by what the channels that run say of waking."""
    clock, woken = VirtualClock(NIGHT), list[str]()
    settings = decode.settings(CONFIG, "hinoban.toml", TABLES)
    async with Database.open(tmp_path / "hinoban.db", clock) as database:
        channels = {"terminal": FakeChannel(), "lamp": FakeChannel()}
        around = Surroundings(
            database,
            database.log,
            channels,
            clock,
            Metrics(CollectorRegistry()),
            dict,
            lambda: woken.append("outbox"),
        )
        routine = Routine(settings, {}, around)
        await database.log.record([], [page("a", channel="lamp")])
        await database.log.bury("a", clock.now(), "410 Gone")
        await routine._undelivered.look()
        [notice] = [one for one in await database.dead_letters.unsettled(9) if one.kind == "notice"]
        assert (notice.to, notice.channel) == ("boss", "terminal")
        assert notice.text.startswith("[UNDELIVERED] 1 could not be delivered")
        assert await routine.handlers()["outbox.retry"]({"keys": ["a"]}) == ["a"]
    assert woken == ["outbox", "outbox"]


async def test_a_gap_of_a_rota_reaches_whoever_answers_for_it(tmp_path: Path) -> None:
    """By the outbox, as the rotas in force stand, and as a reload says from then on."""
    text = """schema = 1
[channels.terminal]
kind = "stdout"
[receivers.oncall]
channels = ["terminal"]
[receivers.desk]
channels = ["terminal"]
[rota.food]
[[rota.food.layer]]
people = ["oncall"]
to = 2026-11-21
[route.food]
rota = "food"
"""
    noon = VirtualClock(datetime(2026, 11, 20, 3, tzinfo=UTC))
    settings = decode.settings(text, "hinoban.toml", TABLES)
    metrics = Metrics(CollectorRegistry())
    rotas = Rotas(settings, metrics, noon)
    await rotas.load()
    async with Database.open(tmp_path / "hinoban.db", noon) as database:
        channels = {"terminal": FakeChannel()}
        around = Surroundings(database, database.log, channels, noon, metrics, dict, lambda: None, rotas)
        routine = Routine(settings, {}, around)
        await routine._notices.look()
        routine.use(decode.settings(f'{text}fallback = "desk"\n', "hinoban.toml", TABLES), {})
        await routine._notices.look()
        sent = await database.log.due("terminal", noon.now(), 9)
    assert [(page.kind, page.to) for page in sent] == [("gap", "oncall"), ("gap", "desk")]
    assert sent[0].text.startswith("【当番の空き】food 11/22(日) 09:00〜終わりの予定なし")
