"""Retention: each table forgets at its own age, in small batches, and nothing younger."""

from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from alerts.notification_log import Page
from listener.storage.database import Database
from listener.storage.intake import Intake
from listener.storage.retention import Policy
from models.clock import VirtualClock
from models.post import Deletion, Gap
from tests.builders import NIGHT, a_mention, a_post
from tests.unit.storage.files import size
from tests.unit.storage.quoting import QUOTE, a_page, an_incident

DAY = timedelta(days=1)


async def sweep(database: Database, now: datetime) -> dict[str, int]:
    """Sweep with the defaults, three rows at a time; return what went."""
    gone = await database.retention.sweep(now, Policy(), batch=3)
    return {name: rows for name, rows in gone.items() if rows}


async def test_posts_are_forgotten_after_ninety_days_with_their_search_entries(database: Database) -> None:
    """One moment before, they stay; then mentions and bigrams go with them."""
    old = [a_mention("炎上", id=str(n)) for n in range(8)]
    await database.mentions.store(Intake(mentions=[*old, a_mention("炎上", id="new", minutes=5)]))
    assert "old_posts" not in await sweep(database, NIGHT + 90 * DAY)
    assert (await sweep(database, NIGHT + 90 * DAY + timedelta(minutes=1)))["old_posts"] == 8
    assert [mention.post.id for _, mention in await database.mentions.after(0, 99)] == ["new"]
    assert [mention.post.id for _, mention in await database.mentions.search("炎上")] == ["new"]


async def test_authors_are_forgotten_after_thirty_days(database: Database) -> None:
    """The words stay for the baseline's sake, who said them does not."""
    await database.mentions.store(Intake(mentions=[a_mention(id=str(n)) for n in range(7)]))
    assert await sweep(database, NIGHT + 31 * DAY) == {"forget_authors": 7}
    [(_, mention), *_] = await database.mentions.after(0, 9)
    assert mention.post.author is None
    assert mention.post.text
    assert await sweep(database, NIGHT + 31 * DAY) == {}


async def test_samples_quarantine_and_remembered_deletions_are_short_lived(database: Database) -> None:
    """Seven days, seven days, and twenty-four hours."""
    unmatched = [a_post(id=str(n)) for n in range(4)]
    gone = [Deletion(source="bluesky", id=f"d{n}", received_at=NIGHT) for n in range(4)]
    await database.mentions.store(Intake(unmatched=unmatched, deletions=gone))
    await database.quarantine.add("bluesky", NIGHT, "bad", b"{")
    assert await sweep(database, NIGHT + DAY) == {}
    assert await sweep(database, NIGHT + 2 * DAY) == {"drop_deletions": 4}
    assert await sweep(database, NIGHT + 8 * DAY) == {"drop_samples": 4, "drop_quarantine": 1}
    assert await database.quarantine.totals() == {"bluesky": 1}


async def test_resolved_incidents_and_settled_pages_go_after_two_years(database: Database) -> None:
    """What is open or pending stays, however old; what a gone incident quoted is forgotten."""
    done = an_incident(QUOTE, state="resolved", resolved_at=NIGHT)
    still = an_incident(QUOTE, id="sakura:cola:1")
    pages = [a_page(key="done"), a_page(key="pending")]
    await database.log.record([done, still], pages)
    await database.log.confirm("done", NIGHT)
    await database.gaps.add(Gap(source="a", start=NIGHT, end=NIGHT + DAY, reason="x"))
    await database.gaps.add(Gap(source="b", start=NIGHT, end=None, reason="x"))
    gone = await sweep(database, NIGHT + 732 * DAY)
    assert gone == {"drop_gaps": 1, "drop_pages": 1, "drop_incidents": 1, "drop_quotations": 3}
    assert [incident.id for incident in await database.log.open_incidents()] == ["sakura:cola:1"]
    assert await database.log.page("done") is None
    assert isinstance(await database.log.page("pending"), Page)


async def test_a_sweep_gives_room_back_to_the_disk(path: Path, clock: VirtualClock) -> None:
    """The file shrinks; it does not stay as large as it ever was."""
    async with Database.open(path, clock) as database:
        mentions = [a_mention("あいうえお" * 100, id=str(n)) for n in range(1_000)]
        await database.mentions.store(Intake(mentions=mentions))
    before = size(path)
    async with Database.open(path, clock) as database:
        await database.retention.sweep(NIGHT + 100 * DAY, Policy())
    assert size(path) < before / 2


async def test_a_sweep_clears_erased_words_out_of_the_search_index(database: Database) -> None:
    """FTS5 keeps what was unindexed until its parts are merged."""
    await database.mentions.store(Intake(mentions=[a_mention("炎上", id=str(n)) for n in range(9)]))
    gone = [Deletion(source="bluesky", id=str(n), received_at=NIGHT) for n in range(9)]
    await database.mentions.store(Intake(deletions=gone))
    await sweep(database, NIGHT)
    blocks = await database._writer.run(lambda c: c.execute("SELECT block FROM search_data").fetchall())
    assert not [block for (block,) in blocks if f"{ord('炎'):x}g".encode() in block]


async def test_a_policy_can_be_stricter(database: Database) -> None:
    """A brand's counsel may ask for less."""
    await database.mentions.store(Intake(mentions=[a_mention()]))
    strict = msgspec.convert({"posts": 7}, Policy)
    gone = await database.retention.sweep(NIGHT + 8 * DAY, strict)
    assert gone["old_posts"] == 1


async def test_names_go_from_a_fire_that_is_over_when_authors_do(database: Database) -> None:
    """Nobody keeps a file on who lit what: after thirty days the words stay and the names are gone."""
    done = an_incident(QUOTE, state="resolved", resolved_at=NIGHT)
    still = an_incident(QUOTE, id="sakura:cola:20261120T1710Z")
    await database.log.record([done, still], [])
    assert "forget_roles" not in await sweep(database, NIGHT + 29 * DAY)
    assert (await sweep(database, NIGHT + 31 * DAY))["forget_roles"] == 1
    assert "forget_roles" not in await sweep(database, NIGHT + 31 * DAY)
    kept = await database.log.incident(done.id)
    [burning] = await database.log.open_incidents()
    assert kept is not None
    assert (kept.explanation.carriers, kept.explanation.starter) == ((), None)
    assert [(quote.author, quote.text) for quote in kept.explanation.quotes] == [("", QUOTE.text)]
    assert burning.explanation.carriers
