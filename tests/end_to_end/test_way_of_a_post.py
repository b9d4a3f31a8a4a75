"""From real posts to a page, and from an answer back to everybody: all through real servers."""

import asyncio
import json
import re
from typing import Any

import pytest

from tests.bystanders import ROOT, retained
from tests.town import Town, signed
from tests.unhappy import a_post
from tests.watch import HOME, until

pytestmark = pytest.mark.servers


async def test_posts_become_a_page_and_an_answer_is_seen_by_everybody(town: Town) -> None:
    """Complaints by MQTT and Jetstream page every channel at once; ack and resolve reach all of them."""
    await town.watch.start()
    incident = await town.catch_fire()
    await _everybody_knows(town, incident)
    await _answered(town, incident)
    await _resolved(town, incident)
    await _counted(town)
    assert town.pager.forged == 0
    assert max(town.pager.times().values()) == 1


async def _everybody_knows(town: Town, incident: str) -> None:
    """Check the retained state, the event, the alert and the page."""
    told = await until(lambda: town.ear.incident(incident), "the retained incident")
    assert (told["brand"], told["topics"], told["state"]) == ("sakura", ["pudding"], "triggered")
    await until(lambda: town.ear.words("severity")[-1] == "critical", "the lamp's word")
    assert town.ear.words("brand/sakura/severity")[-1] == "critical"
    assert town.ear.words("brand/minato/severity")[-1] == "calm"
    board = json.loads(town.ear.shown[f"{ROOT}/brand/sakura"])
    assert [row["id"] for row in board["incidents"]] == [incident]
    assert [body["severity"] for body in town.ear.events("incident")] == ["ember", "critical"]
    [page] = town.ear.events("page")
    assert (page["kind"], page["channel"], page["incident"]) == ("first", "lamp", incident)
    alert = await until(town.alert, "an alert")
    assert alert["labels"]["incident"] == incident
    assert alert["labels"]["severity"] == "critical"
    [(key, paged)] = town.pager.pages()
    assert key == f"{incident}:first:0:oncall:pager"
    first = paged["text"].splitlines()[0]
    assert first.startswith("【緊急】さくらプリン")
    assert town.watch.out.count(first) == 1
    # the alert shows the page with the figures of now, so only what does not move is compared
    await until(lambda: _annotated(town, "page", "【緊急】さくらプリン"), "the page beside the alert")


async def _answered(town: Town, incident: str) -> None:
    """Acknowledge by MQTT, and find it everywhere."""
    await town.ear.publish(f"command/incident/{incident}/ack", json.dumps({"by": "sato"}))
    [answer] = await until(lambda: town.ear.events("answer"), "an answer")
    assert (answer["ok"], answer["by"], answer["state"]) == (True, "sato", "acknowledged")
    await until(lambda: town.ear.incident(incident)["state"] == "acknowledged", "it, retained")
    assert town.ear.incident(incident)["owner"] == "sato"
    [row] = await town.watch.incidents()
    assert (row["id"], row["state"], row["owner"]) == (incident, "acknowledged", "sato")
    await until(lambda: _annotated(town, "state", "acknowledged"), "it, in the alert")
    await until(lambda: town.pager.taken[-1][1].get("state") == "acknowledged", "it, as an event")


async def _resolved(town: Town, incident: str) -> None:
    """Resolve by MQTT, and find nothing left."""
    wish = json.dumps({"by": "sato", "verdict": "noise"})
    await town.ear.publish(f"command/incident/{incident}/resolve", wish)
    await until(lambda: not town.ear.incident(incident), "the incident is cleared")
    await until(lambda: town.ear.words("severity")[-1] == "calm", "the lamp is calm")
    kept = await retained(town.broker)
    assert not [topic for topic in kept if topic.startswith(f"{ROOT}/incident/")]
    assert kept[f"{ROOT}/brand/sakura/severity"] == b"calm"
    assert kept[f"{ROOT}/status"] == b"online"
    await until(lambda: _no_alert(town), "the alert ends")
    assert await town.watch.incidents() == []
    [row] = await town.watch.incidents("--days", "1")
    assert (row["id"], row["state"]) == (incident, "resolved")
    await until(lambda: len(town.pager.pages()) == 2, "the all-clear")
    assert [body["kind"] for _, body in town.pager.pages()] == ["first", "resolved"]


