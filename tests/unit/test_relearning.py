"""A changed keyword list pages nobody by itself, and hides no fire."""

import random
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from listener.matching import lists
from listener.matching.matcher import Matcher
from listener.relearning import PENDING, RULES, Relearning
from listener.storage.intake import Intake
from models.keyword import KeywordList, TopicKey
from models.mention import Mention
from models.post import Post
from tests.builders import NIGHT, a_match, a_post, a_score
from tests.fakes_listener import LIST, PUDDING, Rig, rig, taught

WIDE = LIST.replace('any = ["さくらプリン"]', 'any = ["プリン"]')
NARROW = LIST.replace('any = ["さくらプリン"]', 'any = ["さくらプリン"]\nnone = ["懸賞"]')
HOURS = 72
OLD, NEW = 40, 200
"""Posts an hour by the old list and by the wide one."""
KEPT = 0.25


class House(NamedTuple):
    """A pipeline with days of stored posts behind it, and its re-learning."""

    rig: Rig
    relearning: Relearning
    chance: random.Random

    async def live(self, minutes: int, per_hour: float, *, worst: float = 0.4) -> None:
        """Let minutes pass in which people speak of puddings in general, so many of them badly."""
        for _ in range(minutes):
            now = self.rig.clock.now()
            many = int(per_hour / 60 + self.chance.random())
            await self.rig.take(*(self._said(now.timestamp(), number, worst) for number in range(many)))
            await self.rig.end_minute()

    async def live_of(self, text: str, many: int) -> None:
        """Let a minute pass in which so many people say the same."""
        now = self.rig.clock.now()
        names = [f"{now.timestamp()}-{number}" for number in range(many)]
        await self.rig.take(
            *(
                a_post(f"{text} {name[-7:]}", id=name, by=name, created_at=now + timedelta(seconds=5))
                for name in names
            )
        )
        await self.rig.end_minute()

    def _said(self, at: float, number: int, worst: float) -> Post:
        text = "プリン最悪" if self.chance.random() < worst else "プリンだ"
        name = f"live{at}-{number}"
        seconds = self.rig.clock.now() + timedelta(seconds=1 + number % 50)
        return a_post(text, id=name, by=name, created_at=seconds)

    async def change(self, text: str) -> None:
        """Put another list in force, as a reload does."""
        words = parsed(text)
        self.rig.pipeline.recognition.use(matcher(words))
        self.relearning.use(words, matcher(words))


def parsed(text: str) -> tuple[KeywordList, ...]:
    """Return the one list."""
    return (lists.parse(text, Path("sakura.toml")),)


def matcher(words: Iterable[KeywordList]) -> Matcher:
    """Return a matcher without a dictionary."""
    return Matcher(words, words=None, now=NIGHT)


def past(hours: int = HOURS) -> tuple[list[Mention], list[Post]]:
    """Return what the old list matched, and the sample of what it did not, evenly over some days."""
    mentions, sample = [], []
    for hour in range(-hours, 0):
        for number in range(OLD):
            at = NIGHT + timedelta(hours=hour, minutes=60 * number / OLD)
            label = "negative" if number % 7 == 0 else "neutral"
            post = a_post("さくらプリンだ", id=f"m{hour}-{number}", by=f"m{hour}-{number}", created_at=at)
            mentions.append(
                Mention(
                    post=post, brand="sakura", topic="pudding", matches=(a_match(),), score=a_score(label)
                )
            )
        for number in range(int((NEW - OLD) * KEPT)):
            at = NIGHT + timedelta(hours=hour, minutes=1.5 * number)
            text = "プリン最悪" if number % 2 else "プリンだ"
            sample.append(a_post(text, id=f"s{hour}-{number}", by=f"s{hour}-{number}", created_at=at))
    return mentions, sample


