"""What a check found: one line per thing looked at, and the exit code they add up to."""

import json
from typing import Final, Literal, TextIO

import msgspec

Outcome = Literal["ok", "warning", "problem", "mistake", "unreachable"]

CODES: Final[dict[Outcome, int]] = {"mistake": 2, "problem": 1, "unreachable": 3}
"""What decides the exit code, the weightiest first; a warning does not."""
MARKS: Final[dict[Outcome, str]] = {"ok": "ok", "warning": "? "}

TO_WAKE: Final = "where one does, say wakes = true in its table (stdout wakes nobody)"
"""What to do about a person whom no channel wakes."""


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at.

    A ``mistake`` is in a file that people edit, a ``problem`` is anything else that only we can mend, and
    ``unreachable`` is the outside world.
    """

    check: str
    outcome: Outcome
    text: str


class Checklist:
    """Findings in the order in which they were made."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def note(self, outcome: Outcome, check: str, text: str) -> None:
        """Add a finding."""
        self.findings.append(Finding(check, outcome, text))

    @property
    def code(self) -> int:
        """Return the exit code: 0 fine, 1 problems, 2 mistakes in files, 3 only the outside world failed."""
        there = {finding.outcome for finding in self.findings}
        return next((code for outcome, code in CODES.items() if outcome in there), 0)

    def print(self, out: TextIO, *, table: bool) -> None:
        """Print a line for each finding: aligned for people, or as JSON."""
        width = max((len(finding.check) for finding in self.findings), default=0)
        for finding in self.findings:
            if table:
                mark = MARKS.get(finding.outcome, "!!")
                print(f"{mark}  {finding.check.ljust(width)}  {finding.text}", file=out)
            else:
                print(json.dumps(msgspec.to_builtins(finding), ensure_ascii=False), file=out)
