"""Gaps, snapshots, words, samples and the quarantine."""

from datetime import timedelta

import pytest

from listener.storage.database import Database
from listener.storage.intake import Intake
from listener.storage.leftovers import LARGEST_FRAME, MOST_FRAMES
from models.post import Gap
from tests.builders import NIGHT, a_post

MINUTE = timedelta(minutes=1)


def a_gap(start: int, end: int | None, source: str = "bluesky") -> Gap:
    """Return a gap between two minutes."""
    ends = None if end is None else NIGHT + end * MINUTE
    return Gap(source=source, start=NIGHT + start * MINUTE, end=ends, reason="connection lost")


async def test_a_gap_is_open_until_it_is_closed(database: Database) -> None:
    """Closing ends the open gaps of that source only."""
    await database.gaps.add(a_gap(0, None))
    await database.gaps.add(a_gap(1, None, "mqtt"))
    assert await database.gaps.open() == [a_gap(0, None), a_gap(1, None, "mqtt")]
    await database.gaps.close("bluesky", NIGHT + 5 * MINUTE)
    assert await database.gaps.open() == [a_gap(1, None, "mqtt")]
    assert await database.gaps.overlapping(NIGHT, NIGHT + MINUTE) == [a_gap(0, 5)]


async def test_a_gap_told_again_with_its_end_is_closed(database: Database) -> None:
    """A source first says that it is silent, later for how long, within its batches."""
    await database.mentions.store(Intake(gaps=[a_gap(0, None)]))
    await database.mentions.store(Intake(gaps=[a_gap(0, 7)]))
    assert await database.gaps.open() == []
    assert await database.gaps.overlapping(NIGHT, NIGHT + MINUTE) == [a_gap(0, 7)]


async def test_gaps_overlap_when_they_share_a_moment(database: Database) -> None:
    """Touching at the edge is not overlapping; an open gap reaches to the present."""
    for gap in (a_gap(0, 5), a_gap(10, 15), a_gap(12, None, "mqtt")):
        await database.gaps.add(gap)
    assert await database.gaps.overlapping(NIGHT + 5 * MINUTE, NIGHT + 10 * MINUTE) == []
    shared = await database.gaps.overlapping(NIGHT + 4 * MINUTE, NIGHT + 11 * MINUTE)
    assert shared == [a_gap(0, 5), a_gap(10, 15)]
    assert await database.gaps.overlapping(NIGHT + 99 * MINUTE, NIGHT + 100 * MINUTE) == [
        a_gap(12, None, "mqtt")
    ]


async def test_the_latest_snapshot_comes_back(database: Database) -> None:
    """A snapshot says which mentions and judgements it covers."""
    assert await database.state.load("detector") is None
    await database.state.save("detector", 10, b"old")
    await database.state.save("detector", 20, b"\x00new", judged=7)
    snapshot = await database.state.load("detector")
    assert snapshot is not None
    assert (snapshot.seq, snapshot.judged, snapshot.saved_at, snapshot.blob) == (20, 7, NIGHT, b"\x00new")


async def test_words_are_kept_by_key(database: Database) -> None:
    """The latest word wins."""
    assert await database.meta.get("site") is None
    await database.meta.set("site", "tokyo")
    await database.meta.set("site", "osaka")
    assert await database.meta.get("site") == "osaka"


async def test_the_sample_keeps_posts_and_names_its_rate(database: Database) -> None:
    """Rates may change with time: what is kept over what it stands for."""
    some = [a_post("x", id="1"), a_post("y", id="2", minutes=1)]
    await database.mentions.store(Intake(unmatched=some, rate=0.1))
    await database.mentions.store(Intake(unmatched=[a_post("z", id="3", minutes=2)], rate=0.5))
    await database.mentions.store(Intake(unmatched=[a_post("w", id="4", source="mqtt")]))
    assert (await database.samples.since(NIGHT, 9))[-2:] == [some[1], a_post("z", id="3", minutes=2)]
    rates = await database.samples.rates(NIGHT)
    assert rates == {"bluesky": pytest.approx(3 / 22), "mqtt": 1.0}
    assert await database.samples.rates(NIGHT + 9 * MINUTE) == {}


async def test_a_bad_frame_is_kept_apart_and_counted(database: Database) -> None:
    """Its first 64 KiB, its whole size, the reason; counts outlive the frames."""
    await database.quarantine.add("bluesky", NIGHT, "not JSON", b"x" * (LARGEST_FRAME + 9))
    await database.quarantine.add("bluesky", NIGHT, "id is missing", b"{}")
    second, first = await database.quarantine.latest(9)
    assert (first.reason, len(first.raw), first.size) == ("not JSON", LARGEST_FRAME, LARGEST_FRAME + 9)
    assert (second.source, second.at, second.raw) == ("bluesky", NIGHT, b"{}")
    assert await database.quarantine.totals() == {"bluesky": 2}


async def test_a_flood_of_bad_frames_pushes_out_its_own_oldest(database: Database) -> None:
    """A broken sender may not fill the disk, nor crowd out another's frames."""
    await database.quarantine.add("mqtt", NIGHT, "bad", b"kept")
    for number in range(MOST_FRAMES + 20):
        await database.quarantine.add("bluesky", NIGHT, "bad", str(number).encode())
    frames = await database.quarantine.latest(5_000)
    assert len(frames) == MOST_FRAMES + 1
    assert (frames[-1].source, frames[-2].raw) == ("mqtt", b"20")
    assert await database.quarantine.totals() == {"bluesky": MOST_FRAMES + 20, "mqtt": 1}
