"""`hinoban incidents list` on a terminal: two lines for each, the headline first."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec

from alerts import story
from alerts.defuse import clip, plain
from alerts.wording import WORDS as PAGE_WORDS
from listener.commands.incident_card import WIDTH, Reader


def table(rows: Sequence[dict[str, Any]], reader: Reader) -> str:
    """Return the rows of ``incidents.listed`` for people, by their clock and in their language."""
    words = story.WORDS[reader.language]
    lines = [line for row in rows for line in _told(row, reader)]
    return "\n".join(lines or [words.no_incident])


def _told(row: dict[str, Any], reader: Reader) -> Iterator[str]:
    words, dot = story.WORDS[reader.language], PAGE_WORDS[reader.language].dot
    yield clip(row["summaries"].get(reader.language) or row["summary"] or row["id"], WIDTH)
    since = reader.time(msgspec.convert(row["started_at"], datetime))
    parts = [words.since.format(start=since), words.state[row["state"]]]
    if row["owner"]:
        parts.append(words.owned.format(owner=reader.person(row["owner"])))
    yield clip(f"  {dot.join(parts)}{dot}{plain(row['id'])}", WIDTH)
