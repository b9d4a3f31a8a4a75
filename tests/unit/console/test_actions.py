"""One-tap links over a real socket: looking never acts, pressing acts once, strangers learn nothing."""

import asyncio
import base64
import hashlib
import re
from collections.abc import AsyncIterator

import pytest

from alerts.links.link import LENGTH
from tests.fakes_alerts import a_flare
from tests.fakes_log import RefusingLog
from tests.taps import Night, tokens

FORGED = "F" * LENGTH


@pytest.fixture
async def night() -> AsyncIterator[Night]:
    """Serve the links of a night."""
    async with Night().open() as night:
        yield night


async def test_opening_a_link_shows_the_fire_and_does_nothing(night: Night) -> None:
    """A scanner, a preview and a curious thumb may open it as often as they like."""
    ack, *_ = await night.burns()
    for _ in range(3):
        seen = await night.get(ack)
        assert (seen.status, seen.button) == (200, True)
    assert "【緊急】pudding 不満40人/30分(普段2)" in seen.text
    assert "対応する</button>" in seen.text
    assert (await night.asked("HEAD", ack)).status in {200, 405}
    assert (await night.incident()).state == "triggered"


async def test_pressing_the_button_acknowledges_in_the_name_of_its_receiver(night: Night) -> None:
    """The incident has an owner, and its timeline says by which way."""
    ack, *_ = await night.burns()
    seen = await night.post(ack)
    incident = await night.incident()
    assert (seen.status, seen.button) == (200, False)
    assert "あなたが対応中です" in seen.text
    assert (incident.state, incident.owner) == ("acknowledged", "sato")
    last = incident.timeline[-1]
    assert (last.what, last.by, last.channel) == ("acknowledged", "sato", "link")


async def test_pressing_twice_acts_once_and_says_since_when(night: Night) -> None:
    """A double tap, a reload and a lost answer are one acknowledgement."""
    ack, *_ = await night.burns()
    first, second = await asyncio.gather(night.post(ack), night.post(ack))
    third = await night.post(ack)
    assert [first.status, second.status, third.status] == [200, 200, 200]
    told = sorted("あなたが対応中です" in seen.text for seen in (first, second, third))
    assert told == [False, False, True]
    assert "すでに satoさんが 02:52 から対応中です。" in third.text
    assert [entry.what for entry in (await night.incident()).timeline].count("acknowledged") == 1


async def test_a_used_link_never_acts_again(night: Night) -> None:
    """Whoever finds it later, when the same fire asks again, cannot acknowledge by it."""
    ack, *_ = await night.burns()
    await night.post(ack)
    night.later(minutes=40)
    await night.dispatcher.tick(night.clock.now())
    assert (await night.incident()).state == "triggered"
    seen = await night.post(ack)
    assert (seen.status, seen.button) == (200, False)
    assert "いちばん新しい呼び出しのリンク" in seen.text
    assert (await night.incident()).state == "triggered"


async def test_who_comes_second_is_told_who_was_first_and_may_take_over(night: Night) -> None:
    """Nobody is pushed aside by an accident, and anybody can take over on purpose."""
    ack, *_ = await night.burns()
    await night.says("ack", by="tanaka")
    shown = await night.get(ack)
    assert "すでに tanakaさんが 02:52 から対応中です。" in shown.text
    blind = await night.post(ack)
    assert (blind.status, (await night.incident()).owner) == (409, "tanaka")
    wrong = await night.post(ack, instead_of="suzuki")
    assert (wrong.status, (await night.incident()).owner) == (409, "tanaka")
    taken = await night.post(ack, instead_of="tanaka")
    assert (taken.status, (await night.incident()).owner) == (200, "sato")


async def test_each_link_does_only_what_it_is_for(night: Night) -> None:
    """Snooze snoozes for half an hour; "not a fire" closes with a verdict."""
    _, snooze, not_a_fire = await night.burns()
    seen = await night.post(snooze, verdict="real", instead_of="sato")
    incident = await night.incident()
    assert "03:22 まで待ちます。" in seen.text
    assert (incident.state, incident.verdict) == ("snoozed", None)
    assert "satoさんが待機中です" in (await night.get(snooze)).text
    assert (await night.post(not_a_fire)).status == 200
    incident = await night.incident()
    assert (incident.state, incident.verdict) == ("resolved", "noise")


