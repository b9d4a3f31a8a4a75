"""Deletion inside a transaction: a post's words and author go, and every copy of them; the count stays."""

import sqlite3
from typing import NamedTuple

import msgspec

from alerts.incident import Incident
from alerts.notification_log import Page
from listener.storage import digests, posts, redaction, statements
from listener.storage.encoding import json_text, legible
from listener.storage.instants import micros
from listener.storage.redaction import Erased
from models.post import Deletion, PostKey

SQL = statements.load("erasure")


class _Doomed(NamedTuple):
    id: int
    source: str
    native_id: str
    text: str
    handle: str


def erase(connection: sqlite3.Connection, deletion: Deletion) -> int:
    """Do what *deletion* asks and remember it; return the number of stored posts that it met."""
    if deletion.author is not None:
        return _account(connection, deletion, deletion.author)
    if deletion.id is None:
        return 0
    native_id = legible(deletion.id)
    values = {"source": deletion.source, "native_id": native_id}
    found = connection.execute(SQL["post_by_key"], values).fetchall()
    for row in found:
        _post(connection, _Doomed(*row))
    digest = digests.of_post(deletion.source, deletion.id)
    connection.execute(SQL["remember"], {"digest": digest, "at": micros(deletion.received_at)})
    connection.execute(SQL["drop_sample"], values)
    if not found:  # its row may be gone by age while an incident still quotes it
        connection.execute(SQL["drop_answered"], values)
        _copies(connection, Erased(frozenset({digest})))
    return len(found)


def forget(connection: sqlite3.Connection, key: PostKey) -> None:
    """Drop a post whose new version concerns nobody: its mentions too, and every copy of its old words."""
    values = {"source": key.source, "native_id": legible(key.id)}
    for row in connection.execute(SQL["post_by_key"], values).fetchall():
        doomed = _Doomed(*row)
        _copies(connection, Erased(frozenset({digests.of_post(*key)}), (doomed.text,)))
        posts.unindex(connection, doomed.id, doomed.text)
        connection.execute(SQL["drop_mentions"], {"id": doomed.id})
        connection.execute(SQL["drop_post"], {"id": doomed.id})


def erased_among(connection: sqlite3.Connection, keys: list[int], holder: str, key: str) -> frozenset[int]:
    """Return the digests that *holder* must not show: deleted lately, or already taken out of it."""
    among = {"digests": msgspec.json.encode(keys).decode()}
    gone = {row[0] for row in connection.execute(SQL["deleted_among"], among)}
    known = connection.execute(SQL["erased_from"], {"holder": holder, "key": key})
    return frozenset(gone | {row[0] for row in known})


def _account(connection: sqlite3.Connection, deletion: Deletion, author: str) -> int:
    digest = digests.of_author(deletion.source, author)
    noted = {"digest": digest, "at": micros(deletion.received_at)}
    whose = {"source": deletion.source, "author_id": legible(author)}
    if deletion.hidden:
        connection.execute(SQL["hide_account"], noted)
        return connection.execute(SQL["hide_posts"], whose).rowcount
    connection.execute(SQL["remember"], noted)
    connection.execute(SQL["drop_samples_by_author"], whose)
    found = connection.execute(SQL["posts_by_author"], whose).fetchall()
    for row in found:
        doomed = _Doomed(*row)
        key = digests.of_post(doomed.source, doomed.native_id)
        connection.execute(SQL["remember"], {**noted, "digest": key})
        _post(connection, doomed)
    return len(found)


def _post(connection: sqlite3.Connection, doomed: _Doomed) -> None:
    digest = digests.of_post(doomed.source, doomed.native_id)
    handles = (doomed.handle,) if doomed.handle else ()
    _copies(connection, Erased(frozenset({digest}), (doomed.text,) if doomed.text else (), handles))
    _names(connection, doomed)
    posts.unindex(connection, doomed.id, doomed.text)
    connection.execute(SQL["blank_post"], {"id": doomed.id})
    connection.execute(SQL["blank_mentions"], {"id": doomed.id})
    connection.execute(SQL["unname_answered"], doomed._asdict())
    where = {"source": doomed.source, "native_id": doomed.native_id}
    for identity, text in connection.execute(SQL["reposts_of"], where).fetchall():
        posts.unindex(connection, identity, text)
        connection.execute(SQL["blank_text"], {"id": identity})
    connection.execute(SQL["untarget"], where)


def _copies(connection: sqlite3.Connection, erased: Erased) -> None:
    """Redact the incidents and pages that quote a post; incidents first, since they know its words."""
    for digest in erased.digests:
        for holder, key in connection.execute(SQL["quoted_in"], {"digest": digest}).fetchall():
            connection.execute(SQL["mark_quoted"], {"digest": digest, "holder": holder, "key": key})
            if holder == "incident":
                erased = _incident(connection, key, erased)
            else:
                _page(connection, key, erased)


def _names(connection: sqlite3.Connection, doomed: _Doomed) -> None:
    """Take the author's handle out of the carriers that incidents and their pages name."""
    if not doomed.handle:
        return
    digest = digests.of_handle(doomed.handle)
    for (brand,) in connection.execute(SQL["brands_of"], {"id": doomed.id}).fetchall():
        naming = connection.execute(SQL["naming"], {"brand": brand, "handle": doomed.handle}).fetchall()
        for (key,) in naming:
            mark = {"digest": digest, "holder": "incident", "key": key}
            connection.execute(SQL["mark_quoted"], mark)
            _incident(connection, key, Erased(frozenset({digest})))
            for (page,) in connection.execute(SQL["pages_of"], {"key": key}).fetchall():
                _page(connection, page, Erased(frozenset(), (), (doomed.handle,)))


def _incident(connection: sqlite3.Connection, key: str, erased: Erased) -> Erased:
    """Redact one incident; return *erased* with the words that its quotes knew."""
    found = connection.execute(SQL["incident"], {"key": key}).fetchone()
    if found is None:
        return erased
    incident = msgspec.json.decode(found[0], type=Incident)
    body = json_text(redaction.incident(incident, erased.digests))
    connection.execute(SQL["keep_incident"], {"key": key, "body": body})
    return redaction.knowing(erased, incident)


def _page(connection: sqlite3.Connection, key: str, erased: Erased) -> None:
    found = connection.execute(SQL["page"], {"key": key}).fetchone()
    if found is not None:
        page = redaction.page(msgspec.json.decode(found[0], type=Page), erased)
        connection.execute(SQL["keep_page"], {"key": key, "body": json_text(page)})
