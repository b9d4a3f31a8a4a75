"""`hinoban score`: texts in, how they feel out, as JSON lines."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import BinaryIO, TextIO

import msgspec

from config.settings import Settings
from listener import assembly
from listener.sources.json_frame import mended
from models.mention import Label, Score, Voice
from models.sentiment.batching import score_all
from models.sentiment.scorer import Scorer, ScorerError

DONE, PROBLEMS, USAGE = 0, 1, 2
_CHUNK = 1 << 16  # what one read may bring: about 300 posts, scored together
_BATCH = 8
_LONGEST = 1 << 21  # a hundred thousand emoji, escaped


class _Asked(msgspec.Struct, frozen=True):
    id: str | int
    text: str


class _Answer(msgspec.Struct, frozen=True):
    id: str | int
    label: Label
    negative: float
    neutral: float
    positive: float
    unsure: bool
    voice: Voice


def run_configured(settings: Settings | None, files: Sequence[Path], out: TextIO, err: TextIO) -> int:
    """Score by the configured scorer. One that cannot be had is no reason to answer with another's scores."""
    try:
        scorer = assembly.scorer(settings)
        scorer.warm_up()
    except ScorerError as error:
        err.write(f"hinoban: {error}\n")
        return USAGE
    return run(scorer, files, out, err)


def run(scorer: Scorer, files: Sequence[Path], out: TextIO, err: TextIO) -> int:
    """Score JSON lines of *files* (``-`` or none: stdin) and return the exit code.

    A line that is no post is answered with one sentence on *err*; the others are still scored.
    """
    code = DONE
    for path in files or [Path("-")]:
        name = "stdin" if str(path) == "-" else str(path)
        try:
            with nullcontext(sys.stdin.buffer) if name == "stdin" else path.open("rb") as stream:
                code = max(code, _scored(scorer, stream, name, out, err))
        except OSError as error:
            err.write(f"{name}: cannot be read ({error.strerror}); give a file of JSON lines\n")
            return USAGE
    return code


def _scored(scorer: Scorer, stream: BinaryIO, name: str, out: TextIO, err: TextIO) -> int:
    code = DONE
    for block in _blocks(stream):
        asked: list[_Asked] = []
        for number, line in block:
            try:
                asked.append(_parsed(line))
            except ValueError as error:
                err.write(f"{name}, line {number}: {error}\n")
                code = PROBLEMS
        answers = score_all(scorer, [one.text for one in asked], _BATCH) if asked else []
        out.writelines(
            msgspec.json.encode(_answer(one, score)).decode() + "\n"
            for one, score in zip(asked, answers, strict=True)
        )
        out.flush()
    return code


def _blocks(stream: BinaryIO) -> Iterator[list[tuple[int, bytes]]]:
    """Yield numbered lines as they come, so that a pipe is answered before it ends."""
    number, rest = 0, b""
    read = getattr(stream, "read1", stream.read)
    while chunk := read(_CHUNK):
        *lines, rest = (rest + chunk).split(b"\n")
        yield [(number + at, line) for at, line in enumerate(lines, 1) if line.strip()]
        number += len(lines)
        rest = rest[: _LONGEST + 1]  # refused as too long, not kept
    if rest.strip():
        yield [(number + 1, rest)]


def _parsed(line: bytes) -> _Asked:
    if len(line) > _LONGEST:
        raise ValueError(f"longer than {_LONGEST} bytes; a post is one short line")
    try:
        # half a character may stand in a cut text; the rest of it is still to be judged
        return msgspec.json.decode(mended(line.removeprefix(b"\xef\xbb\xbf")), type=_Asked)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f'not a post ({error}); a line looks like {{"id":"1","text":"..."}}') from None


def _answer(asked: _Asked, score: Score) -> _Answer:
    return _Answer(
        id=asked.id,
        label=score.label,
        negative=round(score.negative, 4),
        neutral=round(score.neutral, 4),
        positive=round(score.positive, 4),
        unsure=score.unsure,
        voice=score.voice,
    )
