"""One-tap links as pages offer them: short, repeatable, and never more than a page has room for."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from alerts.incident import Explanation, Incident, Quote
from alerts.layout import CHARACTERS, ROWS, SHORT, rows
from alerts.links.link import ALPHABET, LENGTH, companions, digest, well_formed, without_tokens
from alerts.links.offer import Links
from alerts.page import Ways
from alerts.paging import Paging, Policy
from alerts.routing import Receiver
from listener.taps import mint
from tests.fakes_alerts import NIGHT, a_paging, an_incident
from tests.taps import PUBLIC, Night, Numbered, tokens

LONG = "https://watch.operations.example.co.jp:8443/hinoban"
TOKENS = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)


def a_full_incident() -> Incident:
    """Build an incident with more to say than a page has room for."""
    quotes = tuple(
        Quote(source="b", id=str(n), text="さくらプリンに虫が入っていた。" * 20, others=9) for n in range(3)
    )
    told = Explanation(quotes=quotes, terms=("虫", "異物混入", "回収"), blind=("X", "Instagram", "TikTok"))
    return msgspec.structs.replace(an_incident("critical"), explanation=told)


def paging(url: str = PUBLIC, **receiver: object) -> Paging:
    """Build a paging whose pages carry links."""
    who = msgspec.structs.replace(Receiver(name="sato"), **receiver)
    return Paging(Policy(receiver=who), links=Links(url, Numbered(), timedelta(hours=72)))


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("url", [PUBLIC, LONG])
def test_a_page_with_links_still_fits_a_phone(language: str, url: str) -> None:
    """900 characters and 20 rows, with line 2 to acknowledge; a short message has line 1 and the link."""
    [page] = paging(url, language=language).pages(
        a_full_incident(), "first", "0", now=NIGHT, decided_at=NIGHT
    )
    assert len(page.text) <= CHARACTERS
    assert rows(page.text) <= ROWS
    assert f"{url}/a/" in page.text.split("\n")[1]
    assert page.link.startswith(f"{url}/a/")
    assert len(page.short) <= SHORT


def test_a_short_message_keeps_its_link_whole() -> None:
    """Line 1 is cut for it: without the link there is no way to answer."""
    [page] = paging().pages(an_incident("critical"), "first", "0", now=NIGHT, decided_at=NIGHT)
    assert page.short.endswith(f" {page.link}")
    assert page.short.startswith("【緊急】")
    [long] = paging(LONG).pages(an_incident(), "first", "0", now=NIGHT, decided_at=NIGHT)
    assert "http" not in long.short


def test_what_a_page_remembers_is_what_its_links_do() -> None:
    """Three for something that burns, one for what is over, none for a verdict that is given."""
    [page] = paging().pages(an_incident(), "first", "0", now=NIGHT, decided_at=NIGHT)
    assert [link.purpose for link in page.links] == ["ack", "snooze", "not_a_fire"]
    assert {(link.to, link.incident) for link in page.links} == {("sato", page.incident)}
    assert [digest(token) for token in tokens(page.text)] == [link.digest for link in page.links]
    [over] = paging().pages(an_incident(), "resolved", "0", now=NIGHT, decided_at=NIGHT)
    assert [link.purpose for link in over.links] == ["verdict"]
    judged = msgspec.structs.replace(an_incident(), verdict="real")
    [told] = paging().pages(judged, "resolved", "0", now=NIGHT, decided_at=NIGHT)
    assert (told.links, told.link) == ((), "")


def test_without_an_address_a_page_says_what_to_type() -> None:
    """As before there were links."""
    [page] = a_paging().pages(an_incident(), "first", "0", now=NIGHT, decided_at=NIGHT)
    assert "対応する: hinoban incidents ack" in page.text
    assert (page.links, page.link) == ((), "")


async def test_every_channel_of_a_person_carries_the_same_links() -> None:
    """Two phones, one answer; and the same chance gives the same page."""
    first, second = Night(), Night()
    await first.burns()
    await second.burns()
    one, two = first.pages
    assert (one.channel, two.channel, one.text) == ("mail", "push", two.text)
    assert [page.text for page in second.pages] == [page.text for page in first.pages]


def test_boards_are_shown_no_links() -> None:
    """What stands in an alert or on a lamp is nobody's page, so it acts in nobody's name."""
    paged = paging()
    paged.policy = msgspec.structs.replace(paged.policy, publishers=("lamp",))
    [state] = paged.states(an_incident(), None, now=NIGHT, decided_at=NIGHT)
    assert "/a/" not in state.text
    assert state.links == ()


@given(TOKENS)
def test_one_link_leads_to_the_others_and_not_back(token: str) -> None:
    """They follow from it, all are well formed, and none is another."""
    found = companions(token)
    assert found == companions(token)
    assert all(well_formed(one) for one in found.values())
    assert len({token, *found.values()}) == 3
    assert token not in {other for one in found.values() for other in companions(one).values()}


@given(TOKENS, st.text(max_size=40))
def test_tokens_are_taken_out_of_a_text_and_nothing_else_is(token: str, words: str) -> None:
    """The address stays readable."""
    assume(token not in words and "/a/" not in words)
    text = f"{words}\nhttps://w.example/a/{token}\n{words}"
    assert without_tokens(text) == f"{words}\nhttps://w.example/a/…\n{words}"


@pytest.mark.parametrize(
    "text", ["x", "A" * 23, "A" * 21, "A" * 21 + "-", "A" * 21 + "あ", "A" * 22 + "\n", ""]
)
def test_what_is_no_token_is_never_looked_up(text: str) -> None:
    """Letters and digits, twenty-two of them."""
    assert not well_formed(text)


def test_minted_tokens_are_well_formed_and_differ() -> None:
    """From the system's own randomness."""
    minted = {mint() for _ in range(200)}
    assert len(minted) == 200
    assert all(well_formed(token) for token in minted)


def test_ways_without_links_have_no_tap() -> None:
    """A command is nothing to tap."""
    assert Ways().tap == ""
