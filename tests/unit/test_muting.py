"""What is not us is left out of the count until the morning, and kept all the same."""

from datetime import timedelta
from pathlib import Path

from alerts.command import Command
from models.post import Post
from tests.builders import NIGHT, a_post
from tests.fakes_listener import COMPANY, PUDDING, Rig, rig, taught

BAD = "さくらプリン最悪"


def _angry(minute: int, text: str = BAD, people: int = 4) -> list[Post]:
    names = [f"{minute}-{n}" for n in range(people)]
    return [a_post(text, minutes=minute, id=name, by=name) for name in names]


async def _burn(one: Rig, minutes: range, text: str = BAD) -> None:
    for minute in minutes:
        await one.take(*_angry(minute, text))
        await one.end_minute()


async def _muted(one: Rig) -> None:
    """Let it burn for six minutes, and somebody say that it is a namesake."""
    await _burn(one, range(6))
    [incident] = await one.database.log.open_incidents()
    wish = Command(
        action="resolve", incident=incident.id, by="sato", channel="cli", verdict="not_us", mute=True
    )
    answer = await one.dispatcher.command(wish, one.clock.now())
    assert "さくらプリン is muted until 09:00" in answer.text


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
