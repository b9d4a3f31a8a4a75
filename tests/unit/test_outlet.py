"""What is printed to somebody who does not read to the end."""

import asyncio
import sys

import pytest

from tests.watch import HOME

LINES = f"{sys.executable} -m listener match - --keywords config/keywords < config/demo/night.jsonl"


@pytest.mark.parametrize(
    "command",
    [
        f"{LINES} | head -n 1",
        f"{sys.executable} -m listener demo --once | head -n 1",
        f"{sys.executable} -m listener --help | true",
    ],
    ids=["match", "demo", "help"],
)
async def test_a_reader_who_goes_is_told_nothing(command: str) -> None:
    """Neither a traceback nor a line of the log, and it is no failure."""
    process = await asyncio.create_subprocess_exec(
        "bash",
        "-c",
        f"set -o pipefail; {command}",
        cwd=HOME,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    _, err = await process.communicate()
    assert (process.returncode, err.decode()) == (0, "")
