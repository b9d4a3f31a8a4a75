"""A page by mail and by a chat's hook, its link opened and pressed, and everybody sees who did."""

import re
from collections.abc import AsyncIterator
from typing import NamedTuple

import aiohttp
import pytest

from tests.apprise_far import Answer, Endpoint, Mailbox, answering, mailbox
from tests.broker import free_port
from tests.town import Town
from tests.watch import until

pytestmark = pytest.mark.servers

MORE = """
[links]
public_url = "http://127.0.0.1:{port}"
listen = "127.0.0.1:{port}"

[channels.people]
kind = "apprise"
urls = ["{mail}", "{chat}"]
"""


class Readers(NamedTuple):
    """A watch whose on-call person reads mail and a chat."""

    town: Town
    mailbox: Mailbox
    chat: Endpoint
    port: int

    async def page(self) -> str:
        """Return the text of the first mail; a chart goes along when there was enough to draw by then."""
        await until(lambda: self.mailbox.mails, "a mail")
        text = self.mailbox.mails[0].get_body(("plain", "html"))
        assert text is not None
        return str(text.get_content()).replace("\r\n", "\n")

    async def ask(self, method: str, token: str) -> tuple[int, str]:
        """Open a link, or press its button."""
        url = f"http://127.0.0.1:{self.port}/a/{token}"
        async with aiohttp.ClientSession() as session, session.request(method, url) as answer:
            return answer.status, await answer.text()


@pytest.fixture
async def readers(town: Town) -> AsyncIterator[Readers]:
    """Give the town's watch a mailbox, a chat, and an address for links."""
    port = free_port()
    async with mailbox() as box, answering() as chat:
        config = town.watch.config.read_text("utf-8")
        config = config.replace('channels = ["terminal",', 'channels = ["people", "terminal",')
        config += MORE.format(port=port, mail=box.url, chat=chat.url("json"))
        town.watch.config.write_text(config, "utf-8")
        yield Readers(town, box, chat, port)


async def test_a_page_is_answered_by_its_link_and_everybody_sees_it(readers: Readers) -> None:
    """Opening it changes nothing; pressing acknowledges at the broker, the alert and the command line."""
    town = readers.town
    readers.chat.answers = [Answer(500)]
    await town.watch.start()
    incident = await town.catch_fire()
    page = await readers.page()
    address = rf"http://127\.0\.0\.1:{readers.port}/a/([A-Za-z0-9]{{22}})"
    acknowledge, *_ = re.findall(address, page)
    assert re.match(rf"対応する: {address}$", page.split("\n")[0])

    status, shown = await readers.ask("GET", acknowledge)
    assert (status, "対応する</button>" in shown, "さくらプリン" in shown) == (200, True, True)
    assert town.ear.incident(incident)["state"] == "triggered"

    status, shown = await readers.ask("POST", acknowledge)
    assert (status, "あなたが対応中です" in shown) == (200, True)
    await until(lambda: town.ear.incident(incident)["state"] == "acknowledged", "it, retained")
    assert town.ear.incident(incident)["owner"] == "oncall"
    await until(lambda: town.ear.events("incident")[-1]["state"] == "acknowledged", "it, as an event")
    [row] = await town.watch.incidents()
    assert (row["state"], row["owner"]) == ("acknowledged", "oncall")
    alert = await until(town.alert, "the alert")
    await until(lambda: _owned(town), "its owner, in the alert")
    assert alert["labels"]["incident"] == incident
    shown_by_command = (await town.watch.command("show", incident)).out
    assert '"link"' in shown_by_command

    status, again = await readers.ask("POST", acknowledge)
    assert (status, "すでに oncallさんが" in again) == (200, True)
    assert (await readers.ask("POST", "F" * 22))[0] == 404
    await until(lambda: len(readers.chat.requests) == 2, "the chat, tried again")
    assert len(readers.mailbox.mails) == 1


async def test_a_link_still_works_after_the_watch_was_killed(readers: Readers) -> None:
    """The page is out, so its button must do what it says; and a used link stays used."""
    town = readers.town
    await town.watch.start()
    incident = await town.catch_fire()
    page = await readers.page()
    tokens = re.findall(r"/a/([A-Za-z0-9]{22})", page)
    await town.watch.kill()
    await town.watch.start()
    status, _ = await readers.ask("POST", tokens[0])
    assert status == 200
    [row] = await town.watch.incidents()
    assert (row["id"], row["state"], row["owner"]) == (incident, "acknowledged", "oncall")
    await town.watch.kill()
    await town.watch.start()
    _, shown = await readers.ask("GET", tokens[0])
    assert "<button" not in shown
    async with town.watch.memory() as database:
        texts = [page.text for page in await database.log.pages_of(incident)]
    assert not [text for text in texts if tokens[0] in text]


async def _owned(town: Town) -> bool:
    alert = await town.alert()
    return alert is not None and alert["annotations"].get("owner") == "oncall"
