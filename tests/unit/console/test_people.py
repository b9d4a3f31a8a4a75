"""The page behind a link shows people by name, and takes over by what they are known as."""

import re

import msgspec

from alerts.routing import Receiver
from listener.console import tap_page
from tests.responders import crew
from tests.taps import ID, Night

TANAKA = Receiver(name="tanaka", shown=(("ja", "田中<b>"),))
SATO = Receiver(name="sato", shown=(("ja", "佐藤"),))
NAMES = crew(SATO, TANAKA).shown


async def test_it_names_who_was_first_and_who_presses() -> None:
    """The button still says whom we know: it is compared with the incident's owner."""
    async with Night().open() as night:
        ack, *_ = await night.burns()
        assert "佐藤" in tap_page.of(await night.door.desk.look(ack), "ja", NAMES)
        await night.says("ack", by="tanaka")
        told = tap_page.of(await night.door.desk.look(ack), "ja", NAMES)
    assert "すでに 田中‹b›さんが" in told
    assert re.search(r'name="instead_of" value="tanaka">田中‹b›さんから引き継ぐ', told)
    assert "sato" not in told.replace(ID, "")


async def test_its_headline_has_the_clock_of_whoever_was_paged() -> None:
    """Tanaka sits in Berlin: the fire began at 18:40 there, and 09:00 is hers as well."""
    async with Night().open() as night:
        ack, *_ = await night.burns()
        sight = await night.door.desk.look(ack)
        assert sight.link
        berlin = msgspec.structs.replace(sight.link, language="en", zone="Europe/Berlin")
        told = tap_page.of(sight._replace(link=berlin), "ja", NAMES, night.paging.headline)
        at_home = tap_page.of(sight, "ja", NAMES, night.paging.headline)
    assert re.search(r"<h1>\[CRITICAL\] pudding: .* from 18:40</h1>", told)
    assert "02:40〜</h1>" in at_home
