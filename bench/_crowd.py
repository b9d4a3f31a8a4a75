"""A crowd of strangers at a hundredfold: the posts of the bench of a surge, written to standard output."""

import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta

from bench.matching import ENGLISH, JAPANESE, SEED, keywords
from listener import assembly
from listener.demo import HOME
from models.clock import SystemClock
from models.sentiment.batching import score_all

PUDDING = "さくらプリン"
BRANDS = 100
DAYS = 3
"""Of the past that the daemon learnt: a fresh one waits for more people before it wakes anybody."""
USUAL, TIMES = 60, 100
"""Posts a second, and how many times that the surge is."""
SHARE = 100
"""One post in so many is about a brand."""
CALM, SURGE = 10.0, 45.0
"""Seconds before the surge, and of it: each brand is complained about some 27 times."""


def words() -> list[str]:
    """Return the names of the brands."""
    return list(dict.fromkeys(keywords(3 * BRANDS, random.Random(SEED))))[:BRANDS]


def usual() -> Iterator[str]:
    """Yield the last days as CSV: every brand in the usual stream, one in eight unhappy."""
    yield "brand,topic,hour,people,negative"
    chance, people = random.Random(SEED), USUAL * 3600 / SHARE / BRANDS
    last = SystemClock().now().replace(minute=0, second=0, microsecond=0)
    for hour in range(DAYS * 24, 0, -1):
        for brand in range(BRANDS):
            spoke = max(0, round(chance.gauss(people, people**0.5)))
            at = f"{last - timedelta(hours=hour):%Y-%m-%dT%H:00:00Z}"
            yield f"brand{brand},all,{at},{spoke},{round(spoke / 8)}"


def complaints() -> list[str]:
    """Return the shipped night's complaints about a pudding, with a gap where it was named."""
    lines = (HOME / "demo" / "night.jsonl").read_text("utf-8").splitlines()
    texts = list(dict.fromkeys(json.loads(line).get("text", "") for line in lines))
    named = [text for text in texts if PUDDING in text]
    judged = score_all(assembly.scorer(None), named, 64)
    pairs = zip(named, judged, strict=True)
    return [text.replace(PUDDING, "{}") for text, score in pairs if score.label == "negative"]


def feed() -> None:
    """Write posts to standard output: the usual rate for a while, then the surge."""
    chance, brands, said, clock = random.Random(SEED), words(), complaints(), SystemClock()
    began, sent = time.perf_counter(), 0
    while (elapsed := time.perf_counter() - began) < CALM + SURGE:
        rate = USUAL * (TIMES if elapsed >= CALM else 1)
        due = int(USUAL * min(elapsed, CALM) + rate * max(0.0, elapsed - CALM))
        stamp = clock.now().isoformat()
        fires = said if elapsed >= CALM else ["{}"]
        posts = [_post(number, stamp, chance, brands, fires) for number in range(sent, due)]
        sys.stdout.write("".join(posts))
        sys.stdout.flush()
        sent = max(sent, due)
        time.sleep(0.02)


def _post(number: int, stamp: str, chance: random.Random, brands: Sequence[str], said: Sequence[str]) -> str:
    text = " ".join(chance.choices(JAPANESE if number % 2 else ENGLISH, k=6))
    if number % SHARE == 0:
        text = chance.choice(said).replace("{}", chance.choice(brands))
    post = {"id": f"p{number}", "text": text, "created_at": stamp, "author": {"id": f"a{number}"}}
    return json.dumps(post, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    feed()
