"""What a real Alertmanager shows of incidents."""

import asyncio
from pathlib import Path

import msgspec
import pytest
import structlog

from alerts import lifecycle
from alerts.delivery import NOTIFIERS
from alerts.delivery.notifier import DeliveryError
from alerts.incident import Explanation, Quote
from tests.alertmanager import Alertmanager, start_alertmanager
from tests.fakes_alerts import a_paging
from tests.notifier_rigs import NOW, Manager, current, lent, page_for, running

pytestmark = pytest.mark.servers


async def test_an_alert_changes_its_severity_in_one_post_and_ends_with_its_incident(
    manager: Alertmanager,
) -> None:
    """The old label set ends when the severity changes; the all-clear ends the rest."""
    incident = current(id="sakura:pudding:severity")

    async def severities() -> list[str]:
        alerts = await asyncio.to_thread(manager.alerts)
        return [a["labels"]["severity"] for a in alerts if a["labels"]["incident"] == incident.id]

    async with running("alertmanager", {"url": manager.url}) as notifier:
        await notifier.deliver(page_for(incident, "event"))
        assert await severities() == ["warning"]
        worse = lifecycle.raised(incident, "critical", (), NOW)
        await notifier.deliver(page_for(worse, "event"))
        assert await severities() == ["critical"]
        over = lifecycle.resolved(worse, by="sato", channel="cli", at=NOW)
        await notifier.deliver(page_for(over, "event"))
        assert await severities() == []
        await notifier.deliver(page_for(incident, "event"))
        assert await severities() == [], "an old state must not fire again"


async def test_the_last_page_stays_beside_an_alert_when_only_its_state_changes(
    manager: Alertmanager,
) -> None:
    """Whoever opens the alert reads the page, not the log's summary of a state."""
    incident = current(id="sakura:pudding:read-out")
    page = page_for(incident, "first")

    async def beside() -> list[str]:
        alerts = await asyncio.to_thread(manager.alerts)
        return [a["annotations"]["page"] for a in alerts if a["labels"]["incident"] == incident.id]

    async with running("alertmanager", {"url": manager.url}) as notifier:
        await notifier.deliver(page)
        await notifier.deliver(page_for(incident, "event"))
        assert await beside() == [page.text]


async def test_an_alert_says_in_the_readers_words_what_burns(manager: Alertmanager) -> None:
    """The summary is the headline and the page stands whole; insults are not among the quotes."""
    rude = Quote(source="b", id="1", text="この会社死ね", others=3)
    said = Quote(source="b", id="2", text="さくらプリンに虫", others=3)
    incident = current(id="sakura:pudding:words", explanation=Explanation(quotes=(rude, said)))
    paging = a_paging(channels=("far",), publishers=("far",))
    incident = msgspec.structs.replace(incident, summary=paging.summary(incident))
    async with running("alertmanager", {"url": manager.url}) as notifier:
        await notifier.restore([incident])
        await notifier.deliver(page_for(incident, "event"))
        alerts = await asyncio.to_thread(manager.alerts)
    (told,) = [a["annotations"] for a in alerts if a["labels"]["incident"] == incident.id]
    assert told["summary"].startswith("【注意】pudding 不満12人/30分(普段2)")
    assert told["page"].startswith(told["summary"])
    assert told["quotes"] == "さくらプリンに虫 (+3)"


async def test_an_alertmanager_never_hears_of_embers_and_buzz(manager: Alertmanager) -> None:
    """What pages nobody is no alert."""
    ember = current(id="sakura:pudding:ember", severity="ember")
    buzz = current(id="sakura:pudding:buzz", mood="buzz")
    async with running("alertmanager", {"url": manager.url}) as notifier:
        await notifier.deliver(page_for(ember, "event"))
        await notifier.deliver(page_for(buzz, "event"))
    assert await Manager(manager).arrived(ember.id) == 0
    assert await Manager(manager).arrived(buzz.id) == 0


async def test_an_alertmanager_that_was_killed_learns_everything_from_the_first_change(
    tmp_path: Path,
) -> None:
    """It kept nothing; what did not change meanwhile does not wait for the next minute."""
    old, new = current(id="sakura:pudding:old"), current(id="sakura:cookie:new")
    with start_alertmanager(tmp_path) as own:
        async with running("alertmanager", {"url": own.url}) as notifier:
            await notifier.deliver(page_for(old, "event"))
            await asyncio.to_thread(own.kill)
            with pytest.raises(DeliveryError):
                await notifier.deliver(page_for(new, "event"))
            await asyncio.to_thread(own.start)
            await notifier.deliver(page_for(new, "event"))
            assert [await Manager(own).arrived(one.id) for one in (old, new)] == [1, 1]


async def test_open_alerts_that_did_not_arrive_are_not_kept_for_a_minute(tmp_path: Path) -> None:
    """An Alertmanager that comes back has what burns within seconds, although nothing changes."""
    incident = current(id="sakura:pudding:soon")
    row = NOTIFIERS["alertmanager"]
    with start_alertmanager(tmp_path) as own:
        await asyncio.to_thread(own.kill)
        notifier = row.make("far", msgspec.convert({"url": own.url}, row.settings), lent())
        await notifier.restore([incident])
        task = asyncio.create_task(notifier.run())
        with structlog.testing.capture_logs() as logs:
            while not logs:  # noqa: ASYNC110 - a log has no event
                await asyncio.sleep(0)
        assert logs[0]["event"] == "alerts not sent again"
        await asyncio.to_thread(own.start)
        async with asyncio.timeout(20):
            while not await Manager(own).arrived(incident.id):  # noqa: ASYNC110 - Alertmanager has no event
                await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await notifier.close()


async def test_open_alerts_are_sent_again_after_a_restart(manager: Alertmanager) -> None:
    """A fresh notifier that is told what is open lets it fire again."""
    said = Quote(source="b", id="2", text="さくらプリンに虫")
    incident = current(id="sakura:pudding:restart", explanation=Explanation(quotes=(said,), terms=("虫",)))
    row = NOTIFIERS["alertmanager"]
    notifier = row.make("far", msgspec.convert({"url": manager.url}, row.settings), lent())
    await notifier.restore([incident])
    task = asyncio.create_task(notifier.run())
    async with asyncio.timeout(10):
        while not await Manager(manager).arrived(incident.id):  # noqa: ASYNC110 - Alertmanager has no event
            await asyncio.sleep(0)
    assert not task.done()
    alerts = await asyncio.to_thread(manager.alerts)
    (told,) = [a["annotations"] for a in alerts if a["labels"]["incident"] == incident.id]
    assert "さくらプリンに虫" in told["page"], "what burns is told before the next change"
    assert told["terms"] == "虫"
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await notifier.close()
