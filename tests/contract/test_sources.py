"""What every source promises, whatever it is fed by."""

import inspect
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from listener.sources import SOURCES
from tests.fakes_sources import Reading
from tests.source_rigs import RIGS, Rig

pytestmark = pytest.mark.servers


@pytest.fixture(params=sorted(SOURCES))
async def rig(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Rig]:
    """Set up each kind of source with something to read from."""
    async with RIGS[request.param](tmp_path) as prepared:
        await prepared.ready()
        yield prepared


async def feed(*done: Any) -> None:
    """Wait for what has to be sent."""
    for one in done:
        if inspect.isawaitable(one):
            await one


def ids(reading: Reading) -> list[str]:
    """Return the ids of the posts."""
    return [post.id for post in reading.posts]


async def test_it_yields_posts_under_its_own_name(rig: Rig) -> None:
    """Complete: name, id, text, both times, and an aware clock."""
    await feed(rig.post("a"), rig.post("b"))
    reading = await rig.read(2, rig.start)
    assert sorted(ids(reading)) == [rig.native("a"), rig.native("b")]
    assert {post.source for post in reading.posts} == {"feed"}
    assert all(post.created_at.tzinfo and post.received_at.tzinfo for post in reading.posts)


async def test_it_resumes_without_loss(rig: Rig) -> None:
    """What comes between two runs is read by the second."""
    await feed(rig.post("a"), rig.post("b"))
    before = await rig.read(2, rig.start)
    await feed(rig.post("c"), rig.post("d"))
    wanted = {rig.native("c"), rig.native("d")}
    after = await rig.read(2, before.cursor)
    while not wanted <= set(ids(after)):
        after.batches += (await rig.read(len(after.items) + 1, before.cursor)).batches
    assert wanted <= set(ids(after))
    assert not [gap for gap in after.gaps if not gap.backfilled]


async def test_a_bad_item_is_kept_apart_and_the_rest_goes_on(rig: Rig) -> None:
    """Counted, with a reason, once."""
    await feed(rig.post("a"), rig.rubbish(), rig.post("b"))
    reading = await rig.read(2, rig.start)
    assert sorted(ids(reading)) == [rig.native("a"), rig.native("b")]
    ((raw, reason),) = rig.report.kept_apart
    assert raw
    assert len(reason.split()) > 3
    assert rig.report.drops == {"bad": 1}


async def test_a_deletion_is_handed_on(rig: Rig) -> None:
    """With the source and the id of its post."""
    await feed(rig.post("a"), rig.delete("a"))
    (deletion,) = (await rig.read(2, rig.start)).deletions
    assert (deletion.source, deletion.id) == ("feed", rig.native("a"))


async def test_what_is_not_confirmed_comes_again(rig: Rig) -> None:
    """Either the feed keeps it, or the cursor that was not stored still stands before it."""
    await feed(rig.post("a"))
    first = await rig.read(1, rig.start, confirm=False)
    again = await rig.read(1, rig.start, confirm=True)
    assert ids(first) == ids(again) == [rig.native("a")]
    assert any(batch.confirm for batch in again.batches) is rig.redelivers


async def test_what_was_confirmed_does_not_come_again(rig: Rig) -> None:
    """Past the cursor and the confirmation only new posts come (Jetstream rewinds, and says it replays)."""
    await feed(rig.post("a"))
    first = await rig.read(1, rig.start)
    await feed(rig.post("b"))
    second = await rig.read(1, first.cursor)
    if rig.start is None:
        assert ids(second) == [rig.native("b")]
    else:
        assert set(ids(second)) <= {rig.native("a"), rig.native("b")}


def test_every_kind_has_a_rig_and_settings_with_defaults_explained() -> None:
    """A new source is tested at once, or this says what is missing."""
    assert set(RIGS) == set(SOURCES)
    for kind in SOURCES.values():
        config = kind.settings.__struct_config__
        assert config.frozen
        assert config.forbid_unknown_fields
        assert kind.settings.__doc__
