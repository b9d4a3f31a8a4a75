"""Commands that cross each other, come too late, or are rubbish by the thousand, while a fire is paged."""

import asyncio
import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import aiomqtt
import pytest
import structlog

from alerts import lifecycle
from tests.broker import free_port
from tests.bystanders import ROOT
from tests.town import Town
from tests.unhappy import now
from tests.watch import until

log = structlog.get_logger(__name__)

pytestmark = pytest.mark.servers

SEED = 20261122
MESSAGES = 5_000
"""Before the page and again after it."""
AT_ONCE = 9
IN_TIME = 5.0
"""Seconds from the decision to the pager and to the broker that is being flooded."""
LINKS = """
[links]
public_url = "http://127.0.0.1:{port}"
listen = "127.0.0.1:{port}"
"""
DEEP = b'{"by":"mallory","reason":' + b"[" * 4_000 + b"]" * 4_000 + b"}"
HUGE = b'{"by":"mallory","reason":"' + b"x" * 1_000_000 + b'"}'


async def test_three_who_acknowledge_at_once_all_learn_who_has_it(town: Town) -> None:
    """By command line, MQTT and link within a second: one owner, the same for everybody, nobody refused."""
    incident, link = await _burning(town)
    async with aiohttp.ClientSession() as session:
        answered, _, (status, page) = await asyncio.gather(
            town.watch.command("ack", incident, "--by", "tanaka"),
            _says(town, incident, "ack", by="suzuki"),
            _pressed(session, link),
        )
        assert answered.code == 0, answered
        assert answered.out.startswith(f"{incident} is acknowledged until ")
        assert "; taken over from " in answered.out, "a process of its own is the last to say so"
        assert (status, "対応中" in page) in {(200, True), (409, True)}
        [told] = await until(lambda: town.ear.events("answer"), "the answer by MQTT")
        assert told["ok"], told
        # a second press, a link that was used: it says who has it, and changes nothing
        before = (await town.watch.incidents())[0]["owner"]
        status, page = await _pressed(session, link)
        assert (status in {200, 409}, before in page) == (True, True)
    owner = await _one_owner(town, incident)
    async with town.watch.memory() as database:
        known = await database.log.incident(incident)
        assert known is not None
    acks = [entry for entry in known.timeline if entry.what == "acknowledged"]
    assert {entry.by for entry in acks} >= {"tanaka", "suzuki"}
    assert acks[-1].by == owner == before
    assert await town.watch.metric("hinoban_time_to_acknowledge_seconds_count") == 1


async def test_what_is_over_is_not_acknowledged_by_any_way(town: Town) -> None:
    """Command line, MQTT and link each say since when it is over, and it stays so."""
    incident, link = await _burning(town)
    assert (await town.watch.command("resolve", incident, "--by", "sato")).code == 0
    late = await town.watch.command("ack", incident, "--by", "tanaka")
    assert (late.code, late.out) == (1, "")
    assert "resolved" in late.err
    assert late.err.count("\n") == 1
    await _says(town, incident, "ack", by="suzuki")
    [told] = await until(lambda: town.ear.events("answer"), "the answer by MQTT")
    assert (told["ok"], told["state"], "resolved" in told["text"]) == (False, "resolved", True)
    async with aiohttp.ClientSession() as session:
        status, page = await _pressed(session, link)
    assert (status, "<button" in page) == (409, False)
    [row] = await town.watch.incidents("--days", "1")
    assert (row["id"], row["state"], row["owner"]) == (incident, "resolved", "")


async def test_a_flood_of_rubbish_delays_no_page_and_changes_nothing(town: Town) -> None:
    """Ten thousand broken commands around a fire: it is paged in time, and a true command still counts."""
    await town.watch.start()
    await town.watch.connected("street")
    await town.jetstream.subscribed.wait()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_flood(town, _rubbish("sakura:pudding:20261120T1740Z", random.Random(SEED))))
        tasks.create_task(town.complain(0, 40))
        incident = await town.paged()
        await until(lambda: _delivered(town, "lamp"), "the page, at the broker")
        tasks.create_task(_flood(town, _rubbish(incident, random.Random(SEED + 1))))
    _came_in_time(town, incident)
    async with aiomqtt.Client(town.broker.host, town.broker.port) as phone:
        wish = json.dumps({"by": "sato"})
        await phone.publish(f"{ROOT}/command/incident/{incident}/ack", wish, qos=1)
    await until(lambda: _owned(town, "sato"), "the acknowledgement", within=60)
    await until(lambda: _answers(town)[True], "its answer, behind all refusals", within=60)
    assert town.watch.entries("unstructured") == []
    assert [entry for entry in town.watch.log if entry["level"] in {"error", "critical"}] == []
    async with town.watch.memory() as database:
        known = await database.log.incident(incident)
        assert known is not None
    assert {entry.by for entry in known.timeline} <= {"", lifecycle.WATCH, "sato"}
    answers = _answers(town)
    log.info("flooded", messages=2 * MESSAGES, refused=answers[False], carried_out=answers[True])
    assert answers[True] == 1
    assert answers[False] > 0
    assert (await town.watch.get("/readyz"))[0] == 200
    assert await town.watch.stop() == 0


