"""Secrets come from files alone: systemd's credentials directory, or a path."""

import os
from pathlib import Path

from config.document import SettingsError


def read(name: str) -> str:
    """Return the secret in *name*, a path or a file of $CREDENTIALS_DIRECTORY; raises SettingsError."""
    given = Path(name)
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    if credentials and len(given.parts) == 1:
        return _read(Path(credentials) / given, f"put it in /etc/credstore/hinoban.{name} and restart")
    return _read(given, "put it there, on one line, mode 600")


def _read(path: Path, advice: str) -> str:
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"{path}: the secret cannot be read: {error.strerror}; {advice}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: the secret is not UTF-8 text") from None
    if not secret:
        raise SettingsError(f"{path}: the secret is empty; {advice}")
    return secret
