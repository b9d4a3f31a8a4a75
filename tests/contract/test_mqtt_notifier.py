"""What a real broker keeps, and what it may say."""

import asyncio
import json
from pathlib import Path

import aiomqtt
import msgspec
import pytest

from alerts import lifecycle
from alerts.command import Answer, Command
from alerts.delivery.notifier import DeliveryError
from tests.broker import Broker, start_mosquitto
from tests.notifier_rigs import NOW, current, listening, page_for, retained, running

pytestmark = pytest.mark.servers


async def test_an_incident_is_retained_while_open_and_cleared_afterwards(broker: Broker) -> None:
    """State, brand board and lamp words follow the incident, and events tell each transition."""
    incident = current(id="fuji:tea:life", brand="fuji")
    async with listening(broker) as listener, running("mqtt", listener.settings) as notifier:
        await notifier.deliver(page_for(incident, "event"))
        async with listening(broker) as late:
            shown = retained(late.heard)
            assert json.loads(shown[f"incident/{incident.id}"])["incident"]["state"] == "triggered"
            assert shown["brand/fuji/severity"] == shown["severity"] == b"warning"
            assert json.loads(shown["brand/fuji"])["incidents"][0]["id"] == incident.id
            assert shown["status"] == b"online"
        over = lifecycle.resolved(incident, by="sato", channel="cli", at=NOW)
        await notifier.deliver(page_for(over, "event"))
        await listener.settle()
        assert retained(listener.heard)["severity"] == b"calm"
        assert retained(listener.heard)[f"incident/{incident.id}"] == b""
        assert [body["state"] for body in listener.events("incident")] == ["triggered", "resolved"]
        await notifier.deliver(page_for(incident, "state"))
    async with listening(broker) as after:
        assert f"incident/{incident.id}" not in retained(after.heard)
        assert retained(after.heard)["status"] == b"offline"


async def test_a_lamp_that_has_its_word_is_not_told_again(broker: Broker) -> None:
    """Figures move every few seconds; the words of brand and site go out when they change, and at a start."""
    incident = current(id="oka:tea:lamp", brand="oka", severity="critical")
    async with listening(broker) as listener, running("mqtt", listener.settings) as notifier:
        await listener.until(lambda heard: "heartbeat" in retained(heard))
        for revision in (1, 2, 3):
            state = msgspec.structs.replace(incident, revision=revision, size=30.0 + revision)
            await notifier.deliver(page_for(state, "state"))
        await notifier.deliver(page_for(lifecycle.resolved(state, by="sato", channel="cli", at=NOW), "event"))
        await listener.settle()
    words = [body for topic, body, _ in listener.heard if topic == "hinoban/main/brand/oka/severity"]
    assert words == [b"critical", b"calm"]
    boards = [topic for topic, _, _ in listener.heard if topic == "hinoban/main/brand/oka"]
    assert len(boards) == 4


async def test_a_brand_that_a_reload_brings_has_a_lamp_at_once(broker: Broker) -> None:
    """Calm as it is, with the next heartbeat, without an incident and without a new connection."""
    brands = {"fuji"}
    async with listening(broker) as listener:
        settings = listener.settings | {"heartbeat_seconds": 1}
        async with running("mqtt", settings, brands=lambda: brands):
            await listener.until(lambda heard: "brand/fuji/severity" in retained(heard))
            brands.add("kita")
            await listener.until(lambda heard: retained(heard).get("brand/kita/severity") == b"calm")
    assert json.loads(retained(listener.heard)["brand/kita"])["incidents"] == []


@pytest.mark.parametrize("version5", [True, False])
async def test_commands_by_mqtt_are_answered(tmp_path: Path, version5: bool) -> None:  # noqa: FBT001 - both brokers
    """Good ones reach the handler; retained, broken and unknown ones are refused; by MQTT 5 and 3.1.1."""
    handled: list[Command] = []

    async def handle(command: Command) -> Answer:
        handled.append(command)
        return Answer(ok=True, text="done", action=command.action, incident=command.incident)

    root = "hinoban/main/command/incident/fuji:tea:x"
    with start_mosquitto(tmp_path, version5=version5) as own:
        async with listening(own) as listener, running("mqtt", listener.settings, handle=handle):
            await listener.until(lambda heard: "severity" in retained(heard))
            sends = aiomqtt.Client("127.0.0.1", own.port, protocol=aiomqtt.ProtocolVersion.V311)
            async with sends as client:
                await client.publish(f"{root}/ack", b'{"by":"sato","minutes":20}', qos=1)
                await client.publish(f"{root}/snooze", b'{"by":"sato","minutes":"soon"}', qos=1)
                await client.publish(f"{root}/dance", b'{"by":"sato"}', qos=1)
                await client.publish(f"{root}/ack", b"\xff\xfe{", qos=1)
                await client.publish(f"{root}/ack", b"x" * 9_000, qos=1)
                # deeper than a decoder goes: it must end the message, not the connection
                await client.publish(f"{root}/ack", b'{"by":"sato","a":' + b"[" * 4_000 + b"}", qos=1)
            await listener.until(lambda _: len(listener.events("answer")) == 6)
    answers = [(body["ok"], body["text"][:12]) for body in listener.events("answer")]
    assert answers[0] == (True, "done")
    assert all(not ok for ok, _ in answers[1:])
    assert [(c.action, c.by, c.minutes, c.channel) for c in handled] == [("ack", "sato", 20, "mqtt")]