def _rubbish(incident: str, chance: random.Random) -> Iterator[tuple[str, bytes, bool]]:
    """Yield topics, payloads and whether they are to be retained."""
    past = (now() - timedelta(minutes=1)).isoformat().encode()
    payloads = (
        chance.randbytes(200),
        b"",
        DEEP,
        b'{"by":"mallory","expires":"%s"}' % past,
        b'{"by":"mallory","expires":"tomorrow"}',
        b'{"by":"' + b"m" * 7_000 + b'"}',
        b'{"by":"mallory","minutes":' + b"9" * 5_000 + b"}",
        b'{"by":"mallory","schema":2}',
        b'{"by":null}',
        b'{"by":"mallory","verdict":"maybe"}',
        b'[{"by":"mallory"}]',
        b'{"by":"\\ud800"}',
    )
    for number in range(MESSAGES):
        action = chance.choice(("ack", "resolve", "snooze", "verdict", "dance", "%s", "響"))
        if number % 500 == 0:
            yield f"command/incident/{incident}/{action}", HUGE, False
        elif number % 10 == 0:
            # in order, but for its retained flag or for an incident that nobody knows
            yield f"command/incident/{incident}/ack", b'{"by":"mallory"}', True
        elif number % 10 == 1:
            yield f"command/incident/{'x' * chance.randint(1, 300)}/ack", b'{"by":"mallory"}', False
        else:
            yield f"command/incident/{incident}/{action}", chance.choice(payloads), False


async def _flood(town: Town, messages: Iterator[tuple[str, bytes, bool]]) -> None:
    """Publish as fast as the broker takes it."""
    async with aiomqtt.Client(town.broker.host, town.broker.port) as client:
        rest = list(messages)
        while rest:
            some, rest = rest[:AT_ONCE], rest[AT_ONCE:]
            publishing = (client.publish(f"{ROOT}/{topic}", body, 1, keep) for topic, body, keep in some)
            await asyncio.gather(*publishing)


def _came_in_time(town: Town, incident: str) -> None:
    """Check how long after the decision the first page was at the pager, and at the flooded broker."""
    decided = next(
        e["timestamp"] for e in town.watch.entries("incident") if e["id"] == incident and e["pages"]
    )
    for channel in ("pager", "lamp"):
        done = next(e for e in _deliveries(town, channel))
        waited = _seconds(decided, done["timestamp"])
        log.info("paged", channel=channel, seconds=round(waited, 2))
        assert waited < IN_TIME


def _seconds(first: str, last: str) -> float:
    return (datetime.fromisoformat(last) - datetime.fromisoformat(first)).total_seconds()


def _deliveries(town: Town, channel: str) -> list[dict[str, Any]]:
    return [e for e in town.watch.entries("delivered") if e["channel"] == channel and ":first:" in e["page"]]


def _delivered(town: Town, channel: str) -> bool:
    return bool(_deliveries(town, channel))


def _answers(town: Town) -> Counter[bool]:
    return Counter(body["ok"] for body in town.ear.events("answer"))


async def _burning(town: Town) -> tuple[str, str]:
    """Let it burn; return the incident, and the link that acknowledges it, from the page at the pager."""
    port = free_port()
    with town.watch.config.open("a", encoding="utf-8") as config:
        config.write(LINKS.format(port=port))
    await town.watch.start()
    incident = await town.catch_fire()
    token = re.search(r"/a/([A-Za-z0-9]{22})", town.pager.pages()[0][1]["text"])
    assert token
    return incident, f"http://127.0.0.1:{port}/a/{token[1]}"


async def _says(town: Town, incident: str, action: str, **wish: Any) -> None:
    await town.ear.publish(f"command/incident/{incident}/{action}", json.dumps(wish))


async def _pressed(session: aiohttp.ClientSession, url: str) -> tuple[int, str]:
    async with session.post(url) as answer:
        return answer.status, await answer.text()


async def _owned(town: Town, owner: str) -> bool:
    rows = await town.watch.incidents()
    return [row["owner"] for row in rows] == [owner]


async def _one_owner(town: Town, incident: str) -> str:
    """Return who owns the incident, once broker, alert and command line say the same."""
    [row] = await town.watch.incidents()
    assert row["state"] == "acknowledged"

    async def same() -> bool:
        alert = await town.alert()
        shown = town.ear.incident(incident)
        return alert is not None and {alert["annotations"]["owner"], shown["owner"]} == {row["owner"]}

    await until(same, "one owner everywhere")
    return str(row["owner"])
