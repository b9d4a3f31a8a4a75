"""kill -9, or a pager that is away, while a ladder climbs: no step lost or taken twice, no page doubled."""

import asyncio
import contextlib
import os
import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
import structlog

from alerts.notification_log import Page
from tests import hurry
from tests.town import Town
from tests.watch import until

log = structlog.get_logger(__name__)

pytestmark = pytest.mark.servers

ROUNDS = int(os.environ.get("KILLS", "4"))
SEED = int(os.environ.get("KILL_SEED", "20261121"))
PACE = timedelta(seconds=2)
STEPS = 2 * ROUNDS + 4
MORE = """
[receivers.sato]
channels = ["pager"]
louder = ["lamp"]
quiet = ""

[receivers.tanaka]
channels = ["pager", "terminal"]
louder = ["lamp"]
quiet = ""

[receivers.suzuki]
channels = ["pager"]
louder = ["terminal"]
quiet = ""

[route.food]
receivers = ["sato", "tanaka", "suzuki"]
ladder = "hurried"
fallback = "suzuki"

[alerting]
route = "food"
"""


class Bells(list[Any]):
    """What the pager took; rings at every delivery, before it is answered."""

    def __init__(self) -> None:
        super().__init__()
        self.rung = asyncio.Event()

    def append(self, item: Any) -> None:
        """Take one, and ring."""
        super().append(item)
        self.rung.set()


def configure(town: Town) -> None:
    """Give the town's watch a long ladder in a hurry, three people on it."""
    config = town.watch.config.read_text("utf-8").replace("wakes = ", "# wakes = ")
    for channel in ("lamp", "pager"):
        config = config.replace(f"[channels.{channel}]", f"[channels.{channel}]\nwakes = true")
    town.watch.config.write_text(config + MORE + hurry.ladder(PACE, STEPS), "utf-8")


@pytest.mark.parametrize("seed", [SEED])
async def test_a_killed_watch_takes_every_step_once_and_loses_no_page(town: Town, seed: int) -> None:
    """After some kills, half of them with a page on its way, everybody meant was called, by every channel."""
    chance = random.Random(seed)
    town.pager.taken = bells = Bells()
    configure(town)
    await town.watch.start()
    incident = await town.catch_fire()
    for number in range(ROUNDS):
        await _killed(town, bells, chance, in_flight=number % 2 == 0)
        await town.watch.launch()
    await until(lambda: _climbed(town, incident), "the end of the ladder", within=60 + 4.0 * STEPS)
    pages = await _rings(town, incident)
    assert await town.watch.stop() == 0
    _every_step_was_taken_once(pages)
    _everything_arrived(town, pages)


async def test_a_pager_that_was_away_while_the_ladder_climbed_rings_each_person_once(town: Town) -> None:
    """The lamp has every step meanwhile; the pager, once it is back, only the last one of each."""
    configure(town)
    town.pager.failing = True
    await town.watch.start()
    await town.watch.connected("street")
    await town.jetstream.subscribed.wait()
    await town.complain(0, 40)
    [incident] = await until(town.watch.incidents, "the incident")
    await until(lambda: _taken(town, incident["id"], STEPS), "the last step", within=30 + 3.0 * STEPS)
    assert town.pager.taken == []
    town.pager.failing = False
    await until(lambda: _climbed(town, incident["id"]), "nothing waits", within=60)
    pages = await _rings(town, incident["id"])
    assert await town.watch.stop() == 0
    _only_newer_ones_did_for_others(pages)
    last = {page.to: page.key for page in pages if page.channel == "pager"}
    assert Counter(key for key, _ in town.pager.pages()) == Counter(last.values())
    assert {page.outcome for page in pages if page.channel == "lamp"} == {"done"}


async def _taken(town: Town, incident: str, steps: int) -> bool:
    async with town.watch.memory() as database:
        known = await database.log.incident(incident)
    return bool(known and known.round and known.round.done == steps)


