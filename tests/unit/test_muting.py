"""What is not us is left out of the count until the morning, and kept all the same."""

from datetime import timedelta
from pathlib import Path
from unittest.mock import AsyncMock, patch

import pytest
from structlog.testing import capture_logs

from alerts.command import Action, Command
from listener import orders
from listener.matching import lists
from listener.matching.matcher import Matcher
from listener.storage.errors import StorageError
from models.post import Post
from tests.builders import NIGHT, a_post
from tests.fakes_listener import COMPANY, LIST, PUDDING, Rig, rig, taught

BAD = "さくらプリン最悪"
RISK = '[[keyword]]\ntopic = "pudding"\nany = ["食中毒"]\nrisk = "safety"\n'
ILL = (
    "返金して ひどい 子どもが吐いた 病院に行った 二度と買わない 保健所に電話した 店員の態度も悪い"
    " 家族全員やられた 昨夜から腹痛 もう信じられない 謝罪はまだか 回収しろ 前にもあった 友達も同じ"
    " 箱ごと捨てた レシートがある 駅前の店で買った 工場どうなってる 夫が寝込んだ 広報は何してる"
    " 三個食べた 熱が出た 救急車を呼んだ 学校を休んだ"
)


def _angry(minute: int, text: str = BAD, people: int = 4) -> list[Post]:
    names = [f"{minute}-{n}" for n in range(people)]
    return [a_post(text, minutes=minute, id=name, by=name) for name in names]


async def _burn(one: Rig, minutes: range, text: str = BAD, people: int = 4) -> None:
    for minute in minutes:
        await one.take(*_angry(minute, text, people))
        await one.end_minute()


async def _muted(one: Rig, action: Action = "resolve", people: int = 4) -> None:
    """Let it burn for six minutes, and somebody say that it is a namesake."""
    await _burn(one, range(6), people=people)
    [incident] = await one.database.log.open_incidents()
    wish = Command(action=action, incident=incident.id, by="sato", channel="cli", verdict="not_us", mute=True)
    answer = await orders.carried_out(
        wish, one.dispatcher, one.pipeline, one.database.mentions, one.clock.now()
    )
    assert "さくらプリン is muted until 09:00" in answer.text


def _with_more_words(one: Rig) -> None:
    """Watch another spelling of the pudding, and a risk about it."""
    listed = LIST.replace('any = ["さくらプリン"]', 'any = ["さくらプリン", "桜プリン"]') + RISK
    one.pipeline.recognition.use(Matcher([lists.parse(listed, Path("sakura.toml"))], words=None, now=NIGHT))


async def test_a_muted_spelling_is_stored_and_not_counted() -> None:
    """Nor are bare reposts of it; another topic of the brand counts on."""
    async with rig() as one:
        await _muted(one)
        before = one.reading().negative
        await _burn(one, range(7, 10))
        await one.take(a_post("", kind="repost", target="8-1", id="r", by="r", minutes=10))
        assert one.reading().negative <= before
        assert one.reading().volume <= 2 * before
        assert len(await one.database.mentions.after(0, 1_000)) == 4 * 9 + 1
        await one.take(*_angry(11, "さくらフーズ最悪"))
        assert one.reading(COMPANY).negative == 4


async def test_what_was_counted_of_a_namesake_is_taken_back() -> None:
    """Its fire is over at once, and what it left says nothing more; what else was said of it stays."""
    async with rig() as one:
        _with_more_words(one)
        await one.take(*(a_post("桜プリン最悪", id=f"ours{n}", by=f"ours{n}") for n in range(2)))
        await _muted(one)
        assert (one.reading().negative, one.reading().state) == (2, "ember")
        before = len(await one.pages())
        for _ in range(130):
            await one.end_minute()
        assert len(await one.pages()) == before
        assert one.reading().state == "calm"


@pytest.mark.parametrize("action", ["resolve", "verdict"])
@pytest.mark.parametrize("text", ["桜プリン最悪", "さくらプリンで食中毒、最悪"])
async def test_after_a_mute_other_spellings_and_risks_still_page(action: Action, text: str) -> None:
    """However big the namesake's fire was, and whether its incident was closed or only judged."""
    async with rig() as one:
        _with_more_words(one)
        await _muted(one, action, people=20)
        rang = [page.kind for page in await one.pages()]
        await _burn(one, range(7, 10))
        assert [page.kind for page in await one.pages() if page.kind == "first"] == ["first"]
        await _burn(one, range(10, 16), text)
        [incident] = await one.database.log.open_incidents()
        pages = [page.kind for page in await one.pages()]
        assert pages[len(rang) :].count("first") == 1
        assert incident.negative < 30
        assert {mute.spelling for mute in one.dispatcher.mutes(one.clock.now())} == {"さくらプリン"}


