"""How long somebody waits for `hinoban backtest`: seconds of a core per stored day, beside two replays.

A brand's posts of some days are stored as a daemon stores them, with their scores; then an exclusion is
tried. The replays are what one would do without the command: the same posts with today's list, and again
with the changed one, judged by the word lists.
"""

import asyncio
import math
import random
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time

from bench.matching import JAPANESE, SEED
from config import decode
from config.settings import Settings
from listener import assembly, logs, replay
from listener.backtest import attempt, trial
from listener.backtest.attempt import Wish
from listener.backtest.trial import Setup
from listener.recognition import Recognition
from listener.storage.database import Database
from listener.storage.intake import Intake
from models.clock import VirtualClock
from models.mention import Score
from models.post import Author, Post
from models.sentiment.batching import Scoring
from models.volume.duplicates import Clusters

END = datetime(2026, 11, 20, 12, tzinfo=UTC)
RATES = ((10.0, 7.0), (1000.0, 0.5))
"""Posts an hour, and how many days of them are stored."""
GOAL = 1.0
"""Seconds for a day of ten posts an hour: two weeks (one is learned, one tested) in a quarter of a minute."""
BATCH = 512
REPOSTS, UNHAPPY = 0.25, 0.15
LIST = """schema = 1
brand = "sakura"
name = "Sakura"
[[keyword]]
topic = "pudding"
any = ["さくらプリン"]
none = [{none}]
[[keyword]]
topic = "company"
any = ["さくらフーズ"]
"""
CONFIG = """schema = 1
keywords = ["{keywords}"]
[storage]
path = "{database}"
[scorer]
kind = "lexicon"
"""
UNHAPPY_WORDS = ("最悪", "ひどい", "まずい", "がっかり")


def posts(days: float, rate: float) -> list[Post]:
    """Return posts of some days: a rhythm with its peak in the evening, a quarter of them reposts."""
    chance, found, at = random.Random(SEED), list[Post](), END - timedelta(days=days)
    while True:
        hour = (at.hour + 9) % 24 + at.minute / 60
        usual = rate * math.exp(0.8 * math.cos((hour - 20.5) * math.pi / 12)) / 1.17
        at += timedelta(hours=chance.expovariate(usual))
        if at >= END:
            return found
        found.append(_post(len(found), at, found[-50:], chance, people=round(100 * rate)))


def _post(number: int, at: datetime, recent: Sequence[Post], chance: random.Random, *, people: int) -> Post:
    of = chance.choice(recent) if recent and chance.random() < REPOSTS else None
    target = None if of is None else of.target or of.id
    words = chance.choices(JAPANESE, k=chance.randint(2, 5))
    words.insert(1, "さくらプリン" if chance.random() < 0.8 else "さくらフーズ")
    words += [chance.choice(UNHAPPY_WORDS)] if chance.random() < UNHAPPY else []
    return Post(
        source="bluesky",
        id=f"p{number}",
        text="" if target else " ".join(words),
        created_at=at - timedelta(seconds=5),
        received_at=at,
        author=Author(f"a{chance.randrange(people)}"),
        kind="repost" if target else "post",
        target=target,
    )


async def stored(settings: Settings, given: Sequence[Post]) -> None:
    """Store posts with their scores, as if a daemon had listened."""
    recognition = Recognition(Clusters())
    recognition.use(assembly.vocabulary(settings.keywords, now=END).matcher)
    async with Database.open(settings.storage.path, VirtualClock(END)) as database:
        for first in range(0, len(given), BATCH):
            batch = given[first : first + BATCH]
            mentions = [one for post in batch for one in recognition.mentions_of(post)]
            receipts = await database.mentions.store(Intake(mentions=mentions))
            rows = [
                (receipt.seq, _score(mention.post.text))
                for receipt, mention in zip(receipts, mentions, strict=True)
            ]
            await database.mentions.score(rows, "bench")


def _score(text: str) -> Score:
    if any(word in text for word in UNHAPPY_WORDS):
        return Score(label="negative", negative=0.9, neutral=0.08, positive=0.02)
    return Score(label="neutral", negative=0.1, neutral=0.8, positive=0.1)


async def replayed(side: Setup, given: Sequence[Post], kind: str = "lexicon") -> None:
    """Replay posts as `hinoban replay` does, judged by a *kind* of scorer."""
    scoring = Scoring(kind, on_fallback=lambda _: None)
    start = given[0].received_at.replace(second=0, microsecond=0)
    try:
        async with replay.night(side.settings, side.words, scoring, start=start, say=lambda _: None) as night:
            await replay.play(night, given)
        if scoring.backend != kind:
            raise OSError(f"the {kind} scorer cannot be had")
    finally:
        scoring.close()


def timed(rate: float, days: float, folder: Path) -> tuple[float, float]:
    """Return the seconds that a backtest and two replays take."""
    for name, none in (("keywords", ""), ("draft", '"まずい"')):
        (folder / name).mkdir(parents=True)
        (folder / name / "sakura.toml").write_text(LIST.format(none=none), "utf-8")
    text = CONFIG.format(keywords=folder / "keywords", database=folder / "bench.db")
    settings = decode.settings(text, "bench", assembly.TABLES)
    given, draft = posts(days, rate), (folder / "draft" / "sakura.toml",)
    asyncio.run(stored(settings, given))
    began = process_time()
    asyncio.run(attempt.report(settings, settings.storage.path, Wish(keywords=draft), lambda _: None))
    done = process_time()
    tried = trial.prepared(settings, keywords=draft, now=END)
    for side in (tried.current, tried.changed):
        asyncio.run(replayed(side, given))
    return done - began, process_time() - done


def measure() -> Iterator[tuple[object, ...]]:
    """Yield the rows of `make bench`."""
    logs.configure("json", "error")
    for rate, days in RATES:
        with tempfile.TemporaryDirectory() as folder:
            ours, naive = timed(rate, days, Path(folder))
        goal = (f"≤ {GOAL:.0f} s", ours <= GOAL * days) if rate == RATES[0][0] else ("", None)
        yield (
            f"backtest of {rate:,.0f} posts an hour: seconds per stored day",
            f"{ours / days:.2f}; two replays {naive / days:.2f}",
            *goal,
        )
