"""Scores come later than mentions: what waits, what is re-fed, what a window shows."""

from datetime import timedelta

import msgspec

from listener.storage.database import Database
from listener.storage.intake import Intake
from models.mention import Mention
from models.post import Deletion
from tests.builders import NIGHT, a_mention, a_score


async def store(database: Database, *mentions: Mention) -> list[int]:
    """Store mentions; return their numbers."""
    return [receipt.seq for receipt in await database.mentions.store(Intake(mentions=mentions))]


async def test_a_score_comes_back_as_it_was_given(database: Database) -> None:
    """Every field of a score survives."""
    score = a_score("negative", unsure=True, voice="complaint")
    [seq] = await store(database, a_mention())
    await database.mentions.score([(seq, score)], "lexicon 1")
    [(_, mention)] = await database.mentions.after(0, 10)
    assert mention.score == score


async def test_what_waits_for_judging_comes_newest_first(database: Database) -> None:
    """In a flare-up the newest posts say most; empty reposts never wait."""
    seqs = await store(database, *(a_mention(id=str(n)) for n in range(4)), a_mention("", id="repost"))
    await database.mentions.score([(seqs[2], a_score())], "lexicon")
    waiting = await database.mentions.unscored(2)
    assert [seq for seq, _ in waiting] == [seqs[3], seqs[1]]


async def test_mentions_are_re_fed_in_order_after_a_number(database: Database) -> None:
    """After a crash the detector is fed everything since its snapshot, with the scores."""
    seqs = await store(database, *(a_mention(id=str(n), minutes=-n) for n in range(5)))
    await database.mentions.score([(seqs[3], a_score())], "lexicon")
    again = await database.mentions.after(seqs[1], 2)
    assert [seq for seq, _ in again] == seqs[2:4]
    assert [mention.score is None for _, mention in again] == [True, False]


async def test_a_deleted_number_is_never_given_again(database: Database) -> None:
    """Else a mention after a snapshot could carry a number before it."""
    await store(database, a_mention(id="a"), a_mention(id="b"))
    await database.mentions.store(Intake(withdrawn=[a_mention(id="b").post.key]))
    assert await store(database, a_mention(id="c")) == [3]
    assert await database.mentions.last() == (3, 0)


async def test_judgements_after_a_snapshot_on_mentions_before_it_are_told(database: Database) -> None:
    """A snapshot between counting and judging would lose the judgement otherwise."""
    seqs = await store(database, *(a_mention(id=str(n)) for n in range(3)))
    covered = await database.mentions.score([(seqs[0], a_score())], "lexicon")
    await database.mentions.score([(seqs[1], a_score()), (seqs[2], a_score("positive"))], "lexicon")
    missed = await database.mentions.judged_after(covered, seqs[1], 10)
    assert [(judged, seq) for judged, seq, _ in missed] == [(2, seqs[1])]
    assert await database.mentions.last() == (3, 3)


async def test_a_judgement_voided_by_an_edit_does_not_free_its_number(database: Database) -> None:
    """Numbers of judgements only grow."""
    [seq] = await store(database, a_mention("一", id="a"))
    assert await database.mentions.score([(seq, a_score())], "lexicon") == 1
    await store(database, a_mention("二", id="a"))
    assert await database.mentions.score([(seq, a_score())], "lexicon") == 2


async def test_a_window_shows_the_most_negative_first(database: Database) -> None:
    """Evidence for a page: worst first, newer before older, unscored ones as if a third were negative."""
    ids = ["mild", "bad", "waiting", "fine"]
    seqs = await store(database, *(a_mention(id=name, minutes=n) for n, name in enumerate(ids)))
    shares = {seqs[0]: 0.5, seqs[1]: 0.9, seqs[3]: 0.1}
    scores = [(seq, msgspec.structs.replace(a_score(), negative=share)) for seq, share in shares.items()]
    await database.mentions.score(scores, "lexicon")
    until = NIGHT + timedelta(hours=1)
    shown = await database.mentions.window("sakura", ["pudding"], NIGHT, until, 10)
    assert [mention.post.id for mention in shown] == ["bad", "mild", "waiting", "fine"]


async def test_a_window_has_edges_topics_and_a_limit(database: Database) -> None:
    """From its start to before its end, the topics asked for, no more than asked for."""
    topics = ["pudding", "cola", "tea", "pudding", "pudding"]
    mentions = [a_mention(id=str(n), minutes=n, topic=topic) for n, topic in enumerate(topics)]
    await store(database, *mentions)
    since, until = NIGHT, NIGHT + timedelta(minutes=4)
    shown = await database.mentions.window("sakura", ["pudding", "cola"], since, until, 10)
    assert [mention.post.id for mention in shown] == ["3", "1", "0"]
    assert len(await database.mentions.window("sakura", ["pudding"], since, until, 1)) == 1
    assert await database.mentions.window("fuji", ["pudding"], since, until, 10) == []


async def test_hours_count_mentions_and_moods(database: Database) -> None:
    """Hours of event time, in order; deleted posts still count."""
    seqs = await store(
        database, *(a_mention(id=str(minutes), minutes=minutes) for minutes in (0, 10, 49, 50, 200))
    )
    moods = [(seqs[0], a_score("negative")), (seqs[1], a_score("neutral")), (seqs[3], a_score("positive"))]
    await database.mentions.score(moods, "lexicon")
    gone = Deletion(source="bluesky", id="0", received_at=NIGHT)
    await database.mentions.store(Intake(deletions=[gone]))
    hours = await database.mentions.hourly("sakura", "pudding", NIGHT)
    assert [(hour.start.hour, *hour[1:]) for hour in hours] == [
        (17, 3, 1, 1, 0),
        (18, 1, 0, 0, 1),
        (20, 1, 0, 0, 0),
    ]
