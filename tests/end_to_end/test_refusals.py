"""A daemon that cannot start says why, in one sentence, with an exit code that tells whose mistake it is."""

import contextlib
import socket
import sqlite3
from pathlib import Path

import pytest

from tests.town import Town
from tests.watch import ALONE, Finished, Watch, hinoban

pytestmark = pytest.mark.servers


def _watch(folder: Path, before: str = "", after: str = "") -> Watch:
    home = folder / "hinoban"
    return Watch(home, ALONE.format(folder=home).replace(before, after, 1))


async def _refusal(watch: Watch) -> Finished:
    """Start *watch*, which must not run, and check that it says one sentence for people."""
    finished = await hinoban("run", "--config", watch.config)
    said = [line for line in finished.err.splitlines() if not line.startswith("{")]
    assert len(said) == 1, finished.err
    assert said[0].startswith("hinoban: ")
    assert finished.out == ""
    return Finished(finished.code, "", said[0])


async def test_a_second_daemon_on_the_same_database_is_refused(town: Town) -> None:
    """It names the process that has the database, and the first one goes on."""
    await town.watch.start()
    refusal = await _refusal(town.watch)
    assert refusal.code == 3
    assert "is held by another hinoban (process " in refusal.err
    assert (await town.watch.get("/healthz"))[0] == 200
    assert await town.watch.stop() == 0


async def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    """After a roll-back the older program says what to do, and changes nothing."""
    async with _watch(tmp_path) as watch:
        await watch.start()
        assert await watch.stop() == 0
        with contextlib.closing(sqlite3.connect(watch.database)) as database:
            database.execute("PRAGMA user_version = 99")
        before = watch.database.read_bytes()
        refusal = await _refusal(watch)
        assert refusal.code == 3
        assert "was written by a newer hinoban (schema 99" in refusal.err
        assert watch.database.read_bytes() == before


async def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    """Somebody else's file is not overwritten."""
    watch = _watch(tmp_path)
    watch.database.write_bytes(b"minutes of the meeting\n" * 100)
    refusal = await _refusal(watch)
    assert refusal.code == 3
    assert str(watch.database) in refusal.err
    assert watch.database.read_bytes() == b"minutes of the meeting\n" * 100


@pytest.mark.parametrize(
    ("before", "after", "line", "sentence"),
    [
        ("listen =", "lisen =", 6, "lisen"),
        ('kind = "stdout"', 'kind = "stdout"\nrulr = 1', 18, "rulr"),
        ('kind = "jsonl"', 'kind = "jsnol"', 12, "jsnol"),
        ("follow = true", 'follow = "yes"', 14, "follow"),
        ('channels = ["terminal"]', 'channels = ["telephone"]', 20, "telephone"),
        ("schema = 1", "schema = ", 2, ""),
    ],
)
async def test_a_mistake_in_the_configuration_is_named(
    tmp_path: Path, before: str, after: str, line: int, sentence: str
) -> None:
    """File, line, what is wrong and what would be right; nothing is started."""
    watch = _watch(tmp_path, before, after)
    refusal = await _refusal(watch)
    assert refusal.code == 2
    assert refusal.err.startswith(f"hinoban: {watch.config}, line {line}: ")
    assert sentence in refusal.err
    assert not watch.database.exists()


async def test_a_configuration_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A missing file, and one that is not UTF-8."""
    finished = await hinoban("run", "--config", tmp_path / "absent.toml")
    assert finished.code == 2
    assert finished.err.startswith(f"hinoban: {tmp_path / 'absent.toml'}")
    assert finished.err.count("\n") == 1
    watch = _watch(tmp_path)
    watch.config.write_bytes(b'schema = 1\nsite = "\xff"\n')
    refusal = await _refusal(watch)
    assert refusal.code == 2
    assert "UTF-8" in refusal.err


async def test_a_missing_secret_is_named(tmp_path: Path) -> None:
    """A page that cannot be signed is a mistake of the configuration."""
    hook = (
        '[channels.pager]\nkind = "webhook"\nurl = "http://127.0.0.1:9/"\nsecret_file = "/absent/secret"\n\n'
    )
    watch = _watch(tmp_path, "[receivers.oncall]", f"{hook}[receivers.oncall]")
    refusal = await _refusal(watch)
    assert refusal.code == 2
    assert "/absent/secret" in refusal.err


async def test_keyword_lists_that_are_all_broken_are_named(tmp_path: Path) -> None:
    """Without any sound list there is nothing to watch; with one left the watch begins."""
    watch = _watch(tmp_path)
    for name in ("sakura.toml", "minato.toml"):
        (watch.keywords / name).write_text("schema = 1\nbrand = \n", "utf-8")
    refusal = await _refusal(watch)
    assert refusal.code == 2
    assert "line 2" in refusal.err


async def test_one_broken_list_does_not_leave_the_others_unwatched(tmp_path: Path) -> None:
    """The start goes on with what is sound, and says what is not."""
    async with _watch(tmp_path) as watch:
        (watch.keywords / "minato.toml").write_text("schema = 1\nbrand = \n", "utf-8")
        await watch.start()
        assert await watch.metric("hinoban_keyword_reload_failures_total") == 1
        status, body = await watch.get("/readyz")
        assert status == 503
        assert "minato.toml" in body["wrong"]["configuration"]


async def test_an_address_in_use_is_named(tmp_path: Path) -> None:
    """Somebody else listens there: that is the outside world."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        watch = _watch(tmp_path, "127.0.0.1:0", f"127.0.0.1:{port}")
        refusal = await _refusal(watch)
    assert refusal.code == 3
    assert refusal.err.startswith(f"hinoban: 127.0.0.1:{port}: cannot listen there: ")
