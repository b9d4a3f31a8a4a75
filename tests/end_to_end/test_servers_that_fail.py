"""mosquitto and Alertmanager killed, stopped and hung while fires break out and a ladder climbs."""

import asyncio
import os
import random
import re
from collections import Counter
from datetime import datetime, timedelta

import pytest
import structlog

from alerts.notification_log import Page
from listener import handover
from tests import blazes, outages
from tests.blazes import Timed
from tests.outages import Glances, Outage
from tests.town import Town
from tests.watch import until

log = structlog.get_logger(__name__)

pytestmark = pytest.mark.servers

OUTAGES = int(os.environ.get("OUTAGES", "6"))
FIRES = int(os.environ.get("FIRES", "30"))
SEED = int(os.environ.get("OUTAGE_SEED", "20261122"))
PACE = timedelta(seconds=max(5.0, 0.15 * FIRES))
STEPS = max(4, round(OUTAGES * timedelta(seconds=6) / PACE) + 1)
BREAKING_OUT = 8.0
"""Seconds in which all the fires break out."""
LOOKED_AT = 12.0
"""Seconds within which the watch looks at what waits, and somebody at the watch."""
BACK = 15.0
"""Seconds after its return in which a server has everything that waited for it."""
LOOKS = handover.PACE.total_seconds()
"""The watch looks so often whose turn has come."""
IN_TIME = PACE.total_seconds()
"""A page that comes later is overtaken by the next step."""
UNSAVED = timedelta(seconds=2)
"""What a broker took so shortly before it was killed may be gone with it."""


@pytest.mark.parametrize("seed", [SEED])
async def test_servers_that_fail_lose_no_page_and_delay_nobody_else(town: Town, seed: int) -> None:
    """After each outage the channel gets all it missed; meanwhile another rings for every step in time."""
    chance = random.Random(seed)
    timed = blazes.configure(town, FIRES, pace=PACE, steps=STEPS)
    await asyncio.to_thread(town.broker.save_at_once)
    await town.watch.start()
    await town.watch.connected("street", "bluesky")
    async with outages.glancing(town) as glances:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(blazes.break_out(town, range(FIRES), random.Random(seed), BREAKING_OUT))
            suffered = await _all_suffered(town, chance)
        await until(lambda: blazes.climbed(town, FIRES, STEPS), "every ladder's end", within=30 + STEPS * 5.0)
        await until(lambda: _sound(town), "/readyz and what waits say that all is well")
    pages = await blazes.rings(town)
    await until(lambda: _shown(town), "the broker shows what the log holds")
    await _every_step_rang_in_time(town, timed, pages)
    await _alerts_fire_once(town)
    _lamp_heard(town, pages, suffered)
    await _watch_was_honest(town, pages, glances)
    assert await town.watch.stop() == 0


async def _all_suffered(town: Town, chance: random.Random) -> list[Outage]:
    """Let the servers fail one after the other, the first time of each long enough to be looked at."""
    suffered: list[Outage] = []
    for channel, way in outages.drawn(OUTAGES, chance):
        first = channel not in {one.channel for one in suffered}
        seconds = LOOKED_AT if first else chance.uniform(1.5, 4.0)
        suffered.append(await _suffered(town, channel, way, seconds))
    return suffered


async def _suffered(town: Town, channel: str, way: str, seconds: float) -> Outage:
    """Let a server fail, and check that its channel recovers before the next one does."""
    outage = await outages.fail(town, channel, way, seconds)
    after = await outages.recovered(town, outage, BACK)
    log.info("outage", channel=channel, way=way, lasted=_length(outage), recovered_after=round(after, 1))
    return outage


def _length(outage: Outage) -> float:
    return round((outage.ended - outage.began).total_seconds(), 1)


async def _sound(town: Town) -> bool:
    waits = await town.watch.metric("hinoban_outbox_pending")
    return (await town.watch.get("/readyz"))[0] == 200 and not waits


