"""`hinoban learn`: the past ends a cold start, once."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from config.decode import SettingsError
from config.settings import Settings
from listener import assembly, imported, rules
from listener.commands.learn import OUTSIDE, PROBLEMS, Refusals, run
from listener.control import ControlServer
from listener.matching import lists
from listener.matching.matcher import Matcher
from listener.relearning import Relearning
from listener.storage.database import Database
from models.clock import VirtualClock
from tests.builders import NIGHT
from tests.fakes_listener import LIST, PUDDING, Rig, rig, untaught

HEADER = "brand,topic,hour,people,negative\n"
CONFIGURATION = """
schema = 1
keywords = ["{folder}/sakura.toml"]
[matching]
dictionary = false
[storage]
path = "{folder}/hinoban.db"
[channels.terminal]
kind = "stdout"
[receivers.oncall]
channels = ["terminal"]
"""


class Desk:
    """A folder with a configuration, a list and files to learn from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = VirtualClock(NIGHT)
        (folder / "sakura.toml").write_text(LIST, "utf-8")
        (folder / "hinoban.toml").write_text(CONFIGURATION.format(folder=folder), "utf-8")
        self.settings: Settings = assembly.read_settings(folder / "hinoban.toml")
        self.complaints = io.StringIO()
        self.apart = io.StringIO()

    async def learn(self, text: str, *, table: bool = False) -> tuple[int, Any]:
        """Learn a file; return the exit code, and the lines as they were printed."""
        file = self.folder / "past"
        file.write_text(text, "utf-8")
        out = io.StringIO()
        refusals = Refusals(self.complaints, self.apart)
        code = await run([file], self.settings, self.clock, out, refusals, table=table)
        return code, out.getvalue() if table else [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Give a desk."""
    return Desk(tmp_path)


def counts(hours: int, people: int = 40, negative: int = 6, *, last: int = -1) -> list[str]:
    """Return CSV rows of whole hours before the night, the newest last."""
    end = NIGHT.replace(minute=0) + timedelta(hours=last)
    starts = [end - timedelta(hours=ago) for ago in range(hours)][::-1]
    return [f"sakura,pudding,{start:%Y-%m-%dT%H:%M:%SZ},{people},{negative}\n" for start in starts]


def as_json(row: str) -> str:
    """Return a CSV row as a JSON line."""
    brand, topic, hour, people, negative = row.strip().split(",")
    given = {"brand": brand, "topic": topic, "hour": hour, "people": int(people), "negative": int(negative)}
    return json.dumps(given) + "\n"


async def test_it_says_what_was_learned(desk: Desk) -> None:
    """Hours, people an hour, the usual share, and whether the cold start is over."""
    code, [learned, summary] = await desk.learn(HEADER + "".join(counts(60)))
    assert code == 0
    assert (learned["topic"], learned["hours"], learned["people_an_hour"]) == ("pudding", 60, 40.0)
    assert learned["usual_share"] == pytest.approx(0.15, abs=0.01)
    assert learned["cold_start_over"] is True
    assert summary == {"event": "summary", "new": 60, "known": 0, "replaced": 0, "refused": 0}


async def test_csv_and_json_lines_teach_the_same_once(desk: Desk) -> None:
    """The same file twice, in another order or another format, teaches nothing more."""
    rows = counts(47)
    _, [first, _] = await desk.learn(HEADER + "".join(rows))
    _, [second, summary] = await desk.learn("".join(map(as_json, rows[::-1])))
    assert first == second
    assert first["cold_start_over"] is False
    assert (summary["new"], summary["known"]) == (0, 47)


async def test_files_that_overlap_are_joined(desk: Desk) -> None:
    """Each hour is one hour; another figure for it takes the place of the old one."""
    await desk.learn(HEADER + "".join(counts(30)))
    _, [learned, summary] = await desk.learn(HEADER + "".join(counts(40, people=41, last=-21)))
    assert (summary["new"], summary["replaced"]) == (30, 10)
    assert learned["hours_known"] == 60


async def test_lines_that_cannot_be_used_are_refused_by_number(desk: Desk) -> None:
    """They are named, counted and kept apart; the others teach."""
    late = counts(1, last=0)[0]
    broken = [
        "sakura,pudding,2026-11-05T10:00:00,4,1\n",
        "sakura,nix,2026-11-05T10:00:00Z,4,1\n",
        late,
        "a,b\n",
    ]
    code, [_, summary] = await desk.learn(HEADER + "".join([*counts(2), *broken]))
    assert code == PROBLEMS
    assert (summary["new"], summary["refused"]) == (2, 4)
    said = desk.complaints.getvalue()
    assert [f"line {number}:" in said for number in (3, 4, 5, 6, 7)] == [False, True, True, True, True]
    assert "no keyword list has the topic sakura:nix" in said
    assert "not over yet" in said
    assert len(desk.apart.getvalue().splitlines()) == 4


async def test_a_wrong_header_is_one_sentence(desk: Desk) -> None:
    """Nothing is learned from a file that is something else."""
    with pytest.raises(SettingsError, match="line 1: the header must be brand,topic,hour,people,negative"):
        await desk.learn("time,count\n1,2\n")


async def test_an_empty_file_teaches_nothing(desk: Desk) -> None:
    """And is no mistake."""
    assert await desk.learn("") == (
        0,
        [{"event": "summary", "new": 0, "known": 0, "replaced": 0, "refused": 0}],
    )


async def test_people_read_a_sentence(desk: Desk) -> None:
    """On a terminal."""
    _, text = await desk.learn(HEADER + "".join(counts(10)), table=True)
    assert (
        "sakura:pudding  10 hours, 40.0 people an hour, 15% negative: still learning: 10 of 48 hours" in text
    )


async def test_a_database_that_is_held_is_refused(desk: Desk) -> None:
    """A daemon without its socket has the lock: the sentence says to stop it."""
    async with Database.open(desk.settings.storage.path, desk.clock):
        code, _ = await desk.learn(HEADER + "".join(counts(2)))
    assert code == OUTSIDE
    assert "held by another hinoban" in desk.complaints.getvalue()


async def test_the_next_start_knows_what_was_imported(desk: Desk) -> None:
    """The cold start is over with the first minute."""
    await desk.learn(HEADER + "".join(counts(60)))
    async with rig(desk.settings.storage.path, watch=untaught()) as one:
        relearning = await prepared(one)
        assert one.reading().learning_since is not None
        await relearning.catch_up()
        assert one.reading().learning_since is None
        assert one.reading().expected == pytest.approx(40.0, rel=0.1)


async def test_a_running_daemon_takes_it_through_its_door(desk: Desk) -> None:
    """Nothing has to be stopped, and a topic that was just born learns too."""
    async with rig(desk.settings.storage.path, watch=untaught()) as one, door(desk, one) as relearning:
        code, [learned, _] = await desk.learn(HEADER + "".join(counts(600)))
        assert (code, learned["hours_known"]) == (0, 600)
        await relearning.catch_up()
        assert one.reading().learning_since is None
        kept = await imported.load(one.database)
        assert not kept[PUDDING].fresh


async def test_what_another_list_counted_is_left_out(desk: Desk) -> None:
    """Hours that were imported before the list changed say nothing of the new one."""
    await desk.learn(HEADER + "".join(counts(60)))
    async with rig(desk.settings.storage.path, watch=untaught()) as one:
        other = LIST.replace('any = ["さくらプリン"]', 'any = ["プリン"]')
        await (await prepared(one, other)).catch_up()
        assert one.reading().learning_since is not None


async def prepared(one: Rig, text: str = LIST) -> Relearning:
    """Return the re-learning of a rig, with a list in force."""
    words = (lists.parse(text, Path("sakura.toml")),)
    found = Relearning(one.database, one.watch, one.scoring, one.pipeline.snapshot, one.clock, cap=5)
    await found.prepare(words, Matcher(words, words=None, now=NIGHT))
    return found


@asynccontextmanager
async def door(desk: Desk, one: Rig) -> AsyncIterator[Relearning]:
    """Open a daemon's socket."""
    relearning = await prepared(one)
    path = assembly.socket_path(desk.settings)
    server = asyncio.create_task(ControlServer(path, {"learn": relearning.learn}).run())
    while not path.exists():  # noqa: ASYNC110 - the server says nothing when it listens
        await asyncio.sleep(0)
    try:
        yield relearning
    finally:
        server.cancel()
        await asyncio.gather(server, return_exceptions=True)


def test_only_what_decides_is_a_rule() -> None:
    """A note is no rule; a term more is wider, a condition more is narrower, another dictionary may be."""
    before = rules.of([lists.parse(LIST, Path("sakura.toml"))])[PUDDING]

    def after(old: str, new: str) -> rules.Rules:
        return rules.of([lists.parse(LIST.replace(old, new), Path("sakura.toml"))])[PUDDING]

    assert after('any = ["さくらプリン"]', 'any = ["さくらプリン"]\nnote = "a"') == before
    assert after('any = ["さくらプリン"]', 'any = ["さくらプリン"]\nnone = ["懸賞"]').widen(before) is False
    assert after('any = ["さくらプリン"]', 'any = ["さくらプリン", "桜プリン"]').widen(before)
    assert after('own_accounts = ["sakura_official"]', "").widen(before)
    bare = rules.of([lists.parse(LIST, Path("sakura.toml"))], dictionary=False)[PUDDING]
    assert bare != before
    assert bare.widen(before)
    assert before.widen(bare)


async def test_how_much_is_enough_is_what_the_settings_say(desk: Desk) -> None:
    """Not what they usually say."""
    detection = msgspec.structs.replace(desk.settings.detection, cold_hours=12.5)
    desk.settings = msgspec.structs.replace(desk.settings, detection=detection)
    _, text = await desk.learn(HEADER + "".join(counts(10)), table=True)
    assert "still learning: 10 of 12.5 hours" in text
    _, [learned, _] = await desk.learn(HEADER + "".join(counts(13)))
    assert (learned["hours_needed"], learned["cold_start_over"]) == (12.5, True)
