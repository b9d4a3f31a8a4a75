"""One daemon per database: an advisory lock on a file beside it."""

import fcntl
import os
from pathlib import Path

from listener.storage.errors import StorageError


class Lock:
    """Holds ``<database>.lock`` until released; the system lets go of it when the process dies."""

    def __init__(self, database: Path) -> None:
        self.path = database.with_name(f"{database.name}.lock")
        self._file: int | None = None

    def acquire(self) -> None:
        """Take the lock, or say who has it."""
        try:
            file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StorageError(
                f"cannot make {self.path}: {error.strerror}; its folder must exist and be writable",
                retryable=True,
            ) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(file, 32, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(file)
            raise StorageError(
                f"{self.path} is held by another hinoban (process {holder}): stop it first",
                retryable=False,
            ) from error
        self._file = file
        self._sign(file)

    def release(self) -> None:
        """Let go of the lock; the file stays, since removing it would race with the next holder."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _sign(self, file: int) -> None:
        try:
            os.ftruncate(file, 0)
            os.pwrite(file, f"{os.getpid()}\n".encode("ascii"), 0)
        except OSError:  # a full disk: the lock holds all the same, only unsigned
            return
