"""What a score costs: ways of running the network side by side, one post, a cold start, memory."""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bench.judging.rivals import BATCH, Batch, Run, batches, ways
from models.sentiment import onnx
from models.sentiment.batching import score_all

Row = tuple[str, str] | tuple[str, str, str, bool]
FASTER, MEDIAN, COLD, RESIDENT = 4.5, 12.0, 1.0, 200.0
ROUNDS = 4
ONE_BY_ONE = 150
_FRESH = """
import sys
from pathlib import Path
from models.sentiment import onnx
from models.sentiment.batching import score_all
scorer = onnx.build(onnx.Settings(folder=Path(sys.argv[1])))
score_all(scorer, ["プリンに髪の毛が入ってた"], 8)
print("scored", flush=True)
from models.sentiment.exporting import posts
score_all(scorer, posts.read(None), 8)
for line in Path("/proc/self/status").read_text().splitlines():
    if line.startswith("VmRSS:"):
        print(line.split()[1], flush=True)
"""


def side_by_side(weights: Path, build: Path, texts: Sequence[str]) -> Iterator[Row]:
    """Yield the CPU time of each way of running the network on the same batches, in turns, on one thread."""
    scorer = onnx.build(onnx.Settings(folder=weights))
    given = batches(scorer, texts, pad=1)
    with tempfile.TemporaryDirectory() as place:
        found = ways(weights, build, Path(place), threads=1)
        best = _best(found.runs, given)
    slowest = best.get("torch fp32")
    for name, seconds in sorted(best.items(), key=lambda one: -one[1]):
        said = f"{seconds * 1000 / len(texts):.2f} ms a post"
        if slowest is None or name == "torch fp32":
            yield _named(name), said
        elif name == "int8":
            ratio = slowest / seconds
            yield _named(name), f"{said}, {ratio:.2f}x torch fp32", f"≥ {FASTER}x", ratio >= FASTER
        else:
            yield _named(name), f"{said}, {slowest / seconds:.2f}x torch fp32"
    for note in found.notes:
        yield "ways of running the network", note


def _named(way: str) -> str:
    return f"{way}, batches of {BATCH}, one thread, CPU time"


def _best(runs: Mapping[str, Run], given: Sequence[Batch]) -> dict[str, float]:
    """Return the CPU seconds of the best of ``ROUNDS`` for each way; they take turns."""
    best = dict.fromkeys(runs, float("inf"))
    for run in runs.values():
        run(given[0])  # the first run of a way also makes its buffers
    for _ in range(ROUNDS):
        for name, run in runs.items():
            start = time.process_time()
            for batch in given:
                run(batch)
            best[name] = min(best[name], time.process_time() - start)
    return best


def one_post(weights: Path, texts: Sequence[str]) -> Row:
    """Return the median time of a single post from text to score, with the daemon's settings."""
    scorer = onnx.build(onnx.Settings(folder=weights))
    scorer.warm_up()
    taken = []
    for text in texts[:ONE_BY_ONE]:
        start = time.perf_counter()
        score_all(scorer, [text], 1)
        taken.append((time.perf_counter() - start) * 1000)
    median, late = statistics.median(taken), sorted(taken)[len(taken) * 95 // 100]
    said = f"{median:.1f} ms (95 %: {late:.1f} ms)"
    return "one post, text to score, median", said, f"≤ {MEDIAN:.0f} ms", median <= MEDIAN


def fresh(weights: Path, starts: int) -> Iterator[Row]:
    """Yield how soon a fresh process has its first score, and how much memory it holds after 124 more."""
    measured = [_start(weights) for _ in range(starts)]
    cold = statistics.median(seconds for seconds, _ in measured)
    most = max(kilobytes for _, kilobytes in measured) / 1024
    yield (
        "cold start: new process to first score, median",
        f"{cold:.2f} s of {starts}",
        f"≤ {COLD:.0f} s",
        cold <= COLD,
    )
    yield "resident memory of that process", f"{most:.0f} MB", f"≤ {RESIDENT:.0f} MB", most <= RESIDENT


def _start(weights: Path) -> tuple[float, int]:
    """Return seconds to the first score, and resident kilobytes at the end."""
    began = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-c", _FRESH, str(weights)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    first = child.stdout.readline()
    seconds = time.perf_counter() - began
    rest, said = child.communicate()
    if first.strip() != "scored" or child.returncode:
        raise OSError(f"a fresh process could not score: {said.strip().splitlines()[-1:]}")
    return seconds, int(rest)
