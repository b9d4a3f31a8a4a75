"""The shipped configuration runs as it is, and says everything that can be set."""

import re
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from config import decode, rota, routes, settings
from config.settings import Kinded, Settings
from listener.assembly import TABLES

FILE = Path(__file__).parents[3] / "config" / "hinoban.toml"
UNIT = FILE.parents[1] / "systemd" / "hinoban.service"
TEXT = FILE.read_text("utf-8")

DEFAULT = re.compile(r"# ([a-z0-9_]+ += .+|[a-z0-9_]+ = .+)")
READY = re.compile(r"#\+ (.+)")
HEADER = re.compile(r"(\[\[?)([\w.]+)\]")
# what stands in tables of its own
SECTIONS = {"storage", "http", "matching", "alerting", "logging", "links", "digest", "watchdog"}
TABLES_APART = SECTIONS | {"sources", "channels", "receivers", "brand", "scorer", "detection", "severity"}
TABLES_APART |= {"stand_down", "rota", "layer", "override", "route", "escalation"}
# keys of these tables that are called like one
NO_TABLES = {("receivers", "channels"), ("override", "layer")}
NO_TABLES |= {("route", "rota"), ("route", "receivers"), ("alerting", "route"), ("brand", "route")}
KINDS = {"sources": TABLES.sources, "channels": TABLES.channels, "scorer": TABLES.scorers}
PLAIN: dict[str, type[Any]] = {
    "receivers": settings.Receiver,
    "brand": settings.Brand,
    "detection": TABLES.detection,
    "rota": rota.Rota,
    "layer": rota.Layer,
    "override": rota.Override,
    "route": routes.Route,
    "escalation": TABLES.ladder,
}


class Line(NamedTuple):
    """A line that says something: as shipped ("active"), ready-made ("ready") or a default."""

    number: int
    state: str
    text: str

    @property
    def key(self) -> str:
        """Return what it sets."""
        return self.text.split("=")[0].strip()


class Block(NamedTuple):
    """A table of the file, with its lines in any state."""

    name: str
    lines: list[Line]
    one_of_many: bool = False

    @property
    def kind(self) -> str:
        """Return what `kind` is in it."""
        return next((tomllib.loads(line.text)["kind"] for line in self.lines if line.key == "kind"), "")

    @property
    def settings(self) -> type[Any]:
        """Return the type that its lines must fill."""
        top = self.name.split(".")[0]
        if top in SECTIONS or not top:
            return type(getattr(Settings(schema=1), top)) if top else Settings
        if self.name.endswith(".severity"):
            return TABLES.severity
        if self.name.endswith(".stand_down"):
            return settings.StandDown
        if top in KINDS:
            return KINDS[top][self.kind]
        return PLAIN[self.name.split(".")[-1] if self.one_of_many else top]

    def text(self, *states: str) -> str:
        """Return the lines in one of *states*, one below the other."""
        return "".join(f"{line.text}\n" for line in self.lines if line.state in states)


def _line(number: int, raw: str) -> Line | None:
    if ready := READY.fullmatch(raw):
        return Line(number, "ready", ready[1])
    if default := DEFAULT.fullmatch(raw):
        return Line(number, "default", default[1])
    return Line(number, "active", raw) if raw and not raw.startswith("#") else None


def _blocks() -> list[Block]:
    blocks = [Block("", [])]
    for number, raw in enumerate(TEXT.splitlines(), 1):
        line = _line(number, raw)
        if line is not None and (header := HEADER.match(line.text)):
            blocks.append(Block(header[2], [], one_of_many=header[1] == "[["))
        elif line is not None:
            blocks[-1].lines.append(line)
    return blocks


BLOCKS = _blocks()
IDS = [f"{block.name or 'top'} {block.kind}".strip() for block in BLOCKS]


def _filled(block: Block, *states: str) -> Any:
    """Fill the settings of a table with what cannot be left out, and with its lines in *states*."""
    required = {field.encode_name for field in msgspec.structs.fields(block.settings) if field.required}
    there = tomllib.loads(block.text("active", "ready"))
    given = {key: value for key, value in there.items() if key in required}
    given |= tomllib.loads(block.text(*states))
    return msgspec.convert(given, block.settings, dec_hook=lambda kind, value: kind(value))


