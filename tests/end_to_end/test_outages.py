"""A broker or an Alertmanager that is away: the others are told at once, and it when it is back."""

from collections import Counter

import pytest

from tests.bystanders import ROOT, retained
from tests.town import Town
from tests.watch import until

pytestmark = pytest.mark.servers


async def test_a_broker_that_comes_late_is_told_everything_once(town: Town) -> None:
    """Without a broker at the start the page goes everywhere else; afterwards it arrives there too."""
    town.broker.stop()
    await town.watch.start()
    await town.jetstream.subscribed.wait()
    for number in range(1, 60, 2):
        await town.complain(number, number + 1)
    incident = await town.paged()
    assert await until(town.alert, "an alert")
    assert any("【緊急】" in line for line in town.watch.out)
    assert town.ear.events("page") == []
    town.broker.start()
    await until(lambda: town.ear.events("page"), "the page, by MQTT")
    assert (await until(lambda: town.ear.incident(incident), "the incident"))["severity"] == "critical"
    await until(lambda: town.ear.words("severity")[-1:] == ["critical"], "the lamp's word")
    await town.watch.connected("street")
    await _once(town)


async def test_a_broker_that_goes_and_comes_back_misses_nothing(town: Town) -> None:
    """What changes while it is away reaches the pager at once, and the broker afterwards."""
    await town.watch.start()
    incident = await town.catch_fire()
    await until(lambda: town.ear.incident(incident), "the incident")
    # a page whose confirmation is cut off would come again, as it may
    await until(lambda: _delivered(town), "nothing waits")
    town.broker.stop()
    answer = await town.watch.command("resolve", incident, "--by", "sato", "--verdict", "real")
    assert answer.code == 0, answer
    assert answer.out.startswith(f"{incident} is resolved")
    await until(lambda: _kinds(town) == ["first", "resolved"], "the all-clear at the pager")
    await until(lambda: _no_alert(town), "the alert ends")
    town.broker.start()
    await until(lambda: not town.ear.incident(incident), "the incident is cleared")
    await until(lambda: len(town.ear.events("page")) == 2, "the all-clear, by MQTT")
    kept = await retained(town.broker)
    assert not [topic for topic in kept if topic.startswith(f"{ROOT}/incident/")]
    assert kept[f"{ROOT}/severity"] == b"calm"
    assert kept[f"{ROOT}/status"] == b"online"
    await town.watch.connected("street")
    [late] = await town.complain(100, 101)
    await until(lambda: _stored(town, late), "posts by MQTT again")
    await _once(town)


async def test_an_alertmanager_or_a_pager_that_is_down_holds_up_nobody(town: Town) -> None:
    """The lamp and the terminal are told at once; the other two once they are back, and once each."""
    town.alertmanager.stop()
    town.pager.failing = True
    await town.watch.start()
    await town.watch.connected("street")
    await town.jetstream.subscribed.wait()
    await town.complain(0, 40)
    await until(lambda: town.ear.events("page"), "the page, by MQTT")
    await until(lambda: [line for line in town.watch.out if "【緊急】" in line], "the page, printed")
    for channel in ("alertmanager", "pager"):
        await until(lambda: _retried(town, channel), f"an attempt at {channel}")  # noqa: B023 - awaited here
    assert town.pager.taken == []
    town.alertmanager.start()
    town.pager.failing = False
    await town.paged()
    await until(town.alert, "the alert")
    await until(lambda: _delivered(town), "nothing waits")
    assert sum("【緊急】" in line for line in town.watch.out) == 1
    await _once(town)


async def _once(town: Town) -> None:
    """Check that no page was sent twice anywhere."""
    assert set(town.pager.times().values()) == {1}
    heard = Counter(body["message"] for body in town.ear.events("page"))
    assert set(heard.values()) == {1}
    assert await town.watch.metric("hinoban_pages_total", outcome="dead") == 0


def _kinds(town: Town) -> list[str]:
    return [body["kind"] for _, body in town.pager.pages()]


async def _retried(town: Town, channel: str) -> float:
    return await town.watch.metric("hinoban_pages_total", channel=channel, outcome="retried")


async def _delivered(town: Town) -> bool:
    async with town.watch.memory() as database:
        return await database.log.pending() == {}


async def _stored(town: Town, name: str) -> bool:
    return name in await town.watch.stored()


async def _no_alert(town: Town) -> bool:
    return await town.alert() is None
