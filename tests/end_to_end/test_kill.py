"""kill -9 while posts stream in: nothing that was published is lost, and nothing is there twice."""

import asyncio
import json
import os
import random
from collections import Counter
from zoneinfo import ZoneInfo

import pytest

from listener.recovery import SNAPSHOT
from models.keyword import TopicKey
from models.volume.counting import WINDOW
from models.volume.settings import DetectionSettings
from models.volume.watch import Watch as Detector
from tests.bystanders import ROOT, retained
from tests.town import Town
from tests.watch import until

pytestmark = pytest.mark.servers

ROUNDS = int(os.environ.get("KILLS", "5"))
SEED = int(os.environ.get("KILL_SEED", "20261120"))
PUDDING = TopicKey("sakura", "pudding")


class Crowd:
    """Complains without a pause, whether anybody listens or not."""

    def __init__(self, town: Town) -> None:
        self.published: list[str] = []
        self._town = town
        self._enough = asyncio.Event()

    async def stream(self) -> None:
        """Publish a complaint in every moment until it is enough."""
        moments = asyncio.get_running_loop().time
        while not self._enough.is_set():
            due = moments() + 0.04
            first = len(self.published)
            self.published += await self._town.complain(first, first + 1)
            await until(lambda due=due: moments() >= due, "the next moment")  # type: ignore[misc]  # bound now

    def enough(self) -> None:
        """End the stream after the complaint that is on its way."""
        self._enough.set()


@pytest.mark.parametrize("seed", [SEED])
async def test_a_killed_watch_loses_nothing_and_doubles_nothing(town: Town, seed: int) -> None:
    """After some kills at random moments every post is stored and counted once, and every page got out."""
    chance = random.Random(seed)
    await town.watch.start()
    await town.watch.connected("street")
    await town.jetstream.subscribed.wait()
    crowd = Crowd(town)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(crowd.stream())
        await until(lambda: _any_of_bluesky(town), "a cursor to resume from")
        for _ in range(ROUNDS):
            await _killed_within(town, chance.uniform(0.0, 2.5))
            await town.watch.launch()
        await town.watch.kill()
        await until(lambda: town.ear.words("status")[-1] == "offline", "the last will")
        await town.watch.start()
        crowd.enough()
    await until(lambda: _all_there(town, crowd.published), "every post is stored")
    await until(lambda: _shown_as_stored(town), "the last state is shown")
    assert await town.watch.stop() == 0
    await _posts_are_there_once(town, crowd.published)
    await _pages_got_out(town)
    assert (await retained(town.broker))[f"{ROOT}/status"] == b"offline"


async def _killed_within(town: Town, seconds: float) -> None:
    """Kill the watch so many seconds from now, or when it ends by itself, which it must not."""
    with pytest.raises(TimeoutError):
        await town.watch.ended(within=seconds)
    await town.watch.kill()


async def _any_of_bluesky(town: Town) -> bool:
    return any(post.startswith("at://") for post in await town.watch.stored())


async def _all_there(town: Town, published: list[str]) -> bool:
    return set(published) <= set(await town.watch.stored())


async def _shown_as_stored(town: Town) -> bool:
    """Tell whether what is retained is what the log holds, and nothing waits for the pager."""
    async with town.watch.memory() as database:
        burning = await database.log.open_incidents()
        waiting = await database.log.pending()
    shown = {incident: town.ear.incident(incident)["revision"] for incident in town.ear.burning()}
    return not waiting and shown == {one.id: one.revision for one in burning} != {}


async def _posts_are_there_once(town: Town, published: list[str]) -> None:
    async with town.watch.memory() as database:
        mentions = [mention for _, mention in await database.mentions.after(0, 100_000)]
        last, _ = await database.mentions.last()
        unscored = await database.mentions.unscored(10)
        snapshot = await database.state.load(SNAPSHOT)
    counts = Counter(mention.post.id for mention in mentions if mention.key == PUDDING)
    assert set(counts) == set(published)
    assert set(counts.values()) == {1}
    assert unscored == []
    assert snapshot is not None
    assert snapshot.seq == last
    detector = Detector([PUDDING], DetectionSettings(), {"sakura": ZoneInfo("Asia/Tokyo")})
    detector.load(snapshot.blob)
    tally = detector._topics[PUDDING].tally
    assert tally.posts.total(WINDOW) == len(published)
    assert tally.scored.total(WINDOW) == len(published)


async def _pages_got_out(town: Town) -> None:
    """Check that there is one fire, and that each of its pages was delivered, twice only where allowed."""
    async with town.watch.memory() as database:
        incidents = await database.log.incidents(100)
        pages = [page for one in incidents for page in await database.log.pages_of(one.id)]
    [fire] = [one for one in incidents if one.severity != "ember"]
    assert (fire.state, fire.severity, fire.topic) == ("triggered", "critical", "pudding")
    rings = {page.key for page in pages if page.kind not in {"state", "event"}}
    assert f"{fire.id}:first:0:oncall:pager" in rings
    assert {key for key in rings if key.endswith(":pager")} == {key for key, _ in town.pager.pages()}
    heard = [body["message"] for body in town.ear.events("page")]
    assert {key for key in rings if key.endswith(":lamp")} == set(heard)
    # A page is sent again only if the kill fell between its delivery and the note of it.
    for times in (town.pager.times(), Counter(heard)):
        assert sum(times.values()) - len(times) <= ROUNDS
    kept = await retained(town.broker)
    shown = [json.loads(body)["incident"] for topic, body in kept.items() if "/incident/" in topic]
    revisions = {one.id: one.revision for one in incidents if one.open}
    assert {told["id"]: told["revision"] for told in shown} == revisions
    assert kept[f"{ROOT}/severity"] == b"critical"
    alert = await town.alert()
    assert alert is not None
    assert alert["labels"]["incident"] == fire.id