async def _shown(town: Town) -> bool:
    """Tell whether what is retained is what the log holds."""
    async with town.watch.memory() as database:
        burning = await database.log.open_incidents()
    shown = {incident: town.ear.incident(incident)["revision"] for incident in town.ear.burning()}
    return shown == {one.id: one.revision for one in burning}


async def _every_step_rang_in_time(town: Town, timed: Timed, pages: list[Page]) -> None:
    """Check that each page was confirmed or overtaken, and that the pager, which never failed, had each."""
    assert {page.outcome for page in pages if page.channel == "pager"} == {"done"}
    assert {page.outcome for page in pages} <= {"done", "superseded"}
    assert Counter(key for key, _ in town.pager.pages()) == Counter(
        p.key for p in pages if p.channel == "pager"
    )
    waited = [seconds for _, seconds in blazes.late(town, timed, pages)]
    assert max(waited) < IN_TIME
    async with town.watch.memory() as database:
        began = {one.id: one.round.at for one in await database.log.open_incidents() if one.round}
    behind = [_behind(page, began[page.incident]) for page in pages if page.channel == "pager"]
    assert max(behind) < LOOKS + 2
    log.info("rang", pages=len(waited), latest=max(waited), decided_late=max(behind))


def _behind(page: Page, began: datetime) -> float:
    """Return how many seconds after its step was due a page was decided."""
    step = re.search(r":first-0-(\d+):", page.key)
    due = began + int(step[1] if step else 0) * PACE
    return (page.created_at - due).total_seconds()


async def _alerts_fire_once(town: Town) -> None:
    """Check that an Alertmanager which forgot everything has each fire again, once, as it now is."""

    async def firing() -> bool:
        alerts = await asyncio.to_thread(town.alertmanager.alerts)
        labels = Counter((one["labels"]["incident"], one["labels"]["severity"]) for one in alerts)
        return labels == {(one["id"], "critical"): 1 for one in await town.watch.incidents()}

    await until(firing, "every fire is one alert")


def _lamp_heard(town: Town, pages: list[Page], suffered: list[Outage]) -> None:
    """Check that the broker's listener heard each page, again only as the same message.

    Gone are at most those that a broker took in the moment before it was killed.
    """
    heard: dict[str, list[str]] = {}
    for body in town.ear.events("page"):
        heard.setdefault(body["message"], []).append(body["text"])
    decided = {page.key: page.outcome for page in pages if page.channel == "lamp"}
    meant = {key for key, outcome in decided.items() if outcome == "done"}
    confirmed = {entry["page"]: entry["timestamp"] for entry in town.watch.entries("delivered")}
    killed = [one for one in suffered if (one.channel, one.way) == ("lamp", "killed")]
    for key in meant - set(heard):
        at = datetime.fromisoformat(confirmed[key])
        assert any(one.covers(at, UNSAVED) for one in killed), key
    assert set(heard) <= set(decided)
    assert [texts for texts in heard.values() if len(set(texts)) > 1] == []
    log.info(
        "heard",
        pages=len(meant),
        gone=len(meant - set(heard)),
        again=sum(map(len, heard.values())) - len(heard),
    )


async def _watch_was_honest(town: Town, pages: list[Page], glances: Glances) -> None:
    """Check that it counted what it did, never stood still, and said what waited while it waited."""
    for channel in ("pager", "lamp", "alertmanager"):
        ours = Counter(page.outcome for page in pages if page.channel == channel)
        for outcome in ("done", "superseded"):
            counted = await town.watch.metric("hinoban_pages_total", channel=channel, outcome=outcome)
            assert counted == ours[outcome]
        failed = await town.watch.metric("hinoban_pages_total", channel=channel, outcome="retried")
        assert (failed > 0) == (channel != "pager")
        waited = max(one["waits"][channel] for one in glances)
        assert (waited > 0) or channel == "pager"
    assert await town.watch.metric("hinoban_dead_letters_total") == 0
    assert {one["alive"] for one in glances} == {200}
    assert max(one["took"] for one in glances) < IN_TIME
