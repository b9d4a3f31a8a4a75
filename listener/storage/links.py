"""One-tap links, as part of the log: kept with their page, in its transaction."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from alerts.links.link import Link, without_tokens
from listener.storage import statements
from listener.storage.encoding import json_text
from listener.storage.instants import micros, optional_instant

SQL = statements.load("links")

_link = msgspec.json.Decoder(Link)


def keep(connection: sqlite3.Connection, links: Iterable[Link]) -> None:
    """Remember *links*; also those of a page that is stored already, for its other text may be out."""
    connection.executemany(
        SQL["keep"],
        [
            {"digest": link.digest, "expires_at": micros(link.expires_at), "body": json_text(link)}
            for link in links
        ],
    )


def found(row: tuple[Any, ...]) -> Link:
    """Return the link of a row."""
    body, used_at = row
    return msgspec.structs.replace(_link.decode(body), used_at=optional_instant(used_at))


def use(connection: sqlite3.Connection, digest: str, at: datetime) -> None:
    """Remember when a link was used first."""
    connection.execute(SQL["use"], {"digest": digest, "at": micros(at)})


def forget_tokens(connection: sqlite3.Connection, key: str) -> None:
    """Take the tokens out of a page that is settled: they are kept in the clear no longer than needed."""
    for (body,) in connection.execute(SQL["told"], {"key": key}).fetchall():
        if (kept := without_tokens(body)) != body:
            connection.execute(SQL["retell"], {"key": key, "body": kept})
