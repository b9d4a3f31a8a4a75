"""How long somebody waits for `hinoban replay` of eight hours, judged by word lists or the shipped model.

Wall time, the loading of the model included. At a thousand posts an hour the model is not measured: a text
costs what `make bench ARGS=sentiment` says, whatever is done with it.
"""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from bench.backtest import CONFIG, END, LIST, posts, replayed
from config import decode
from listener import assembly, logs
from listener.backtest.trial import Setup

NIGHT = 8 / 24
RATES = {100.0: ("lexicon", "onnx"), 1000.0: ("lexicon",)}
GOAL = 30.0
NAMES = {"lexicon": "word lists", "onnx": "the shipped model"}


def measure() -> Iterator[tuple[object, ...]]:
    """Yield the rows of `make bench`."""
    logs.configure("json", "error")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "sakura.toml").write_text(LIST.format(none=""), "utf-8")
        settings = decode.settings(
            CONFIG.format(keywords=folder, database=folder / "none.db"), "bench", assembly.TABLES
        )
        side = Setup(settings, assembly.vocabulary(settings.keywords, now=END))
        for rate, kinds in RATES.items():
            given = posts(NIGHT, rate)
            for kind in kinds:
                began = perf_counter()
                asyncio.run(replayed(side, given, kind))
                spent = perf_counter() - began
                what = f"replay of eight hours, {rate:,.0f} posts an hour ({len(given):,}), {NAMES[kind]}"
                yield what, f"{spent:.1f} s", f"≤ {GOAL:.0f} s", spent <= GOAL
