"""`hinoban check`: what would go wrong at night is said before."""

import sqlite3
from io import StringIO
from pathlib import Path

import pytest

from listener.commands import check
from listener.storage.database import Database
from models.clock import SystemClock
from tests.unit.commands.places import FINE, LIST, a_place, checked

SHIPPED = Path(__file__).parents[3] / "config" / "hinoban.toml"


def databases(folder: Path) -> list[str]:
    """Return the names of a database and of all files beside it."""
    return sorted(path.name for path in folder.glob("*.db*"))


async def test_what_is_shipped_is_fine() -> None:
    """A fresh machine is told what to mend for a real night, and nothing is wrong."""
    code, found = await checked(SHIPPED)
    assert code == 0
    assert not [line for lines in found.values() for line in lines if line.startswith(("mistake", "problem"))]
    assert {"configuration", "keywords.sakura", "sources.inbox", "channels.terminal", "scorer"} <= set(found)


async def test_a_mistake_in_the_file_is_one_sentence(tmp_path: Path) -> None:
    """Nothing else can be checked; standard output stays empty for whoever reads it."""
    path = a_place(tmp_path, "[storge]\n")
    out, err = StringIO(), StringIO()
    assert await check.run(path, out, err) == 2
    assert out.getvalue() == ""
    assert err.getvalue() == f"hinoban: {path}, line 2: storge: unknown key; did you mean `storage`?\n"


async def test_every_broken_list_is_told(tmp_path: Path) -> None:
    """Not only the first, so that one round of edits is enough."""
    path = a_place(tmp_path, FINE, a="schema = 1\nbrand = ", b=LIST.replace("any", "anny"), sakura=LIST)
    code, found = await checked(path)
    assert code == 2
    assert found["keywords.a"][0].startswith(f"mistake: {tmp_path / 'keywords' / 'a.toml'}: ")
    assert "there is no key anny; did you mean any?" in found["keywords.b"][0]
    assert found["keywords.sakura"] == ["ok: さくら: 1 keywords, 1 spellings"]


async def test_two_lists_of_one_name_are_told(tmp_path: Path) -> None:
    """A list is called by its file; the daemon would refuse to start."""
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "sakura.toml").write_text(LIST, "utf-8")
    code, found = await checked(a_place(tmp_path, 'keywords = ["keywords", "more"]\n' + FINE))
    assert code == 2
    assert "is a list called 'sakura' too; rename one of the files" in found["keywords.sakura"][0]


async def test_doubts_about_a_list_are_counted_and_no_failure(tmp_path: Path) -> None:
    """`keywords lint` tells them; a doubtful list is still watched."""
    code, found = await checked(
        a_place(tmp_path, sakura=LIST.replace('["さくらプリン"]', '["さくら", "虫"]'))
    )
    assert code == 0
    assert found["keywords.sakura"][0].startswith(
        "warning: さくら: 1 keywords, 2 spellings; doubtful: 1 homonym"
    )


async def test_watching_nothing_is_a_problem(tmp_path: Path) -> None:
    """Lists without a keyword, and no source."""
    empty = 'schema = 1\nbrand = "sakura"\nname = "さくら"\n'
    code, found = await checked(a_place(tmp_path, "", sakura=empty))
    assert code == 1
    assert found["keywords"] == ["problem: there is not one keyword, so nothing is watched"]
    assert found["sources"] == ["problem: nothing is listened to; add [sources.NAME]"]
    assert found["receivers"][0].endswith("nobody can be paged; add [channels.NAME] and [receivers.oncall]")


async def test_without_a_receiver_every_channel_is_paged(tmp_path: Path) -> None:
    """Better than nobody; but it should be said who."""
    code, found = await checked(a_place(tmp_path, FINE.partition("[receivers")[0]))
    assert code == 0
    assert found["receivers"] == ["warning: every channel is paged; add [receivers.oncall] to say which"]
    assert found["receivers.oncall"][0].startswith("warning: is paged by terminal")


async def test_a_brand_that_no_list_has_is_told(tmp_path: Path) -> None:
    """Its settings would never be used: a typo."""
    code, found = await checked(a_place(tmp_path, FINE + '[brand.sakrua]\nzone = "Asia/Seoul"\n'))
    assert code == 0
    assert found["brand.sakrua"] == ["warning: no keyword list has this brand; there is: sakura"]
    assert "Asia/Seoul (now " in found["time_zone"][0]


SIGNED = """
[sources.shop]
kind = "webhook"
secret_file = "ingest-secret"
[channels.pager]
kind = "webhook"
url = "https://pager.example/x"
secret_file = "webhook-secret"
wakes = true
[receivers.oncall]
channels = ["pager"]
"""


