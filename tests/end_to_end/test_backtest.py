"""`hinoban backtest` over the shipped night, beside a daemon that holds the database."""

import asyncio
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from config.settings import Settings
from listener import assembly, replay
from listener.backtest.attempt import Wish
from listener.commands import backtest
from listener.commands.backtest import Places
from listener.sources import replayed
from listener.storage.database import Database
from listener.terminal import Language
from models.clock import VirtualClock
from models.post import Post
from tests.builders import NIGHT
from tests.watch import HOME, hinoban

KEYWORDS = HOME / "config" / "keywords"
CONFIG = f"""
schema = 1
keywords = ["{KEYWORDS}"]
[storage]
path = "night.db"
unmatched_rate = 0.05
[scorer]
kind = "lexicon"
"""
SCHEMA = json.loads((HOME / "docs" / "schemas" / "backtest.json").read_text("utf-8"))


class Nobody:
    """What the shipped files report to: there is nothing to report."""

    def quarantined(self, raw: bytes, reason: str) -> None:
        """Refuse a bad line."""
        raise AssertionError(reason, raw)

    def dropped(self, reason: str, posts: int) -> None:
        """Refuse a lost post."""
        raise AssertionError(reason, posts)


def town() -> list[Post]:
    """Return three calm days, made of the quiet hours of the shipped night, and then its fire."""
    with (HOME / "config" / "demo" / "night.jsonl").open("rb") as lines:
        read = list(replayed.posts(lines, source="night", report=Nobody()))
    posts = [item for item in read if isinstance(item, Post)]
    calm = [post for post in posts if "13:00" <= f"{post.received_at:%H:%M}" < "16:30" and post.text][::4]
    days = [earlier(post, timedelta(hours=hours)) for hours in range(6, 78, 6) for post in calm]
    fire = [post for post in posts if "16:40" <= f"{post.received_at:%H:%M}" < "17:50"]
    return sorted([*days, *fire], key=lambda post: post.received_at)


def earlier(post: Post, by: timedelta) -> Post:
    """Return *post* as another one that was written earlier."""
    return msgspec.structs.replace(
        post,
        id=f"{post.id}-{by}",
        kind="post",
        target=None,
        created_at=post.created_at - by,
        received_at=post.received_at - by,
    )


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Let all that pass into a database, once, as a daemon would have stored it."""
    config = tmp_path_factory.mktemp("night") / "hinoban.toml"
    config.write_text(CONFIG, "utf-8")
    asyncio.run(watched(assembly.read_settings(config)))
    return config


async def watched(settings: Settings) -> None:
    """Run the pipeline over the town, with the configured database."""
    posts, place = town(), settings.storage.path
    words = assembly.vocabulary(settings.keywords, now=NIGHT)
    scoring = assembly.scoring(settings, lambda _: None)
    start = posts[0].received_at.replace(second=0, microsecond=0)
    try:
        async with replay.night(
            settings, words, scoring, start=start, say=lambda _: None, place=place
        ) as one:
            await replay.play(one, posts)
    finally:
        scoring.close()


async def answer(config: Path, wish: Wish, language: Language, *, json: bool) -> str:
    """Return what the command prints about *wish*."""
    out, err = io.StringIO(), io.StringIO()
    assert await backtest.run(Places(config), wish, language, out, err, json=json) == 0
    assert err.getvalue() == ""
    return out.getvalue()


def document(printed: str) -> dict[str, Any]:
    """Return the one document that was printed, which fits its schema."""
    found: dict[str, Any] = json.loads(printed)
    checker = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert [error.message for error in checker.iter_errors(found)] == []
    return found


async def test_a_change_is_tried_before_it_is_saved(night: Path, tmp_path: Path) -> None:
    """An exclusion shows what it loses, word by word; the daemon that holds the database is not disturbed."""
    draft = tmp_path / "sakura.toml"
    shipped = (KEYWORDS / "sakura.toml").read_text("utf-8")
    draft.write_text(
        shipped.replace('none = ["さくらプリンセス"]', 'none = ["さくらプリンセス", "虫"]'), "utf-8"
    )
    async with Database.open(night.with_name("night.db"), VirtualClock(NIGHT)) as daemon:
        before = await daemon.mentions.last()
        given = ("--config", night, "--keywords", draft, "--json", "--lang", "en")
        finished = await hinoban("backtest", *given, within=600.0)
        assert await daemon.mentions.last() == before
        await daemon.writable()
    assert (finished.code, finished.err) == (0, "")
    found = document(finished.out)
    assert (found["brands"], found["certainty"]) == (["sakura"], "full")
    assert found["period"]["learned_days"] == 2.0
    assert found["newly_matched"] == []
    assert found["difference"]["mentions"] < 0
    assert {(one["why"], one["word"]) for one in found["no_longer_matched"]} == {("excluded", "虫")}
    assert all("虫" in one["text"] for one in found["no_longer_matched"])


async def test_a_threshold_that_nothing_reaches_pages_nobody(night: Path) -> None:
    """Neither evidence nor a risk class: the fire that pages now would be missing; twice the same answer."""
    out_of_reach = (
        "detection.threshold",
        "detection.threshold_quiet",
        "brand.sakura.severity.critical_risk_authors",
    )
    wish = Wish(adjustments=tuple(f"{key}=1000" for key in out_of_reach))
    printed = await answer(night, wish, "en", json=True)
    assert printed == await answer(night, wish, "en", json=True)
    found = document(printed)
    assert found["current"]["pages"] >= found["current"]["night_pages"] >= 1
    assert found["changed"]["pages"] == 0
    assert "missing" in {fire["comparison"] for fire in found["fires"]}
    assert found["difference"]["pages_per_30_days"] < 0


async def test_a_wider_list_is_answered_in_words(night: Path, tmp_path: Path) -> None:
    """In the language of the reader: what is new, and what a sample of a few days cannot tell."""
    wider = tmp_path / "sakura.toml"
    broad = '[[keyword]]\ntopic = "pudding"\nany = ["の"]\nmode = "substring"\n'
    wider.write_text((KEYWORDS / "sakura.toml").read_text("utf-8") + broad, "utf-8")
    said = await answer(night, Wish(keywords=(wider,), examples=200), "ja", json=False)
    assert f"試したもの: {KEYWORDS / 'sakura.toml'} の代わりに {wider}" in said
    assert "新しく一致する投稿: 約" in said
    assert "（20件分）" in said
    assert "リポストは標本にない" in said