async def test_the_link_that_acknowledges_leads_to_the_others(night: Night) -> None:
    """A full page has room for one link only; each of the others has a page and a button of its own."""
    ack, snooze, not_a_fire = await night.burns()
    for seen in (await night.get(ack), await night.post(ack)):
        assert re.findall(r'<a href="(\w+)">', seen.text) == [snooze, not_a_fire]
    assert "<a " not in (await night.get(not_a_fire)).text
    assert (await night.incident()).state == "acknowledged"
    assert (await night.post(not_a_fire)).status == 200
    assert "<a " not in (await night.get(ack)).text


async def test_an_all_clear_asks_what_it_was(night: Night) -> None:
    """Four buttons; pressing none of them, or something else, records nothing."""
    await night.burns()
    [first, *_] = await night.flares(a_flare("closed", at=90, negative=1, size=2))
    night.later(hours=3)
    [verdict] = tokens(first.text)
    assert (await night.get(verdict)).text.count("<button") == 4
    assert (await night.post(verdict, verdict="nonsense")).button
    assert (await night.incident()).verdict is None
    assert "判定を記録しました" in (await night.post(verdict, verdict="not_us")).text
    assert (await night.incident()).verdict == "not_us"
    assert not (await night.post(verdict, verdict="real")).button
    assert (await night.incident()).verdict == "not_us"


async def test_a_fire_that_is_over_is_not_acknowledged(night: Night) -> None:
    """A clear page and 409, and the incident stays as it is."""
    ack, snooze, not_a_fire = await night.burns()
    await night.says("resolve", verdict="real")
    for token in (ack, snooze, not_a_fire):
        assert (await night.get(token)).status == 200
        seen = await night.post(token)
        assert (seen.status, seen.button) == (409, False)
        assert "もう収束しています" in seen.text or "もう収束しているので" in seen.text
    assert (await night.incident()).verdict == "real"


async def test_an_old_page_does_not_silence_a_fire_that_came_back(night: Night) -> None:
    """Its "not a fire" was about the first one; acknowledging by it is still right."""
    ack, _, not_a_fire = await night.burns()
    await night.says("resolve", verdict="real")
    await night.flares(a_flare("opened", started=60, at=70, negative=50, size=200))
    assert (await night.incident()).state == "reopened"
    seen = await night.post(not_a_fire)
    assert (seen.status, seen.button) == (409, False)
    assert (await night.incident()).state == "reopened"
    assert (await night.post(ack)).status == 200
    assert (await night.incident()).state == "acknowledged"


async def test_an_expired_link_says_so_and_nothing_else(night: Night) -> None:
    """410, without a word about the fire that once was."""
    ack, *_ = await night.burns()
    night.later(hours=73)
    for seen in (await night.get(ack), await night.post(ack)):
        assert (seen.status, seen.button) == (410, False)
        assert "期限切れ" in seen.text
        assert "pudding" not in seen.text
    assert (await night.incident()).state == "triggered"


@pytest.mark.parametrize(
    "token", [FORGED, "x", "A" * 23, "..%2f..%2fetc", "%00", "<script>", "あ" * 22, "A" * 4_000]
)
async def test_a_forged_link_learns_nothing(night: Night, token: str) -> None:
    """The same page whether there is a fire or not, and whatever was sent."""
    calm = [await night.get(token), await night.post(token, verdict="real")]
    await night.burns()
    now = [await night.get(token), await night.post(token, instead_of="sato")]
    assert [seen.status for seen in (*calm, *now)] == [404] * 4
    assert len({seen.text for seen in (*calm, *now)}) == 1
    assert "pudding" not in calm[0].text
    assert (await night.incident()).state == "triggered"


async def test_a_link_that_lost_its_end_is_answered_like_a_forged_one(night: Night) -> None:
    """Programs cut addresses; the page says to look for that."""
    seen = await night.get("")
    assert (seen.status, "途中で切れていないか" in seen.text) == (404, True)


