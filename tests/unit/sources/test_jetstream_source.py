"""The Jetstream client against a real WebSocket server, on both wires."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import WSMsgType, web

from listener.sources.jetstream import Jetstream, Settings
from listener.sources.source import SourceError
from models.clock import VirtualClock
from tests.fakes_sources import NIGHT, Reading, Remembered, read, surroundings, texts
from tests.jetstream_server import (
    DID,
    START_US,
    JetstreamServer,
    a_commit,
    a_delete,
    a_repost,
    an_account,
    an_identity,
    start_jetstream,
)

pytestmark = pytest.mark.servers
EARLIER = {"v1": str(START_US), "v2": f"1@{START_US}"}


@pytest.fixture
async def server() -> AsyncIterator[JetstreamServer]:
    """Run a Jetstream server."""
    async with start_jetstream() as running:
        yield running


@pytest.fixture(params=["v1", "v2"])
def wire(request: pytest.FixtureRequest) -> Any:
    """Speak each wire."""
    return request.param


def a_source(
    server: JetstreamServer, wire: Any, report: Remembered | None = None, **settings: Any
) -> Jetstream:
    """Return a client of *server*."""
    chosen = Settings(url=server.url, wire=wire, **settings)
    return Jetstream("bluesky", chosen, surroundings(VirtualClock(NIGHT), report))


def gaps(count: int) -> Callable[[Reading], bool]:
    """Return a condition: so many gaps came."""
    return lambda reading: len(reading.gaps) >= count


async def test_posts_reposts_and_deletions_are_told_apart(server: JetstreamServer, wire: Any) -> None:
    """Every kind of event becomes what it says, and nothing else is handed on."""
    uri = f"at://{DID}/app.bsky.feed.post/k虫"
    server.events = [a_commit("虫"), a_repost(uri, second=1), a_delete("k虫", second=2)]
    server.events += [an_account("takendown", second=3), an_account("deactivated", second=4)]
    server.events += [an_account("throttled", second=5), an_account("", second=5), an_identity(second=6)]
    reading = await read(a_source(server, wire), lambda r: len(r.items) >= 5, EARLIER[wire])
    post, repost = reading.posts
    assert (post.id, post.text, post.kind, post.lang) == (uri, "虫", "post", "ja")
    assert (repost.kind, repost.target, repost.text) == ("repost", uri, "")
    erased, purged, hidden = reading.deletions
    assert (erased.id, erased.author) == (uri, None)
    assert (purged.author, purged.hidden) == (DID, False)
    assert (hidden.author, hidden.hidden) == (DID, True)


async def test_a_server_with_nothing_to_say_is_not_down(server: JetstreamServer, wire: Any) -> None:
    """The connection alone says that the source is up."""
    report = Remembered()
    batches = a_source(server, wire, report).batches(None)
    waiting = asyncio.ensure_future(anext(batches))
    async with asyncio.timeout(5):
        while not report.events:  # noqa: ASYNC110 - the report has no event to wait for
            await asyncio.sleep(0)
    assert report.events == ["up"]
    assert not waiting.done()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await batches.aclose()


async def test_identity_events_advance_the_cursor(server: JetstreamServer, wire: Any) -> None:
    """A stretch without posts must not be read again after a restart."""
    server.events = [a_commit("a"), an_identity(second=30)]
    cursor = (await read(a_source(server, wire), texts(1), EARLIER[wire])).cursor
    assert cursor is not None
    assert cursor.endswith(str(START_US + 30_000_000))


async def test_both_collections_are_asked_for_and_the_cursor_is_rewound(
    server: JetstreamServer, wire: Any
) -> None:
    """Posts and reposts are subscribed to, from five seconds before the cursor."""
    server.events = [a_commit("a")]
    await read(a_source(server, wire), texts(1), EARLIER[wire])
    query = server.queries[0]
    asked = query["wantedCollections" if wire == "v1" else "collections"]
    assert asked == ["app.bsky.feed.post", "app.bsky.feed.repost"]
    assert query["cursor"] == [str(START_US - 5_000_000) if wire == "v1" else "1"]


async def test_resuming_loses_nothing(server: JetstreamServer, wire: Any) -> None:
    """What came while nobody listened is replayed after the cursor."""
    server.events = [a_commit(f"{n}", second=n) for n in range(10)]
    first = await read(a_source(server, wire), texts(10), EARLIER[wire])
    server.events += [a_commit(f"{n}", second=n) for n in range(10, 20)]
    second = await read(a_source(server, wire), lambda r: "19" in r.texts, first.cursor)
    assert {post.text for post in first.posts + second.posts} == {str(n) for n in range(20)}
    assert not second.gaps


async def test_the_silent_clamp_of_v1_is_recorded_as_a_gap(server: JetstreamServer) -> None:
    """v1 starts an old cursor at its floor without a word: the first event tells."""
    server.floor_us = START_US + 3600 * 1_000_000
    server.events = [a_commit("old", second=10), a_commit("new", second=3601)]
    reading = await read(a_source(server, "v1"), texts(1), EARLIER["v1"])
    (gap,) = reading.gaps
    assert reading.texts == ["new"]
    assert (gap.end - gap.start).total_seconds() == 3601 if gap.end else False
    assert (gap.backfilled, reading.items[0]) == (False, gap)


async def test_a_cursor_too_old_for_v2_restarts_live_with_a_gap(server: JetstreamServer) -> None:
    """v2 refuses with CursorTooOld: reading goes on from the tip, and the loss is on record."""
    server.floor_us = START_US + 3600 * 1_000_000
    server.events = [a_commit("old", second=10), a_commit("lost", second=3601)]
    reading = Reading()

    async def publish() -> None:
        await server.subscribed.wait()
        server.publish(a_commit("live", second=3800))

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(publish())
        await read(a_source(server, "v2"), texts(1), EARLIER["v2"], reading=reading)
    assert "cursor" not in server.queries[1]
    assert reading.texts == ["live"]
    (gap,) = reading.gaps
    assert gap.start == NIGHT
    assert "no longer had" in gap.reason


async def test_duplicates_and_reordering_at_the_cut_over_lose_nothing(
    server: JetstreamServer, wire: Any
) -> None:
    """The tip may come twice and backwards; ids stay the same, so that storage keeps one of each."""
    server.events = [a_commit(f"{n}", second=n) for n in range(20)]
    server.cutover = 5
    reading = await read(a_source(server, wire), texts(25), EARLIER[wire])
    assert {post.id for post in reading.posts} == {f"at://{DID}/app.bsky.feed.post/k{n}" for n in range(20)}
    assert reading.texts[-5:] == ["19", "18", "17", "16", "15"]
    again = await read(a_source(server, wire), lambda r: "19" in r.texts, reading.cursor)
    assert {"15", "16", "17", "18", "19"} <= set(again.texts)


async def test_a_stall_with_the_socket_open_is_noticed(server: JetstreamServer, wire: Any) -> None:
    """A peer that neither speaks nor answers a ping is dead, however open its socket is."""
    server.deaf = True
    server.events = [a_commit("last words")]
    reading = Reading()
    source = a_source(server, wire, ping_seconds=0.05)
    with pytest.raises(SourceError, match="no answer to a ping") as caught:
        await read(source, lambda _: False, EARLIER[wire], reading=reading)
    assert caught.value.retryable
    assert reading.texts == ["last words"]


async def test_a_quiet_topic_is_not_a_dead_source(server: JetstreamServer, wire: Any) -> None:
    """Answered pings keep a silent connection up, and no frame of ours closes it."""
    report = Remembered()
    source = a_source(server, wire, report, ping_seconds=0.05)
    await read(source, lambda r: len(r.batches) >= 3)
    assert len(report.heard) >= 3
    assert server.client_frames == 0


async def test_a_close_in_mid_frame_is_retryable(server: JetstreamServer, wire: Any) -> None:
    """Half a frame is thrown away, what came before it is kept."""
    server.events = [a_commit("whole")]
    server.break_off = True
    reading = Reading()
    with pytest.raises(SourceError) as caught:
        await read(a_source(server, wire), lambda _: False, EARLIER[wire], reading=reading)
    assert caught.value.retryable
    assert reading.texts == ["whole"]


async def test_bad_frames_are_kept_apart_and_the_stream_goes_on(server: JetstreamServer, wire: Any) -> None:
    """5 MB, half JSON, bad UTF-8 and a wrong type stop nothing."""
    huge = b'{"did":"' + b"x" * 5_000_000 + b'"}'
    server.raw = [(huge, WSMsgType.TEXT), (b'{"did":', WSMsgType.TEXT), (b"\xff\xfe", WSMsgType.TEXT)]
    server.raw += [(b"[1,2]", WSMsgType.TEXT), (b'{"did":"\xff","time_us":1,"kind":"x"}', WSMsgType.TEXT)]
    server.events = [a_commit("after all that")]
    report = Remembered()
    reading = await read(a_source(server, wire, report), texts(1), EARLIER[wire])
    assert reading.texts == ["after all that"]
    assert len(report.kept_apart) == 5
    assert report.drops == {"oversize": 1, "bad": 4}
    assert "2 MiB" in report.kept_apart[0][1]


async def test_a_deletion_may_overtake_its_post(server: JetstreamServer, wire: Any) -> None:
    """The deletion is handed on with the id the post will have."""
    server.events = [a_delete("kx"), a_commit("x", second=1)]
    reading = await read(a_source(server, wire), texts(1), EARLIER[wire])
    assert reading.deletions[0].id == reading.posts[0].id


@pytest.mark.parametrize(("code", "least"), [(1012, 5.0), (1013, 30.0), (1001, None)])
async def test_close_codes_say_how_long_to_stay_away(
    server: JetstreamServer, code: int, least: float | None
) -> None:
    """1012 and 1013 are honoured."""
    server.events = [a_commit("a")]
    server.close_code = code
    with pytest.raises(SourceError, match=str(code)) as caught:
        await read(a_source(server, "v1"), lambda _: False, EARLIER["v1"])
    assert caught.value.retry_after == least


async def test_an_error_frame_ends_the_stream(server: JetstreamServer) -> None:
    """v2 says ConsumerTooSlow before it closes; what came before was handed on."""
    server.events = [a_commit("a")]
    server.error = "ConsumerTooSlow"
    with pytest.raises(SourceError, match="ConsumerTooSlow") as caught:
        await read(a_source(server, "v2"), lambda _: False, EARLIER["v2"])
    assert caught.value.retryable


@pytest.mark.parametrize(
    ("status", "retryable", "after"), [(429, True, 7.0), (503, True, 7.0), (401, False, 7.0)]
)
async def test_a_refused_upgrade_says_whether_to_come_again(
    server: JetstreamServer, wire: Any, *, status: int, retryable: bool, after: float
) -> None:
    """Retry-After is read, and 401 is for good."""
    body = '{"error":"Nope","message":"not you"}'
    server.refusals = [web.Response(status=status, text=body, headers={"Retry-After": "7"})]
    with pytest.raises(SourceError, match="Nope: not you") as caught:
        await read(a_source(server, wire), lambda _: False)
    assert (caught.value.retryable, caught.value.retry_after) == (retryable, after)


async def test_a_server_that_is_not_there_is_retryable() -> None:
    """Nobody listens: a sentence, not a traceback."""
    source = Jetstream("bluesky", Settings(url="ws://127.0.0.1:9"), surroundings())
    with pytest.raises(SourceError, match="cannot be reached") as caught:
        await read(source, lambda _: False)
    assert caught.value.retryable


@pytest.mark.parametrize("cursor", ["", "1795196412", "[1,2,3,4]", "x@1795196412000000", "9" * 30])
def test_the_cursor_of_another_kind_of_source_is_none(cursor: str) -> None:
    """A source that was replaced under its name starts with the present."""
    assert Jetstream("bluesky", Settings(), surroundings()).reached(cursor) is None


async def test_a_cursor_of_one_wire_works_on_the_other(server: JetstreamServer) -> None:
    """Changing the setting loses nothing."""
    server.events = [a_commit("a"), a_commit("b", second=1)]
    v1 = (await read(a_source(server, "v1"), texts(2), EARLIER["v1"])).cursor
    v2 = (await read(a_source(server, "v2"), texts(2), v1)).cursor
    assert (await read(a_source(server, "v1"), texts(2), v2)).texts == ["a", "b"]
    assert server.queries[-1]["cursor"] == [str(START_US + 1_000_000 - 5_000_000)]
