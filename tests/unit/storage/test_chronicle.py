"""What a digest and a report look back on."""

from datetime import timedelta
from pathlib import Path

import msgspec

from alerts.digest.material import Heard, Run, Silence
from listener.storage.database import Database
from listener.storage.intake import Intake
from listener.storage.retention import Policy
from models.clock import VirtualClock
from models.post import Gap
from tests.builders import NIGHT, a_mention, a_score
from tests.log_rows import incident, page

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
WEEK = timedelta(days=7)


async def test_lives_are_kept_with_their_last_moment(database: Database) -> None:
    """A kill leaves the time of its last minute; the life before a stretch belongs to it."""
    book = database.chronicle
    first = await book.begin("1.0", NIGHT - 9 * HOUR)
    second = await book.begin("1.0", NIGHT - 3 * HOUR)
    await book.seen(first, NIGHT - 8 * HOUR)
    await book.seen(second, NIGHT - HOUR)
    await book.seen(second, NIGHT - 2 * HOUR)
    await book.begin("1.1", NIGHT)
    found = await book.material(NIGHT - 2 * HOUR, NIGHT + HOUR, NIGHT - WEEK)
    assert found.runs == (Run(NIGHT - 3 * HOUR, NIGHT - HOUR), Run(NIGHT, NIGHT))


async def test_old_lives_are_forgotten_but_the_last(database: Database) -> None:
    """However long ago that was: the next digest tells since when the watch was away."""
    await database.chronicle.begin("1.0", NIGHT - 9 * HOUR)
    await database.chronicle.begin("1.0", NIGHT - 8 * HOUR)
    gone = await database.retention.sweep(NIGHT + WEEK, Policy(incidents=1))
    assert gone["drop_runs"] == 1
    found = await database.chronicle.material(NIGHT, NIGHT + HOUR, NIGHT)
    assert found.runs == (Run(NIGHT - 8 * HOUR, NIGHT - 8 * HOUR),)


async def test_a_schema_without_lives_gets_them(path: Path, clock: VirtualClock) -> None:
    """An upgrade finds an empty log book."""
    async with Database.open(path, clock) as database:
        assert (await database.chronicle.material(NIGHT, NIGHT + HOUR, NIGHT)).runs == ()


async def test_pages_that_ring_are_told_without_states(database: Database) -> None:
    """With what they were: whose, which sound, at night or not."""
    call = msgspec.structs.replace(page("a"), night=True, sound="s", created_at=NIGHT)
    rows = [
        call,
        page("b", kind="state"),
        page("c", kind="event"),
        page("d", kind="digest"),
        page("e", kind="drill"),
    ]
    await database.log.record([], [msgspec.structs.replace(row, created_at=NIGHT) for row in rows])
    await database.log.bury("a", NIGHT, "410 Gone")
    [sent] = (await database.chronicle.material(NIGHT, NIGHT + HOUR, NIGHT)).sent
    assert (sent.kind, sent.to, sent.night, sent.sound, sent.silent) == ("first", call.to, True, "s", False)
    assert (sent.at, sent.outcome) == (NIGHT, "dead")


async def test_a_page_that_one_of_several_got_was_sent(database: Database) -> None:
    """Whatever became of it for the others."""
    await database.log.record([], [page("a", created_at=NIGHT)])
    await database.log.note("a", "json (1)")
    await database.log.bury("a", NIGHT, "mailto (2): 550 no such user")
    [sent] = (await database.chronicle.material(NIGHT, NIGHT + HOUR, NIGHT)).sent
    assert sent.outcome == "done"


async def test_incidents_are_those_that_are_open_or_ended_lately(database: Database) -> None:
    """Long over is long forgotten; open is never forgotten."""
    old = incident("old", state="resolved", resolved_at=NIGHT - 2 * WEEK)
    late = incident("late", state="resolved", resolved_at=NIGHT - 6 * HOUR)
    await database.log.record([old, late, incident("open", opened_at=NIGHT - 3 * WEEK)], [])
    found = await database.chronicle.material(NIGHT, NIGHT + HOUR, NIGHT - WEEK)
    assert {one.topic for one in found.incidents} == {"late", "open"}


async def test_silences_are_those_that_reach_into_the_stretch(database: Database) -> None:
    """Also one without an end."""
    await database.gaps.add(Gap(source="x", start=NIGHT - HOUR, end=None, reason="down"))
    await database.gaps.add(Gap(source="y", start=NIGHT - 2 * HOUR, end=NIGHT - HOUR, reason="down"))
    found = await database.chronicle.material(NIGHT, NIGHT + HOUR, NIGHT)
    assert found.silences == (Silence("x", NIGHT - HOUR, None),)


async def test_voices_are_counted_by_the_half_hour(database: Database) -> None:
    """What is not judged yet has no voice, and is counted all the same; a bare repost needs no judging."""
    angry = a_mention(id="1", score=a_score(voice="complaint"))
    glad = a_mention("おいしい", id="2", minutes=40, score=a_score("positive", voice="praise"))
    unheard = a_mention("?", id="3", minutes=1)
    repost = a_mention("", id="4", minutes=2, kind="repost", target="1")
    await database.mentions.store(Intake(mentions=[angry, glad, unheard, repost]))
    stored = {mention.post.id: (seq, mention) for seq, mention in await database.mentions.after(0, 10)}
    await database.mentions.score(
        [(stored[key][0], one.score) for key, one in (("1", angry), ("2", glad)) if one.score], "lexicon"
    )
    found = (await database.chronicle.material(NIGHT - HOUR, NIGHT + HOUR, NIGHT)).heard
    half = timedelta(minutes=30)
    start = NIGHT - timedelta(minutes=NIGHT.minute)
    assert found == (
        Heard(start, "", 2, 0, 1),
        Heard(start, "complaint", 1, 1, 1),
        Heard(start + half, "praise", 1, 0, 1),
    )
