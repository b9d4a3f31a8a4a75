"""The tables of tricky cases, one test per line."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from listener.matching.matcher import Matcher
from models.keyword import Keyword, KeywordList
from models.mention import Match

NOW = datetime(2026, 11, 20, tzinfo=UTC)
HERE = Path(__file__).parent


def cases(table: str) -> list[Any]:
    """Return the cases of a *table* as parameters."""
    groups = tomllib.loads((HERE / table).read_text(encoding="utf-8"))["group"]
    return [
        pytest.param(case, id=f"{case['any'][0]} in {case['text'][:16]!r} ({group['name'][:12]})")
        for group in groups
        for case in group["cases"]
    ]


FIRST = cases("cases.toml")
SECOND = cases("second_table.toml")


def matches(case: dict[str, Any]) -> list[Match]:
    """Return the matches of *case*: its keyword's in its text."""
    options = {key: value for key, value in case.items() if key not in {"text", "found", "at", "html"}}
    keyword = msgspec.convert({"topic": "t", **options}, Keyword)
    one = KeywordList(schema=1, brand="b", name="b", slug="b", keywords=(keyword,))
    return Matcher([one], now=NOW).find(case["text"], format="html" if case.get("html") else "plain")


@pytest.mark.parametrize("case", FIRST + SECOND)
def test_the_tables_hold(case: dict[str, Any]) -> None:
    """A keyword is found exactly where the tables say; weak matches have a trailing question mark."""
    found = matches(case)
    assert all(match.text == case["text"][match.start : match.end] for match in found)
    assert [match.text + "?" * (match.strength == "weak") for match in found] == case["found"]
    assert [match.start for match in found] == case.get("at", [match.start for match in found])


def test_the_tables_are_long_enough() -> None:
    """At least 150 tricky cases are in the first table, and 400 in the second."""
    assert len(FIRST) >= 150
    assert len(SECOND) >= 400
