"""Tables of kinds with everything a setting can be, and files that are decoded by them."""

from pathlib import Path
from typing import Literal

import msgspec

from config import decode
from config.settings import Settings


class Tls(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A nested table of a source."""

    ca: str = ""
    verify: bool = True


class Route(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An entry of an array of tables."""

    to: str


class Broker(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings with everything a setting can be."""

    host: str
    port: int = 1883
    topics: tuple[str, ...] = ()
    version: Literal["5", "3.1.1"] = "5"
    tls: Tls | None = None
    routes: tuple[Route, ...] = ()
    spool: Path | None = None
    limits: dict[str, int] = {}


class Terminal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings with one switch."""

    colour: bool = True


class Detection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of the detector."""

    threshold: float = 8.0


class Severity(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of one brand's severity."""

    critical_in_30_min: int = 20


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step of a ladder."""

    after: float


class Ladder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A ladder."""

    steps: tuple[Step, ...] = (Step(after=0),)
    last_resort: str = ""


TABLES = decode.Tables(
    sources={"mqtt": Broker},
    channels={"console": Terminal},
    scorers={"lexicon": Terminal, "onnx": Terminal},
    detection=Detection,
    severity=Severity,
    ladder=Ladder,
)
SOURCE = 'schema = 1\n[sources.a]\nkind = "mqtt"\nhost = "x"\n'
CHANNEL = 'schema = 1\n[channels.c]\nkind = "console"\n'


def settings(text: str) -> Settings:
    """Decode *text* as the file `hinoban.toml`."""
    return decode.settings(text, "hinoban.toml", TABLES)
