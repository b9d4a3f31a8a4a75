"""Places with a configuration and keyword lists, and what `hinoban check` says of them."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

from listener.commands import check

LIST = (
    'schema = 1\nbrand = "sakura"\nname = "さくら"\n[[keyword]]\ntopic = "pudding"\nany = ["さくらプリン"]\n'
)
FINE = """
[sources.posts]
kind = "jsonl"
[channels.terminal]
kind = "stdout"
[receivers.oncall]
channels = ["terminal"]
"""


def a_place(folder: Path, text: str = FINE, **lists: str) -> Path:
    """Write a configuration and its keyword lists; return the configuration's path."""
    (folder / "keywords").mkdir()
    for name, content in (lists or {"sakura": LIST}).items():
        (folder / "keywords" / f"{name}.toml").write_text(content, "utf-8")
    path = folder / "hinoban.toml"
    path.write_text(f"schema = 1\n{text}", "utf-8")
    return path


async def checked(path: Path, **more: Any) -> tuple[int, dict[str, list[str]]]:
    """Return the exit code, and by what was checked the outcome and text of each line."""
    out, err = StringIO(), StringIO()
    code = await check.run(path, out, err, **more)
    assert not err.getvalue()
    found: dict[str, list[str]] = {}
    for line in map(json.loads, out.getvalue().splitlines()):
        found.setdefault(line["check"], []).append(f"{line['outcome']}: {line['text']}")
    return code, found