async def test_a_flood_of_megabytes_does_not_reach_us(broker: Broker) -> None:
    """A broker of MQTT 5 keeps what is larger than any command; the next one is carried out."""

    async def handle(command: Command) -> Answer:
        return Answer(ok=True, text="done", action=command.action, incident=command.incident)

    topic = "hinoban/main/command/incident/fuji:tea:x/ack"
    async with listening(broker) as listener, running("mqtt", listener.settings, handle=handle):
        await listener.until(lambda heard: "severity" in retained(heard))
        assert listener.client
        for _ in range(5):
            await listener.client.publish(topic, b'{"by":"' + b"x" * 1_000_000 + b'"}', qos=1)
        await listener.client.publish(topic, b'{"by":"sato"}', qos=1)
        await listener.until(lambda _: bool(listener.events("answer")))
    assert [(body["ok"], body["text"]) for body in listener.events("answer")] == [(True, "done")]


async def test_a_retained_command_is_refused(tmp_path: Path) -> None:
    """Whether it lies there or arrives live (MQTT 5 keeps the flag), it is never carried out."""
    handled: list[Command] = []

    async def handle(command: Command) -> Answer:
        handled.append(command)
        return Answer(ok=True, text="done", action=command.action, incident=command.incident)

    topic = "hinoban/main/command/incident/fuji:tea:x/ack"
    with start_mosquitto(tmp_path, version5=False) as own:
        async with listening(own) as listener:
            async with aiomqtt.Client("127.0.0.1", own.port, protocol=aiomqtt.ProtocolVersion.V311) as client:
                await client.publish(topic, b'{"by":"sato"}', qos=1, retain=True)
            async with running("mqtt", listener.settings, handle=handle):
                await listener.until(lambda _: len(listener.events("answer")) == 1)
    assert "must not be retained" in listener.events("answer")[0]["text"]
    assert handled == []


async def test_a_broker_that_vanishes_is_retryable_and_its_state_comes_back(tmp_path: Path) -> None:
    """After the broker's return what is open is retained again, and what waits in the outbox is asked for."""
    incident, returns = current(id="fuji:tea:back", brand="fuji"), list[str]()
    with start_mosquitto(tmp_path) as own:
        settings = {"port": own.port, "longest_back_off_seconds": 0.2, "timeout_seconds": 5}
        async with running("mqtt", settings, back=returns.append) as notifier:
            await notifier.deliver(page_for(incident, "event"))
            await asyncio.to_thread(own.stop)
            assert len(returns) == 1
            with pytest.raises(DeliveryError) as error:
                await notifier.deliver(page_for(incident))
            assert error.value.retryable
            (tmp_path / "mosquitto.db").unlink()
            await asyncio.to_thread(own.start)
            async with listening(own) as listener:
                await listener.until(lambda heard: f"incident/{incident.id}" in retained(heard))
                await listener.until(lambda _: len(returns) == 2)


async def test_a_broker_that_refuses_us_is_a_permanent_failure(tmp_path: Path) -> None:
    """A wrong password and a topic that the ACL forbids are said so, and not retried."""
    with start_mosquitto(tmp_path, passwords={"hinoban": "right"}) as own:
        settings = {"port": own.port, "username": "hinoban", "password_file": "mqtt"}
        async with running("mqtt", settings) as notifier:
            with pytest.raises(DeliveryError, match="refuses us") as error:
                await notifier.deliver(page_for(current()))
            assert not error.value.retryable
        async with running("mqtt", settings, secret=lambda _: "right") as notifier:
            await notifier.deliver(page_for(current()))


async def test_a_publication_that_the_acl_forbids_is_not_confirmed(tmp_path: Path) -> None:
    """A PUBACK that says no is no confirmation (MQTT 5)."""
    acl = "topic readwrite hinoban/main/status\ntopic read hinoban/main/command/#\n"
    with start_mosquitto(tmp_path, acl=acl) as own:
        async with running("mqtt", {"port": own.port}) as notifier:
            with pytest.raises(DeliveryError, match="refuses to publish hinoban/main/event") as error:
                await notifier.deliver(page_for(current()))
            assert not error.value.retryable
