"""A full disk, a read-only disk, a cancelled task, a kill -9: nothing committed is lost."""

import asyncio
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from alerts.notification_log import LogError
from listener.storage.database import Database
from listener.storage.errors import StorageError
from listener.storage.intake import Intake
from models.clock import VirtualClock
from models.mention import Mention
from tests.builders import a_mention

WRITER = """
import asyncio, pathlib, sys
from listener.storage.database import Database
from listener.storage.intake import Intake
from models.clock import VirtualClock
from tests.builders import NIGHT, a_mention

async def main():
    async with Database.open(pathlib.Path(sys.argv[1]), VirtualClock(NIGHT)) as database:
        for batch in range(100_000):
            mentions = [a_mention(f"火事 {batch}", id=f"{batch}-{n}") for n in range(20)]
            await database.mentions.store(Intake(mentions=mentions, cursor=("bluesky", str(batch))))
            print(batch, flush=True)

asyncio.run(main())
"""


def batch(name: str, size: int = 200) -> list[Mention]:
    """Return a batch of mentions that need some room."""
    return [a_mention(f"火事 {name} {n} " + "あいう" * 50, id=f"{name}-{n}") for n in range(size)]


async def pragma(database: Database, text: str) -> None:
    """Set a pragma on the writer."""
    await database._writer.run(lambda connection: connection.execute(f"PRAGMA {text}").fetchall())


async def fill(database: Database) -> int:
    """Leave room for some batches; return how many went in before the disk was full."""
    await pragma(database, "max_page_count = 400")
    for number in range(1_000):
        try:
            await database.mentions.store(Intake(mentions=batch(str(number)), cursor=("a", str(number))))
        except StorageError as error:
            refused = error
            break
    else:
        pytest.fail("the disk never filled")
    assert "has no room to grow: free some disk space" in str(refused)
    assert refused.retryable
    return number


async def test_a_full_disk_is_a_sentence_and_loses_nothing(path: Path, clock: VirtualClock) -> None:
    """What was committed stays, the cursor with it; when there is room again it goes on."""
    async with Database.open(path, clock) as database:
        stored = await fill(database)
        assert stored >= 1
        assert await database.cursors.load("a") == str(stored - 1)
        assert len(await database.mentions.after(0, 100_000)) == stored * 200
        await pragma(database, "max_page_count = 100000")
        await database.mentions.store(Intake(mentions=batch(str(stored)), cursor=("a", str(stored))))
        assert len(await database.mentions.after(0, 100_000)) == (stored + 1) * 200


async def test_a_read_only_database_is_a_sentence_and_can_still_be_read(database: Database) -> None:
    """Both writers refuse, retryably; readers go on; afterwards writing goes on."""
    await database.mentions.store(Intake(mentions=[a_mention()]))
    await pragma(database, "query_only = ON")
    with pytest.raises(StorageError, match="is read-only: give the daemon write permission") as refused:
        await database.mentions.store(Intake(mentions=[a_mention(id="b")]))
    assert refused.value.retryable
    with pytest.raises(LogError):
        await database.log.record([], [])
    with pytest.raises(LogError):
        await database.writable()
    assert len(await database.mentions.search("虫")) == 1
    await pragma(database, "query_only = OFF")
    await database.writable()


async def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path, clock: VirtualClock) -> None:
    """A file where a folder should be."""
    (tmp_path / "var").write_text("")
    with pytest.raises(StorageError, match="cannot make the folder"):
        async with Database.open(tmp_path / "var" / "hinoban.db", clock):
            pass
    (tmp_path / "hinoban.db").mkdir()
    with pytest.raises(StorageError, match=r"cannot be opened: its folder must exist"):
        async with Database.open(tmp_path / "hinoban.db", clock):
            pass


async def test_a_cancelled_task_leaves_a_whole_batch_or_none(path: Path, clock: VirtualClock) -> None:
    """Work on the database's thread is not cut in two by a stop."""
    async with Database.open(path, clock) as database:
        for number in range(20):
            task = asyncio.create_task(database.mentions.store(Intake(mentions=batch(str(number), 30))))
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        assert len(await database.mentions.after(0, 10_000)) % 30 == 0
        await database.mentions.store(Intake(mentions=batch("after", 1)))


async def test_writers_at_the_same_time_do_not_mix(database: Database) -> None:
    """Tasks share one connection; each batch is its own transaction."""
    async with asyncio.TaskGroup() as tasks:
        for number in range(10):
            tasks.create_task(database.mentions.store(Intake(mentions=batch(str(number), 5))))
            tasks.create_task(database.mentions.search("火事"))
    found = await database.mentions.after(0, 1_000)
    prefixes = [mention.post.id.split("-")[0] for _, mention in found]
    assert prefixes == sorted(prefixes, key=prefixes.index)
    assert len(found) == 50


def write_and_kill(path: Path, lines: int) -> int:
    """Let a process store batches and kill it after so many; return the last batch that it confirmed."""
    with subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        confirmed = [int(writer.stdout.readline()) for _ in range(lines)]
        writer.kill()
        writer.wait()
    return confirmed[-1]


@pytest.mark.parametrize("lines", [3, 17, 31])
async def test_a_daemon_killed_while_writing_loses_nothing_committed(
    path: Path, clock: VirtualClock, lines: int
) -> None:
    """Every batch that was confirmed is there and whole; the cursor is that of the last batch stored."""
    confirmed = write_and_kill(path, lines)
    async with Database.open(path, clock) as database:
        cursor = await database.cursors.load("bluesky")
        assert cursor is not None
        assert int(cursor) >= confirmed
        assert len(await database.mentions.after(0, 10**6)) == (int(cursor) + 1) * 20
        assert len(await database.mentions.search("火事", limit=10**6)) == (int(cursor) + 1) * 20
    connection = sqlite3.connect(path)
    verdict = connection.execute("PRAGMA integrity_check").fetchone()
    connection.close()
    assert verdict == ("ok",)