async def test_a_secret_that_cannot_be_read_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of sources and channels alike, named by the table that wants it."""
    monkeypatch.setattr(check, "CREDENTIALS", tmp_path / "nowhere")
    code, found = await checked(a_place(tmp_path, SIGNED))
    assert code == 1
    assert found["sources.shop"][0].startswith("problem: ingest-secret: the secret cannot be read: neither")
    assert found["channels.pager"][0].startswith(
        "problem: webhook-secret: the secret cannot be read: neither"
    )


@pytest.mark.parametrize("under_systemd", [True, False])
async def test_secrets_are_found_where_systemd_has_or_takes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, under_systemd: bool
) -> None:
    """The operator checks before the first start, when there is no credentials directory yet."""
    store = tmp_path / "credstore"
    store.mkdir()
    for name in ("ingest-secret", "webhook-secret"):
        (store / (name if under_systemd else f"hinoban.{name}")).write_text("sixteen bytes or more")
    if under_systemd:
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(store))
    else:
        monkeypatch.setattr(check, "CREDENTIALS", store)
    code, found = await checked(a_place(tmp_path, SIGNED))
    assert code == 0
    assert found["sources.shop"] == ["ok: webhook, /ingest/shop"]
    assert found["receivers.oncall"] == ["ok: is paged by pager"]


async def test_a_receiver_who_would_sleep_through_it_is_a_warning(tmp_path: Path) -> None:
    """A page on a terminal wakes nobody."""
    code, found = await checked(a_place(tmp_path))
    assert code == 0
    assert found["receivers.oncall"][0].startswith("warning: is paged by terminal, none of which wakes")


@pytest.mark.parametrize(
    ("table", "where", "said"),
    [
        (
            '[sources.more]\nkind = "jsonl"\npath = "/gone.jsonl"',
            "sources.more",
            "problem: jsonl, /gone.jsonl",
        ),
        ('[channels.x]\nkind = "webhook"\nurl = "pager"', "channels.x", "problem: 'pager' is no address"),
        ('[channels.x]\nkind = "mqtt"\nca_file = "/gone.pem"', "channels.x", "problem: /gone.pem: "),
        ('[channels.x]\nkind = "mqtt"\nsite = "a/b"', "channels.x", "problem: 'a/b' is no site"),
        (
            '[sources.m]\nkind = "mqtt"\nhost = "h"\ntopic = "a/#/b"',
            "sources.m",
            "problem: 'a/#/b' is no topic",
        ),
        ('[scorer]\nkind = "onnx"\nfolder = "/gone"', "scorer", "problem: /gone: there is no such folder"),
    ],
)
async def test_what_cannot_work_is_a_problem(tmp_path: Path, table: str, where: str, said: str) -> None:
    """Each is told under the name of its table."""
    code, found = await checked(a_place(tmp_path, FINE + table + "\n"))
    assert code == 1
    assert any(line.startswith(said) for line in found[where]), found[where]


async def test_two_clients_of_one_name_are_a_problem(tmp_path: Path) -> None:
    """A broker disconnects the one when the other comes, for ever."""
    two = '[channels.a]\nkind = "mqtt"\n[channels.b]\nkind = "mqtt"\n'
    code, found = await checked(a_place(tmp_path, FINE + two))
    assert code == 1
    assert any("is the same client as channels.a (hinoban-main)" in line for line in found["channels.b"])


async def test_a_webhook_needs_the_server(tmp_path: Path) -> None:
    """Its posts come by the daemon's own HTTP."""
    (tmp_path / "secret").write_text("sixteen bytes or more")
    shop = (
        f'[sources.shop]\nkind = "webhook"\nsecret_file = "{tmp_path / "secret"}"\n[http]\nenabled = false\n'
    )
    code, found = await checked(a_place(tmp_path, FINE + shop))
    assert code == 1
    assert "nobody can post while http.enabled is false" in found["sources.shop"][0]


async def test_the_database_is_looked_at_and_left_alone(tmp_path: Path) -> None:
    """Neither its lock is taken nor a file made beside it, whether or not a daemon has it open."""
    path = a_place(tmp_path)
    _, before = await checked(path)
    assert before["storage"][0].endswith("hinoban.db, made at the first start")
    assert databases(tmp_path) == []
    async with Database.open(tmp_path / "hinoban.db", SystemClock()):
        code, during = await checked(path)
    left = databases(tmp_path)
    assert code == 0
    assert (await checked(path))[1]["storage"] == during["storage"]
    assert during["storage"][0].startswith(f"ok: {tmp_path / 'hinoban.db'}, schema ")
    assert databases(tmp_path) == left


@pytest.mark.parametrize(
    ("pragma", "said"),
    [("user_version = 999", "was written by a newer hinoban"), ("application_id = 7", "another program's")],
)
async def test_a_database_that_is_not_for_us_is_a_problem(tmp_path: Path, pragma: str, said: str) -> None:
    """The daemon would refuse it in the same words."""
    path = a_place(tmp_path)
    async with Database.open(tmp_path / "hinoban.db", SystemClock()):
        pass
    connection = sqlite3.connect(tmp_path / "hinoban.db")
    connection.execute(f"PRAGMA {pragma}")
    connection.close()
    code, found = await checked(path)
    assert code == 1
    assert said in found["storage"][0]


async def test_a_damaged_database_is_a_problem(tmp_path: Path) -> None:
    """In a sentence, not in SQLite's words."""
    path = a_place(tmp_path)
    (tmp_path / "hinoban.db").write_bytes(b"this is no database at all, " * 100)
    code, found = await checked(path)
    assert code == 1
    assert found["storage"][0].endswith("is not a SQLite database: name another file, or move this one away")


async def test_people_get_a_table(tmp_path: Path) -> None:
    """One aligned line per thing, with a mark in front."""
    out = StringIO()
    await check.run(a_place(tmp_path), out, StringIO(), table=True)
    lines = out.getvalue().splitlines()
    assert lines[0].split(maxsplit=1)[0] == "ok"
    assert {line[:2] for line in lines} == {"ok", "? "}
    assert len({len(line) - len(line[4:].split(maxsplit=1)[1]) for line in lines}) == 1
