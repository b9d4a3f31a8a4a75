"""``hinoban match``: posts in, one line each with the reasons why they match."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Literal, TextIO

import msgspec

from listener.matching import lists
from listener.matching.matcher import Matcher
from models.clock import Clock, SystemClock
from models.mention import Match

FOUND_PROBLEMS: Final = 1
USAGE: Final = 2
OUTSIDE: Final = 3


class _Line(msgspec.Struct):
    """The fields of a post that matching looks at."""

    id: str | int = ""
    text: str | None = None
    format: Literal["plain", "html"] = "plain"
    source: Any = ""
    author: Any = None
    delete: Any = None


_RIGHT: Final = 'write one post per line, as in {"id":"1","text":"..."}'
_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final = msgspec.json.Decoder(_Line)


def run(
    keywords: Sequence[Path],
    files: Sequence[Path],
    out: TextIO,
    *,
    errors: TextIO | None = None,
    stdin: Iterable[str] | None = None,
    clock: Clock | None = None,
) -> int:
    """Match the posts of *files* (none, or ``-``: standard input) and return the exit code."""
    complain = _Complaints(errors or sys.stderr)
    try:
        matcher = Matcher(lists.load(keywords), now=(clock or SystemClock()).now())
    except lists.ListError as error:
        complain(str(error))
        return USAGE
    for name in files or [Path("-")]:
        try:
            for number, line in enumerate(_lines(name, stdin), 1):
                _match(
                    matcher,
                    line,
                    out,
                    complain,
                    f"{name}, line {number}" if name != Path("-") else f"line {number}",
                )
        except OSError as error:
            complain(f"{name}: cannot be read ({error.strerror}); check the name and the permissions")
            return USAGE
    return FOUND_PROBLEMS if complain.count else 0


class _Complaints:
    """Tell people what was wrong, and remember that something was."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.count = 0

    def __call__(self, sentence: str) -> None:
        self.count += 1
        print(sentence, file=self._stream)


def _lines(name: Path, stdin: Iterable[str] | None) -> Iterator[bytes]:
    if name != Path("-"):
        with name.open("rb") as stream:
            yield from stream
    elif stdin is not None:
        yield from (line.encode("utf-8", "surrogatepass") for line in stdin)
    else:
        yield from sys.stdin.buffer


def _match(matcher: Matcher, line: bytes, out: TextIO, complain: _Complaints, where: str) -> None:
    if not line.strip():
        return
    try:
        post = _DECODER.decode(line.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        complain(f"{where}: {_plain(error)}; {_RIGHT}")
        return
    if post.delete is not None:
        return  # streams carry deletions between the posts; there is nothing to match
    if post.id == "" or post.text is None:
        complain(f"{where}: {'text' if post.id != '' else 'id'} is missing; {_RIGHT}")
        return
    author = post.author if isinstance(post.author, dict) else {}
    found = matcher.find(
        post.text,
        author=str(author.get("id", "")),
        handle=str(author.get("handle", "")),
        source=str(post.source),
        format=post.format,
    )
    # Two keywords may say the same of one place (a product, and the product as a risk): it is shown once.
    shown = list({_ENCODER.encode(one): one for one in map(_shown, found)}.values())
    out.write(_ENCODER.encode({"id": post.id, "matches": shown}).decode() + "\n")


def _plain(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start + 1} is not UTF-8"
    what = str(error).replace("`", "").replace(" - at $.", " in ")
    return what[:1].lower() + what[1:] if what.startswith(("Expected", "Invalid", "Input")) else what


def _shown(match: Match) -> dict[str, Any]:
    return {
        "list": match.list,
        "topic": match.topic,
        "keyword": match.keyword,
        "spelling": match.spelling,
        "start": match.start,
        "end": match.end,
        "text": match.text,
        "strength": match.strength,
    }
