"""A persistent MQTT session whose messages are acknowledged when we say so.

aiomqtt 2.5 acknowledges as soon as a message is read. The paho client below it can leave that to its user
(``manual_ack_set``, ``ack``) and knows whether the broker still had our session; aiomqtt shows neither, so
this module, and no other, reaches through to it.
"""

from collections.abc import AsyncGenerator, Iterable
from typing import Any

import aiomqtt
from paho.mqtt.client import ConnectFlags
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from listener.sources.source import SourceError

WINDOW = 256  # messages that the broker may send ahead of our acknowledgements (MQTT 5)
MOST_QUEUED = 10_000  # QoS 0 knows no window; beyond this aiomqtt drops and warns
# MQTT 5.0, 3.2.2.2; paho gives the return codes of 3.1.1 by the same numbers.
UNSUPPORTED_VERSION = 132
PERMANENT = frozenset({133, 134, 135, 138, 140})
REFUSED_SUBSCRIPTION = 128


class Session:
    """One connection of a persistent session; ``present`` tells whether the broker had kept it."""

    def __init__(self, client: aiomqtt.Client) -> None:
        self.client = client
        self.present = False
        self._paho = client._client  # noqa: SLF001 - see the module's docstring
        self._paho.manual_ack_set(on=True)
        inner: Any = self._paho.on_connect

        def on_connect(paho: Any, userdata: Any, flags: ConnectFlags, code: Any, properties: Any) -> None:
            self.present = flags.session_present
            if inner is not None:
                inner(paho, userdata, flags, code, properties)

        self._paho.on_connect = on_connect

    async def messages(self, most: int) -> AsyncGenerator[list[aiomqtt.Message], None]:
        """Yield what has come, up to *most* messages at a time; raises MqttError when the connection ends."""
        incoming = self.client.messages
        async for first in incoming:
            some = [first]
            while len(some) < most and len(incoming):
                some.append(await anext(incoming))
            yield some

    def acknowledge(self, messages: Iterable[aiomqtt.Message]) -> None:
        """Tell the broker that *messages* are ours now; on a broken connection it will send them again."""
        for message in messages:
            if message.qos:
                self._paho.ack(message.mid, message.qos)


def connect_properties(days: int) -> Properties:
    """Return the MQTT 5 properties that make the broker keep our session for *days*."""
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call] # paho leaves it untyped
    properties.SessionExpiryInterval = days * 86_400
    properties.ReceiveMaximum = WINDOW
    return properties


def refuses_version(error: aiomqtt.MqttError) -> bool:
    """Tell whether a broker refused because it does not speak MQTT 5."""
    return _code(error) == UNSUPPORTED_VERSION


def failure(error: aiomqtt.MqttError, broker: str) -> SourceError:
    """Return the error for ``resume``."""
    if isinstance(error, aiomqtt.exceptions.MqttConnectError):
        return SourceError(
            f"{broker} refused the connection ({error})", retryable=_code(error) not in PERMANENT
        )
    return SourceError(f"the connection to {broker} failed ({error})", retryable=True)


def check_subscription(codes: Iterable[Any], topic: str) -> None:
    """Raise SourceError if the broker granted nothing."""
    for code in codes:
        if getattr(code, "value", code) >= REFUSED_SUBSCRIPTION:
            message = f"the broker does not let us subscribe to {topic} ({code}); correct its ACL"
            raise SourceError(message, retryable=False)


def _code(error: aiomqtt.MqttError) -> int:
    code = getattr(error, "rc", 0)
    return int(getattr(code, "value", code) or 0)
