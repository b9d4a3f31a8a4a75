"""Posts from files: whole, growing, rotated, cut short, and full of rubbish."""

import json
import os
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from listener.sources.jsonl import LOOK_AGAIN, Jsonl, Settings
from listener.sources.lines import Lines
from listener.sources.source import SourceError
from models.clock import VirtualClock
from tests.fakes_sources import NIGHT, Reading, Remembered, first, read, surroundings, texts


def a_line(text: str) -> bytes:
    """Return a line of the file."""
    return json.dumps({"id": f"i{text}", "text": text, "created_at": "2026-11-20T17:40:12Z"}).encode() + b"\n"


def a_source(path: Path, report: Remembered | None = None, *, follow: bool = False) -> Jsonl:
    """Return a source that reads *path*, on a clock that jumps to each look."""
    clock = Jumping(NIGHT)
    return Jsonl("feed", Settings(path=str(path), follow=follow), surroundings(clock, report))


def write(path: Path, data: bytes) -> None:
    """Put *data* into a new file at *path*, or over the old one."""
    path.write_bytes(data)


def rotate(path: Path) -> None:
    """Move the file away, as logrotate does."""
    path.rename(path.with_name(path.name + ".1"))


class Jumping(VirtualClock):
    """A clock on which waiting takes no time."""

    async def sleep_until(self, deadline: object) -> None:
        """Move on by one look."""
        del deadline
        await self.advance(LOOK_AGAIN)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the path of a file with three posts."""
    file = tmp_path / "posts.jsonl"
    file.write_bytes(a_line("a") + a_line("b") + a_line("c"))
    return file


async def everything(source: Jsonl, cursor: str | None = None) -> Reading:
    """Read to the end of the file."""
    return await read(source, lambda _: False, cursor)


async def test_a_file_is_read_to_its_end(path: Path) -> None:
    """Also without a newline after the last line, with a BOM before the first, and with blank lines."""
    write(path, b"\xef\xbb\xbf" + a_line("a") + b"\n\r\n" + a_line("b").strip())
    assert (await everything(a_source(path))).texts == ["a", "b"]


async def test_the_offset_is_the_cursor(path: Path) -> None:
    """A second run reads only what is new."""
    cursor = (await everything(a_source(path))).cursor
    with path.open("ab") as file:
        file.write(a_line("d"))
    again = await everything(a_source(path), cursor)
    assert again.texts == ["d"]
    assert not again.gaps


async def test_rubbish_is_kept_apart_and_the_rest_goes_on(path: Path) -> None:
    """A 5 MB line, half a post and bad UTF-8 between good lines."""
    huge = b'{"id":"' + b"x" * 5_000_000 + b'"}\n'
    write(path, a_line("a") + huge + b'{"id":\n\xff\xfe\n{"id":"1","text":"x"}\n' + a_line("b"))
    report = Remembered()
    reading = await everything(a_source(path, report))
    assert reading.texts == ["a", "b"]
    assert report.drops == {"oversize": 1, "bad": 3}
    assert "5,000,009 bytes" in report.kept_apart[0][1]


async def test_a_growing_file_is_followed(path: Path) -> None:
    """Half a line waits for its other half."""
    source = a_source(path, follow=True)
    reading = Reading()
    batches = source.batches(None)
    while len(reading.posts) < 3:
        reading.batches.append(await first(batches))
    with path.open("ab") as file:
        file.write(a_line("d") + a_line("e")[:20])
    reading.batches.append(await first(batches))
    assert reading.texts == ["a", "b", "c", "d"]
    with path.open("ab") as file:
        file.write(a_line("e")[20:])
    reading.batches.append(await first(batches))
    assert reading.texts[-1] == "e"
    await batches.aclose()


async def test_a_rotated_file_is_read_to_its_end_before_the_new_one(path: Path) -> None:
    """The name moves on, the lines are all read."""
    batches = a_source(path, follow=True).batches(None)
    reading = Reading()
    while len(reading.posts) < 3:
        reading.batches.append(await first(batches))
    with path.open("ab") as file:
        file.write(a_line("d"))
        rotate(path)
        file.write(a_line("e"))
    write(path, a_line("f"))
    while len(reading.posts) < 6:
        reading.batches.append(await first(batches))
    assert reading.texts == ["a", "b", "c", "d", "e", "f"]
    assert not reading.gaps
    await batches.aclose()


async def test_a_rotation_while_nobody_watched_is_caught_up(path: Path) -> None:
    """The rest of the old file is found under its new name."""
    cursor = (await everything(a_source(path))).cursor
    with path.open("ab") as file:
        file.write(a_line("d"))
    rotate(path)
    write(path, a_line("e"))
    reading = await read(a_source(path, follow=True), texts(2), cursor)
    assert reading.texts == ["d", "e"]
    assert not reading.gaps


async def test_a_file_cut_short_is_read_from_its_beginning_with_a_gap(path: Path) -> None:
    """What stood between the last look and the cut may be lost, and the gap says so."""
    batches = a_source(path, follow=True).batches(None)
    reading = Reading()
    while len(reading.posts) < 3:
        reading.batches.append(await first(batches))
    os.truncate(path, 0)
    with path.open("ab") as file:
        file.write(a_line("d"))
    while len(reading.posts) < 4:
        reading.batches.append(await first(batches))
    assert reading.texts == ["a", "b", "c", "d"]
    (gap,) = reading.gaps
    assert "cut short" in gap.reason
    await batches.aclose()


async def test_another_file_of_the_same_size_is_not_taken_for_the_old_one(path: Path) -> None:
    """The beginning of the file is part of the cursor: an inode may be used again."""
    cursor = (await everything(a_source(path))).cursor
    write(path, a_line("x") + a_line("y") + a_line("z") + a_line("w"))
    reading = await everything(a_source(path), cursor)
    assert reading.texts == ["x", "y", "z", "w"]
    assert reading.gaps[0].end == NIGHT + timedelta(0)


@pytest.mark.parametrize("follow", [True, False])
async def test_a_missing_file_is_a_sentence(tmp_path: Path, *, follow: bool) -> None:
    """A file that will grow may come later; one to be read once must be there."""
    with pytest.raises(SourceError, match="there is no such file") as caught:
        await everything(a_source(tmp_path / "none", follow=follow))
    assert caught.value.retryable is follow


async def test_a_folder_is_refused_for_good(tmp_path: Path) -> None:
    """Trying again does not help."""
    with pytest.raises(SourceError, match="cannot be read") as caught:
        await everything(a_source(tmp_path))
    assert not caught.value.retryable


async def test_standard_input_is_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe is read as it comes."""
    reading, writing = os.pipe()
    with os.fdopen(reading) as stdin, os.fdopen(writing, "wb") as pipe:
        pipe.write(a_line("a") + a_line("b").strip())
        pipe.close()
        monkeypatch.setattr(sys, "stdin", stdin)
        assert (await everything(a_source(Path("-")))).texts == ["a", "b"]


def test_lines_are_the_same_however_they_are_cut() -> None:
    """The chunks of the file system say nothing."""
    data = a_line("a") + b"\n" + a_line("b") + b"rest"
    whole = [*(lines := Lines()).feed(data), *lines.rest()]
    for size in (1, 2, 7, 64):
        lines = Lines()
        cut = [line for start in range(0, len(data), size) for line in lines.feed(data[start : start + size])]
        assert [*cut, *lines.rest()] == whole
    assert whole[-1].end == len(data)
