"""What a page quotes: three posts that speak for the rest, who set it off, and which words are new."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from alerts.incident import Explanation, Quote
from models.mention import Mention
from models.post import Post

QUOTES = 3
TERMS = 4
CARRIERS = 2
LONGEST_QUOTE = 280
_SAME = 0.35  # bigram overlap from which two posts say the same
_CANDIDATES = 16  # posts of a cluster among which its speaker is sought
_CLUSTERS = 400
_NEWS = 10.0  # how much a new thing that everybody says outweighs the size of a cluster
# A lone kanji is a word where a particle or the end follows it (虫が), not where it is inflected (見る).
_TERM = re.compile(
    r"[一-龯々〆]{2,8}|(?<![一-龯々〆])[一-龯々〆](?=[がをはもにのとでやへ、。!!?？…\s]|いる|いた|$)|[ァ-ヴー]{2,12}|[A-Za-z][A-Za-z'-]{3,20}"
)
_NOISE = re.compile(r"https?://\S+|[@#＠]\S+")


def explain(
    mentions: Sequence[Mention],
    *,
    earlier: Sequence[Mention] = (),
    blind: Sequence[str] = (),
    silent: Sequence[tuple[str, datetime]] = (),
) -> Explanation:
    """Explain a flare-up by its own *mentions* (oldest first), beside *earlier* ones of the same topics."""
    voices = [mention for mention in mentions if _speaks(mention)]
    angry = [mention for mention in voices if mention.score is not None and mention.score.label == "negative"]
    starter, carriers = _spread(mentions, angry or voices)
    return Explanation(
        quotes=_quotes(angry or voices, earlier),
        terms=_terms(angry or voices, earlier),
        starter=starter,
        carriers=carriers,
        sources=tuple(dict.fromkeys(mention.post.source for mention in mentions)),
        blind=tuple(blind),
        silent=tuple(silent),
    )


class _Cluster(NamedTuple):
    """Posts that say the same: the one that speaks for them, its bigrams, and how many people."""

    speaker: Post
    bigrams: frozenset[str]
    people: int
    weight: float


def _speaks(mention: Mention) -> bool:
    return mention.post.kind != "repost" and bool(mention.post.text.strip()) and not mention.late


def _person(post: Post) -> str:
    return post.author.id if post.author else post.id


def bigrams(text: str) -> frozenset[str]:
    """Return the character bigrams of a text, links, handles and white space aside."""
    bare = "".join(_NOISE.sub("", text).split())
    return frozenset(bare[i : i + 2] for i in range(len(bare) - 1))


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the Jaccard overlap of two sets of bigrams."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0


def _quotes(mentions: Sequence[Mention], earlier: Sequence[Mention]) -> tuple[Quote, ...]:
    everything = clusters = _clusters(mentions, _shares(earlier))
    chosen: list[_Cluster] = []
    while clusters and len(chosen) < QUOTES:
        best = max(clusters, key=lambda cluster: cluster.weight * (1 - _closest(cluster, chosen)) ** 2)
        chosen.append(best)
        clusters = [cluster for cluster in clusters if overlap(cluster.bigrams, best.bigrams) < _SAME]
    people = _followers(chosen, everything)
    return tuple(
        quote(cluster.speaker, others=max(n - 1, 0)) for cluster, n in zip(chosen, people, strict=True)
    )


def _closest(cluster: _Cluster, chosen: Iterable[_Cluster]) -> float:
    return max((overlap(cluster.bigrams, other.bigrams) for other in chosen), default=0.0)


def _followers(chosen: Sequence[_Cluster], clusters: Iterable[_Cluster]) -> list[int]:
    people = [0] * len(chosen)
    for cluster in clusters:
        near = [overlap(cluster.bigrams, speaker.bigrams) for speaker in chosen]
        if near and max(near) >= _SAME:
            people[near.index(max(near))] += cluster.people
    return people


def _clusters(mentions: Sequence[Mention], before: dict[str, float]) -> list[_Cluster]:
    groups: dict[str, list[Post]] = defaultdict(list)
    for mention in mentions:
        groups[mention.cluster or f"{mention.post.source}/{mention.post.id}"].append(mention.post)
    largest = sorted(groups.values(), key=lambda posts: -len({_person(post) for post in posts}))
    news = {pair: max(share - before.get(pair, 0.0), 0.0) for pair, share in _shares(mentions).items()}
    return [_cluster(posts, news) for posts in largest[:_CLUSTERS]]


def _shares(mentions: Sequence[Mention]) -> dict[str, float]:
    """Return the share of posts that each bigram stands in."""
    counts = Counter(pair for mention in mentions for pair in bigrams(mention.post.text))
    return {pair: count / len(mentions) for pair, count in counts.items()}


def _cluster(posts: Sequence[Post], news: dict[str, float]) -> _Cluster:
    speaker = _medoid(posts[:_CANDIDATES])
    pairs = bigrams(speaker.text)
    people = len({_person(post) for post in posts})
    # Where nobody copies anybody every cluster is one post: then what is new, and said by many, decides.
    telling = sum(news.get(pair, 0.0) for pair in pairs) / (len(pairs) or 1)
    return _Cluster(speaker, pairs, people, (math.log1p(people) + _NEWS * telling) * _legible(speaker.text))


def _medoid(posts: Sequence[Post]) -> Post:
    pairs = [bigrams(post.text) for post in posts]
    return max(
        zip(posts, pairs, strict=True),
        key=lambda item: sum(overlap(item[1], other) for other in pairs) * _legible(item[0].text),
    )[0]


def _legible(text: str) -> float:
    """Prefer what a tired reader takes in at a glance: neither a grunt nor an essay."""
    length = len("".join(_NOISE.sub("", text).split()))
    if length < 10:  # noqa: PLR2004 - a grunt
        return 0.2 + 0.05 * length
    return 1.0 if length <= 80 else max(0.5, 80 / length)  # noqa: PLR2004 - two lines of a phone


def quote(post: Post, *, others: int = 0) -> Quote:
    """Quote a post as it stands; the page defuses it."""
    return Quote(
        source=post.source,
        id=post.id,
        text=post.text[:LONGEST_QUOTE],
        author=post.author.handle or post.author.name if post.author else "",
        url=post.url,
        at=post.created_at,
        others=others,
    )


def _spread(
    mentions: Sequence[Mention], voices: Sequence[Mention]
) -> tuple[Quote | None, tuple[tuple[str, datetime, int], ...]]:
    """Find the starter, and those whose posts were passed on most, from observed reposts and quotes."""
    passed: dict[str, set[str]] = defaultdict(set)
    for mention in mentions:
        post = mention.post
        if post.target and post.kind in {"repost", "quote"}:
            passed[f"{post.source}/{post.target}"].add(_person(post))
    posts = {f"{m.post.source}/{m.post.id}": m.post for m in mentions}
    carried = {key: len(people) for key, people in passed.items() if key in posts}
    if not carried:
        return (quote(min(voices, key=_when).post) if voices else None), ()
    most = max(carried.values())
    roots = [posts[key] for key, people in carried.items() if people * 4 >= most]
    starter = min(roots, key=lambda post: post.created_at)
    reach: Counter[tuple[str, str]] = Counter()
    for key, people in carried.items():
        reach[_person(posts[key]), key] += people
    carriers = tuple(
        (_handle(posts[key]), posts[key].created_at, people)
        for (person, key), people in reach.most_common(CARRIERS + 3)
        if person != _person(starter)
    )
    return quote(starter), carriers[:CARRIERS]


def _when(mention: Mention) -> datetime:
    return mention.post.created_at


def _handle(post: Post) -> str:
    return (post.author.handle or post.author.name or post.author.id) if post.author else post.id


def _terms(now: Sequence[Mention], earlier: Sequence[Mention]) -> tuple[str, ...]:
    """Return the words that are new in this fire.

    z-scores of log-odds with an informative prior (Monroe, Colaresi & Quinn 2008, eq. 16 and 22), over
    how many people use a word.
    """
    known = {match.text.casefold() for mention in now for match in mention.matches}
    here, n = _users(now)
    before, m = _users(mention for mention in earlier if _speaks(mention))
    scored = [
        (_log_odds(count, n, before[term], m), term)
        for term, count in here.items()
        if count >= 2 and not any(term.casefold() in spelling for spelling in known)  # noqa: PLR2004 - two people
    ]
    best = sorted(scored, key=lambda item: (-item[0], -len(item[1]), item[1]))
    return tuple(term for z, term in best[:TERMS] if z > 0)


def _users(mentions: Iterable[Mention]) -> tuple[Counter[str], int]:
    users: Counter[str] = Counter()
    seen: set[tuple[str, str]] = set()
    people = set()
    for mention in mentions:
        people.add(_person(mention.post))
        for term in _TERM.findall(_NOISE.sub("", mention.post.text)):
            if (term, _person(mention.post)) not in seen:
                seen.add((term, _person(mention.post)))
                users[term] += 1
    return users, len(people)


def _log_odds(count: int, n: int, before: int, m: int) -> float:
    prior = 0.5
    odds = math.log((count + prior) / (n - count + prior)) - math.log((before + prior) / (m - before + prior))
    return odds / math.sqrt(1 / (count + prior) + 1 / (before + prior))
