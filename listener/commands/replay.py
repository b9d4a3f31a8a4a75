"""`hinoban replay`: a night again, as JSON lines."""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TextIO

from config import decode
from config.decode import SettingsError
from config.settings import Settings
from listener import assembly, history, logs, replay
from listener.agenda import almanac
from listener.history import HistoryError, Hour
from listener.matching.lists import ListError
from listener.past_posts import PastPosts
from listener.sources import replayed
from listener.storage.database import MEMORY
from listener.storage.errors import StorageError
from models.post import Deletion, Post

DEFAULTS = """
schema = 1
[channels.terminal]
kind = "stdout"
[receivers.oncall]
channels = ["terminal"]
"""
HOUR = timedelta(hours=1)


class Complaints:
    """Tells people which lines could not be read, and counts them."""

    def __init__(self, err: TextIO) -> None:
        self.count = 0
        self._err = err

    def quarantined(self, raw: bytes, reason: str) -> None:
        """Say what is wrong with a line."""
        self.count += 1
        self._err.write(f"hinoban: a line was left out: {reason}: {raw[:60].decode(errors='replace')}\n")

    def dropped(self, reason: str, posts: int) -> None:
        """Count nothing more: ``quarantined`` already did."""


async def run(  # noqa: PLR0913 - one for each option
    files: Sequence[Path],
    keywords: Sequence[Path],
    learn: Path | None,
    place: Path | None,
    out: TextIO,
    err: TextIO,
    *,
    calendar: Path | None = None,
    database: Path | None = None,
) -> int:
    """Replay *files* (none or ``-``: standard input) and return the exit code.

    No calendar of events is used unless one is named: it counts for every brand of the lists. A new
    *database* keeps what passed, as a watch would have stored it.
    """
    logs.configure()
    _refuse_known(database)
    started, complaints = time.perf_counter(), Complaints(err)
    settings = _settings(place)
    with _told_plainly(), ExitStack() as stack:
        items = list(replayed.posts(_lines(files, stack), source="replay", report=complaints))
        words = assembly.vocabulary(keywords or settings.keywords, now=_start(items))
        past = PastPosts(words.matcher)
        hours = _hours(learn, past)
        if calendar is not None:
            events = almanac.named(calendar, settings, words.topics, now=_start(items))
            words = words._replace(events=events)

    def say(line: dict[str, Any]) -> None:
        out.write(json.dumps(line, ensure_ascii=False) + "\n")

    def fell_back(reason: str) -> None:
        err.write(f"hinoban: {reason}\n")

    scoring = assembly.scoring(settings, fell_back)
    try:
        hours += await past.hours(scoring, words.topics, settings.detection.cluster_cap, _start(items))
        async with replay.night(
            settings, words, scoring, start=_start(items), say=say, place=database or MEMORY
        ) as night:
            # What the night itself brings must not be usual before it comes.
            replay.learn(night.engine, [hour for hour in hours if hour.hour + HOUR <= _start(items)])
            await replay.play(night, items)
            say(night.summary(time.perf_counter() - started))
    except StorageError as error:
        raise SettingsError(str(error)) from None
    finally:
        scoring.close()
    return 1 if complaints.count else 0


@contextmanager
def _told_plainly() -> Iterator[None]:
    """Turn what is wrong with a file into SettingsError."""
    try:
        yield
    except (ListError, HistoryError) as error:
        raise SettingsError(str(error)) from None
    except OSError as error:
        raise SettingsError(f"{error.filename}: cannot be read: {error.strerror}") from None


def _settings(place: Path | None) -> Settings:
    """Return the configured settings, or the defaults where nothing is configured."""
    if place is not None:
        return assembly.read_settings(place)
    return decode.settings(DEFAULTS, "defaults", assembly.TABLES)


def _refuse_known(database: Path | None) -> None:
    """Raise SettingsError where a database is: what was watched is not mixed with what was not."""
    if database is not None and database.exists():
        raise SettingsError(f"{database}: is there already; name a new file for the replay's database")


def _lines(files: Sequence[Path], stack: ExitStack) -> Iterator[bytes]:
    for file in files or [Path("-")]:
        yield from sys.stdin.buffer if str(file) == "-" else stack.enter_context(file.open("rb"))


def _hours(learn: Path | None, posts: PastPosts) -> list[Hour]:
    """Return the hourly counts of a file; its posts are left in *posts*."""
    if learn is None:
        return []
    with learn.open(encoding="utf-8", errors="surrogateescape") as past:
        hours = list(history.read(posts.taken(past), str(learn)))
    for refused in posts.refused:
        raise HistoryError(f"{learn}, line {refused.number}: {refused.why}")
    return hours


def _start(items: Sequence[Post | Deletion]) -> datetime:
    """Return the minute in which the night begins."""
    if not items:
        return datetime.fromtimestamp(0, UTC)
    return items[0].received_at.replace(second=0, microsecond=0)
