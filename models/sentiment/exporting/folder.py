"""The folder that the onnx scorer loads: how it is described, sealed, and put in its place whole."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from models.sentiment.onnx import FILES, Config
from models.sentiment.scorer import ScorerError


@contextmanager
def prepared(target: Path) -> Iterator[Path]:
    """Yield a folder beside *target* that takes its place at the end; after an error nothing is left.

    Raises ScorerError when there is something at *target* already, or no place for it.
    """
    target = target.absolute()
    if not target.parent.is_dir():
        raise ScorerError(f"{target}: there is no folder {target.parent} to make it in")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ScorerError(f"{target}: exists and is not empty; name a new folder")
    try:
        work = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise ScorerError(f"{target}: cannot be made ({error.strerror})") from error
    try:
        yield work
        work.chmod(0o755)
        work.replace(target)
    except OSError as error:
        raise ScorerError(f"{target}: cannot be written ({error.strerror or error})") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def describe(folder: Path, config: Config) -> None:
    """Write config.json."""
    text = msgspec.json.format(msgspec.json.encode(config), indent=2)
    (folder / "config.json").write_bytes(text + b"\n")


def seal(folder: Path) -> None:
    """Write SHA256SUMS of the files as they are now."""
    lines = []
    for name in FILES:
        with (folder / name).open("rb") as file:
            lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {name}\n")
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="ascii")
