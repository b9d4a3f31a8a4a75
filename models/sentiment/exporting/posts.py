"""The posts on which a converted model is compared with its original."""

from pathlib import Path

import msgspec

from models.sentiment.scorer import ScorerError

FEWEST = 30
"""Fewer posts say nothing about an agreement of 97 %."""


class _Post(msgspec.Struct):
    text: str


def read(path: Path | None) -> list[str]:
    """Return the posts of *path*, JSON lines with a ``text`` or plain lines; without it the project's own.

    Raises ScorerError with the file and the line.
    """
    path = path or Path(__file__).with_name("posts.txt")
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "is not UTF-8"
        raise ScorerError(f"{path}: cannot be read ({why}); give a file of posts, one a line") from error
    found = [_text(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if len(found) < FEWEST:
        raise ScorerError(f"{path}: has {len(found)} posts; at least {FEWEST} are needed to compare a model")
    return found


def _text(path: Path, number: int, line: str) -> str:
    if not line.lstrip().startswith("{"):
        return line
    try:
        return msgspec.json.decode(line.encode(), type=_Post).text
    except msgspec.DecodeError as error:
        raise ScorerError(
            f'{path}, line {number}: is no post ({error}); a line looks like {{"text":"..."}} or is the text',
        ) from error
