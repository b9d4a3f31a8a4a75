"""Standard output whose reader may go before all is said: ``hinoban replay … | head`` ends quietly."""

import io
import os
import sys
from typing import Any

_STANDARD = 1


class _Pipe(io.FileIO):
    """Writes to a descriptor; when nobody reads any more the program ends, for nobody is told anything."""

    def write(self, data: Any, /) -> int:
        """Write *data*, or end."""
        try:
            return super().write(data)
        except BrokenPipeError:
            # What other buffers still hold goes nowhere, or their end would be another complaint.
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            raise SystemExit(0) from None


def open_quietly() -> None:
    """Let standard output end the program quietly; where something else stands in its place, it stays."""
    known = sys.stdout
    if known is not sys.__stdout__ or not isinstance(known, io.TextIOWrapper) or known.fileno() != _STANDARD:
        return
    known.flush()
    sys.stdout = io.TextIOWrapper(
        io.BufferedWriter(_Pipe(_STANDARD, "wb", closefd=False)),
        encoding=known.encoding,
        errors=known.errors,
        line_buffering=known.line_buffering,
    )