async def _killed(town: Town, bells: Bells, chance: random.Random, *, in_flight: bool) -> None:
    """Kill the watch at any moment, or within some milliseconds of a page's arrival at the pager."""
    if in_flight:
        bells.rung.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(bells.rung.wait(), 6 * PACE.total_seconds())
    with pytest.raises(TimeoutError):
        await town.watch.ended(within=chance.uniform(0.0, 0.02 if in_flight else 4.0))
    await town.watch.kill()


async def _rings(town: Town, incident: str) -> list[Page]:
    async with town.watch.memory() as database:
        pages = await database.log.pages_of(incident)
    return [page for page in pages if page.kind not in {"state", "event"}]


async def _climbed(town: Town, incident: str) -> bool:
    """Tell whether the last step was taken and nothing waits."""
    async with town.watch.memory() as database:
        waiting = await database.log.pending()
        known = await database.log.incident(incident)
    return bool(known and known.round and known.round.done == STEPS and not waiting)


def _every_step_was_taken_once(pages: list[Page]) -> None:
    """Check that steps came in order, each once; those that came due together called everybody."""
    taken = sorted((step, {page.created_at for page in of}) for step, of in _steps(pages).items())
    assert [len(instants) for _, instants in taken] == [1] * len(taken)
    at = {step: min(instants) for step, instants in taken}
    assert list(at.values()) == sorted(at.values())
    assert (min(at), max(at)) == (0, STEPS - 1)
    for before, after in pairwise(at):
        assert at[after] >= at[0] + after * PACE
        meant = {name for step in range(before + 1, after + 1) for name in _meant(step)}
        assert {page.to for page in _steps(pages)[after]} == meant, (before, after)


def _steps(pages: list[Page]) -> dict[int, list[Page]]:
    found: dict[int, list[Page]] = {}
    for page in pages:
        last = re.search(r":first-0-(\d+):", page.key)
        found.setdefault(int(last[1]) if last else 0, []).append(page)
    return found


def _meant(step: int) -> Iterator[str]:
    """Yield who is called by a step; everybody is, once the second and the third person were asked."""
    who = hurry.LINE[step % 4]
    yield from {"first": ["sato"], "second": ["tanaka"], "team": ["sato", "tanaka", "suzuki"]}[who]


def _only_newer_ones_did_for_others(pages: list[Page]) -> None:
    known = {page.key: page for page in pages}
    for page in pages:
        if page.outcome == "superseded":
            newer = known[page.error.removeprefix("superseded by ")]
            assert (newer.to, newer.channel) == (page.to, page.channel)
            assert newer.created_at > page.created_at
    last = {(page.to, page.channel): page for page in sorted(pages, key=lambda page: page.created_at)}
    assert {page.outcome for page in pages} <= {"done", "superseded"}
    assert {page.outcome for page in last.values()} == {"done"}


def _everything_arrived(town: Town, pages: list[Page]) -> None:
    """Check that each page was confirmed, arrived, and came again only with its own key.

    Of pages that a kill let wait together the newest does for the older, which arrived at most unconfirmed.
    """
    _only_newer_ones_did_for_others(pages)
    waited = {page.key for page in pages if page.outcome == "superseded"}
    by = {name: [page for page in pages if page.channel == name] for name in ("pager", "lamp", "terminal")}
    came = Counter(key for key, body in town.pager.pages())
    heard = Counter(body["message"] for body in town.ear.events("page"))
    for seen, name in ((came, "pager"), (heard, "lamp")):
        assert set(seen) | waited >= {page.key for page in by[name]} >= set(seen)
        assert seen.total() - len(seen) <= ROUNDS
    # whoever goes by the key saw each page once; a repetition says the very same
    bodies = {(key, body["message"], body["text"]) for key, body in town.pager.pages()}
    assert len(bodies) == len(came)
    printed = sum(line.startswith("【緊急") for line in town.watch.out)
    surely = sum(page.outcome == "done" for page in by["terminal"])
    assert 0 <= printed - surely <= ROUNDS
    again = (came.total() - len(came), heard.total() - len(heard), printed - surely)
    log.info("killed", times=ROUNDS, pages=len(pages), again_by_webhook_mqtt_print=again)
