"""A disk that refuses every write while it burns: people are told all the same, and nothing is lost."""

from collections import Counter

import pytest

from tests.town import Town
from tests.watch import until

pytestmark = pytest.mark.servers


async def test_a_full_disk_delays_storing_but_no_page(town: Town) -> None:
    """The page goes out, /readyz says why, and what waited in memory is stored once there is room again."""
    await town.watch.start()
    await town.watch.connected("street")
    await town.jetstream.subscribed.wait()
    published = await town.complain(0, 2)
    await until(lambda: _stored(town, published), "the posts before")
    town.watch.limit_files(0)
    published += await town.complain(2, 44)
    await town.paged()
    assert Counter(await town.watch.stored()) == Counter(published[:2])
    status, body = await town.watch.get("/readyz")
    assert status == 503
    assert "storage" in body["wrong"]
    assert (await town.watch.get("/healthz"))[0] == 200
    town.watch.limit_files(-1)
    published += await town.complain(44, 48)
    await until(lambda: _stored(town, published), "everything")
    await until(lambda: _sound(town), "/readyz is content again")
    [row] = await town.watch.incidents()
    assert row["severity"] == "critical"
    assert await town.watch.stop() == 0
    assert town.watch.out.count(next(line for line in town.watch.out if "さくらプリン" in line)) == 1
    assert set(town.pager.times().values()) == {1}
    async with town.watch.memory() as database:
        [fire] = await database.log.open_incidents()
        assert fire.id == row["id"]
        assert await database.log.pending() == {}


async def _stored(town: Town, published: list[str]) -> bool:
    return set(published) == set(await town.watch.stored())


async def _sound(town: Town) -> bool:
    _, body = await town.watch.get("/readyz")
    return "storage" not in body["wrong"]