async def test_many_forged_links_are_slowed_down_but_a_true_one_still_opens(night: Night) -> None:
    """Ten a minute; the on-call person behind the same address must not pay for it."""
    ack, *_ = await night.burns()
    statuses = [(await night.get(FORGED)).status for _ in range(12)]
    assert statuses == [404] * 10 + [429] * 2
    slow = await night.get(FORGED)
    assert 0 < int(slow.headers["Retry-After"]) <= 61
    assert (await night.post(ack)).status == 200
    assert (await night.incident()).owner == "sato"
    night.later(minutes=2)
    assert (await night.get(FORGED)).status == 404


async def test_behind_a_trusted_proxy_each_visitor_is_counted_apart() -> None:
    """And whoever is not behind it cannot pretend to be somebody else."""
    async with Night(trusted=("127.0.0.1",)).open() as night:
        one, two = {"X-Forwarded-For": "6.6.6.6, 203.0.113.5"}, {"X-Forwarded-For": "203.0.113.6"}
        assert [(await night.get(FORGED, **one)).status for _ in range(11)][-1] == 429
        assert (await night.get(FORGED, **two)).status == 404
    async with Night().open() as night:
        forged = [{"X-Forwarded-For": f"203.0.113.{n}"} for n in range(11)]
        assert [(await night.get(FORGED, **head)).status for head in forged][-1] == 429


async def test_every_page_forbids_storing_framing_indexing_and_scripts(night: Night) -> None:
    """The address is a secret: it must not be cached, leaked by a referrer, or put in a frame."""
    ack, *_ = await night.burns()
    for seen in (await night.get(ack), await night.post(ack), await night.get(FORGED)):
        assert seen.headers["Cache-Control"] == "no-store"
        assert seen.headers["Referrer-Policy"] == "no-referrer"
        assert seen.headers["X-Frame-Options"] == "DENY"
        assert "noindex" in seen.headers["X-Robots-Tag"]
        assert seen.headers["Content-Type"] == "text/html; charset=utf-8"
        policy = seen.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert "frame-ancestors 'none'" in policy
        [style] = re.findall(r"<style>(.*?)</style>", seen.text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
        assert "<script" not in seen.text
        assert "http" not in seen.text.replace("http-equiv", "")


async def test_a_hostile_name_is_shown_as_text() -> None:
    """Names come from whoever acknowledged, by any way."""
    async with Night().open() as night:
        ack, *_ = await night.burns()
        await night.says("ack", by='"><script>alert(1)</script>')
        seen = await night.get(ack)
        assert "<script" not in seen.text
        assert (await night.post(ack, instead_of='"><script>alert(1)</script>')).status == 200
        assert (await night.incident()).owner == "sato"


async def test_a_reader_is_answered_in_the_language_of_the_page() -> None:
    """Whatever the browser says; a stranger is answered in what the browser asks for."""
    async with Night(language="en").open() as night:
        ack, *_ = await night.burns()
        seen = await night.get(ack, **{"Accept-Language": "ja"})
        assert '<html lang="en">' in seen.text
        assert "I am on it</button>" in seen.text
        assert "This link does not work" in (await night.get(FORGED, **{"Accept-Language": "en-GB,ja"})).text
        assert "このリンクは使えません" in (await night.get(FORGED, **{"Accept-Language": "fr"})).text


async def test_a_disk_that_cannot_be_read_is_503_and_the_link_stays_good() -> None:
    """Nothing is said about the link, and pressing again later works."""
    log = RefusingLog()
    async with Night(log).open() as night:
        ack, *_ = await night.burns()
        log.blind = True
        assert (await night.post(ack)).status == 503
        log.blind = False
        assert (await night.post(ack)).status == 200


async def test_other_methods_and_huge_forms_are_refused(night: Night) -> None:
    """Only looking and pressing are understood."""
    ack, *_ = await night.burns()
    assert (await night.asked("DELETE", ack)).status == 405
    assert (await night.post(ack, verdict="x" * 10_000)).status == 413
    assert (await night.post(ack, {}, **{f"f{n}": "1" for n in range(40)})).status == 200
    assert (await night.incident()).owner == "sato"
