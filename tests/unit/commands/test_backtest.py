"""`hinoban backtest`: what is refused, and in which words."""

import io
from pathlib import Path

import pytest

from config.decode import SettingsError
from listener.backtest.attempt import Wish
from listener.commands import backtest as command
from listener.commands.backtest import Places, run
from listener.storage.database import Database
from models.clock import VirtualClock
from tests.builders import NIGHT
from tests.unit.backtest.lists import PUDDING, a_list


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Write a configuration with one list."""
    a_list(tmp_path / "keywords", "sakura", PUDDING)
    file = tmp_path / "hinoban.toml"
    file.write_text("schema = 1\n", "utf-8")
    return file


async def refusal(places: Places, wish: Wish) -> str:
    """Return the sentence of whoever typed something wrong."""
    with pytest.raises(SettingsError) as refused:
        await run(places, wish, "en", io.StringIO(), io.StringIO(), json=True)
    assert "\n" not in str(refused.value)
    return str(refused.value)


async def test_a_database_that_is_not_there_is_not_made(config: Path) -> None:
    """The sentence names the file, and how to name another one."""
    said = await refusal(Places(config), Wish())
    assert f"{config.with_suffix('.db')}: there is no such database; name it with --database" in said
    assert not config.with_suffix(".db").exists()


async def test_an_empty_database_and_no_days_are_refused(config: Path) -> None:
    """There is nothing that could be tested."""
    async with Database.open(config.with_suffix(".db"), VirtualClock(NIGHT)):
        pass
    assert "no posts yet" in await refusal(Places(config), Wish())
    assert "--days is a whole number of 1 or more" in await refusal(Places(config), Wish(days=0))


async def test_a_broken_list_and_an_unknown_setting_are_refused(config: Path, tmp_path: Path) -> None:
    """Each with its own place and what would be right."""
    async with Database.open(config.with_suffix(".db"), VirtualClock(NIGHT)):
        pass
    broken = a_list(tmp_path, "draft", '[[keyword]]\ntopic = "pudding"\n')
    assert "draft.toml, line 4" in await refusal(Places(config), Wish(keywords=(broken,)))
    absent = tmp_path / "absent.toml"
    assert f"{absent}: cannot be read" in await refusal(Places(config), Wish(keywords=(absent,)))
    said = await refusal(Places(config), Wish(adjustments=("detection.min_ration=3",)))
    assert (
        said
        == "--setting detection.min_ration=3: detection.min_ration: unknown key; did you mean `min_ratio`?"
    )


async def test_another_program_s_file_is_an_outside_problem(config: Path) -> None:
    """One sentence and exit code 3, as for anything that storage refuses."""
    config.with_suffix(".db").write_bytes(b"no database at all, but long enough" * 40)
    err = io.StringIO()
    assert await run(Places(config), Wish(), "en", io.StringIO(), err, json=False) == 3
    assert err.getvalue().count("\n") == 1
    assert "is not a SQLite database" in err.getvalue()


def test_ctrl_c_is_one_sentence(
    config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the exit code that shells know."""

    async def interrupted(*_: object, **__: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "run", interrupted)
    monkeypatch.setattr(command, "POLITE", 0)
    assert command.backtest(config=config, lang="en") == 130
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert "the backtest was stopped" in said.err
