"""The table of tricky cases, one test per line."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from listener.matching.matcher import Matcher
from models.keyword import Keyword, KeywordList

NOW = datetime(2026, 11, 20, tzinfo=UTC)
GROUPS = tomllib.loads(Path(__file__).with_name("cases.toml").read_text(encoding="utf-8"))["group"]
CASES = [
    pytest.param(case, id=f"{case['any'][0]} in {case['text'][:16]!r} ({group['name'][:12]})")
    for group in GROUPS
    for case in group["cases"]
]


def found(case: dict[str, Any]) -> list[str]:
    """Return what is found for *case*, weak matches with a trailing question mark."""
    options = {key: value for key, value in case.items() if key not in {"text", "found", "html"}}
    keyword = msgspec.convert({"topic": "t", **options}, Keyword)
    one = KeywordList(schema=1, brand="b", name="b", slug="b", keywords=(keyword,))
    matches = Matcher([one], now=NOW).find(case["text"], format="html" if case.get("html") else "plain")
    assert all(match.text == case["text"][match.start : match.end] for match in matches)
    return [match.text + "?" * (match.strength == "weak") for match in matches]


@pytest.mark.parametrize("case", CASES)
def test_the_table_holds(case: dict[str, Any]) -> None:
    """A keyword is found exactly where the table says."""
    assert found(case) == case["found"]


def test_the_table_is_long_enough() -> None:
    """At least 150 tricky cases are written down."""
    assert len(CASES) >= 150
