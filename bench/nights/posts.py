"""From counts to posts: who wrote them, what they repeat, how they are read, when they arrive."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from bench.nights.character import MOODS, Character
from bench.nights.seeds import Counts, Rates

Flags = NDArray[np.bool_]
NEGATIVE = 0
CLOSE = 0.2
"""Everyday reposts repeat one of the last few posts (geometrically); those of an event any earlier one."""
STRANGERS = 1 << 40
"""Numbers from here on are people who post once."""


class Style(NamedTuple):
    """How a crowd posts."""

    reposts: float
    regulars: float = 0.0
    accounts: int = 0
    """So few accounts post everything; 0: a crowd."""
    copies: float = 0.0
    """Share of the posts that is copied from one of a few texts."""
    texts: int = 1
    misread: float = 0.0
    """Chance that a copied text as a whole is read as negative."""
    spread: bool = False
    """Whether reposts repeat any earlier post, so that a few originals carry the most."""


class Posts(NamedTuple):
    """One row per post; times in seconds since the night's minute 0."""

    at: Rates
    arrived: Rates
    author: Counts
    truth: Counts
    label: Counts
    cluster: Counts
    repost: Flags
    source: Counts
    origin: Counts
    """0 for everyday posts, else the number of the happening."""

    @property
    def size(self) -> int:
        """Return how many posts there are."""
        return len(self.at)

    def picked(self, rows: Counts | Flags | slice) -> "Posts":
        """Return some rows."""
        return Posts._make(column[rows] for column in self)


def written(
    counts: Counts, start: int, origin: int, style: Style, character: Character, chance: Generator
) -> Posts:
    """Write the posts that *counts* (moods by minutes from *start*) stand for, in order of time."""
    truth = np.repeat(np.arange(MOODS), counts.sum(axis=1))
    minute = np.concatenate([np.repeat(np.arange(counts.shape[1]), row) for row in counts])
    size = len(truth)
    at = (minute + start + chance.random(size)) * 60.0
    root = np.concatenate([*_roots(counts.sum(axis=1), style, chance), np.empty(0, int)])
    label = read(truth, character, chance)[root]
    copy = chance.random(size) < style.copies
    text = chance.integers(0, max(style.texts, 1), size)
    verdicts = np.where(chance.random(max(style.texts, 1)) < style.misread, NEGATIVE, 1)
    if style.misread:
        label = np.where(copy, verdicts[text], label)
    posts = Posts(
        at=at,
        arrived=at + lag(size, chance),
        author=_authors(size, origin, style, character, chance),
        truth=truth,
        label=label,
        cluster=np.where(copy, origin * 100 + text, -1),
        repost=(root != np.arange(size)) & ~copy,
        source=chance.choice(len(character.sources), size, p=character.sources),
        origin=np.full(size, origin),
    )
    return posts.picked(np.argsort(at, kind="stable"))


def read(truth: Counts, character: Character, chance: Generator) -> Counts:
    """Read posts as the scorer does, by its confusion matrix."""
    bounds = np.cumsum(np.asarray(character.read), axis=1)[truth]
    label: Counts = np.minimum((chance.random(len(truth))[:, None] > bounds).sum(axis=1), MOODS - 1)
    return label


def lag(size: int, chance: Generator) -> Rates:
    """Draw how long posts are on their way: seconds, and one in a hundred takes minutes."""
    slow = np.where(chance.random(size) < 0.01, chance.exponential(600.0, size), 0.0)
    return chance.exponential(8.0, size) + slow


def joined(parts: Sequence[Posts]) -> Posts:
    """Return all posts by the time they arrive."""
    columns = (np.concatenate(column) for column in zip(*parts, strict=True))
    whole = Posts(*columns)
    return whole.picked(np.argsort(whole.arrived, kind="stable"))


def uniqueness(posts: Posts) -> float:
    """Return people per post, each counted once in two hours."""
    some = posts.picked(np.arange(min(posts.size, 20_000)))
    if not some.size:
        return 1.0
    return len(np.unique(np.stack([some.author, (some.at // 7200).astype(int)]), axis=1).T) / some.size


def _roots(sizes: Counts, style: Style, chance: Generator) -> list[Counts]:
    """Return for each post the post that it repeats in the end, itself if none; moods do not mix."""
    roots, first = [], 0
    for size in sizes:
        index = np.arange(size)
        back = (
            (index - np.floor(chance.random(size) * index)).astype(int)
            if style.spread
            else chance.geometric(CLOSE, size)
        )
        repeats = (chance.random(size) < style.reposts) & (index >= back) & (index > 0)
        parent = np.where(repeats, index - back, index)
        while not np.array_equal(up := parent[parent], parent):
            parent = up
        roots.append(parent + first)
        first += int(size)
    return roots


def _authors(size: int, origin: int, style: Style, character: Character, chance: Generator) -> Counts:
    if style.accounts:
        return origin * 1_000_000 + chance.integers(0, style.accounts, size)
    pool = max(5, round(character.rate * 10))
    regular = np.floor(pool * chance.random(size) ** 2.5).astype(int)
    strangers = STRANGERS * (origin + 1) + np.arange(size)
    return np.where(chance.random(size) < style.regulars, regular, strangers)