@asynccontextmanager
async def house(*, sampled: bool = True, path: Path | None = None) -> AsyncIterator[House]:
    """Give a watch that knows the old list's days, and remembers them."""
    watch = taught(people=OLD, negative=OLD // 7)
    async with rig(path or ":memory:", watch=watch) as one:
        mentions, sample = past()
        receipts = await one.database.mentions.store(
            Intake(mentions=mentions, unmatched=sample if sampled else (), rate=KEPT)
        )
        scores = [(receipt.seq, mention.score) for receipt, mention in zip(receipts, mentions, strict=True)]
        await one.database.mentions.score(scores, "words 1")  # type: ignore[arg-type]  # all have scores
        found = House(one, over(one), random.Random(4))
        words = parsed(LIST)
        await found.relearning.prepare(words, matcher(words))
        yield found


def over(one: Rig) -> Relearning:
    """Return the re-learning of a rig."""
    return Relearning(one.database, one.watch, one.scoring, one.pipeline.snapshot, one.clock, cap=5)


async def test_a_widened_keyword_pages_nobody_and_hides_no_fire() -> None:
    """Five times the volume, with more displeasure in it, is what the stored posts say; a fire is not."""
    async with house() as one:
        await one.change(WIDE)
        await one.live(1, NEW)
        assert one.rig.reading().learning_since == NIGHT
        await one.relearning.catch_up()
        assert one.rig.reading().state != "learning"
        assert one.rig.reading().share_usual == pytest.approx((OLD / 7 + (NEW - OLD) / 2) / NEW, abs=0.05)
        await one.live(40, NEW)
        assert one.rig.reading().expected == pytest.approx(NEW, rel=0.25)
        await one.live(110, NEW)
        assert await one.rig.pages() == []
        await one.live(20, NEW * 6, worst=0.8)
        assert {page.kind for page in await one.rig.pages()} >= {"first"}


async def test_without_the_relearning_the_same_change_would_page() -> None:
    """The test above tests something."""
    async with house() as one:
        words = parsed(WIDE)
        one.rig.pipeline.recognition.use(matcher(words))
        await one.live(60, NEW)
        assert await one.rig.pages() != []


async def test_while_it_is_relearned_nothing_opens() -> None:
    """However long the reading of the past takes: the old usual is doubted until then."""
    async with house() as one:
        await one.change(WIDE)
        await one.live(90, NEW)
        assert await one.rig.pages() == []
        assert one.rig.reading().state == "learning"


async def test_without_a_sample_a_wider_list_is_learned_live() -> None:
    """Nobody knows what it matches: no page for the change, and it says that it is learning."""
    async with house(sampled=False) as one:
        await one.change(WIDE)
        await one.relearning.catch_up()
        await one.live(150, NEW)
        assert await one.rig.pages() == []
        assert one.rig.reading().learning_since == NIGHT
        await one.live(30, NEW * 6, worst=0.8)
        assert await one.rig.pages() != []


async def test_a_narrower_list_needs_no_sample() -> None:
    """What it matches was stored: it is known at once, with nothing left to learn."""
    async with house(sampled=False) as one:
        await one.change(NARROW)
        await one.relearning.catch_up()
        assert one.rig.reading().learning_since is None
        assert one.rig.reading().expected == pytest.approx(OLD, rel=0.1)


async def test_a_new_name_of_a_topic_changes_nothing() -> None:
    """Only what decides about matches is re-learned."""
    async with house() as one:
        await one.change(LIST.replace('name = "さくらフーズ"', 'name = "桜"\nowner = "web"'))
        assert one.rig.reading().learning_since is None


async def test_a_kill_in_the_middle_repeats_it() -> None:
    """The next start knows since when another list counts, doubts the old usual and learns anew."""
    async with house() as one:
        await one.rig.pipeline.snapshot()
        await one.change(WIDE)
        await one.relearning._keep()
        await one.live(5, NEW)
        again = over(one.rig)
        words = parsed(WIDE)
        await again.prepare(words, matcher(words))
        snapshot = await one.rig.database.state.load("watch")
        assert snapshot is not None
        one.rig.watch.load(snapshot.blob)
        assert one.rig.reading().learning_since == NIGHT
        await again.catch_up()
        await one.live(40, NEW)
        assert one.rig.reading().expected == pytest.approx(NEW, rel=0.25)
        assert await one.rig.database.meta.get(PENDING) == "[]"
        assert "プリン" in (await one.rig.database.meta.get(RULES) or "")


async def test_a_new_topic_begins_with_what_was_stored() -> None:
    """A keyword for something that is talked about already ends its own cold start."""
    async with house() as one:
        other = LIST + '[[keyword]]\ntopic = "sweets"\nany = ["プリン"]\n'
        key = TopicKey("sakura", "sweets")
        one.rig.watch.retain([PUDDING, key])
        await one.change(other)
        await one.relearning.catch_up()
        assert one.rig.reading(key).expected == pytest.approx(NEW, rel=0.3)
        assert one.rig.reading(key).learning_since is None


async def test_too_few_stored_hours_leave_the_old_usual_a_guess() -> None:
    """A list that is narrowed on the first day says that it is learning, and starts from what was known."""
    watch = taught(people=OLD, negative=OLD // 7)
    async with rig(watch=watch) as one:
        relearning = over(one)
        words = parsed(LIST)
        await relearning.prepare(words, matcher(words))
        await House(one, relearning, random.Random(1)).change(NARROW)
        await relearning.catch_up()
        assert one.reading().learning_since == NIGHT
        assert one.reading().expected == pytest.approx(OLD, rel=0.3)


async def test_a_fire_that_is_open_is_not_put_out_by_a_change_of_words() -> None:
    """Nor does the wider list make it grow."""
    async with house() as one:
        await one.live(1, 0)
        for _ in range(15):
            await one.live_of("さくらプリン最悪", 8)
        assert one.rig.reading().state == "burning"
        await one.change(WIDE)
        for _ in range(2):
            await one.live_of("さくらプリン最悪", 8)
        await one.relearning.catch_up()
        for _ in range(5):
            await one.live_of("さくらプリン最悪", 8)
        assert one.rig.reading().state == "burning"
        assert {page.kind for page in await one.rig.pages()} == {"first", "reminder"}
