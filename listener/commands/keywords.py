"""``hinoban keywords``: look after keyword lists."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Literal, TextIO

import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from listener.matching import lint as rules
from listener.matching import lists
from models.clock import Clock, SystemClock

FOUND_PROBLEMS: Final = 1
USAGE: Final = 2


class _Line(msgspec.Struct):
    text: str = ""


def lint(
    paths: Sequence[Path],
    posts: Path | None,
    out: TextIO,
    *,
    format: Literal["json", "table"] = "json",  # noqa: A002  # the name of the option
    rate: float = 0.01,
    errors: TextIO | None = None,
    clock: Clock | None = None,
) -> int:
    """Print what is odd in the lists of *paths*, judged by recent *posts* (JSON lines), if given."""
    stream = errors or sys.stderr
    try:
        loaded = lists.load(paths)
        recent = list(_texts(posts)) if posts else []
    except (lists.ListError, _PostsError) as error:
        print(error, file=stream)
        return USAGE
    found = rules.findings(loaded, recent, now=(clock or SystemClock()).now(), rate=rate)
    if format == "table":
        _table(found, out)
    else:
        out.writelines(msgspec.json.encode(finding).decode() + "\n" for finding in found)
    return FOUND_PROBLEMS if found else 0


class _PostsError(Exception):
    """The recent posts cannot be read; the message is one sentence."""


def _texts(posts: Path) -> Iterator[str]:
    decoder = msgspec.json.Decoder(_Line)
    try:
        with posts.open("rb") as stream:
            for number, line in enumerate(stream, 1):
                if line.strip():
                    yield _text(decoder, line, f"{posts}, line {number}")
    except OSError as error:
        raise _PostsError(
            f"{posts}: cannot be read ({error.strerror}); check the name and the permissions"
        ) from error


def _text(decoder: Any, line: bytes, where: str) -> str:
    try:
        return str(decoder.decode(line).text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _PostsError(
            f'{where}: is no post; write one per line, as in {{"id":"1","text":"..."}}'
        ) from error


def _table(found: Sequence[rules.Finding], out: TextIO) -> None:
    if not found:
        print("Nothing odd in these lists.", file=out)
        return
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in ("list", "topic", "term", "finding"):
        table.add_column(heading, overflow="fold")  # a term that is cut off helps nobody
    for one in found:
        table.add_row(one.list, one.topic, one.term, f"{one.kind}: {one.message}")
    Console(file=out).print(table)