async def _counted(town: Town) -> None:
    """Check that /metrics tells the same story, with every metric of the documentation."""
    metric = town.watch.metric
    assert await metric("hinoban_posts_received_total", source="street") == 20
    assert await metric("hinoban_posts_received_total", source="bluesky") == 20
    assert await metric("hinoban_mentions_total", topic="pudding") == 40
    assert await metric("hinoban_mentions_scored_total", topic="pudding") == 40
    for state in ("triggered", "acknowledged", "resolved"):
        assert await metric("hinoban_incident_transitions_total", brand="sakura", state=state) == 1
    assert await metric("hinoban_incident_verdicts_total", verdict="noise") == 1
    assert await metric("hinoban_time_to_acknowledge_seconds_count") == 1
    assert await metric("hinoban_page_latency_seconds_bucket", le="10.0") == 8
    for channel in ("terminal", "lamp", "alertmanager", "pager"):
        assert await metric("hinoban_pages_total", channel=channel, kind="first", outcome="done") == 1
    assert await metric("hinoban_dead_letters_total") == 0
    assert await metric("hinoban_source_up") == 3
    names = {re.sub(r"_(bucket|count|sum|created)$", "", name) for name, _, _ in await town.watch.samples()}
    documented = set(
        re.findall(r"^\| `(hinoban_\w+)`", (HOME / "docs/metrics.md").read_text("utf-8"), re.MULTILINE)
    )
    assert documented
    assert documented <= names


async def _annotated(town: Town, name: str, value: str) -> bool:
    alert = await town.alert()
    return alert is not None and alert["annotations"].get(name, "").startswith(value)


async def _no_alert(town: Town) -> bool:
    return await town.alert() is None


async def test_posts_by_http_are_signed_read_and_stored(town: Town) -> None:
    """A sender hears 202 once its post is stored, and in a sentence why it is refused otherwise."""
    await town.watch.start()
    await town.watch.connected("shop")
    one = json.dumps(a_post(1)).encode()
    assert await town.watch.post("/ingest/shop", one, signed(one)) == (202, {"accepted": 1})
    assert await town.watch.stored() == ["m1"]
    status, body = await town.watch.post("/ingest/shop", one, signed(one, "a secret of somebody else"))
    assert (status, "signature" in body["error"]) == (401, True)
    assert (await town.watch.post("/ingest/shop", one, {}))[0] == 401
    huge = b" " * (2 * 1024 * 1024 + 1)
    assert (await town.watch.post("/ingest/shop", huge, signed(huge)))[0] == 413
    assert (await town.watch.post("/ingest/nobody", one, signed(one)))[0] == 404
    bad: list[Any] = [a_post(2), {"id": "m3", "text": "no time"}]
    listed = json.dumps(bad).encode()
    status, body = await town.watch.post("/ingest/shop", listed, signed(listed))
    assert (status, body["accepted"]) == (400, 1)
    assert [(refused["index"], refused["field"]) for refused in body["refused"]] == [(1, "created_at")]
    assert await town.watch.stored() == ["m1", "m2"]
    assert await town.watch.metric("hinoban_posts_dropped_total", source="shop", reason="signature") == 2
    assert await town.watch.metric("hinoban_posts_dropped_total", source="shop", reason="bad") == 1


async def test_bad_posts_are_kept_apart_and_stop_nothing(town: Town) -> None:
    """Rubbish by MQTT and by Jetstream is counted and quarantined, and the post behind it is stored."""
    await town.watch.start()
    await town.watch.connected("street")
    await town.jetstream.subscribed.wait()
    for rubbish in (
        b"\xff\xfe{",
        b'{"id":',
        b"[1,2]",
        b'{"id":"x","text":5,"created_at":"now"}',
        b"x" * 5_000_000,
    ):
        await town.ear.publish("ingest/street", rubbish)
    town.jetstream.publish({"did": 7, "time_us": "yesterday", "kind": "commit"})
    town.jetstream.publish({"kind": "commit", "time_us": 5})
    await town.complain(0, 2)
    await until(lambda: _stored(town, 2), "the two posts behind the rubbish")
    assert await town.watch.metric("hinoban_posts_dropped_total", source="street") >= 5
    assert await town.watch.metric("hinoban_posts_dropped_total", source="bluesky") == 2
    assert await town.watch.metric("hinoban_posts_dropped_total", source="street", reason="oversize") == 1
    await until(lambda: _quarantined(town), "the quarantine")
    status, _ = await town.watch.get("/healthz")
    assert status == 200
    status, body = await town.watch.get("/readyz")
    assert (status, body) == (200, {"ok": True, "wrong": {}})


async def _stored(town: Town, posts: int) -> bool:
    return len(await town.watch.stored()) == posts


async def _quarantined(town: Town) -> bool:
    async with town.watch.memory() as database:
        totals = await database.quarantine.totals()
    return totals.get("street", 0) >= 5 and totals.get("bluesky", 0) == 2


async def test_a_start_and_a_stop_are_told_to_systemd_and_to_the_broker(town: Town) -> None:
    """READY=1 and STOPPING=1 are said, and a clean stop says goodbye instead of leaving the last will."""
    await town.watch.start()
    await until(lambda: town.ear.words("status") == ["online"], "online")
    stopped = asyncio.create_task(town.watch.stop())
    assert await stopped == 0
    await until(lambda: town.ear.words("status") == ["online", "offline"], "offline")
    assert any("STOPPING=1" in told for told in town.watch.told)
    assert any(line.rstrip().endswith("Client hinoban-test disconnected.") for line in town.broker.log)
