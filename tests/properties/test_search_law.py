"""The law of search: it finds exactly the posts whose folded text holds every folded word."""

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from listener.storage.bigrams import fold
from listener.storage.database import Database
from listener.storage.intake import Intake
from models.clock import VirtualClock
from tests.builders import NIGHT, a_mention

# A small alphabet makes hits likely; it holds what FTS5, NFKC and casefolding treat in their own ways.
ALPHABET = "あいプリン炎上aAbＢｶﾞßİ㌔ \"'*():-\u3000\n\x00火🔥e\u0301g0"

texts = st.lists(st.text(ALPHABET, max_size=12), min_size=1, max_size=8)
queries = st.lists(st.text(ALPHABET, min_size=1, max_size=4), min_size=1, max_size=8)


async def check(stored: list[str], asked: list[str]) -> None:
    """Compare search with the naive way."""
    async with Database.open(":memory:", VirtualClock(NIGHT)) as database:
        mentions = [a_mention(text, id=str(n)) for n, text in enumerate(stored)]
        await database.mentions.store(Intake(mentions=mentions))
        for query in asked:
            words = fold(query).split()
            found = {int(mention.post.id) for _, mention in await database.mentions.search(query)}
            naive = {n for n, text in enumerate(stored) if words and all(w in fold(text) for w in words)}
            assert found == naive, (query, stored)


@given(stored=texts, asked=queries)
@settings(max_examples=60, deadline=None)
def test_search_finds_exactly_the_posts_that_hold_every_word(stored: list[str], asked: list[str]) -> None:
    """For one character, for two and for more, in every script."""
    asyncio.run(check(stored, asked))
