"""A brand answers in public while its incident burns: the whole way, restarts and disorder included."""

from pathlib import Path
from typing import Any

from alerts.incident import Incident
from models.post import Post
from tests.builders import a_post
from tests.fakes_listener import BAD, Rig, burn, rig


def answer(minutes: float, target: str, **fields: Any) -> Post:
    """Return a reply of the brand's own account."""
    given: dict[str, Any] = {"text": "ご連絡します", "kind": "reply", "id": f"own{minutes}"}
    return a_post(minutes=minutes, target=target, handle="sakura_official", **(given | fields))


async def fires(one: Rig) -> list[Incident]:
    """Return every incident, oldest first."""
    return (await one.database.log.incidents(10))[::-1]


async def responded(one: Rig) -> tuple[float, str, int]:
    """Return the minute and the kind of the first answer to the only incident, and its lines."""
    [incident] = await fires(one)
    assert incident.first_response is not None
    lines = [line for line in incident.timeline if line.what == "responded"]
    waited = incident.first_response.at - a_post().created_at
    return waited.total_seconds() / 60, incident.first_response.kind, len(lines)


async def test_a_reply_to_one_of_its_posts_answers_an_incident() -> None:
    """Within the minute; the reply itself is no mention and opens nothing."""
    async with rig() as one:
        await burn(one, 20)
        mentions = one.pipeline.mentions
        await one.take(answer(20.5, "bluesky3-0", text=BAD))
        await one.end_minute()
        assert await responded(one) == (20.5, "reply", 1)
        assert one.pipeline.mentions == mentions


async def test_an_answer_before_the_incident_opens_counts() -> None:
    """The brand was faster than the watch; its statement too."""
    async with rig() as one:
        await burn(one, 3)
        await one.take(answer(3.5, "bluesky0-1"), answer(3.2, "", kind="post", text="さくらプリンのお詫び"))
        await burn(one, 20, first=4)
        assert await responded(one) == (3.2, "statement", 1)


async def test_replies_to_others_and_advertisements_answer_nothing() -> None:
    """A thank-you elsewhere, a post of the plan, a stranger's reply."""
    async with rig() as one:
        await burn(one, 20)
        await one.take(
            answer(20.1, "elsewhere"),
            answer(20.2, "", kind="post", text="さくらプリン10周年キャンペーン!"),
            a_post("私も", id="x", kind="reply", target="bluesky3-0", minutes=20.3),
        )
        await one.end_minute()
        [incident] = await fires(one)
        assert incident.first_response is None


async def test_answers_that_come_late_twice_and_out_of_order_leave_the_earliest() -> None:
    """Also one whose own post comes after it, from a source that was behind."""
    async with rig() as one:
        await burn(one, 20)
        await one.take(answer(21, "bluesky3-0"), answer(20.5, "late"), answer(21, "bluesky3-0"))
        await one.end_minute()
        assert await responded(one) == (21, "reply", 1)
        late = a_post(BAD, id="late", minutes=19, received_at=a_post(minutes=22).created_at)
        await one.take(late, answer(21, "bluesky3-0"))
        await one.end_minute()
        assert await responded(one) == (20.5, "reply", 2)


async def test_an_answer_that_was_stored_before_a_kill_is_noted_after_it(tmp_path: Path) -> None:
    """Once: a restart does not add a line."""
    path = tmp_path / "hinoban.db"
    async with rig(path) as one:
        await burn(one, 20)
        await one.take(answer(20.5, "bluesky3-0"))
        assert (await fires(one))[0].first_response is None
    for _ in range(2):
        async with rig(path, start=a_post(minutes=22).created_at) as one:
            await one.end_minute()
            assert await responded(one) == (20.5, "reply", 1)


async def test_a_fire_that_is_over_may_still_be_answered() -> None:
    """By an answer to what was said while it burnt."""
    async with rig() as one:
        await burn(one, 12)
        for _ in range(300):
            await one.end_minute()
        [incident] = await fires(one)
        assert incident.state == "resolved"
        await one.take(answer(320, "bluesky3-0"))
        await one.end_minute()
        assert await responded(one) == (320, "reply", 1)
        assert (await fires(one))[0].state == "resolved"


async def test_own_reposts_are_no_mentions() -> None:
    """An account of the brand that passes a complaint on does not complain; nor does it answer."""
    async with rig() as one:
        await burn(one, 20)
        before = one.pipeline.mentions
        await one.take(answer(20.5, "bluesky3-0", kind="repost", text=""))
        await one.end_minute()
        assert one.pipeline.mentions == before
        assert (await fires(one))[0].first_response is None
