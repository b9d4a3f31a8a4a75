"""The detector's state as bytes, and what is said of bytes that are none."""

import msgspec

from models.flareup import FlareUp
from models.keyword import TopicKey
from models.volume.detection import Topic
from models.volume.outages import Outages

VERSION = 1


class Snapshot(msgspec.Struct):
    """The detector's state as it is stored."""

    version: int
    topics: list[Topic]
    outages: Outages
    touched: list[TopicKey]
    waiting: list[FlareUp]


class Versioned(msgspec.Struct):
    """As much of a snapshot as every version has."""

    version: int


class SnapshotError(ValueError):
    """The stored state cannot be used: the message says why and what to do."""


def encode(snapshot: Snapshot) -> bytes:
    """Return a state as bytes."""
    return msgspec.msgpack.encode(snapshot)


def decode(blob: bytes) -> Snapshot:
    """Return the state in *blob*; raises SnapshotError."""
    try:
        version = msgspec.msgpack.decode(blob, type=Versioned).version
        if version > VERSION:
            raise SnapshotError(
                f"the detector's state is of version {version}, newer than the {VERSION} this program"
                " understands; start the newer program, or delete the snapshot to learn afresh"
            )
        return msgspec.msgpack.decode(blob, type=Snapshot)
    except msgspec.DecodeError as error:
        raise SnapshotError(
            f"the detector's state is damaged ({error}); delete the snapshot to re-learn from stored posts"
        ) from error
