"""A few words that outlive the process: whom the daemon has told what."""

from typing import Protocol


class Notebook(Protocol):
    """Keeps a few words by key; ``Meta`` of the storage is one, whose methods may raise ``LogError``."""

    async def get(self, key: str) -> str | None:
        """Return what is kept under *key*, or None."""
        ...

    async def set(self, key: str, value: str) -> None:
        """Keep *value* under *key*."""
        ...


class Scrap:
    """A notebook for one life, where nothing need be remembered beyond it."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}

    async def get(self, key: str) -> str | None:
        """Return what is kept under *key*, or None."""
        return self._kept.get(key)

    async def set(self, key: str, value: str) -> None:
        """Keep *value* under *key*."""
        self._kept[key] = value