@pytest.mark.parametrize("at_once", [2, 8, 24])
async def test_a_risk_of_many_people_after_a_mute_is_one_incident(at_once: int) -> None:
    """It pages as a risk class at once, and soon burns as the topic did before: one fire, one page."""
    async with rig() as one:
        _with_more_words(one)
        await _muted(one)
        rang = len(await one.pages())
        for number, own in enumerate(ILL.split(), 1):
            minute, name = 7 + (number - 1) // at_once, f"ill{number}"
            text = f"さくらプリンで食中毒、最悪 {own}"
            await one.take(a_post(text, minutes=minute, id=name, by=name))
            if number % at_once == 0:
                await one.end_minute()
        assert len(await one.database.log.open_incidents()) == 1
        assert [page.kind for page in (await one.pages())[rang:]].count("first") == 1


async def test_a_restart_forgets_nothing_of_what_was_taken_back(tmp_path: Path) -> None:
    """The fire of the namesake does not come back from storage."""
    path = tmp_path / "hinoban.db"
    async with rig(path) as one:
        await _muted(one, people=20)
        now = one.clock.now()
    async with rig(path, start=now, watch=taught()) as again:
        assert (again.reading().negative, again.reading().state) == (0, "calm")
        before = len(await again.pages())
        await _burn(again, range(7, 9))
        assert len(await again.pages()) == before


async def test_what_comes_while_it_is_counted_anew_is_counted() -> None:
    """Posts do not wait for somebody's verdict."""
    async with rig() as one:
        _with_more_words(one)
        await _burn(one, range(6))
        last = one.database.mentions.last

        async def slow() -> tuple[int, int]:
            found = await last()
            await one.take(*_angry(6, "桜プリン最悪", people=3))
            return found

        [incident] = await one.database.log.open_incidents()
        wish = Command(
            action="resolve", incident=incident.id, by="sato", channel="cli", verdict="not_us", mute=True
        )
        with patch.object(one.database.mentions, "last", slow):
            parts = one.dispatcher, one.pipeline, one.database.mentions
            await orders.carried_out(wish, *parts, one.clock.now())
        assert one.reading().negative == 3


async def test_a_disk_that_cannot_be_read_mutes_all_the_same() -> None:
    """What was counted stays counted, and the log says so."""
    async with rig() as one:
        await _burn(one, range(6))
        before = one.reading().negative
        [incident] = await one.database.log.open_incidents()
        wish = Command(
            action="resolve", incident=incident.id, by="sato", channel="cli", verdict="not_us", mute=True
        )
        last = AsyncMock(side_effect=StorageError("the disk is gone", retryable=True))
        with patch.object(one.database.mentions, "last", last), capture_logs() as said:
            parts = one.dispatcher, one.pipeline, one.database.mentions
            assert (await orders.carried_out(wish, *parts, one.clock.now())).ok
        assert "not_counted_anew" in [line["event"] for line in said]
        assert one.reading().negative == before
        assert len(one.dispatcher.mutes(one.clock.now())) == 1


async def test_in_the_morning_it_counts_again() -> None:
    """09:00 by the responder's clock, not a second later."""
    async with rig() as one:
        await _muted(one)
        [silent] = one.dispatcher.mutes(one.clock.now())
        opens = round((silent.until - NIGHT) / timedelta(minutes=1))
        await one.take(*_angry(opens - 1))
        assert one.reading().volume == 0
        await one.take(*_angry(opens))
        assert one.reading(PUDDING).negative == 4


async def test_a_restart_forgets_no_mute(tmp_path: Path) -> None:
    """What was not counted before the stop is not counted when it is fed again."""
    path = tmp_path / "hinoban.db"
    async with rig(path) as one:
        await _muted(one)
        await _burn(one, range(7, 12))
        now, before = one.clock.now(), one.reading()
    async with rig(path, start=now, watch=taught()) as again:
        assert again.reading().negative == before.negative
        await _burn(again, range(13, 15))
        assert again.reading().negative <= before.negative
