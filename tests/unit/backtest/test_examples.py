"""A few posts of each kind, and why they went."""

import itertools
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from listener.backtest import examples, trial
from listener.backtest.examples import Pool, Shown
from listener.backtest.trial import Setup
from models.mention import Mention
from tests.builders import NIGHT, a_mention, a_score
from tests.unit.backtest.lists import PUDDING, a_list, settings_of


def pool_of(mentions: Iterable[Mention], most: int = 100) -> Pool:
    """Return *mentions* to choose from."""
    pool = Pool(most)
    for mention in mentions:
        pool.add(Shown(mention, 1.0))
    return pool


def changed_to(folder: Path, *keywords: str) -> Setup:
    """Return a side that listens for *keywords*."""
    a_list(folder / "lists", "sakura", *keywords)
    return trial.prepared(settings_of(folder / "lists"), now=NIGHT).changed


def why(folder: Path, mention: Mention, *keywords: str) -> tuple[str, str]:
    """Return why *mention* is not matched by *keywords*."""
    [example] = examples.went_out(pool_of([mention]), changed_to(folder, *keywords), 5)
    return example.why, example.word


@pytest.mark.parametrize(
    ("lines", "reason", "word"),
    [
        ('none = ["懸賞", "虫"]', "excluded", "虫"),
        ('all = ["新発売"]', "all", ""),
        ('near = { terms = ["カビ"], within = 5 }', "near", ""),
        ('authors = ["inu"]', "account", ""),
        ('sources = ["mastodon"]', "source", ""),
        ("expires = 2026-11-01T00:00:00+09:00", "time", ""),
        ('all = ["新発売"]\nnone = ["虫"]', "several", ""),
    ],
)
def test_the_condition_is_named_that_refuses_it(tmp_path: Path, lines: str, reason: str, word: str) -> None:
    """The one without which it would match again; of exclusions, which word."""
    assert why(tmp_path, a_mention(), PUDDING + lines + "\n") == (reason, word)


def test_a_spelling_that_is_no_longer_there_is_gone(tmp_path: Path) -> None:
    """So is one that went to another topic."""
    other = '[[keyword]]\ntopic = "jelly"\nany = ["さくらプリン"]\n'
    assert why(tmp_path, a_mention(), other) == ("gone", "")


def test_an_own_account_and_a_stricter_mode_are_told_apart(tmp_path: Path) -> None:
    """Our own words are no mentions; and exact letters must be there."""
    assert why(tmp_path, a_mention(), 'own_accounts = ["neko"]\n', PUDDING)[0] == "own"
    folded = a_mention("サクラプリンに虫が入ってた")
    assert why(tmp_path, folded, PUDDING + 'mode = "exact"\n')[0] == "edges"


def test_examples_are_few_of_their_own_and_from_all_over_the_time() -> None:
    """Copies are shown once, bare reposts never."""
    fields: dict[str, Any] = {"score": a_score()}
    mentions = [a_mention(f"さくらプリン {n // 2}", id=f"p{n}", minutes=n, **fields) for n in range(40)]
    shown = examples.came_in(pool_of(reversed(mentions)), 4)
    assert [one.text for one in shown] == [f"さくらプリン {n}" for n in (0, 5, 10, 15)]
    assert (shown[0].words, shown[0].label, shown[0].stands_for) == (("さくらプリン",), "negative", 1.0)
    assert examples.came_in(pool_of(mentions), 0) == ()


def test_what_is_too_much_to_be_kept_is_thinned_evenly() -> None:
    """Of 1,000 texts at most ten are held, and those that are shown are from all over the time."""
    mentions = [a_mention(f"さくらプリン{n}", id=f"p{n:04}", minutes=n) for n in range(1000)]
    shown = examples.came_in(pool_of(mentions, most=10), 4)
    minutes = [round((one.at - NIGHT).total_seconds() / 60) for one in shown]
    assert len(minutes) == 4
    assert max(minutes) - min(minutes) > 500
    assert all(later - earlier > 100 for earlier, later in itertools.pairwise(minutes))
