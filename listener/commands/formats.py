"""In which form a command prints: lines for programs, tables for people."""

import sys
from typing import Annotated, Literal

from cyclopts import Parameter

Format = Annotated[Literal["auto", "json", "table"], Parameter(help="json lines, or a table for people.")]


def for_people(given: str) -> bool:
    """Tell whether people read what is printed: somebody asked for a table, or it goes to a terminal."""
    return given == "table" or (given == "auto" and sys.stdout.isatty())
