"""`hinoban backtest`: what a change would have matched and paged, before it is saved."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Annotated, NamedTuple, TextIO

import msgspec
from cyclopts import Parameter

from listener import assembly, logs
from listener.agenda import almanac
from listener.backtest import attempt, progress
from listener.backtest.attempt import Wish
from listener.backtest.progress import Progress
from listener.backtest.report import Report
from listener.backtest.table import Writer
from listener.backtest.wording import WORDS
from listener.commands.places import Config, place
from listener.storage.errors import StorageError
from listener.terminal import Language, spoken

DONE, OUTSIDE, STOPPED = 0, 3, 130
POLITE = 10
"""How far a backtest stands back behind the daemon, which may run on the same machine."""


class Places(NamedTuple):
    """The configuration in force, another one to try, and a database that is not where the first one says."""

    config: Path
    changed: Path | None = None
    database: Path | None = None


def backtest(  # noqa: PLR0913 - one for each option
    *,
    keywords: Annotated[
        tuple[Path, ...], Parameter(help="Changed lists: files, or a folder with all.", consume_multiple=True)
    ] = (),
    days: Annotated[int, Parameter(help="How many days, up to the last stored post.")] = 7,
    setting: Annotated[
        tuple[str, ...], Parameter(help="KEY=VALUE to try, as in detection.threshold=12; may be repeated.")
    ] = (),
    changed_config: Annotated[Path | None, Parameter(help="Another configuration to try.")] = None,
    database: Annotated[Path | None, Parameter(help="The database; else the configured one.")] = None,
    samples: Annotated[int, Parameter(help="How many posts to show of each kind.")] = 5,
    lang: Annotated[Language | None, Parameter(help="ja or en; else the terminal's.")] = None,
    json: Annotated[bool, Parameter(help="Print one JSON document.")] = False,
    config: Config = None,
) -> int:
    """Let stored posts pass again with changed lists or settings, beside those in force."""
    os.nice(POLITE)
    places = Places(place(config), changed_config, database)
    wish = Wish(keywords=keywords, adjustments=setting, days=days, examples=max(0, samples))
    language = lang or spoken()
    try:
        return asyncio.run(run(places, wish, language, sys.stdout, sys.stderr, json=json))
    except KeyboardInterrupt:
        sys.stderr.write(f"hinoban: {progress.WORDS[language]['stopped']}\n")
        return STOPPED


async def run(places: Places, wish: Wish, language: Language, out: TextIO, err: TextIO, *, json: bool) -> int:
    """Write the answer to *wish* as a table or as one JSON document; raises SettingsError."""
    logs.configure()
    settings = assembly.read_settings(places.config)
    if places.changed:
        wish = wish._replace(instead=(places.changed, assembly.read_settings(places.changed)))

    line = Progress(err, language, almanac.zone_of(settings, ""))

    def fell_back(why: str) -> None:
        line.clear()
        err.write(f"hinoban: {why}\n")

    database = places.database or settings.storage.path
    try:
        report = await attempt.report(settings, database, wish, fell_back, line.reached)
    except StorageError as error:
        line.clear()
        err.write(f"hinoban: {error}\n")
        return OUTSIDE
    finally:
        line.clear()
    report = worded(report, language)
    if json:
        out.write(msgspec.json.encode(report).decode() + "\n")
    else:
        zone = almanac.zone_of(settings, report.brands[0] if len(report.brands) == 1 else "")
        Writer(report, zone, language, out).write()
    return DONE


def worded(report: Report, language: Language) -> Report:
    """Return *report* with its notes in words."""
    said = WORDS[language].notes
    notes = tuple(
        msgspec.structs.replace(note, text=said[note.code].format(**note.values)) for note in report.notes
    )
    return msgspec.structs.replace(report, notes=notes)
