"""Posts inside a transaction: found, inserted, edited, and kept in step with the search index."""

import sqlite3
from datetime import timedelta
from typing import NamedTuple

from listener.storage import bigrams, digests, statements
from listener.storage.encoding import legible
from listener.storage.instants import micros
from listener.storage.rows import post_values
from models.post import Post

SQL = statements.load("posts")
REMEMBERED = timedelta(hours=24)  # how long a deletion refuses the post that it overtook


class Known(NamedTuple):
    """A post as it is stored: its row, its text, and whether that is an edited version."""

    id: int
    text: str
    edited: bool


def find(connection: sqlite3.Connection, post: Post) -> Known | None:
    """Return the stored version of *post*, or None."""
    found = connection.execute(SQL["find"], {"source": post.source, "native_id": legible(post.id)}).fetchone()
    return Known(found[0], found[1], bool(found[2])) if found else None


def deleted(connection: sqlite3.Connection, post: Post) -> bool:
    """Tell whether a deletion of *post* or its author came before it."""
    key = digests.of_post(post.source, post.id)
    author = digests.of_author(post.source, post.author.id) if post.author else key
    since = micros(post.received_at - REMEMBERED)
    values = {"post": key, "author": author, "since": since}
    return connection.execute(SQL["deleted_since"], values).fetchone() is not None


def insert(connection: sqlite3.Connection, post: Post) -> int:
    """Store a post that was not known; return its row."""
    values = post_values(post, hidden=_hidden(connection, post))
    identity: int = connection.execute(SQL["insert"], values).fetchone()[0]
    index(connection, identity, values["text"])
    return identity


def supersedes(post: Post, known: Known) -> bool:
    """Tell whether *post* is a newer version of *known*; an old version that is replayed is not."""
    return legible(post.text) != known.text and (post.edited or not known.edited)


def edit(connection: sqlite3.Connection, known: Known, post: Post) -> None:
    """Replace the text of *known* by that of *post*, in the search index too."""
    values = post_values(post, hidden=False)
    unindex(connection, known.id, known.text)
    connection.execute(SQL["edit"], {**values, "id": known.id})
    index(connection, known.id, values["text"])


def index(connection: sqlite3.Connection, identity: int, text: str) -> None:
    """Make *text* findable under *identity*."""
    if text:
        connection.execute(SQL["index"], {"id": identity, "bigrams": bigrams.index(text)})


def unindex(connection: sqlite3.Connection, identity: int, text: str) -> None:
    """Take *text*, as it was indexed, out of the search index."""
    if text:
        connection.execute(SQL["unindex"], {"id": identity, "bigrams": bigrams.index(text)})


def reindex(connection: sqlite3.Connection) -> None:
    """Make the whole search index anew, after the folding rules changed (a newer Unicode)."""
    connection.execute(SQL["unindex_all"])
    after, limit = 0, 1_000
    while rows := connection.execute(SQL["texts"], {"after": after, "limit": limit}).fetchall():
        for identity, text in rows:
            index(connection, identity, text)
        after = rows[-1][0]


def _hidden(connection: sqlite3.Connection, post: Post) -> bool:
    if post.author is None:
        return False
    account = {"author": digests.of_author(post.source, post.author.id)}
    found = connection.execute(SQL["hidden_at"], account).fetchone()
    if found is None or micros(post.created_at) <= found[0]:
        return found is not None
    # Whoever posts after the deactivation is back.
    connection.execute(SQL["unhide_account"], account)
    whose = {"source": post.source, "author_id": legible(post.author.id)}
    connection.execute(SQL["unhide_posts"], whose)
    return False
