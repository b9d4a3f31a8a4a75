"""The named SQL: every statement is used, every used one exists, and all fit the schema."""

import re
from pathlib import Path

import pytest

from listener.storage import statements
from listener.storage.database import Database

ROOM = Path(statements.__file__).parent
AGGREGATES = sorted(file.stem for file in (ROOM / "queries").glob("*.sql"))


@pytest.mark.parametrize("aggregate", AGGREGATES)
async def test_every_statement_fits_the_schema(database: Database, aggregate: str) -> None:
    """SQLite can prepare it: tables, columns and syntax are right."""
    for sql in statements.load(aggregate).values():
        names = dict.fromkeys(re.findall(r":([a-z_]+)", sql), 0)
        plan = await database._writer.run(
            lambda c, s=sql, n=names: c.execute(f"EXPLAIN {s}", n).fetchall()  # type: ignore[misc] # the defaults bind the loop's values
        )
        assert plan, sql


async def test_every_statement_is_used() -> None:
    """A statement that nobody names is dead."""
    named = {name for aggregate in AGGREGATES for name in statements.load(aggregate)}
    used = set(re.findall(r'"([a-z_]+)"', "".join(file.read_text() for file in ROOM.glob("*.py"))))
    assert named - used == set()


@pytest.mark.parametrize(
    ("aggregate", "statement", "index"),
    [
        ("mentions", "unscored", "mentions_unscored"),
        ("mentions", "of_posts", "sqlite_autoindex_posts_1"),
        ("mentions", "window", "mentions_by_topic"),
        ("mentions", "judged_after", "mentions_by_judgement"),
        ("erasure", "posts_by_author", "posts_by_author"),
        ("erasure", "reposts_of", "reposts_by_target"),
        ("log", "due", "pages_pending"),
        ("log", "open_incidents", "incidents_open"),
        ("retention", "forget_authors", "posts_with_author"),
    ],
)
async def test_what_is_asked_often_has_an_index(
    database: Database, aggregate: str, statement: str, index: str
) -> None:
    """The plan names the index that was made for it."""
    sql = statements.load(aggregate)[statement]
    names = dict.fromkeys(re.findall(r":([a-z_]+)", sql), 0)
    plan = await database._writer.run(lambda c: c.execute(f"EXPLAIN QUERY PLAN {sql}", names).fetchall())
    assert index in " ".join(row[3] for row in plan)
