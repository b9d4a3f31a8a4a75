"""kill -9 while some behind a channel have a page; and dead letters, as whoever runs a watch sees them."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import NamedTuple

import pytest

from alerts.notification_log import Page
from tests.apprise_far import Answer, Endpoint, Mailbox, answering, mailbox
from tests.unhappy import a_post
from tests.watch import ALONE, Finished, Watch, hinoban, until

PEOPLE = """
[scorer]
kind = "lexicon"

[channels.people]
kind = "apprise"
urls = ["{chat}", "{mail}", "{phone}"]
timeout_seconds = 1
"""


class Three(NamedTuple):
    """A watch that pages three services behind one channel, and their far sides."""

    watch: Watch
    chat: Endpoint
    phone: Endpoint
    mail: Mailbox

    async def catch_fire(self) -> None:
        """Let forty people complain."""
        lines = "".join(json.dumps(a_post(number)) + "\n" for number in range(40))
        (self.watch.folder / "inbox.jsonl").write_text(lines, "utf-8")
        await until(lambda: self.chat.requests, "a page")

    async def waiting(self) -> list[Page]:
        """Return what rings and is not delivered."""
        async with self.watch.memory() as database:
            pages = await database.dead_letters.unsettled(99)
        return [page for page in pages if page.kind == "first"]

    async def outbox(self, *arguments: str) -> Finished:
        """Run `hinoban outbox`."""
        return await hinoban("outbox", *arguments, "--config", self.watch.config)


@pytest.fixture
async def three(tmp_path: Path) -> AsyncIterator[Three]:
    """Run the far sides; the watch itself is only configured."""
    async with AsyncExitStack() as stack:
        chat = await stack.enter_async_context(answering())
        phone = await stack.enter_async_context(answering())
        mail = await stack.enter_async_context(mailbox())
        home = tmp_path / "home"
        urls = {"chat": chat.url("json", "chat"), "phone": phone.url("json", "phone"), "mail": mail.url}
        config = ALONE.format(folder=home).replace('channels = ["terminal"]', 'channels = ["people"]')
        watch = await stack.enter_async_context(Watch(home, config + PEOPLE.format(**urls)))
        (home / "inbox.jsonl").touch()
        yield Three(watch, chat, phone, mail)


async def test_who_has_a_page_is_not_told_again_after_a_kill(three: Three) -> None:
    """One of three confirmed; the others get theirs from the next life, each once."""
    three.mail.refusal = "451 greylisted"
    three.phone.answers = [Answer(503, {"Retry-After": "600"})] * 9
    await three.watch.start()
    await three.catch_fire()

    async def noted() -> bool:
        return any(page.confirmed_by and page.attempts for page in await three.waiting())

    await until(noted, "a confirmation in the database")
    await three.watch.kill()
    [page] = await three.waiting()
    assert [who.split(" ")[0] for who in page.confirmed_by] == ["json"]
    three.mail.refusal, three.phone.answers = "", []
    asked = len(three.phone.requests)
    await three.watch.start()
    await three.watch.stop()
    assert [one.key for one in three.chat.requests].count(page.key) == 1
    assert [mail["X-Hinoban-Page"] for mail in three.mail.mails].count(page.key) == 1
    assert [one.key for one in three.phone.requests[asked:]].count(page.key) == 1
    assert await three.waiting() == []


async def test_dead_letters_are_told_listed_and_sent_again(three: Three) -> None:
    """One service refuses for good: a metric, a log line, exit code 1, and another try by hand."""
    three.mail.refusal = "550 no such user"
    await three.watch.start()
    await three.catch_fire()

    async def dead() -> bool:
        return await three.watch.metric("hinoban_dead_letters_total", channel="people") == 1

    await until(dead, "a dead letter")
    assert three.watch.entries("undeliverable")[0]["channel"] == "people"
    found = await three.outbox("list")
    [letter] = [line for line in found.lines if line["outcome"] == "dead"]
    assert (found.code, letter["channel"], letter["to"]) == (1, "people", "oncall")
    assert "550" in letter["error"]
    assert len(letter["confirmed_by"]) == 2
    wrong = await three.outbox("retry", "nobody's")
    assert (wrong.code, wrong.err) == (
        1,
        'hinoban: no dead letter "nobody\'s"; hinoban outbox list prints their keys\n',
    )
    three.mail.refusal = ""
    told = len(three.chat.requests)
    again = await three.outbox("retry", letter["key"])
    assert (again.code, again.out) == (0, "1 will be sent again\n")
    [mail] = await until(lambda: list(three.mail.mails), "the mail")
    assert mail["X-Hinoban-Page"] == letter["key"]
    assert mail["Subject"].startswith("【再送・")
    assert letter["key"] not in [one.key for one in three.chat.requests[told:]]
    assert (await three.outbox("list")).code == 0


async def test_without_a_daemon_a_dead_letter_waits_for_the_next_one(three: Three) -> None:
    """It is listed and taken up beside nobody; without arguments it is said what is missing."""
    three.mail.refusal = "550 no such user"
    assert "is not there" in (await three.outbox("list")).err
    await three.watch.start()
    await three.catch_fire()
    await until(lambda: three.watch.entries("undeliverable"), "a dead letter")
    await three.watch.stop()
    three.mail.refusal = ""
    assert (await three.outbox("retry")).code == 2
    again = await three.outbox("retry", "--all")
    assert (again.code, again.out) == (0, "1 will be sent again\n")
    assert again.err == "hinoban: no daemon runs here, so it is sent by the next one\n"
    await three.watch.start()
    await until(lambda: list(three.mail.mails), "the mail")