def _whole(*blocks: Block) -> Settings:
    heads = {block.name: f"[[{block.name}]]" if block.one_of_many else f"[{block.name}]" for block in blocks}
    tables = [f"{heads[block.name]}\n{block.text('active', 'ready')}" for block in blocks if block.name]
    text = "schema = 1\n" + "\n".join(tables)
    return decode.settings(text, "hinoban.toml", TABLES)


def test_it_decodes_as_it_is() -> None:
    """A fresh machine needs no edit: one source, one channel, one receiver, the shipped model."""
    read = decode.read(FILE, TABLES)
    assert {name: source.kind for name, source in read.sources.items()} == {"inbox": "jsonl"}
    assert {name: channel.kind for name, channel in read.channels.items()} == {"terminal": "stdout"}
    assert read.receivers[read.alerting.fallback].channels == ("terminal",)
    assert read.scorer.kind == "onnx"
    assert read.keywords == (FILE.parent / "keywords",)
    assert list(read.keywords[0].glob("*.toml"))


@pytest.mark.parametrize("block", BLOCKS, ids=IDS)
def test_every_setting_is_named(block: Block) -> None:
    """Neither is one missing, nor is one there that does not exist, nor is one there twice."""
    keys = [line.key for line in block.lines if line.key != "kind"]
    wanted = {field.encode_name for field in msgspec.structs.fields(block.settings)}
    wanted -= TABLES_APART - {key for table, key in NO_TABLES if table in block.name.split(".")}
    assert sorted(keys) == sorted(wanted)


def test_every_kind_is_there() -> None:
    """A kind that is added to a table and not to the file is found here."""
    there = {(block.name.split(".")[0], block.kind) for block in BLOCKS if block.kind}
    assert there == {(top, kind) for top, kinds in KINDS.items() for kind in kinds}
    assert {block.name for block in BLOCKS} >= SECTIONS | {"detection"}


@pytest.mark.parametrize("block", BLOCKS, ids=IDS)
def test_every_commented_default_is_the_default(block: Block) -> None:
    """Taking the comment sign away changes nothing; so the file cannot lie when a default changes."""
    assert _filled(block, "default") == _filled(block)


@pytest.mark.parametrize("block", BLOCKS, ids=IDS)
def test_every_default_and_every_example_has_a_line_of_explanation(block: Block) -> None:
    """Behind it, on the same line; what starts a table and what says its kind explain themselves."""
    lines = TEXT.splitlines()
    silent = [
        lines[line.number - 1]
        for line in block.lines
        if line.state != "active" and line.key not in {"kind", "host", "username", "url"}
        if not re.search(r'["\]\d}a-z] +# \S', line.text)
    ]
    assert silent == []


@pytest.mark.parametrize(
    "block", [block for block in BLOCKS if block.kind and "ready" in {x.state for x in block.lines}]
)
def test_a_ready_made_table_works_once_it_is_switched_on(block: Block) -> None:
    """By itself, beside what is active."""
    active = [one for one in BLOCKS if one.name != block.name and one.text("active")]
    read = _whole(*active, block)
    found = read.scorer if block.name == "scorer" else None
    for top in ("sources", "channels"):
        found = getattr(read, top).get(block.name.removeprefix(f"{top}.")) or found
    assert isinstance(found, Kinded)
    assert found.kind == block.kind


def test_everything_ready_made_works_together() -> None:
    """All sources, all channels, a brand of its own: only one scorer can be had."""
    scorers = [block for block in BLOCKS if block.name == "scorer"]
    read = _whole(*(block for block in BLOCKS if block not in scorers[1:]))
    assert {source.kind for source in read.sources.values()} == set(TABLES.sources)
    assert {channel.kind for channel in read.channels.values()} == set(TABLES.channels)
    assert read.brand["sakura"].severity == TABLES.severity()


def test_every_credential_it_names_is_handed_over_by_the_unit() -> None:
    """A name that systemd does not load would be a file nobody finds."""
    named = {
        tomllib.loads(line.text)[line.key]
        for block in BLOCKS
        for line in block.lines
        if line.key in {"secret_file", "password_file", "urls_file", "url_file"} and line.state == "ready"
    }
    handed = set(re.findall(r"LoadCredential=([\w-]+):", UNIT.read_text("utf-8")))
    assert named == handed
