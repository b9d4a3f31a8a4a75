"""Named SQL: one ``queries/*.sql`` per aggregate, read once."""

import re
from functools import cache
from pathlib import Path
from types import MappingProxyType

_QUERIES = Path(__file__).parent / "queries"
_NAME = re.compile(r"^-- ([a-z_]+): .+$", re.MULTILINE)


@cache
def load(aggregate: str) -> MappingProxyType[str, str]:
    """Return the statements of ``queries/<aggregate>.sql`` by name.

    A statement begins at its line ``-- name: what it does`` and ends at the next one.
    """
    _, *parts = _NAME.split((_QUERIES / f"{aggregate}.sql").read_text(encoding="utf-8"))
    names, bodies = parts[::2], parts[1::2]
    if len(set(names)) != len(names):
        raise ValueError(f"queries/{aggregate}.sql names a statement twice")
    return MappingProxyType(dict(zip(names, (body.strip() for body in bodies), strict=True)))
