"""`hinoban replay --calendar`: no event counts unless its file is named."""

import json
from io import StringIO
from pathlib import Path

import pytest

from config.document import SettingsError
from listener.commands import replay
from tests.builders import NIGHT
from tests.fakes_listener import LIST

EVENT = (
    f'[[event]]\nkind = "campaign"\nfrom = {NIGHT:%Y-%m-%d}\nto = {NIGHT:%Y-%m-%d}\ntopics = ["pudding"]\n'
)
CONFIGURATION = """
schema = 1
[scorer]
kind = "lexicon"
[channels.terminal]
kind = "stdout"
[brand.sakura]
calendars = ["broken.toml"]
"""


async def played(folder: Path, calendar: str | None) -> list[dict[str, object]]:
    """Replay one angry post with this calendar; the configuration names another one, which is broken."""
    post = {
        "id": "1",
        "text": "さくらプリン最悪",
        "created_at": f"{NIGHT:%Y-%m-%dT%H:%M:%SZ}",
        "author": {"id": "a"},
    }
    files = {
        "posts.jsonl": json.dumps(post),
        "sakura.toml": LIST,
        "broken.toml": "?",
        "c.toml": calendar or "",
    }
    for name, text in {**files, "hinoban.toml": CONFIGURATION}.items():
        (folder / name).write_text(text, "utf-8")
    out = StringIO()
    await replay.run(
        [folder / "posts.jsonl"],
        [folder / "sakura.toml"],
        None,
        folder / "hinoban.toml",
        out,
        StringIO(),
        calendar=folder / "c.toml" if calendar else None,
    )
    return [json.loads(line) for line in out.getvalue().splitlines()]


async def test_the_calendars_of_the_configuration_are_not_read(tmp_path: Path) -> None:
    """The one that it names is broken, and nobody minds."""
    assert (await played(tmp_path, None))[-1]["mentions"] == 1


async def test_a_named_calendar_is_read(tmp_path: Path) -> None:
    """For every brand of the lists; its topics must be there."""
    assert (await played(tmp_path, EVENT))[-1]["mentions"] == 1
    with pytest.raises(SettingsError, match=r'c\.toml, line 5: .*unknown topic: "puding" is none of'):
        await played(tmp_path, EVENT.replace("pudding", "puding"))
