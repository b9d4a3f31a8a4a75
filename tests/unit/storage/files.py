"""What a test does to files; not async, so that nobody mistakes it for the way of the daemon."""

from pathlib import Path


def content(path: Path) -> bytes:
    """Return what stands in a file."""
    return path.read_bytes()


def write(path: Path, raw: bytes) -> None:
    """Replace what stands in a file."""
    path.write_bytes(raw)


def size(path: Path) -> int:
    """Return how many bytes a file has."""
    return path.stat().st_size
