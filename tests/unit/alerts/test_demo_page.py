"""The page of the shipped night, as its reader gets it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from alerts.defuse import width
from alerts.layout import rows

HINOBAN = Path(sys.executable).parent / "hinoban"


DOCS = Path(__file__).parents[3] / "docs"


def _pages(locale: str) -> list[dict[str, str]]:
    done = subprocess.run(
        [str(HINOBAN), "demo", "--once"], env={"LANG": locale}, capture_output=True, check=True
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return [line for line in lines if line["event"] == "page"]


@pytest.fixture(scope="module")
def pages() -> list[dict[str, str]]:
    """Return the pages of the demo."""
    return _pages("ja_JP.UTF-8")


def test_the_first_page_quotes_three_people_about_the_insect(pages: list[dict[str, str]]) -> None:
    """No chatter of the night that was scored negative by mistake, and the insect leads the words."""
    lines = pages[0]["text"].split("\n")
    quotes = [line for line in lines if line[0] in "①②③"]
    assert len(quotes) == 3
    assert all("虫" in quote for quote in quotes)
    assert next(line for line in lines if line.startswith("不満 ")).partition(" ・ ")[2].startswith("虫")


def test_every_page_of_the_night_fits_a_phone(pages: list[dict[str, str]]) -> None:
    """A headline of 40 full-width characters, 20 rows, 900 characters; the last one is the all-clear."""
    for page in pages:
        assert width(page["text"].split("\n")[0]) <= 80
        assert rows(page["text"]) <= 20
        assert len(page["text"]) <= 900
    assert pages[-1]["text"].startswith("【収束】")


def test_the_examples_of_the_handbook_are_true(pages: list[dict[str, str]]) -> None:
    """docs/on-call shows, in both languages, the very pages that the demo sends."""
    for name, sent in (("on-call.ja.md", pages), ("on-call.md", _pages("en_US.UTF-8"))):
        handbook = (DOCS / name).read_text("utf-8")
        for page in sent:
            assert f"```\n{page['text']}\n```" in handbook
